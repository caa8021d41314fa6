"""Boxes: formats, checks, and how much two boxes overlap.

A box is four numbers on the last axis. Two formats are in use:

- `xyxy`: x1, y1, x2, y2, in pixels, from the top left corner of the picture. x2 and y2 are the far
  edges, so width = x2 - x1. This is the format of every record of the course, and Keras' `xyxy`.
- the lecture's: bx, by, bh, bw, the centre and the height and width as a share of the picture, 0
  to 1. Note the order: height comes before width.
"""

import numpy as np

LABEL = ("pc", "bx", "by", "bh", "bw", "c1", "c2", "c3")
"""The order of the lecture's label y: is there an object, its box, its class. Source: P131."""

PC = LABEL.index("pc")
BOX = slice(LABEL.index("bx"), LABEL.index("bw") + 1)
CLASSES = slice(LABEL.index("c1"), LABEL.index("c3") + 1)


def check_boxes(boxes, name="boxes"):
    """Convert boxes in xyxy to an array, and refuse what can't be boxes.

    Args:
        boxes: array of shape (..., 4), xyxy.
        name: what to call them in an error.

    Returns:
        Float array of shape (..., 4).

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the last axis is not of length 4, a number is not finite, or a box is
            inverted (x2 < x1 or y2 < y1). An empty box (x2 = x1) is allowed.
    """
    boxes = np.asarray(boxes)
    if boxes.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected numbers, got dtype {boxes.dtype}")
    if not np.issubdtype(boxes.dtype, np.floating):
        boxes = boxes.astype(np.float64)
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(f"{name}: expected shape (..., 4), got {boxes.shape}")
    if not np.isfinite(boxes).all():
        raise ValueError(f"{name}: expected finite numbers, got nan or infinity")
    inverted = (boxes[..., 2:] < boxes[..., :2]).any(axis=-1)
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
        ValueError: if the last axis is not of length 4, or the picture has no size.

    >>> lecture_to_xyxy([0.5, 0.7, 0.3, 0.4], height=100, width=100).round(6).tolist()
    [30.0, 55.0, 70.0, 85.0]
    """
    boxes = np.asarray(boxes)
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(f"boxes: expected shape (..., 4), got {boxes.shape}")
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
    top_left = np.maximum(boxes_a[..., :2], boxes_b[..., :2])
    bottom_right = np.minimum(boxes_a[..., 2:], boxes_b[..., 2:])
    intersection = np.prod(np.maximum(bottom_right - top_left, 0), axis=-1)
    union = area(boxes_a) + area(boxes_b) - intersection
    return np.divide(intersection, union, out=np.zeros_like(union), where=union > 0)


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
    return paired_iou(boxes_a[..., :, None, :], boxes_b[..., None, :, :])


def _check_size(height, width):
    if not (height > 0 and width > 0):
        raise ValueError(f"A picture has a height and a width above 0, got {height} x {width}")
