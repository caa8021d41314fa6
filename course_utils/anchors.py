"""Anchor boxes: several shapes for each cell of a grid, so that a cell can own several objects.

A *shape* is a height and a width, in this order, in pixels of the picture like the boxes. An
*anchor* is a shape that a detector is prepared for. An object belongs to a pair: the cell with its
midpoint, as in `course_utils.grid`, and the anchor whose shape has the highest IoU with its own.
"""

from course_utils import grid as cells
from course_utils.boxes import check_boxes

import numpy as np


def shapes_of(boxes):
    """Take the heights and widths of boxes.

    Args:
        boxes: array of shape (..., 4), xyxy.

    Returns:
        Float array of shape (..., 2): height, width, in the unit of the boxes.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if they can't be boxes.

    >>> shapes_of([[10, 20, 90, 40]]).tolist()
    [[20.0, 80.0]]
    """
    boxes = check_boxes(boxes)
    return (boxes[..., 2:] - boxes[..., :2])[..., ::-1]


def shape_iou(shapes_a, shapes_b):
    """IoU of shapes laid on one centre, every shape of one list against every one of the other.

    Args:
        shapes_a: array of shape (..., n, 2): height, width.
        shapes_b: array of shape (..., m, 2) in the same unit; the leading axes broadcast.

    Returns:
        Float array of shape (..., n, m), 0 to 1; 0 where both shapes are empty.

    Raises:
        TypeError: if the shapes are not numbers.
        ValueError: if they are no lists of heights and widths, or one is negative or not finite.

    Source: lecture P138; Redmon and Farhadi, YOLO9000 (2017), section 2, for the distance 1 - IoU.

    >>> shape_iou([[4, 2]], [[4, 2], [2, 4], [8, 4]]).round(3).tolist()
    [[1.0, 0.333, 0.25]]
    """
    shapes_a, shapes_b = _check_shapes(shapes_a, "shapes_a"), _check_shapes(shapes_b, "shapes_b")
    a, b = shapes_a[..., :, None, :], shapes_b[..., None, :, :]
    shared = np.minimum(a, b).prod(axis=-1)
    union = a.prod(axis=-1) + b.prod(axis=-1) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def assign(shapes, anchors):
    """Find the anchor of each shape: the one of the highest IoU, the first of equal ones.

    Args:
        shapes: array of shape (..., n, 2): height, width.
        anchors: array of shape (k, 2) in the same unit, k at least 1.

    Returns:
        int64 array of shape (..., n): indices of anchors.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if they can't be shapes, or there is no anchor.

    Source: lecture P138.

    >>> assign([[40, 15], [20, 50]], [[30, 10], [20, 40]]).tolist()
    [0, 1]
    """
    return shape_iou(shapes, _check_anchors(anchors)).argmax(axis=-1)


def mean_best_iou(shapes, anchors):
    """Say how well anchors fit: the mean IoU of each shape with its best anchor.

    Args:
        shapes: array of shape (n, 2): height, width; n at least 1.
        anchors: array of shape (k, 2) in the same unit, k at least 1.

    Returns:
        A float, 0 to 1.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if they can't be shapes, or one of the lists is empty.

    >>> mean_best_iou([[4, 2], [8, 4]], [[4, 2]])
    0.625
    """
    shapes = _check_list(shapes)
    return float(shape_iou(shapes, _check_anchors(anchors)).max(axis=-1).mean())


def kmeans_step(shapes, anchors):
    """Do one step of k-means: assign, then move each anchor to the mean of its shapes.

    Args:
        shapes: array of shape (n, 2): height, width.
        anchors: array of shape (k, 2) in the same unit, k at least 1.

    Returns:
        Float array of shape (k, 2): mean height and width of each cluster, in the order of the
        anchors. An empty cluster keeps its anchor.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if they can't be shapes, or there is no anchor.

    Source: lecture P138.

    >>> kmeans_step([[4, 2], [6, 2], [2, 8]], [[4, 1], [1, 4], [90, 90]]).tolist()
    [[5.0, 2.0], [2.0, 8.0], [90.0, 90.0]]
    """
    shapes, anchors = _check_shapes(shapes, "shapes"), _check_anchors(anchors)
    if shapes.ndim != 2:
        raise ValueError(f"shapes: expected one list, shape (n, 2), got {shapes.shape}")
    is_mine = assign(shapes, anchors) == np.arange(len(anchors))[:, None]
    count = is_mine.sum(axis=1, keepdims=True)
    means = is_mine.astype(shapes.dtype) @ shapes / np.maximum(count, 1)
    return np.where(count > 0, means, anchors)


def kmeans(shapes, count, rng, starts=5, steps=100):
    """Choose anchors by k-means with the distance 1 - IoU.

    Each start takes its first anchor at random from the shapes, and each further one with a chance
    that grows with the squared distance to the anchors so far (k-means++). The best of the starts
    is returned. Equal generators give equal anchors.

    Args:
        shapes: array of shape (n, 2): height, width.
        count: number of anchors, at most the number of different shapes.
        rng: `numpy.random.Generator`.
        starts: how many times to start.
        steps: the most steps of one start; it ends sooner when no anchor moves.

    Returns:
        Float array of shape (count, 2): anchors, the smallest area first.

    Raises:
        TypeError: if the shapes are not numbers.
        ValueError: if they can't be shapes, or there are fewer different ones than anchors.

    Source: lecture P138; Redmon and Farhadi, YOLO9000 (2017), section 2; Arthur and Vassilvitskii,
    k-means++ (2007).

    >>> rng = np.random.default_rng(0)
    >>> kmeans([[2, 8], [2, 10], [30, 10], [32, 10]], 2, rng).tolist()
    [[2.0, 9.0], [31.0, 10.0]]
    """
    shapes = _check_list(shapes)
    different = len(np.unique(shapes, axis=0))
    if not 1 <= count <= different:
        raise ValueError(f"count: expected 1 to {different}, the different shapes, got {count}")
    if not (starts >= 1 and steps >= 1):
        raise ValueError(f"Expected 1 or more starts and steps, got {starts} and {steps}")

    found = []
    for _ in range(starts):
        anchors = _first_anchors(shapes, count, rng)
        for _ in range(steps):
            before, anchors = anchors, kmeans_step(shapes, anchors)
            if np.array_equal(before, anchors):
                break
        found.append(anchors)
    best = max(found, key=lambda anchors: mean_best_iou(shapes, anchors))
    return best[np.lexsort([best[:, 0], best.prod(axis=1)])]


