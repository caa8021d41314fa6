"""Boxes: hand-computed cases, invariants, and parity with Keras."""

from course_utils import boxes

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

PAIRS = [
    ((0, 0, 4, 3), (2, 1, 6, 5), 4 / 24, "the lesson's pair on paper: 4 of 12 + 16 - 4 squares"),
    ((0, 0, 4, 4), (1, 1, 3, 3), 4 / 16, "nested: the inner box is all of the shared part"),
    ((0, 0, 2, 2), (0, 0, 2, 2), 1, "equal"),
    ((0, 0, 2, 2), (2, 0, 4, 2), 0, "sharing an edge is sharing no area"),
    ((0, 0, 2, 2), (2, 2, 4, 4), 0, "sharing a corner"),
    ((0, 0, 1, 1), (3, 4, 5, 6), 0, "apart in x and in y: minus times minus is plus"),
    ((0, 0, 9, 1), (4, 5, 5, 9), 0, "overlapping in x alone"),
    ((0, 0, 3, 3), (0, 0, 3, 3.5), 9 / 10.5, "fractions of a pixel"),
    ((-3, -2, -1, 0), (-2, -1, 0, 1), 1 / 7, "left of and above the picture"),
    ((1, 1, 1, 1), (1, 1, 1, 1), 0, "two empty boxes: 0, and no division by zero"),
    ((0, 0, 2, 2), (1, 1, 1, 1), 0, "one empty box inside the other"),
    ((0, 0, 5, 0), (0, 0, 5, 0), 0, "a line is empty"),
]


@pytest.mark.parametrize(
    ("a", "b", "expected"), [row[:3] for row in PAIRS], ids=[row[3] for row in PAIRS]
)
def test_iou_by_hand(a, b, expected):
    assert boxes.paired_iou(a, b) == pytest.approx(expected, abs=1e-12)
    assert boxes.iou([a], [b]).tolist() == [[pytest.approx(expected, abs=1e-12)]]


@pytest.mark.parametrize(
    ("box", "expected", "why"),
    [
        ((0, 0, 2, 3), 6, "width times height"),
        ((1.5, 1, 2, 3), 1, "fractions"),
        ((-4, -3, -2, -2), 2, "negative coordinates"),
        ((5, 5, 5, 9), 0, "no width"),
        (np.array([0, 0, 200, 200], np.uint8), 40_000, "small integers do not overflow"),
    ],
)
def test_area_by_hand(box, expected, why):
    assert boxes.area(box) == expected, why


def random_boxes(shape=(), largest=1000):
    """Boxes on whole pixels, some of them empty, so that arithmetic with them is exact."""
    numbers = st.integers(-largest, largest)
    corners = arrays.arrays(np.int64, (*shape, 2, 2), elements=numbers)
    return corners.map(lambda found: np.sort(found, axis=-2).reshape(*shape, 4))


FRACTIONS = arrays.arrays(np.float64, (2, 2, 2), elements=st.floats(-1e4, 1e4, width=32)).map(
    lambda found: np.sort(found, axis=-2).reshape(2, 4)
)


@given(FRACTIONS)
def test_iou_is_symmetric_and_in_range(pair):
    score = boxes.paired_iou(*pair)
    assert 0 <= score <= 1
    assert boxes.paired_iou(*pair[::-1]) == score


@given(FRACTIONS)
def test_iou_with_itself_is_one_unless_empty(pair):
    expected = (boxes.area(pair) > 0).astype(float)
    assert boxes.paired_iou(pair, pair).tolist() == expected.tolist()


@given(random_boxes((2,)), st.integers(1, 50), st.tuples(st.integers(-999, 999), st.integers(0, 9)))
def test_iou_ignores_scale_and_place(pair, scale, shift):
    moved = scale * pair + np.tile(shift, 2)
    assert boxes.paired_iou(*moved) == pytest.approx(boxes.paired_iou(*pair), abs=1e-12)


@given(random_boxes((2,)))
def test_iou_ignores_which_axis_is_which(pair):
    assert boxes.paired_iou(*pair[:, [1, 0, 3, 2]]) == boxes.paired_iou(*pair)


@given(random_boxes((2,), largest=10), st.integers(1, 9))
def test_growing_boxes_never_lowers_what_they_share(pair, margin):
    def shared(a, b):
        score, areas = boxes.paired_iou(a, b), boxes.area(a) + boxes.area(b)
        return score * areas / (1 + score)

    grown = pair + margin * np.array([-1, -1, 1, 1])
    assert shared(*grown) >= shared(*pair) - 1e-9


