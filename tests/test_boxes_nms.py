"""Non-max suppression: cases worked out by hand, invariants, and parity with TensorFlow."""

from course_utils import boxes

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

CAR = [0, 0, 10, 5]
SHIFTED = [1, 0, 11, 5]  # IoU with CAR: 45 / 55
HALF = [0, 0, 5, 5]  # IoU with CAR: 25 / 50
THREE_FIFTHS = [0, 0, 6, 5]  # IoU with CAR: 30 / 50
FAR = [50, 50, 60, 60]
EMPTY = [3, 3, 3, 3]

CASES = [
    ([], [], 0.5, [], "no boxes: nothing, and no error"),
    ([CAR], [0.1], 0.5, [0], "one box, however low: the lowest Pc is not this function's business"),
    ([CAR, SHIFTED], [0.7, 0.9], 0.5, [1], "the higher score speaks, not the first in the list"),
    ([CAR, FAR], [0.7, 0.9], 0.5, [1, 0], "apart: both stay, in order of score"),
    ([CAR, CAR, CAR], [0.5, 0.5, 0.5], 0.5, [0], "identical boxes and scores: the lowest index"),
    ([CAR, CAR], [0.5, 0.5], 1.0, [0, 1], "nothing is above 1: identical boxes stay"),
    ([FAR, CAR], [0.5, 0.5], 0.5, [0, 1], "equal scores: the lower index first"),
    ([CAR, HALF], [0.9, 0.8], 0.5, [0, 1], "IoU exactly on the threshold stays"),
    ([CAR, HALF], [0.9, 0.8], 0.49, [0], "and goes just below it"),
    ([CAR, THREE_FIFTHS], [0.9, 0.8], 0.6, [0, 1], "on a threshold that binary cannot write"),
    ([CAR, FAR], [0.9, 0.8], 0.0, [0, 1], "threshold 0: boxes that share nothing stay"),
    ([CAR, [9, 4, 19, 9]], [0.9, 0.8], 0.0, [0], "threshold 0: a single shared pixel is too much"),
    ([CAR, [10, 0, 20, 5]], [0.9, 0.8], 0.0, [0, 1], "touching is sharing nothing"),
    ([CAR, [20, 9, 30, 14]], [0.9, 0.8], 0.0, [0, 1], "apart in x and y: minus times minus"),
    ([EMPTY, EMPTY, CAR], [0.9, 0.8, 0.7], 0.0, [0, 1, 2], "empty boxes overlap nothing"),
    ([[0, 0, 9, 9], [4, 0, 13, 9], [8, 0, 17, 9]], [0.9, 0.8, 0.7], 0.3, [0, 2],
     "a chain: the dropped one in the middle drops nobody"),
    ([[-10, -5, 0, 0], [-9, -5, 1, 0]], [0.9, 0.8], 0.5, [0], "outside the picture"),
    ([CAR, SHIFTED], [-2.0, -1.0], 0.5, [1], "negative scores, as logits are"),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize(
    ("given_boxes", "scores", "threshold", "expected"),
    [row[:4] for row in CASES],
    ids=[row[4] for row in CASES],
)
def test_by_hand_and_as_tensorflow(given_boxes, scores, threshold, expected, dtype):
    array = np.array(given_boxes, dtype).reshape(-1, 4)
    scores = np.array(scores, float)
    kept = boxes.non_max_suppression(array, scores, threshold)
    assert kept.tolist() == expected
    assert kept.dtype == np.int64
    assert tensorflow(array, scores, threshold) == expected


def tensorflow(array, scores, threshold):
    """The same by TensorFlow, whose boxes are y1, x1, y2, x2."""
    swapped = array[:, [1, 0, 3, 2]].astype("float32")
    count = max(len(array), 1)
    found = tf.image.non_max_suppression(swapped, scores.astype("float32"), count, threshold)
    return found.numpy().tolist()


def random_set(rng, most=40, largest=12):
    """Whole-pixel boxes, coarse scores: ties, identical and empty boxes, IoU on the threshold."""
    count = rng.integers(0, most + 1)
    corners = np.sort(rng.integers(0, largest, size=(count, 2, 2)), axis=1)
    return corners.reshape(count, 4), rng.integers(0, 6, size=count) / 5


@given(
    st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.6, 0.75, 1.0])
)
def test_as_tensorflow_on_whole_pixels(seed, threshold):
    array, scores = random_set(np.random.default_rng(seed))
    kept = boxes.non_max_suppression(array, scores, threshold)
    assert kept.tolist() == tensorflow(array, scores, threshold)
    single = boxes.non_max_suppression(array.astype("float32"), scores, np.float64(threshold))
    assert single.tolist() == kept.tolist()


