"""Sliding windows: counts, places, crops, search, and parity with NumPy's own windows."""

from course_utils import windows

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

COUNTS = [
    (14, 14, 14, 2, 1, "the window is the picture"),
    (16, 16, 14, 2, 4, "the lecture's 16x16: four windows"),
    (28, 28, 14, 2, 64, "the lecture's 28x28: 8x8 windows"),
    (15, 15, 14, 2, 1, "the rest beside the last window is not covered"),
    (4, 5, 3, 1, 6, "2 rows of 3"),
    (4, 5, (3, 2), 1, 8, "a tall window: height comes first"),
    (4, 5, [2, 3], 1, 9, "a list does as well"),
    (10, 10, 3, 100, 1, "a stride larger than the picture leaves the first"),
    (10, 10, 11, 1, 0, "larger than the picture: none"),
    (10, 20, 15, 1, 0, "too tall alone: none"),
    (np.int64(4), np.int32(4), np.int16(2), np.uint8(2), 4, "NumPy's whole numbers"),
]


@pytest.mark.parametrize(
    ("height", "width", "size", "stride", "count"),
    [row[:5] for row in COUNTS],
    ids=[row[5] for row in COUNTS],
)
def test_counts_by_hand(height, width, size, stride, count):
    found = windows.sliding_windows(height, width, size, stride)
    assert found.shape == (count, 4)
    assert found.dtype == np.int32


def test_order_is_row_by_row():
    found = windows.sliding_windows(4, 5, (3, 2), 2).tolist()
    assert found == [[0, 0, 2, 3], [2, 0, 4, 3]]
    found = windows.sliding_windows(5, 4, 2, 2).tolist()
    assert found == [[0, 0, 2, 2], [2, 0, 4, 2], [0, 2, 2, 4], [2, 2, 4, 4]]


SIDES = st.integers(1, 40)


@given(SIDES, SIDES, SIDES, SIDES, st.integers(1, 12))
def test_windows_are_inside_distinct_and_as_many_as_promised(height, width, tall, wide, stride):
    found = windows.sliding_windows(height, width, (tall, wide), stride)
    fits = tall <= height and wide <= width
    count = ((height - tall) // stride + 1) * ((width - wide) // stride + 1) if fits else 0
    assert len(found) == count == len(np.unique(found, axis=0))
    assert (found >= 0).all() and (found <= [width, height, width, height]).all()
    assert (found[:, 2:] - found[:, :2] == [wide, tall]).all()
    assert (found[:, :2] % stride == 0).all()


@pytest.mark.parametrize("stride", [1, 3])
def test_windows_are_numpys(stride):
    picture = np.arange(11 * 13).reshape(11, 13)
    theirs = np.lib.stride_tricks.sliding_window_view(picture, (5, 4))[::stride, ::stride]
    places = windows.sliding_windows(11, 13, (5, 4), stride)
    ours = [picture[y1:y2, x1:x2] for x1, y1, x2, y2 in places]
    np.testing.assert_array_equal(ours, theirs.reshape(-1, 5, 4))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((10, 10, 0, 1), ValueError, "size: expected 1 or more, got 0"),
        ((10, 10, (3, 0), 1), ValueError, "size: expected 1 or more, got 0"),
        ((10, 10, 3, 0), ValueError, "stride: expected 1 or more, got 0"),
        ((0, 10, 3, 1), ValueError, "height: expected 1 or more"),
        ((10, -2, 3, 1), ValueError, "width: expected 1 or more, got -2"),
        ((10, 10, 2.5, 1), TypeError, "size: expected a whole number, got 2.5"),
        ((10, 10, 3, 1.0), TypeError, "stride: expected a whole number, got 1.0"),
        ((10, 10, True, 1), TypeError, "size: expected a whole number, got True"),
        ((10, 10, "3", 1), TypeError, "size: expected a whole number, got '3'"),
        ((10, 10, (3, 3, 3), 1), ValueError, r"size: expected one side or a pair, got \(3, 3, 3\)"),
    ],
)
def test_what_is_no_window_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        windows.sliding_windows(*arguments)


# --- Crops ----------------------------------------------------------------------------------------


def numbered(height, width, channels=1):
    """A picture whose every value is its own place."""
    picture = np.arange(height * width * channels, dtype=np.float32)
    return picture.reshape(height, width, channels)


def test_crops_of_the_same_size_are_the_pixels():
    picture = numbered(9, 11, 3)
    places = windows.sliding_windows(9, 11, 4, 3)
    found = windows.crops(picture, places, size=4)
    expected = [picture[y1:y2, x1:x2] for x1, y1, x2, y2 in places]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_crops_are_averaged_down():
    """Fine lines turn into their mean; samples between pixels would miss them altogether."""
    lines = np.zeros((16, 16, 1))
    lines[::4] = 1
    found = windows.crops(lines, [[0, 0, 16, 16]], size=4)
    np.testing.assert_allclose(found.mean(), 0.25, atol=0.02)
    assert (found > 0.15).all()


