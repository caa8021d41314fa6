"""Regions: proposals by segmentation, box deltas, RoI pooling, recall of proposals.

A region is a box, xyxy in pixels, in which a detector looks more closely. A *delta* says how a
region must move to become the box of an object: (cx - px) / pw, (cy - py) / ph, log(w / pw),
log(h / ph), where (px, py) is the region's centre, pw and ph its width and height, and cx, cy, w, h
those of the object.
"""

from course_utils.boxes import check_boxes, iou

import numpy as np

SCALES = (100, 400)  # of felzenszwalb: larger means larger segments
_SIGMA, _LEAST_SEGMENT = 0.6, 20
_LARGEST = 10.0  # a side grows e**10 times at most: exp stays finite


def propose(image, scales=SCALES, least=(12, 6), largest=0.5):
    """Propose regions by segmentation: each segment, and each pair of neighbouring segments.

    The picture is cut into segments of like colour at several scales. Selective search goes on
    joining neighbours until one segment is left; here only pairs are joined.

    Args:
        image: array of shape (height, width, 3), 0 to 1.
        scales: numbers above 0; larger ones make larger segments.
        least: least height and width of a region in pixels.
        largest: largest share of the picture's area.

    Returns:
        float64 array of shape (n, 4), xyxy in pixels, sorted, each once; n may be 0.

    Raises:
        ValueError: if the picture has another shape.

    Source: lecture P140; Felzenszwalb and Huttenlocher (2004); Uijlings et al., Selective search
    (2013).

    >>> image = np.zeros((40, 60, 3))
    >>> image[10:30, 20:50] = 1
    >>> bool(iou(propose(image), [[20, 10, 50, 30]]).max() > 0.8)
    True
    """
    from scipy import ndimage
    from skimage.segmentation import felzenszwalb

    image = np.asarray(image)
    if image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"image: expected shape (height, width, 3), got {image.shape}")
    found = []
    for scale in scales:
        segments = felzenszwalb(image, scale, sigma=_SIGMA, min_size=_LEAST_SEGMENT)
        slices = ndimage.find_objects(segments + 1)
        boxes = np.array([[x.start, y.start, x.stop, y.stop] for y, x in slices], np.float64)
        one, other = boxes[neighbours(segments)].swapaxes(0, 1)
        corners = np.minimum(one, other)[:, :2], np.maximum(one, other)[:, 2:]
        found += [boxes, np.concatenate(corners, axis=1)]
    found = np.unique(np.concatenate(found), axis=0)
    wide, tall = (found[:, 2:] - found[:, :2]).T
    fits = (tall >= least[0]) & (wide >= least[1])
    return found[fits & (wide * tall <= largest * image.shape[0] * image.shape[1])]


