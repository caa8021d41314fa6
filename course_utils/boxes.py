"""Boxes: formats, checks, and how much two boxes overlap.

A box is four numbers on the last axis. Two formats are in use:

- `xyxy`: x1, y1, x2, y2, in pixels, from the top left corner of the picture. x2 and y2 are the far
  edges, so width = x2 - x1. This is the format of every record of the course, and Keras' `xyxy`.
- the lecture's: bx, by, bh, bw, the centre and the height and width as a share of the picture, 0
  to 1. Note the order: height comes before width.
"""

import math

import numpy as np

LABEL = ("pc", "bx", "by", "bh", "bw", "c1", "c2", "c3")
"""The order of the lecture's label y: is there an object, its box, its class. Source: P131."""

PC = LABEL.index("pc")
BOX = slice(LABEL.index("bx"), LABEL.index("bw") + 1)
CLASSES = slice(LABEL.index("c1"), LABEL.index("c3") + 1)
_PIECE = 1 << 16  # overlaps that iou computes at a time: they stay in the cache
_GROUP = 64  # boxes that non_max_suppression settles at a time


def check_boxes(boxes, name="boxes"):
    """Convert boxes in xyxy to an array, and refuse what can't be boxes.

    Args:
        boxes: array of shape (..., 4), xyxy.
        name: what to call them in an error.

    Returns:
        Float array of shape (..., 4): float32 for half precision, whose areas would overflow,
        float64 for whole numbers, otherwise as they are.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the last axis is not of length 4, a number is not finite, or a box is
            inverted (x2 < x1 or y2 < y1). An empty box (x2 = x1) is allowed.
    """
    boxes = _numbers(boxes, name)
    _check_four(boxes, name)
    inverted = (boxes[..., 2] < boxes[..., 0]) | (boxes[..., 3] < boxes[..., 1])
    if inverted.any():
        place = np.argwhere(inverted)[0]
        raise ValueError(
            f"{name}: expected x1 <= x2 and y1 <= y2, got {boxes[tuple(place)].tolist()} at "
            f"{place.tolist()}; is it in another format than xyxy?"
        )
    return boxes


