"""Landmarks and joints against the truth, in units of the face or the body."""

import numpy as np


def landmark_error(truth, predicted, eyes):
    """Normalised mean error of faces: mean distance of landmarks, as a share of that of the eyes.

    The distance between the eyes (inter-ocular distance) is taken between the centres of the true
    eyes, each the mean of its landmarks. So 0.04 is an error of 4% of it, whatever the size of the
    picture.

    Args:
        truth: array (n, landmarks, 2), x and y in pixels or any other unit.
        predicted: array of the same shape, in the same unit.
        eyes: a pair that says which landmarks are the right and the left eye, each a number, a
            list of numbers or a slice.

    Returns:
        Float array (n,): the error of each face, 0 or more. The mean over faces is its `.mean()`.

    Raises:
        TypeError: if the points are not numbers.
        ValueError: if shapes differ or are others, a point is not finite, or the eyes of a face
            are at one place.

    Source: lecture P132; Sagonas et al. 2013, "300 Faces in-the-Wild Challenge", for the measure.

    >>> truth = [[[2, 5], [8, 5], [5, 9]]]  # two eyes 6 apart, and a mouth
    >>> landmark_error(truth, [[[2, 5], [8, 5], [5, 9.9]]], eyes=(0, 1)).round(3).tolist()
    [0.05]
    """
    truth, predicted = _points(truth, predicted)
    right, left = (truth[:, np.atleast_1d(np.r_[eye])].mean(axis=1) for eye in eyes)
    between = np.linalg.norm(right - left, axis=-1)
    if (between == 0).any():
        place = int(np.flatnonzero(between == 0)[0])
        raise ValueError(f"face {place}: expected a distance between the eyes above 0, got 0")
    return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between


def pck(truth, predicted, visible=None, share=0.1, size=None):
    """Percentage of correct keypoints: share of visible joints met within a share of the body.

    Args:
        truth: array (n, joints, 2), x and y in pixels or any other unit.
        predicted: array of the same shape, in the same unit.
        visible: bool array (n, joints): which joints count; None counts all.
        share: what share of the body's size still counts as met, above 0; 0.1 is PCK@0.1.
        size: array (n,), the size of each body in the unit of the points; None takes the longer
            side of the box around the body's true joints, hidden ones included.

    Returns:
        A float in 0..1: joints that count and lie no farther than `share * size` from the truth,
        divided by joints that count. It is nan if none counts.

    Raises:
        TypeError: if the points are not numbers.
        ValueError: if shapes differ or are others, a point is not finite, or a body has no size.

    Source: lecture P132; Yang and Ramanan 2013, "Articulated Human Detection with Flexible
    Mixtures of Parts", for the measure.

    >>> truth = [[[0, 0], [0, 100]]]  # a body 100 high: 10 pixels are allowed
    >>> pck(truth, [[[6, 8], [0, 111]]])
    0.5
    """
    truth, predicted = _points(truth, predicted)
    counts = np.ones(truth.shape[:2], bool) if visible is None else np.asarray(visible)
    if counts.shape != truth.shape[:2]:
        raise ValueError(f"visible: expected shape {truth.shape[:2]}, got {counts.shape}")
    if size is None:
        size = np.ptp(truth, axis=1).max(axis=-1)
    size = np.asarray(size, np.float64)
    if size.shape != truth.shape[:1] or not (size > 0).all():
        raise ValueError(f"size: expected shape {truth.shape[:1]}, above 0, got {size!r}")
    if not share > 0:
        raise ValueError(f"share: expected a number above 0, got {share}")
    met = np.linalg.norm(truth - predicted, axis=-1) <= share * size[:, None]
    counts = counts.astype(bool)
    return float(met[counts].mean()) if counts.any() else float("nan")


def _points(truth, predicted):
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    for name, points in (("truth", truth), ("predicted", predicted)):
        if points.dtype.kind not in "iuf":
            raise TypeError(f"{name}: expected numbers, got {points.dtype}")
        if not np.isfinite(points).all():
            raise ValueError(f"{name}: expected finite points, got nan or infinity")
    if truth.ndim != 3 or truth.shape[-1] != 2 or truth.shape != predicted.shape or not truth.size:
        raise ValueError(
            "expected points of one shape (n, points, 2), n at least 1, got "
            f"{truth.shape} of truth, {predicted.shape} predicted"
        )
    return truth.astype(np.float64), predicted.astype(np.float64)