@given(random_boxes((4,)), random_boxes((3,)))
def test_table_agrees_with_pairs(some, others):
    table = boxes.iou(some, others)
    assert table.shape == (4, 3)
    for (row, column), score in np.ndenumerate(table):
        assert score == boxes.paired_iou(some[row], others[column])


@pytest.mark.parametrize(
    ("shape_a", "shape_b", "expected", "why"),
    [
        ((3, 4), (2, 4), (3, 2), "one picture"),
        ((5, 3, 4), (5, 2, 4), (5, 3, 2), "a batch against a batch"),
        ((5, 3, 4), (2, 4), (5, 3, 2), "a batch against one list, such as anchors"),
        ((2, 1, 3, 4), (5, 2, 4), (2, 5, 3, 2), "leading axes broadcast"),
        ((0, 4), (2, 4), (0, 2), "no boxes on one side"),
        ((5, 0, 4), (5, 0, 4), (5, 0, 0), "no boxes at all"),
    ],
)
def test_shapes_of_iou(shape_a, shape_b, expected, why):
    assert boxes.iou(np.zeros(shape_a), np.zeros(shape_b)).shape == expected, why


@pytest.mark.parametrize(
    ("shape_a", "shape_b", "expected"),
    [((4,), (4,), ()), ((3, 4), (3, 4), (3,)), ((7, 1, 4), (3, 4), (7, 3)), ((0, 4), (4,), (0,))],
)
def test_shapes_of_paired_iou(shape_a, shape_b, expected):
    assert boxes.paired_iou(np.zeros(shape_a), np.zeros(shape_b)).shape == expected


def test_iou_leaves_its_arguments_alone():
    some, others = np.array([[0.0, 0, 2, 2]]), np.array([[1.0, 1, 3, 3]])
    before = some.copy(), others.copy()
    boxes.iou(some, others)
    assert np.array_equal(some, before[0]) and np.array_equal(others, before[1])


# --- Formats --------------------------------------------------------------------------------------

LECTURE = [
    ((30, 55, 70, 85), 100, 100, (0.5, 0.7, 0.3, 0.4), "the lecture's example"),
    ((0, 0, 640, 480), 480, 640, (0.5, 0.5, 1, 1), "the whole picture"),
    ((0, 0, 64, 24), 96, 128, (0.25, 0.125, 0.25, 0.5), "height comes before width"),
    ((128, 96, 128, 96), 96, 128, (1, 1, 0, 0), "a point in the far corner"),
    ((-64, 0, 64, 96), 96, 128, (0, 0.5, 1, 1), "half outside: not clipped"),
]


@pytest.mark.parametrize(
    ("corners", "height", "width", "expected"),
    [row[:4] for row in LECTURE],
    ids=[row[4] for row in LECTURE],
)
def test_formats_by_hand(corners, height, width, expected):
    found = boxes.xyxy_to_lecture(corners, height, width)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(boxes.lecture_to_xyxy(expected, height, width), corners, atol=1e-9)


SIZES = st.integers(1, 4000)


@given(random_boxes((2, 3), largest=4000), SIZES, SIZES)
def test_round_trip_within_a_millionth_of_a_pixel(corners, height, width):
    there = boxes.xyxy_to_lecture(corners, height, width)
    assert there.shape == (2, 3, 4)
    back = boxes.lecture_to_xyxy(there, height, width)
    np.testing.assert_allclose(back, corners, rtol=0, atol=1e-6)


@given(arrays.arrays(np.float64, (5, 4), elements=st.floats(-3, 3)), SIZES, SIZES)
def test_whatever_a_network_says_becomes_a_box(numbers, height, width):
    corners = boxes.lecture_to_xyxy(numbers, height, width)
    np.testing.assert_array_equal(boxes.check_boxes(corners), corners)
    centers = (corners[:, :2] + corners[:, 2:]) / 2
    np.testing.assert_allclose(centers, numbers[:, :2] * [width, height], atol=1e-6)


def test_label_order_is_the_lectures():
    label = np.array([1, 0.5, 0.7, 0.3, 0.4, 0, 1, 0])
    assert label[boxes.PC] == 1
    assert label[boxes.BOX].tolist() == [0.5, 0.7, 0.3, 0.4]
    assert label[boxes.CLASSES].tolist() == [0, 1, 0]
    assert len(boxes.LABEL) == 8


# --- Parity with Keras ----------------------------------------------------------------------------

