"""Objects as COCO outlines them, polygons or runs of pixels, painted into an instance mask."""

from course_utils.datasets.problems import DataError

import numpy as np
from scipy import ndimage
from skimage import draw


def checked(outline, size):
    """Check one object's `segmentation` of a COCO file.

    Args:
        outline: a list of polygons [x1, y1, x2, y2, ...] in pixels, or {"size": [height, width],
            "counts": list of runs or COCO's compressed text}.
        size: height and width of the picture, or None if it isn't known.

    Returns:
        A tuple of polygons, each (n, 2) float; or an array of runs: pixels that are not, are, are
        not ... of the object, down the columns.

    Raises:
        DataError: if it is neither, or doesn't fit the picture.
    """
    if isinstance(outline, dict):
        return _runs(outline, size)
    if not isinstance(outline, list) or not outline:
        raise DataError("a segmentation is a list of polygons or a dict of runs")
    polygons = []
    for one in outline:
        try:
            points = np.array(one, float)
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError("a polygon is a list of numbers") from error
        if points.ndim != 1 or len(points) < 6 or len(points) % 2 or not np.isfinite(points).all():
            raise DataError("a polygon has three or more points x, y")
        polygons.append(np.clip(points.reshape(-1, 2), -1e5, 1e5))
    return tuple(polygons)


def painted(outlines, size):
    """Paint objects into one mask; where they overlap, the smaller is in front.

    Args:
        outlines: sequence of n, each as `checked` gives it.
        size: height and width.

    Returns:
        (height, width) uint16: 0 for no object, i + 1 for object i.

    Raises:
        DataError: if runs are of another size.

    Example:
        >>> painted([(np.array([[0, 0], [2, 0], [2, 2], [0, 2]]),)], (3, 3)).tolist()
        [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    masks = [_mask(outline, size) for outline in outlines]
    result = np.zeros(size, np.uint16)
    for place in sorted(range(len(masks)), key=lambda place: -masks[place].sum()):
        result[masks[place]] = place + 1
    return result


def boxes_of(instances):
    """Return the boxes of the objects in an instance mask.

    Args:
        instances: (height, width) of 0 for no object, 1 to n for the objects.

    Returns:
        (n, 4) float64, xyxy in pixels, x2 and y2 exclusive.

    Example:
        >>> boxes_of(np.array([[0, 1, 1], [0, 0, 2]])).tolist()
        [[1.0, 0.0, 3.0, 1.0], [2.0, 1.0, 3.0, 2.0]]
    """
    found = ndimage.find_objects(instances.astype(np.int32))
    boxes = [(x.start, y.start, x.stop, y.stop) for y, x in found]
    return np.array(boxes, float).reshape(-1, 4)


def _mask(outline, size):
    if isinstance(outline, tuple):
        mask = np.zeros(size, bool)
        for polygon in outline:
            # A pixel belongs to a polygon that holds its centre; scikit-image's lie on whole
            # numbers.
            mask[draw.polygon(polygon[:, 1] - 0.5, polygon[:, 0] - 0.5, size)] = True
        return mask
    if outline.sum() != size[0] * size[1]:
        raise DataError("the runs of an object are of a picture of another size")
    values = np.arange(len(outline)) % 2 == 1
    return np.repeat(values, outline).reshape(size[::-1]).T


def _runs(outline, size):
    runs = outline.get("counts")
    if isinstance(runs, str):
        runs = _uncompressed(runs)
    try:
        runs = np.array(runs, np.int64)
        stated = tuple(int(side) for side in outline["size"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError("runs have `size` and whole numbers as `counts`") from error
    height, width = stated if len(stated) == 2 else (-1, -1)
    pixels = height * width
    if runs.ndim != 1 or not (0 <= runs).all() or (runs > pixels).any() or runs.sum() != pixels:
        raise DataError(f"runs that do not fill their {width}x{height} pixels")
    if size is not None and stated != tuple(size):
        raise DataError(f"runs for {width}x{height} pixels, the picture has {size[1]}x{size[0]}")
    return runs


def _uncompressed(text):
    """Return the runs of COCO's compressed text.

    Six bits a letter from "0" on: five of a number, lowest first, and whether more follow; from
    the third run on, a number is the difference to the run two before. Source: pycocotools'
    `rleFrString`.
    """
    runs, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 48
        if not 0 <= bits < 64 or shift > 40:
            raise DataError("runs in letters that mean nothing")
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs
