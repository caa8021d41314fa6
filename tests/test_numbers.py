"""Numbers that once came out wrong without a word: narrow types, ties, labels, thresholds."""

import tracemalloc

from course_utils import boxes, metrics, pretrained, windows

import numpy as np
import pytest
from keras import ops

LARGE = [0, 0, 300, 300]  # an area of 90,000: above float16's 65,504
ONE = {"boxes": [[0, 0, 1, 1]], "labels": [0]}
FOUND = {**ONE, "scores": [0.5]}
NONE = {"boxes": [], "labels": [], "scores": []}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.float16, np.float16),
        (np.float16, np.float32),
        (np.float16, np.int64),
        (np.uint16, np.uint16),
        (np.float32, np.float64),
    ],
)
def test_large_boxes_of_narrow_types(a, b):
    one, other = np.array(LARGE, a), np.array(LARGE, b)
    assert boxes.area(one) == 90_000
    assert boxes.paired_iou(one, other) == 1
    assert boxes.iou(one[None], other[None]).tolist() == [[1]]
    assert metrics.mean_iou(one[None], other[None]) == 1
    assert metrics.recall(one[None], other[None]) == 1


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_boxes_from_keras(dtype):
    assert boxes.iou(*[ops.cast([[0, 0, 256, 256]], dtype)] * 2).tolist() == [[1]]


def test_iou_is_the_same_in_pieces():
    corners = np.random.default_rng(1).uniform(0, 9, (2, 3, 40, 2, 2))
    first, second = np.sort(corners, axis=-2).reshape(2, 3, 40, 4)
    whole = boxes.paired_iou(first[:, :, None], second[:, None])
    assert (boxes.iou(first, second) == whole).all()
    many = np.tile(first[0], (200, 1))
    assert (boxes.iou(many, second[0]) == np.tile(whole[0], (200, 1))).all()


def test_iou_of_many_boxes_needs_little_more_than_its_result():
    corners = np.random.default_rng(1).uniform(0, 9, (100_000, 2, 2))
    many = np.sort(corners, axis=1).reshape(-1, 4).astype(np.float32)
    tracemalloc.start()
    result = boxes.iou(many, many[:100])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * result.nbytes


@pytest.mark.parametrize("score", [-np.inf, 0.0, 1e300])
def test_tied_scores_count_half(score):
    assert metrics.roc_auc([0, 1, 0, 1], [score] * 4) == 0.5


def test_a_collapsed_net_verifies_by_chance():
    one = np.random.default_rng(1).normal(size=64)
    assert metrics.verification_auc(np.tile(one, (25, 1)), np.arange(25) % 5) == 0.5


def test_windows_of_narrow_whole_numbers():
    sides = np.array([200, 200, 100, 50], np.uint8)
    assert (windows.sliding_windows(*sides) == windows.sliding_windows(200, 200, 100, 50)).all()


def test_classes_may_be_numpys():
    scores = metrics.average_precision([ONE], [FOUND], classes=np.int64(1))
    assert scores["ap"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        (lambda: boxes.iou([[0, 0, 1, 1], [0, 0]], [LARGE]), ValueError, "rows of one length"),
        (lambda: boxes.lecture_to_xyxy([0.5, np.nan, 1, 1], 9, 9), ValueError, "finite numbers"),
        (lambda: boxes.lecture_to_xyxy([True] * 4, 9, 9), TypeError, "expected numbers"),
        (lambda: metrics.recall([LARGE], [LARGE], 50), ValueError, "from 0 to 1, got 50"),
        (lambda: metrics.recall([LARGE], [LARGE], np.nan), ValueError, "from 0 to 1, got nan"),
        (
            lambda: metrics.average_precision([{**ONE, "labels": []}], [NONE]),
            ValueError,
            r"truth\[0\]: expected boxes of shape \(0, 4\), got \(1, 4\)",
        ),
        (
            lambda: metrics.average_precision([ONE], [{**FOUND, "labels": [], "scores": []}]),
            ValueError,
            r"predicted\[0\]: expected boxes of shape \(0, 4\)",
        ),
        (
            lambda: metrics.average_precision([{**ONE, "labels": [2**62]}], [NONE]),
            ValueError,
            "the largest label is 4611686018427387904",
        ),
        (
            lambda: metrics.average_precision([{**ONE, "labels": [50_000]}], [NONE]),
            ValueError,
            "say classes=50001",
        ),
        *(
            (
                lambda boxes=boxes: metrics.average_precision([{**ONE, "boxes": boxes}], [NONE]),
                TypeError,
                "expected numbers",
            )
            for boxes in ([[0, 0, 1, 1j]], [["0", "0", "1", "1"]], [[True] * 4])
        ),
        (
            lambda: pretrained.preprocess(ops.ones((1, 2, 2, 3), "uint8")),
            TypeError,
            "divide by 255",
        ),
    ],
)
def test_refused_in_words(function, error, words):
    with pytest.raises(error, match=words):
        function()
