"""Scores: hand-computed cases, invariants, and parity with scikit-learn."""

from course_utils import metrics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import accuracy_score

LABELS = arrays.arrays(np.int64, (2, 12), elements=st.integers(0, 3))


@given(LABELS)
def test_accuracy_is_scikit_learns(pair):
    score = metrics.accuracy(*pair)
    assert score == accuracy_score(*pair)
    assert type(score) is float


@given(LABELS, st.permutations(range(12)))
def test_accuracy_ignores_the_order(pair, order):
    assert metrics.accuracy(*pair[:, order]) == metrics.accuracy(*pair)


def test_accuracy_counts_pixels_of_any_shape():
    assert metrics.accuracy([[0, 1], [2, 2]], [[0, 1], [2, 0]]) == 0.75
    assert metrics.accuracy([[True]], [[False]]) == 0


@pytest.mark.parametrize(
    ("truth", "predicted", "says"),
    [
        ([1, 2], [1], r"one shape, got \(2,\) of truth, \(1,\) predicted"),
        ([[1], [2]], [1, 2], "one shape"),  # would broadcast to four comparisons
        ([], [], "at least one label, got none"),
    ],
)
def test_accuracy_refuses(truth, predicted, says):
    with pytest.raises(ValueError, match=says):
        metrics.accuracy(truth, predicted)


BOX, FAR = [0, 0, 2, 2], [9, 9, 12, 12]


@pytest.mark.parametrize(
    ("truth", "predicted", "expected", "why"),
    [
        ([BOX], [BOX], 1, "a perfect prediction"),
        ([BOX, FAR], [BOX, BOX], 0.5, "one right, one elsewhere"),
        ([BOX, FAR], [FAR, BOX], 0, "each against its own prediction, not the best one"),
        ([BOX, BOX], [[0, 0, 2, 1], [0, 0, 1, 1]], 0.375, "the mean of a half and a quarter"),
    ],
)
def test_mean_iou_by_hand(truth, predicted, expected, why):
    assert metrics.mean_iou(truth, predicted) == pytest.approx(expected), why


@pytest.mark.parametrize(
    ("truth", "predicted", "says"),
    [
        ([BOX, FAR], [BOX], r"one shape, got \(2, 4\) of truth, \(1, 4\) predicted"),
        (np.zeros((0, 4)), np.zeros((0, 4)), "at least one box, got none"),
        ([BOX], [[2, 2, 0, 0]], "another format than xyxy"),
    ],
)
def test_mean_iou_refuses(truth, predicted, says):
    with pytest.raises(ValueError, match=says):
        metrics.mean_iou(truth, predicted)


@pytest.mark.parametrize(
    ("found", "threshold", "expected", "why"),
    [
        ([BOX, FAR], 0.5, 1, "both found"),
        ([BOX], 0.5, 0.5, "one of two found"),
        ([BOX, BOX, BOX], 0.5, 0.5, "found three times counts once"),
        ([[0, 0, 2, 1]], 0.5, 0.5, "IoU of exactly the threshold is enough"),
        ([[0, 0, 2, 1]], 0.51, 0, "a stricter threshold"),
        ([[5, 5, 7, 7]], 0.5, 0, "found nothing that is there"),
        ([], 0.5, 0, "found nothing: a list"),
        (np.zeros((0, 4)), 0.5, 0, "found nothing: an array"),
    ],
)
def test_recall_by_hand(found, threshold, expected, why):
    assert metrics.recall([BOX, FAR], found, threshold) == expected, why


@given(
    arrays.arrays(np.int64, (5, 2, 2), elements=st.integers(0, 20)),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
)
def test_recall_falls_with_the_threshold_and_grows_with_boxes(corners, one, other):
    found = np.sort(corners, axis=1).reshape(5, 4)
    truth = [[0, 0, 10, 10], [5, 5, 20, 20]]
    low, high = sorted([one, other])
    assert metrics.recall(truth, found, low) >= metrics.recall(truth, found, high)
    assert metrics.recall(truth, found, high) >= metrics.recall(truth, found[:2], high)


@pytest.mark.parametrize(
    ("truth", "found", "says"),
    [
        (np.zeros((0, 4)), [BOX], r"n >= 1, got \(0, 4\)"),
        (BOX, [BOX], r"truth: expected shape \(n, 4\)"),
        ([BOX], [[2, 0, 0, 2]], "found: .*another format than xyxy"),
        ([BOX], np.zeros((4, 3)), r"found: expected shape .*4\), got \(4, 3\)"),
    ],
)
def test_recall_refuses(truth, found, says):
    with pytest.raises(ValueError, match=says):
        metrics.recall(truth, found)