@pytest.mark.parametrize("objects", [1, 20, 200, 1000])
def test_as_tensorflow_on_many_boxes(objects):
    """Several groups of boxes, settled one after the other, in float32 with fractions."""
    rng = np.random.default_rng(objects)
    owner = rng.integers(0, objects, 1000)
    centers = rng.uniform(0, 1000, (objects, 2))[owner] + rng.normal(0, 6, (1000, 2))
    sides = rng.uniform(20, 90, (objects, 2))[owner]
    array = np.hstack([centers - sides / 2, centers + sides / 2]).astype("float32")
    scores = rng.integers(0, 50, 1000) / 50
    for threshold in (0.3, 0.5, 0.7):
        kept = boxes.non_max_suppression(array, scores, threshold)
        assert kept.tolist() == tensorflow(array, scores, threshold)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.5]))
def test_labels_are_one_run_a_class(seed, threshold):
    rng = np.random.default_rng(seed)
    array, scores = random_set(rng, most=100)
    labels = rng.choice([-1, 0, 7], size=len(array))
    kept = boxes.non_max_suppression(array, scores, threshold, labels)
    runs = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        run = boxes.non_max_suppression(array[of_class], scores[of_class], threshold)
        runs.extend(of_class[run].tolist())
    assert kept.tolist() == sorted(runs, key=lambda index: (-scores[index], index))
    shifted = array + 12 * (labels[:, None] + 1)  # 12: a box is nowhere wider
    assert boxes.non_max_suppression(shifted, scores, threshold).tolist() == kept.tolist()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.5]))
def test_kept_are_apart_and_dropped_have_a_reason(seed, threshold):
    array, scores = random_set(np.random.default_rng(seed), most=150)
    kept = boxes.non_max_suppression(array, scores, threshold)
    assert (np.diff(scores[kept]) <= 0).all()
    table = boxes.iou(array, array)
    assert (table[np.ix_(kept, kept)][np.triu_indices(len(kept), 1)] <= threshold).all()
    for dropped in set(range(len(array))) - set(kept.tolist()):
        reasons = [k for k in kept if table[k, dropped] > threshold]
        assert any((-scores[k], k) < (-scores[dropped], dropped) for k in reasons)
    again = boxes.non_max_suppression(array[kept], scores[kept], threshold)
    assert again.tolist() == list(range(len(kept))), "a second run drops nothing"


def test_inputs_stay_as_they_were():
    array, scores, labels = np.array([CAR, SHIFTED], float), np.array([0.7, 0.9]), np.array([1, 1])
    before = array.copy(), scores.copy(), labels.copy()
    boxes.non_max_suppression(array, scores, 0.5, labels)
    for now, then in zip((array, scores, labels), before, strict=True):
        assert (now == then).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((CAR, [0.5]), ValueError, r"a list of boxes, shape \(n, 4\), got \(4,\)"),
        (([CAR], [0.5, 0.6]), ValueError, r"one a box, shape \(1,\), got \(2,\)"),
        (([CAR], [[0.5]]), ValueError, r"one a box, shape \(1,\), got \(1, 1\)"),
        (([CAR], ["0.5"]), TypeError, "scores: expected numbers"),
        (([CAR], [np.nan]), ValueError, "nan or infinity"),
        (([CAR], [0.5], 1.5), ValueError, "from 0 to 1, got 1.5"),
        (([CAR], [0.5], np.nan), ValueError, "from 0 to 1, got nan"),
        (([CAR], [0.5], 0.5, [1, 2]), ValueError, r"labels: expected one a box, shape \(1,\)"),
        (([CAR], [0.5], 0.5, [0.5]), TypeError, "labels: expected whole numbers"),
        (([[9, 0, 1, 5]], [0.5]), ValueError, "another format than xyxy"),
    ],
)
def test_refusals(arguments, error, message):
    with pytest.raises(error, match=message):
        boxes.non_max_suppression(*arguments)
