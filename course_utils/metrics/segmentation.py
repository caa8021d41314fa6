"""Label maps against the truth: overlap of each class, and how well its outline is met."""

import numpy as np
from scipy import ndimage

_CROSS = ndimage.generate_binary_structure(2, 1)[None]  # a pixel and its 4 neighbours


def class_iou(truth, predicted, classes, ignore=None):
    """Intersection over union of each class, over all pixels together.

    Args:
        truth: whole numbers of shape (..., height, width) or any other, classes from 0 on.
        predicted: whole numbers of the same shape; for a network's output take the argmax first.
        classes: number of classes, 1 or more.
        ignore: a label of the truth whose pixels don't count, such as 255 in Pascal VOC.

    Returns:
        Float array (classes,), 0..1: pixels where both have the class, divided by pixels where at
        least one has it. It is nan for a class that neither has, so that the mean IoU is
        `np.nanmean(class_iou(...))`.

    Raises:
        TypeError: if the labels are not whole numbers.
        ValueError: if shapes differ, a label is not a class, or no pixel counts.

    Source: lecture P141; Everingham et al. 2010, "The Pascal VOC Challenge".

    >>> class_iou([[0, 0], [1, 1]], [[0, 1], [1, 1]], classes=3).round(3).tolist()
    [0.5, 0.667, nan]
    """
    truth, predicted = _label_maps(truth, predicted)
    counted = truth != ignore if ignore is not None else np.ones(truth.shape, bool)
    if not counted.any():
        why = f"each of the {counted.size} is {ignore}" if counted.size else "there is none"
        raise ValueError(
            f"expected at least one pixel that counts, got none: {why}; leave such a picture out, "
            "or score all pictures together"
        )
    truth, predicted = truth[counted], predicted[counted]
    _check_classes(truth, predicted, classes)
    pairs = np.bincount(truth * classes + predicted, minlength=classes**2)
    table = pairs.reshape(classes, classes)
    both = np.diagonal(table).astype(np.float64)
    either = table.sum(axis=0) + table.sum(axis=1) - both
    return np.divide(both, either, out=np.full(classes, np.nan), where=either > 0)


def boundary_f1(truth, predicted, classes, tolerance=1):
    """F1 score of the outline of each class.

    The outline of a class is its pixels that touch another class above, below, left or right; the
    border of the picture is no outline. Precision is the share of the predicted outline that lies
    within the tolerance of the true one, recall the share of the true outline that lies within the
    tolerance of the predicted one, and F1 = 2 precision recall / (precision + recall). A class's
    score is the mean over the pictures in which it has an outline, true or predicted. Distances
    come from a distance transform, so that any tolerance costs the same.

    Args:
        truth: whole numbers of shape (n, height, width) or (n, height, width, 1), classes from 0.
        predicted: whole numbers of the same shape.
        classes: number of classes, 1 or more.
        tolerance: distance in pixels (Euclidean, between centres), 0 or more, that still counts as
            met. Csurka et al. take 0.0075 of the picture's diagonal: 1 pixel at 96 x 96.

    Returns:
        Float array (classes,), 0..1. A picture in which only one of both has an outline scores 0;
        a class without any outline is nan.

    Raises:
        TypeError: if the labels are not whole numbers.
        ValueError: if shapes differ or are others, a label is not a class, or the tolerance is
            below 0.

    Source: lecture P143; Csurka et al. 2013, "What is a good evaluation measure for semantic
    segmentation?".

    >>> truth = np.array([[[0, 0, 0, 1, 1, 1]]])
    >>> shifted = np.array([[[0, 0, 1, 1, 1, 1]]])
    >>> boundary_f1(truth, shifted, classes=2).tolist()
    [1.0, 1.0]
    >>> boundary_f1(truth, shifted, classes=2, tolerance=0).tolist()
    [0.0, 0.0]
    """
    truth, predicted = _label_maps(truth, predicted)
    if truth.ndim == 4 and truth.shape[-1] == 1:
        truth, predicted = truth[..., 0], predicted[..., 0]
    if truth.ndim != 3:
        raise ValueError(f"expected label maps of shape (n, height, width), got {truth.shape}")
    if not tolerance >= 0:
        raise ValueError(f"tolerance: expected pixels of 0 or more, got {tolerance}")
    _check_classes(truth, predicted, classes)
    return np.array([_outline_f1(truth == k, predicted == k, tolerance) for k in range(classes)])


def _outline_f1(truth, predicted, tolerance):
    """Mean F1 of outlines of masks, (n, height, width) bool; nan without any outline."""
    truth, predicted = _outlines(truth), _outlines(predicted)
    met = (
        _count(predicted & _within(truth, tolerance)),
        _count(truth & _within(predicted, tolerance)),
    )
    lengths = _count(predicted), _count(truth)
    precision, recall = (
        np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
        for part, whole in zip(met, lengths, strict=True)
    )
    total = precision + recall
    scores = np.divide(2 * precision * recall, total, out=np.zeros(len(total)), where=total > 0)
    has_outline = lengths[0] + lengths[1] > 0
    return float(scores[has_outline].mean()) if has_outline.any() else float("nan")


def _outlines(masks):
    return masks & ~ndimage.binary_erosion(masks, _CROSS, border_value=1)


def _within(outlines, tolerance):
    """Pixels within the tolerance of a pixel of an outline of the same picture."""
    near = np.zeros(outlines.shape, bool)
    for place in np.flatnonzero(outlines.any(axis=(1, 2))):
        near[place] = ndimage.distance_transform_edt(~outlines[place]) <= tolerance
    return near


def _count(masks):
    return masks.sum(axis=(1, 2))


def _label_maps(truth, predicted):
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    for name, labels in (("truth", truth), ("predicted", predicted)):
        if labels.dtype.kind not in "biu":
            raise TypeError(
                f"{name}: expected whole numbers, got {labels.dtype}; "
                "of a network's output take the argmax over the last axis"
            )
    if truth.shape != predicted.shape:
        raise ValueError(
            f"expected label maps of one shape, got {truth.shape} of truth, "
            f"{predicted.shape} predicted"
        )
    return truth.astype(np.int64), predicted.astype(np.int64)


def _check_classes(truth, predicted, classes):
    whole = isinstance(classes, int | np.integer) and not isinstance(classes, bool)
    if not whole or classes < 1:
        raise ValueError(f"classes: expected a number of classes of at least 1, got {classes!r}")
    for name, labels in (("truth", truth), ("predicted", predicted)):
        if labels.size and (labels.min() < 0 or labels.max() >= classes):
            wrong = labels.min() if labels.min() < 0 else labels.max()
            raise ValueError(f"{name}: expected labels 0 to {classes - 1}, got {wrong}")