def test_crops_of_many_shapes_keep_their_order():
    picture = numbered(20, 30, 2)
    rng = np.random.default_rng(0)
    corners = np.sort(rng.integers(0, 10, (40, 2, 2)), axis=1) + np.array([[0], [1]])
    places = corners.reshape(40, 4)
    together = windows.crops(picture, places, size=5)
    alone = np.concatenate([windows.crops(picture, place[None], size=5) for place in places])
    np.testing.assert_allclose(together, alone, rtol=1e-5)


@pytest.mark.parametrize(
    ("tall", "wide", "size"),
    [(16, 16, 16), (52, 78, 24), (7, 31, 24), (5, 3, 12), (1, 40, 8), (61, 1, 1)],
    ids=["as it is", "shrunk", "shrunk and enlarged", "enlarged", "one row", "one pixel"],
)
def test_crops_are_resized_as_keras_does(tall, wide, size):
    picture = np.random.default_rng(2).random((64, 80, 3)).astype(np.float32)
    places = windows.sliding_windows(64, 80, (tall, wide), 5)
    cut = np.stack([picture[y1:y2, x1:x2] for x1, y1, x2, y2 in places])
    resize = keras.layers.Resizing(size, size, antialias=True, data_format="channels_last")
    expected = keras.ops.convert_to_numpy(resize(cut))
    np.testing.assert_allclose(windows.crops(picture, places, size), expected, atol=2e-6)


def test_many_crops_are_each_in_their_place():
    picture = numbered(40, 40)
    places = windows.sliding_windows(40, 40, 2, 1)
    assert len(places) > 1024
    found = windows.crops(picture, places, size=2)
    np.testing.assert_allclose(found[:, 0, 0, 0], picture[places[:, 1], places[:, 0], 0])


def test_crops_stay_in_the_range_of_the_picture():
    picture = np.random.default_rng(1).random((30, 30, 3)).astype(np.float32)
    found = windows.crops(picture, windows.sliding_windows(30, 30, (9, 17), 4), size=12)
    assert found.shape[1:] == (12, 12, 3)
    assert picture.min() <= found.min() and found.max() <= picture.max() + 1e-6


@pytest.mark.parametrize("windows_", [[], np.zeros((0, 4), np.int32)])
def test_no_windows_no_crops(windows_):
    assert windows.crops(numbered(5, 5, 3), windows_, size=7).shape == (0, 7, 7, 3)


def test_crops_do_not_depend_on_keras_data_format():
    picture, places = numbered(8, 8, 3), [[0, 0, 8, 8]]
    before = keras.config.image_data_format()
    expected = windows.crops(picture, places, size=4)
    try:
        keras.config.set_image_data_format("channels_first")
        np.testing.assert_array_equal(windows.crops(picture, places, size=4), expected)
    finally:
        keras.config.set_image_data_format(before)


@pytest.mark.parametrize(
    ("image", "places", "error", "says"),
    [
        (np.ones((8, 8)), [[0, 0, 4, 4]], ValueError, r"\(height, width, channels\), got \(8, 8\)"),
        (np.ones((8, 9, 1)), [[-1, 0, 4, 4]], ValueError, "inside 9 x 8 pixels"),
        (np.ones((8, 9, 1)), [[0, 0, 9, 9]], ValueError, "inside 9 x 8 pixels"),
        (np.ones((8, 9, 1)), [[0, 0, 4, 4], [3, 3, 3, 5]], ValueError, "not empty"),
        (np.ones((8, 9, 1)), [[4, 4, 0, 0]], ValueError, "not empty"),
        (np.ones((8, 9, 1)), [[0, 0, 4.5, 4]], TypeError, "whole numbers, got dtype float64"),
        (np.ones((8, 9, 1)), [0, 0, 4, 4], ValueError, r"shape \(n, 4\), got \(4,\)"),
    ],
)
def test_crops_that_cannot_be_are_refused(image, places, error, says):
    with pytest.raises(error, match=says):
        windows.crops(image, places, size=4)


# --- Search ---------------------------------------------------------------------------------------


def weighted(crops):
    """A toy classifier that tells left from right and top from bottom."""
    crops = np.asarray(crops)
    down, across = np.mgrid[: crops.shape[1], : crops.shape[2]]
    return (crops[..., 0] * (1 + down + 3 * across)).mean(axis=(1, 2))


def one_by_one(image, classifier, places, threshold, size):
    """The search as a learner writes it: cut, resize, ask, keep."""
    kept, answers = [], []
    for x1, y1, x2, y2 in places:
        crop = keras.ops.image.resize(image[y1:y2, x1:x2], (size, size), antialias=True)
        answer = float(classifier(keras.ops.convert_to_numpy(crop)[None])[0])
        if answer >= threshold:
            kept.append((x1, y1, x2, y2))
            answers.append(answer)
    return np.array(kept).reshape(-1, 4), np.array(answers)