def xyxy_to_lecture(boxes, height, width):
    """Turn corners in pixels into the lecture's bx, by, bh, bw.

    Args:
        boxes: array of shape (..., 4), xyxy in pixels.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        Float array of shape (..., 4): bx, by, bh, bw, 0 to 1 for a box inside the picture.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if the boxes or the picture's size can't be.

    Source: lecture P131, whose example this is.

    >>> xyxy_to_lecture([30, 55, 70, 85], height=100, width=100)
    array([0.5, 0.7, 0.3, 0.4])
    """
    boxes = check_boxes(boxes)
    _check_size(height, width)
    x1, y1, x2, y2 = np.moveaxis(boxes, -1, 0)
    parts = (x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (y2 - y1) / height, (x2 - x1) / width
    return np.stack(parts, axis=-1)


def lecture_to_xyxy(boxes, height, width):
    """Turn the lecture's bx, by, bh, bw into corners in pixels.

    A negative height or width, as an untrained network may give, counts as 0.

    Args:
        boxes: array of shape (..., 4): bx, by, bh, bw as a share of the picture.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        Float array of shape (..., 4), xyxy in pixels; not clipped to the picture.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if the last axis is not of length 4, a number is not finite, or the picture has
            no size.

    >>> lecture_to_xyxy([0.5, 0.7, 0.3, 0.4], height=100, width=100).round(6).tolist()
    [30.0, 55.0, 70.0, 85.0]
    """
    boxes = _numbers(boxes, "boxes")
    _check_four(boxes, "boxes")
    _check_size(height, width)
    bx, by, bh, bw = np.moveaxis(boxes, -1, 0)
    half_height, half_width = np.maximum(bh, 0) / 2, np.maximum(bw, 0) / 2
    corners = (bx - half_width) * width, (by - half_height) * height
    corners += (bx + half_width) * width, (by + half_height) * height
    return np.stack(corners, axis=-1)


def area(boxes):
    """Area of boxes.

    Args:
        boxes: array of shape (..., 4), xyxy.

    Returns:
        Float array of shape (...), in squared units of the boxes.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if they can't be boxes.

    >>> float(area([0, 0, 2, 3]))
    6.0
    """
    boxes = check_boxes(boxes)
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def paired_iou(boxes_a, boxes_b):
    """Intersection over union, one box against one.

    Args:
        boxes_a: array of shape (..., 4), xyxy.
        boxes_b: array of shape (..., 4), xyxy; the leading axes broadcast.

    Returns:
        Float array of the broadcast leading shape, 0 to 1; 0 where both boxes are empty.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if they can't be boxes, or the shapes do not broadcast.

    Source: lecture P136.

    >>> round(float(paired_iou([0, 0, 2, 2], [1, 1, 3, 3])), 3)
    0.143
    """
    boxes_a, boxes_b = check_boxes(boxes_a, "boxes_a"), check_boxes(boxes_b, "boxes_b")
    return _overlap(_planes(boxes_a), _planes(boxes_b))


def iou(boxes_a, boxes_b):
    """Intersection over union, every box of one list against every box of the other.

    Args:
        boxes_a: array of shape (..., n, 4), xyxy.
        boxes_b: array of shape (..., m, 4), xyxy; the leading axes broadcast.

    Returns:
        Float array of shape (..., n, m), 0 to 1; 0 where both boxes are empty.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if they can't be boxes, or are a single box without the list's axis.

    Source: lecture P136.

    >>> iou([[0, 0, 2, 2]], [[0, 0, 2, 2], [2, 0, 4, 2]]).tolist()
    [[1.0, 0.0]]
    """
    boxes_a, boxes_b = check_boxes(boxes_a, "boxes_a"), check_boxes(boxes_b, "boxes_b")
    for name, boxes in (("boxes_a", boxes_a), ("boxes_b", boxes_b)):
        if boxes.ndim < 2:
            raise ValueError(
                f"{name}: expected a list of boxes, shape (..., n, 4), got {boxes.shape}; "
                "for one box against one use paired_iou"
            )
    a, b = _planes(boxes_a[..., :, None, :]), _planes(boxes_b[..., None, :, :])
    shape = np.broadcast_shapes(a.shape[1:], b.shape[1:])
    rows = max(1, _PIECE // max(1, math.prod(shape[:-2]) * shape[-1]))
    result = np.empty(shape, np.result_type(a, b))
    for start in range(0, shape[-2], rows):
        piece = slice(start, start + rows)
        result[..., piece, :] = _overlap(a[..., piece, :], b)
    return result


def _planes(boxes):
    """The four sides apart, (4, ...), each in one piece of memory: several times as fast."""
    return np.ascontiguousarray(np.moveaxis(boxes, -1, 0))


def _overlap(sides_a, sides_b):
    """IoU of boxes whose four sides come apart, (4, ...) each; the other axes broadcast."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = sides_a, sides_b
    shared = np.asarray(np.minimum(ax2, bx2) - np.maximum(ax1, bx1))
    np.maximum(shared, 0, out=shared)
    shared *= np.maximum(np.minimum(ay2, by2) - np.maximum(ay1, by1), 0)
    union = np.asarray((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1))
    union = union - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def non_max_suppression(boxes, scores, iou_threshold=0.5, labels=None):
    """Keep the best of the boxes that overlap: the highest score first, again and again.

    A box is dropped when its IoU with a kept box is *above* the threshold; exactly on it, it stays.
    Of equal scores the lower index comes first. An empty box overlaps nothing, and stays. The same
    boxes are kept as by `tf.image.non_max_suppression`, in the same order.

    Args:
        boxes: array of shape (n, 4), xyxy; n may be 0. Computed in its own precision if it is
            float, in float64 otherwise.
        scores: array of shape (n,): how sure the detector is of each box, as Pc.
        iou_threshold: number from 0 to 1.
        labels: whole numbers of shape (n,), the class of each box: boxes of different classes then
            never drop each other, as in one run a class. None: one run for all boxes.

    Returns:
        int64 array of shape (kept,): indices of the kept boxes, the highest score first.

    Raises:
        TypeError: if boxes or scores are not numbers, or labels not whole numbers.
        ValueError: if the lengths differ, a score is not finite, the boxes can't be, or the
            threshold is out of range.

    Source: lecture P137.

    >>> car, again, motorcycle = [0, 0, 9, 6], [1, 0, 10, 6], [20, 0, 24, 6]
    >>> non_max_suppression([car, again, motorcycle], [0.7, 0.9, 0.8]).tolist()
    [1, 2]
    >>> non_max_suppression([car, again, motorcycle], [0.7, 0.9, 0.8], labels=[0, 1, 1]).tolist()
    [1, 2, 0]
    """
    boxes = check_boxes(boxes)
    if boxes.ndim != 2:
        raise ValueError(f"boxes: expected a list of boxes, shape (n, 4), got {boxes.shape}")
    scores = _check_scores(scores, len(boxes))
    labels = _check_labels(labels, len(boxes))
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold: expected a number from 0 to 1, got {iou_threshold}")
    iou_threshold = boxes.dtype.type(iou_threshold)

    order = np.argsort(-scores, kind="stable")
    left = np.ascontiguousarray(boxes[order].T), labels[order]
    kept = [order[:0]]
    while order.size:
        group, rest = _at(left, slice(_GROUP)), _at(left, slice(_GROUP, None))
        winners = _greedy(_overlaps(group, group, iou_threshold))
        kept.append(order[winners])
        free = ~_overlaps(_at(group, winners), rest, iou_threshold).any(axis=0)
        order, left = order[_GROUP:][free], _at(rest, free)
    return np.concatenate(kept)


def _at(labelled, place):
    """Choose from labelled boxes: sides of shape (4, n), faster than (n, 4), and labels (n,)."""
    sides, labels = labelled
    return sides[:, place], labels[place]


def _overlaps(labelled_a, labelled_b, threshold):
    """Say which boxes of one class have an IoU above the threshold: bool, (n, m)."""
    (ax1, ay1, ax2, ay2), labels_a = labelled_a[0][..., None], labelled_a[1][:, None]
    (bx1, by1, bx2, by2), labels_b = labelled_b
    shared = np.minimum(ax2, bx2)
    shared -= np.maximum(ax1, bx1)
    np.maximum(shared, 0, out=shared)
    height = np.minimum(ay2, by2)
    height -= np.maximum(ay1, by1)  # below 0 where the boxes are apart, and then shared too
    shared *= height
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1)
    union -= shared
    with np.errstate(invalid="ignore"):  # two empty boxes: 0 / 0 is above no threshold
        shared /= union
    return (shared > threshold) & (labels_a == labels_b)


def _greedy(overlaps):
    """Return which of some boxes, the best first, stay when each kept one drops those after it."""
    alive = [True] * len(overlaps)
    pairs = np.argwhere(np.triu(overlaps, k=1)).tolist()
    for better, worse in pairs:
        if alive[better]:
            alive[worse] = False
    return np.flatnonzero(alive)


def _check_scores(scores, count):
    scores = np.asarray(scores)
    if scores.dtype.kind not in "iuf":
        raise TypeError(f"scores: expected numbers, got dtype {scores.dtype}")
    if scores.shape != (count,):
        raise ValueError(f"scores: expected one a box, shape {(count,)}, got {scores.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("scores: expected finite numbers, got nan or infinity")
    return scores.astype(np.float64)


def _check_labels(labels, count):
    labels = np.zeros(count, np.int8) if labels is None else np.asarray(labels)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(f"labels: expected whole numbers, got dtype {labels.dtype}")
    if labels.shape != (count,):
        raise ValueError(f"labels: expected one a box, shape {(count,)}, got {labels.shape}")
    return labels


def _numbers(values, name):
    """Convert to floats of at least 32 bits; Keras also hands over float16 and bfloat16."""
    try:
        values = np.asarray(values)
    except ValueError as error:  # a ragged list
        raise ValueError(f"{name}: expected rows of one length: {error}") from None
    if values.dtype.name == "bfloat16":
        return values.astype(np.float32)
    if values.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected numbers, got dtype {values.dtype}")
    if values.dtype.kind in "iu":
        return values.astype(np.float64)
    return values.astype(np.promote_types(values.dtype, np.float32), copy=False)


def _check_four(boxes, name):
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(f"{name}: expected shape (..., 4), got {boxes.shape}")
    if not np.isfinite(boxes).all():
        raise ValueError(f"{name}: expected finite numbers, got nan or infinity")


def _check_size(height, width):
    if not (height > 0 and width > 0):
        raise ValueError(f"A picture has a height and a width above 0, got {height} x {width}")