def encode(boxes, labels, anchors, grid, height, width, classes=3):
    """Write boxes into cells and anchors: the target of a network.

    Each box goes to the cell of its midpoint and the anchor of highest IoU, and is lost if an
    earlier box of the list has taken this pair.

    Args:
        boxes: array of shape (..., n, 4), xyxy in pixels, with midpoints in the picture. Leading
            axes are pictures of a batch.
        labels: whole numbers of shape (..., n): classes from 0. -1 marks an unused row.
        anchors: array of shape (k, 2): height, width in pixels; k at least 1.
        grid: pair of whole numbers, rows and columns.
        height: height of the picture in pixels.
        width: width of the picture in pixels.
        classes: number of classes.

    Returns:
        float32 array of shape (..., rows, columns, anchors, 5 + classes): Pc, bx, by, bh, bw, c1,
        c2, ... in the cell's units as from `grid.encode`; zeros where nothing is owned.

    Raises:
        TypeError: if boxes, labels, anchors or the grid are not such numbers.
        ValueError: if shapes do not fit, a label is out of range, or a midpoint is outside.

    Source: lecture P138.

    >>> pedestrian, car = [40, 10, 60, 90], [10, 35, 90, 65]
    >>> y = encode([pedestrian, car], [0, 1], [[80, 20], [30, 80]], (1, 1), height=100, width=100)
    >>> y.shape, y[0, 0, :, 5:].tolist()
    ((1, 1, 2, 8), [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    """
    boxes, labels, anchors = check_boxes(boxes), np.asarray(labels), _check_anchors(anchors)
    if boxes.ndim < 2 or labels.shape != boxes.shape[:-1]:
        raise ValueError(
            f"Expected boxes of shape (..., n, 4) and a label each, got {boxes.shape} and "
            f"{labels.shape}"
        )
    owner = assign(shapes_of(boxes), anchors)
    parts = [
        cells.encode(boxes, np.where(owner == place, labels, -1), grid, height, width, classes)
        for place in range(len(anchors))
    ]
    return np.stack(parts, axis=-2)


def decode(y, height, width):
    """Read the box of every cell and anchor.

    Args:
        y: array of shape (..., rows, columns, anchors, 5 or more), as from `encode` or a network.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        Float array of shape (..., rows, columns, anchors, 4), xyxy in pixels, not clipped, with a
        negative height or width taken as 0.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the shape is another, or the picture has no size.

    Source: lecture P138.

    >>> y = encode([[10, 20, 90, 40]], [1], [[80, 20], [30, 80]], (1, 2), height=100, width=200)
    >>> decode(y, height=100, width=200)[0, 0, 1].round(3).tolist()
    [10.0, 20.0, 90.0, 40.0]
    """
    y = np.asarray(y)
    if y.ndim < 4:
        raise ValueError(
            f"y: expected shape (..., rows, columns, anchors, 5 or more), got {y.shape}"
        )
    return np.moveaxis(cells.decode(np.moveaxis(y, -2, -4), height, width), -4, -2)


def _first_anchors(shapes, count, rng):
    """Choose different shapes as first anchors, far from each other by k-means++."""
    chosen = [rng.integers(len(shapes))]
    while len(chosen) < count:
        distance = 1 - shape_iou(shapes, shapes[chosen]).max(axis=-1)
        taken = (shapes[:, None] == shapes[chosen]).all(axis=-1).any(axis=-1)
        chance = np.where(taken, 0.0, np.square(distance, dtype=np.float64))
        chosen.append(rng.choice(len(shapes), p=chance / chance.sum()))
    return shapes[chosen]


def _check_shapes(shapes, name):
    shapes = np.asarray(shapes)
    if shapes.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected numbers, got dtype {shapes.dtype}")
    if shapes.ndim < 2 or shapes.shape[-1] != 2:
        raise ValueError(
            f"{name}: expected a list of heights and widths, shape (..., n, 2), got {shapes.shape}"
        )
    kind = np.float64 if shapes.dtype.kind in "iu" else np.promote_types(shapes.dtype, np.float32)
    shapes = shapes.astype(kind, copy=False)
    if not np.isfinite(shapes).all() or (shapes < 0).any():
        raise ValueError(f"{name}: expected finite heights and widths, 0 or larger")
    return shapes


def _check_list(shapes):
    shapes = _check_shapes(shapes, "shapes")
    if shapes.ndim != 2 or len(shapes) == 0:
        raise ValueError(f"shapes: expected one list of 1 or more shapes, got {shapes.shape}")
    return shapes


def _check_anchors(anchors):
    anchors = _check_shapes(anchors, "anchors")
    if anchors.ndim != 2 or len(anchors) == 0:
        raise ValueError(f"anchors: expected shape (k, 2) with 1 or more, got {anchors.shape}")
    return anchors