@pytest.mark.parametrize("shape", [(5, 5), (7, 4), (3, 9), (11, 6)])
def test_a_search_is_that_of_one_window_after_the_other(shape):
    image = np.random.default_rng(3).random((14, 20, 1)).astype(np.float32)
    places = windows.sliding_windows(14, 20, shape, 2)
    everything = np.sort(windows.search(image, weighted, places, -np.inf, size=6)[1])
    middle = len(everything) // 2
    threshold = everything[middle - 1 : middle + 1].mean()
    kept, answers = windows.search(image, weighted, places, threshold, size=6)
    expected, expected_answers = one_by_one(image, weighted, places, threshold, 6)
    assert len(kept) == len(everything) - middle
    np.testing.assert_array_equal(kept, expected)
    np.testing.assert_allclose(answers, expected_answers, atol=1e-5)


def test_a_window_on_the_threshold_is_kept():
    image = np.full((4, 8, 1), 0.5)
    image[:, 4:] = 0.25
    places = [[0, 0, 4, 4], [4, 0, 8, 4]]
    kept, answers = windows.search(image, lambda x: x[:, 0, 0, :], places, 0.5, size=4)
    assert (kept.tolist(), answers.tolist()) == ([[0, 0, 4, 4]], [0.5])


@pytest.mark.parametrize("places", [np.zeros((0, 4), int), [[0, 0, 4, 4]]], ids=["none", "one"])
def test_nothing_kept_keeps_its_shape(places):
    kept, answers = windows.search(np.zeros((5, 6, 1)), weighted, places, 1.0, size=4)
    assert (kept.shape, answers.shape) == ((0, 4), (0,))


def test_a_search_asks_a_network_in_parts():
    keras.utils.set_random_seed(4)
    layers = [keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    network = keras.Sequential([keras.Input((4, 4, 3)), *layers])
    image = np.random.default_rng(5).random((60, 60, 3)).astype(np.float32)
    places = windows.sliding_windows(60, 60, 8, 1)
    assert len(places) > 2000
    kept, answers = windows.search(image, network, places, 0.0, size=4)
    expected = network.predict(windows.crops(image, places, 4), verbose=0)[:, 0]
    np.testing.assert_array_equal(kept, places)
    np.testing.assert_allclose(answers, expected, atol=1e-5)


def test_a_classifier_answers_once_a_window():
    with pytest.raises(ValueError, match=r"expected 2 answers, got shape \(2, 2\)"):
        places = [[0, 0, 4, 4], [1, 0, 5, 4]]
        windows.search(np.ones((4, 5, 1)), lambda x: np.ones((len(x), 2)), places, 0.5, size=4)


# --- Jitter and centres ---------------------------------------------------------------------------


def test_jittered_boxes_stay_near_and_inside():
    boxes = np.array([[0, 0, 20, 10], [50, 30, 90, 60]], np.float32)
    moved = windows.jittered(boxes, 0.2, 50, np.random.default_rng(6), height=60, width=90)
    assert moved.shape == (100, 4) and np.issubdtype(moved.dtype, np.integer)
    assert (moved >= 0).all() and (moved <= [90, 60, 90, 60]).all()
    off = np.abs(moved - np.repeat(boxes, 50, axis=0))
    assert (off[:50] <= [4, 2, 4, 2]).all() and (off[50:] <= [8, 6, 8, 6]).all()
    assert (off[:50].max(axis=0) > 0).all(), "left and right, top and bottom edges move"


def test_no_jitter_leaves_boxes_and_no_box_gives_none():
    rng = np.random.default_rng(7)
    assert windows.jittered([[1, 2, 3, 4]], 0, 1, rng, 9, 9).tolist() == [[1, 2, 3, 4]]
    assert windows.jittered(np.zeros((0, 4)), 0.1, 3, rng, 9, 9).shape == (0, 4)
    with pytest.raises(ValueError, match=r"spread: expected 0 to below 0\.5, got 0\.5"):
        windows.jittered([[1, 2, 3, 4]], 0.5, 1, rng, 9, 9)


def test_centers_are_counted_in_their_squares():
    places = windows.sliding_windows(12, 20, (4, 8), 2)
    counts = windows.center_map(places, 12, 20, 4)
    expected = np.zeros((3, 5))
    for x1, y1, x2, y2 in places:
        expected[int((y1 + y2) / 2) // 4, int((x1 + x2) / 2) // 4] += 1
    np.testing.assert_array_equal(counts, expected)
    assert counts.sum() == len(places)
    assert windows.center_map(np.zeros((0, 4)), 12, 20, 4).sum() == 0
    with pytest.raises(ValueError, match="step: 5 does not divide the picture of 20 x 12"):
        windows.center_map(places, 12, 20, 5)