TO_CENTER_XYWH = [0, 1, 3, 2]  # the lecture's bx, by, bh, bw as Keras orders them; its own inverse


def sample_boxes(shape, seed):
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(0, 200, (*shape, 2, 2)), axis=-2).reshape(*shape, 4)


def test_iou_is_keras_compute_iou():
    some, others = sample_boxes((6, 20), 0), sample_boxes((6, 30), 1)
    theirs = keras.utils.bounding_boxes.compute_iou(some, others, bounding_box_format="xyxy")
    theirs = keras.ops.convert_to_numpy(theirs)
    np.testing.assert_allclose(boxes.iou(some, others), theirs, atol=1e-5)


def test_formats_are_keras_convert_format():
    corners, height, width = sample_boxes((40,), 2), 240, 320
    convert = keras.utils.bounding_boxes.convert_format
    size = {"height": height, "width": width}
    theirs = convert(corners, source="xyxy", target="rel_center_xywh", **size)
    theirs = keras.ops.convert_to_numpy(theirs)
    ours = boxes.xyxy_to_lecture(corners, height, width)
    np.testing.assert_allclose(ours[:, TO_CENTER_XYWH], theirs, atol=1e-6)
    theirs = convert(ours[:, TO_CENTER_XYWH], source="rel_center_xywh", target="xyxy", **size)
    theirs = keras.ops.convert_to_numpy(theirs)
    np.testing.assert_allclose(boxes.lecture_to_xyxy(ours, height, width), theirs, atol=1e-3)


def test_keras_tensors_are_taken():
    box = keras.ops.convert_to_tensor([[0.0, 0, 2, 2]])
    assert boxes.iou(box, box).tolist() == [[1]]
    assert boxes.lecture_to_xyxy(box, 1, 1).shape == (1, 4)


# --- Errors ---------------------------------------------------------------------------------------

REFUSED = [
    ([[0, 0, 1]], ValueError, r"boxes: expected shape \(\.\.\., 4\), got \(1, 3\)", "three"),
    (7, ValueError, r"got \(\)", "a number"),
    ([], ValueError, r"got \(0,\)", "an empty list has no axis of 4"),
    ([0, 0, np.nan, 1], ValueError, "expected finite numbers, got nan", "nan"),
    ([0, 0, np.inf, 1], ValueError, "expected finite numbers", "infinity"),
    ([2, 0, 1, 1], ValueError, r"x1 <= x2 .*\[2.*, 1.*\].*another format than xyxy", "x inverted"),
    ([0, 3, 1, 1], ValueError, "y1 <= y2", "y inverted"),
    ([[0, 0, 1, 1], [0, 3, 1, 1]], ValueError, r"at \[1\]", "the error names the box"),
    (["a", "b", "c", "d"], TypeError, "boxes: expected numbers, got dtype <U1", "text"),
    ([True, True, True, True], TypeError, "got dtype bool", "a mask is no box"),
    ([0, 0, 1j, 1], TypeError, "got dtype complex", "complex numbers"),
    (None, TypeError, "got dtype object", "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "error", "says"), [r[:3] for r in REFUSED], ids=[r[3] for r in REFUSED]
)
def test_what_is_no_box_is_refused(wrong, error, says):
    for function in (
        boxes.check_boxes,
        boxes.area,
        lambda found: boxes.xyxy_to_lecture(found, 10, 10),
    ):
        with pytest.raises(error, match=says):
            function(wrong)


@pytest.mark.parametrize("function", [boxes.iou, boxes.paired_iou])
def test_errors_name_the_argument(function):
    good, bad = [[0, 0, 1, 1]], [[2, 0, 1, 1]]
    with pytest.raises(ValueError, match="boxes_a"):
        function(bad, good)
    with pytest.raises(ValueError, match="boxes_b"):
        function(good, bad)


def test_a_single_box_is_sent_to_paired_iou():
    with pytest.raises(ValueError, match=r"boxes_b: .*got \(4,\); .*use paired_iou"):
        boxes.iou([[0, 0, 1, 1]], [0, 0, 1, 1])


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5), (np.nan, 5)])
@pytest.mark.parametrize("convert", [boxes.xyxy_to_lecture, boxes.lecture_to_xyxy])
def test_a_picture_without_a_size_is_refused(convert, size):
    with pytest.raises(ValueError, match="height and a width above 0, got"):
        convert([0, 0, 1, 1], *size)


def test_lecture_boxes_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"expected shape \(\.\.\., 4\), got \(2, 8\)"):
        boxes.lecture_to_xyxy(np.zeros((2, 8)), 10, 10)
