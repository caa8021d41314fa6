"""Yes or no by a threshold: the ROC curve, its area, and the rate where both errors are equal.

A score says how sure one is of yes. For distances, where small means the same person, give
`-distance`.
"""

import numpy as np
from scipy.spatial import distance


def roc_curve(truth, scores):
    """Rates of yes among the true noes and among the true yeses, for each threshold.

    Args:
        truth: array (n,), 0 or False for no (two people), 1 or True for yes (the same person).
        scores: array (n,), higher is surer of yes.

    Returns:
        A tuple of float arrays (thresholds,), as `sklearn.metrics.roc_curve` gives them with
        `drop_intermediate=False`:

        - the false positive rate, rising from 0 to 1: noes accepted (false acceptance); nan where
          there is no no;
        - the true positive rate, rising from 0 to 1: yeses accepted; nan where there is no yes;
        - the thresholds, falling from infinity: each accepts scores from it on.

    Raises:
        TypeError: if the scores are not numbers.
        ValueError: if there is nothing, shapes differ, the truth is not 0 and 1, or a score is nan.

    Source: lectures P147 and P149.

    >>> false_positive, true_positive, thresholds = roc_curve([0, 1, 1], [0.1, 0.4, 0.9])
    >>> true_positive.tolist(), thresholds.tolist()
    ([0.0, 0.5, 1.0, 1.0], [inf, 0.9, 0.4, 0.1])
    """
    truth, scores = _checked(truth, scores)
    order = np.argsort(-scores, kind="stable")
    truth, scores = truth[order], scores[order]
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)  # of equal scores
    yes, no = np.cumsum(truth)[last], np.cumsum(~truth)[last]
    false_positive = np.concatenate([[0], no]) / (no[-1] or np.nan)
    true_positive = np.concatenate([[0], yes]) / (yes[-1] or np.nan)
    return false_positive, true_positive, np.concatenate([[np.inf], scores[last]])


def roc_auc(truth, scores):
    """Area under the ROC curve: how often a yes scores higher than a no, ties counting half.

    Args:
        truth: array (n,), 0 or False for no, 1 or True for yes.
        scores: array (n,), higher is surer of yes.

    Returns:
        A float: 1 for perfect order, 0.5 for chance, 0 for perfect order the wrong way round. It is
        nan if there are only yeses or only noes.

    Raises:
        TypeError: if the scores are not numbers.
        ValueError: if there is nothing, shapes differ, the truth is not 0 and 1, or a score is nan.

    Source: lectures P147 to P149.

    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    false_positive, true_positive, _ = roc_curve(truth, scores)
    return float(np.trapezoid(true_positive, false_positive))


def equal_error_rate(truth, scores):
    """The rate at which as many noes are accepted as yeses refused.

    Thresholds are finite in number, so the ROC curve is taken as straight between its points.

    Args:
        truth: array (n,), 0 or False for no, 1 or True for yes.
        scores: array (n,), higher is surer of yes.

    Returns:
        A float in 0..1: 0 for a perfect verifier, about 0.5 for chance. It is nan if there are only
        yeses or only noes.

    Raises:
        TypeError: if the scores are not numbers.
        ValueError: if there is nothing, shapes differ, the truth is not 0 and 1, or a score is nan.

    Source: lecture P149.

    >>> equal_error_rate([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.8, 0.3, 0.9, 0.95]).__round__(3)
    0.333
    """
    false_positive, true_positive, _ = roc_curve(truth, scores)
    # How far acceptance exceeds refusal: -1 where all are refused, 1 where all are accepted.
    excess = false_positive - (1 - true_positive)
    if np.isnan(excess).any():
        return float("nan")
    return float(np.interp(0, excess, false_positive))


def verification_auc(encodings, identities):
    """ROC AUC of "same person" by the distance of encodings, over all pairs of pictures.

    Args:
        encodings: array (n, d), one row of numbers a picture.
        identities: array (n,), who is on each picture.

    Returns:
        A float, as `roc_auc` gives it for the n (n - 1) / 2 pairs; nan if all are of one person, or
        no two are.

    Raises:
        ValueError: if there are fewer than two pictures, or not one identity for each row.

    Source: lectures P147 to P149.

    >>> verification_auc([[0.0, 0.1], [0.1, 0.0], [0.9, 1.0]], [7, 7, 8])
    1.0
    """
    encodings, identities = np.asarray(encodings, np.float64), np.asarray(identities)
    if encodings.ndim != 2 or len(encodings) < 2 or identities.shape != encodings.shape[:1]:
        raise ValueError(
            "encodings and identities: expected shapes (n, d) and (n,), n at least 2; got "
            f"{encodings.shape} and {identities.shape}"
        )
    # Not by |a|^2 + |b|^2 - 2ab: its rounding would put equal pairs into an order.
    distances = distance.pdist(encodings, "sqeuclidean")
    first, second = np.triu_indices(len(identities), 1)
    return roc_auc(identities[first] == identities[second], -distances)


def _checked(truth, scores):
    truth, scores = np.asarray(truth), np.asarray(scores)
    if truth.ndim != 1 or truth.shape != scores.shape:
        raise ValueError(
            f"expected truth and scores of one shape (n,), got {truth.shape} and {scores.shape}"
        )
    if not truth.size:
        raise ValueError("expected at least one score, got none")
    if not np.isin(truth, (0, 1)).all():
        raise ValueError(f"truth: expected 0 for no and 1 for yes, got {np.unique(truth)[:5]}")
    if scores.dtype.kind not in "biuf":
        raise TypeError(f"scores: expected numbers, got {scores.dtype}")
    scores = scores.astype(np.float64)
    if np.isnan(scores).any():
        raise ValueError("scores: expected numbers, got nan")
    return truth.astype(bool), scores
