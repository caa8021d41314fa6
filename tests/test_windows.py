"""Sliding windows: counts, places, crops, and parity with NumPy's own windows."""

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
