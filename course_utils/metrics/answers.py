"""Answers against the truth: labels, one box a picture, boxes found."""

from course_utils import boxes

import numpy as np


def accuracy(truth, predicted):
    """Share of predictions that are right.

    Args:
        truth: array of labels, of any shape.
        predicted: array of labels of the same shape.

    Returns:
        A float in 0..1.

    Raises:
        ValueError: if the shapes differ or there is nothing to score.

    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.shape != predicted.shape:
        raise ValueError(
            f"expected labels of one shape, got {truth.shape} of truth, {predicted.shape} predicted"
        )
    if truth.size == 0:
        raise ValueError("expected at least one label, got none")
    return float(np.mean(truth == predicted))


def mean_iou(truth, predicted):
    """Mean intersection over union of boxes, each against its own prediction.

    Args:
        truth: array of shape (n, 4), xyxy.
        predicted: array of shape (n, 4), xyxy, in the same units and order.

    Returns:
        A float in 0..1.

    Raises:
        ValueError: if the shapes differ, there is no box, or these can't be boxes.

    >>> mean_iou([[0, 0, 2, 2], [0, 0, 2, 2]], [[0, 0, 2, 2], [0, 0, 2, 1]])
    0.75
    """
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.shape != predicted.shape:
        raise ValueError(
            f"expected boxes of one shape, got {truth.shape} of truth, {predicted.shape} predicted"
        )
    if truth.size == 0:
        raise ValueError("expected at least one box, got none")
    return float(boxes.paired_iou(truth, predicted).mean())


def recall(truth, found, iou_threshold=0.5):
    """Share of true boxes that at least one found box covers.

    Args:
        truth: array of shape (n, 4), xyxy, n at least 1.
        found: array of shape (m, 4), xyxy; m may be 0.
        iou_threshold: the overlap from which a box counts as covered, 0 to 1.

    Returns:
        A float in 0..1.

    Raises:
        TypeError: if the boxes are not numbers.
        ValueError: if there is no true box, these can't be boxes, or the threshold is out of range.

    Source: lecture P136 for the threshold of 0.5.

    >>> recall([[0, 0, 2, 2], [5, 5, 9, 9]], [[0, 0, 2, 3]])
    0.5
    """
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold: expected a number from 0 to 1, got {iou_threshold}")
    truth = boxes.check_boxes(truth, "truth")
    if truth.ndim != 2 or not len(truth):
        raise ValueError(f"truth: expected shape (n, 4) with n >= 1, got {truth.shape}")
    if not np.size(found):
        return 0.0
    found = boxes.check_boxes(found, "found")
    if found.ndim != 2:
        raise ValueError(f"found: expected shape (m, 4), got {found.shape}")
    best = boxes.iou(truth, found).max(axis=1)
    return float(np.mean(best >= iou_threshold))