def neighbours(segments):
    """Find the pairs of segments that touch.

    Args:
        segments: whole numbers of shape (height, width).

    Returns:
        int64 array of shape (pairs, 2): numbers of segments, the smaller first, sorted.

    >>> neighbours(np.array([[0, 0, 2], [1, 1, 2]])).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    across = np.stack([segments[:, :-1].ravel(), segments[:, 1:].ravel()], axis=1)
    down = np.stack([segments[:-1].ravel(), segments[1:].ravel()], axis=1)
    pairs = np.sort(np.concatenate([across, down]), axis=1).astype(np.int64)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def box_deltas(regions, boxes):
    """Say how regions must move to become boxes.

    Args:
        regions: array of shape (..., 4), xyxy, with sides above 0.
        boxes: array of shape (..., 4), xyxy, with sides above 0; the leading axes broadcast.

    Returns:
        Float array of the broadcast shape (..., 4): see the module.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if they can't be boxes, or one has no height or width.

    Source: lecture P140; Girshick et al., R-CNN (2014), appendix C.

    >>> box_deltas([0, 0, 20, 10], [5, 0, 25, 20]).round(3).tolist()
    [0.25, 0.5, 0.0, 0.693]
    """
    middle, sides = _middles(regions, "regions")
    to_middle, to_sides = _middles(boxes, "boxes")
    return np.concatenate(
        np.broadcast_arrays((to_middle - middle) / sides, np.log(to_sides / sides)), axis=-1
    )


def apply_deltas(regions, deltas):
    """Move regions: the inverse of `box_deltas`.

    Args:
        regions: array of shape (..., 4), xyxy, with sides above 0.
        deltas: array of shape (..., 4).

    Returns:
        Float array of shape (..., 4), xyxy, not clipped.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the regions can't be boxes, or one has no height or width.

    >>> apply_deltas([0, 0, 20, 10], [0.25, 0.5, 0, np.log(2)]).round(3).tolist()
    [5.0, 0.0, 25.0, 20.0]
    """
    middle, sides = _middles(regions, "regions")
    deltas = np.asarray(deltas, np.float64)
    middle = middle + deltas[..., :2] * sides
    half = sides * np.exp(np.minimum(deltas[..., 2:], _LARGEST)) / 2
    return np.concatenate([middle - half, middle + half], axis=-1)


def roi_pool(features, boxes, size):
    """Read a small map of one size under each box, by bilinear interpolation.

    The samples lie evenly from the box's first to its last edge, both included. This is
    `tf.image.crop_and_resize`, whose boxes are y1, x1, y2, x2 over (rows - 1) and (columns - 1).

    Args:
        features: float array of shape (rows, columns, channels). The middle of the first cell has
            the coordinates (0, 0), that of the last one (columns - 1, rows - 1).
        boxes: array of shape (n, 4): x1, y1, x2, y2 in these coordinates, inside the map.
        size: samples in each direction, at least 2.

    Returns:
        Float array of shape (n, size, size, channels).

    Raises:
        ValueError: if the shapes do not fit, the size is below 2, or a box sticks out.

    Source: lecture P140; Girshick, Fast R-CNN (2015), which takes maxima of whole cells instead;
    He et al., Mask R-CNN (2017), for the interpolation.

    >>> ramp = np.arange(12.0).reshape(3, 4, 1)  # 4 y + x
    >>> roi_pool(ramp, [[0.5, 0, 1.5, 2]], 2)[0, ..., 0].tolist()
    [[0.5, 1.5], [8.5, 9.5]]
    """
    features, boxes = np.asarray(features), check_boxes(boxes)
    if features.ndim != 3 or boxes.ndim != 2:
        raise ValueError(
            f"Expected features of shape (rows, columns, channels) and boxes of shape (n, 4), got "
            f"{features.shape} and {boxes.shape}"
        )
    if size < 2:
        raise ValueError(f"size: expected 2 or more samples, got {size}")
    rows, columns = features.shape[:2]
    far = boxes.max(axis=0, initial=0)
    if boxes.min(initial=0) < 0 or far[2] > columns - 1 or far[3] > rows - 1:
        raise ValueError(f"boxes: expected boxes in 0 to {columns - 1} x 0 to {rows - 1}")
    steps = np.arange(size) / (size - 1)
    x = boxes[:, :1] + steps * (boxes[:, 2:3] - boxes[:, :1])  # (n, size)
    y = boxes[:, 1:2] + steps * (boxes[:, 3:] - boxes[:, 1:2])
    (left, right, right_share), (top, below, below_share) = _between(x, columns), _between(y, rows)
    right_share, below_share = right_share[:, None, :, None], below_share[:, :, None, None]
    upper, lower = (
        features[row[:, :, None], left[:, None]] * (1 - right_share)
        + features[row[:, :, None], right[:, None]] * right_share
        for row in (top, below)
    )
    return upper * (1 - below_share) + lower * below_share


def proposal_recall(boxes, regions, iou_least=0.5):
    """Share of the true boxes that at least one region overlaps enough.

    Args:
        boxes: array of shape (n, 4), xyxy: the true boxes of a picture.
        regions: array of shape (m, 4), xyxy: its proposals; m may be 0.
        iou_least: the least IoU that is enough.

    Returns:
        A float, 0 to 1; nan if there is no true box.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if they can't be boxes.

    Source: lecture P140.

    >>> proposal_recall([[0, 0, 9, 9], [20, 0, 30, 9]], [[0, 0, 9, 8], [0, 0, 30, 9]])
    0.5
    """
    best = iou(boxes, np.reshape(regions, (-1, 4))).max(axis=1, initial=0)
    return float((best >= iou_least).mean()) if best.size else float("nan")


def _between(places, count):
    """Cells before and after each place, and how much the second one counts."""
    first = np.minimum(np.floor(places).astype(np.int64), count - 1)
    return first, np.minimum(first + 1, count - 1), places - first


def _middles(boxes, name):
    boxes = check_boxes(boxes, name)
    sides = boxes[..., 2:] - boxes[..., :2]
    if not (sides > 0).all():
        raise ValueError(f"{name}: expected boxes with a height and a width above 0")
    return (boxes[..., :2] + boxes[..., 2:]) / 2, sides
