"""The grid: owners by hand, numbers by hand, round trips, parity with a loop, refusals."""

from course_utils import boxes, grid

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

OWNERS = [
    ([10, 20, 50, 40], (0, 0), "inside the first cell"),
    ([100, 60, 120, 100], (1, 1), "inside another cell"),
    ([0, 0, 300, 100], (1, 1), "the whole picture: its midpoint lies in the middle column"),
    ([-300, -100, 600, 200], (1, 1), "larger than the picture"),
    ([90, 10, 110, 20], (0, 1), "on an inner border: the cell right of it"),
    ([10, 40, 20, 60], (1, 0), "on an inner border: the cell below it"),
    ([190, 40, 210, 60], (1, 2), "on a corner of four cells: right of it and below it"),
    ([300, 10, 300, 20], (0, 2), "on the right border of the picture: the last column"),
    ([10, 100, 20, 100], (1, 0), "on the lower border of the picture: the last row"),
    ([0, 0, 0, 0], (0, 0), "on the first corner"),
    ([99.9, 10, 99.9, 20], (0, 0), "just before the border"),
]


@pytest.mark.parametrize(("box", "owner"), [row[:2] for row in OWNERS], ids=[r[2] for r in OWNERS])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_owner_by_hand(box, owner, dtype):
    box = np.array([box])
    if dtype == "int64" and not (box == box.astype(dtype)).all():
        return
    found = grid.owner_cells(box.astype(dtype), (2, 3), height=100, width=300)
    assert found.dtype == np.int64
    assert found.tolist() == [list(owner)]


@pytest.mark.parametrize("cells", [1, 2, 3, 7, 19])
@pytest.mark.parametrize("size", [19, 57, 96, 418])
def test_every_border_belongs_to_the_cell_behind_it(cells, size):
    if size % cells:
        return
    x = np.arange(cells + 1) * (size // cells)
    found = grid.owner_cells(np.stack([x, x, x, x], axis=-1), (cells, cells), size, size)
    expected = np.minimum(np.arange(cells + 1), cells - 1)
    assert (found == expected[:, None]).all()


def test_encode_by_hand():
    y = grid.encode([[30, 55, 70, 85]], [1], (1, 1), 100, 100)
    np.testing.assert_allclose(y[0, 0], [1, 0.5, 0.7, 0.3, 0.4, 0, 1, 0])  # P131's car
    assert y.dtype == np.float32
    y = grid.encode([[90, 20, 230, 100]], [2], (2, 3), height=100, width=300)
    np.testing.assert_allclose(y[1, 1], [1, 0.6, 0.2, 1.6, 1.4, 0, 0, 1], rtol=1e-6)
    y[1, 1] = 0
    assert not y.any()


def test_two_midpoints_in_one_cell_the_first_stays():
    pair, labels = np.array([[0, 0, 20, 20], [4, 4, 24, 24]]), np.array([2, 0])
    for order in ([0, 1], [1, 0]):
        y = grid.encode(pair[order], labels[order], (2, 2), 100, 100)
        assert y[..., boxes.PC].sum() == 1
        assert y[0, 0, 5:].argmax() == labels[order[0]]
        np.testing.assert_allclose(grid.decode(y, 100, 100)[0, 0], pair[order[0]], atol=1e-4)


def test_unused_rows_and_empty_lists():
    alone = grid.encode([[0, 0, 9, 9]], [0], (3, 3), 30, 30)
    padded = grid.encode([[0, 0, 0, 0], [0, 0, 9, 9], [0, 0, 0, 0]], [-1, 0, -1], (3, 3), 30, 30)
    np.testing.assert_array_equal(alone, padded)
    assert grid.encode(np.zeros((0, 4)), [], (3, 2), 30, 30).shape == (3, 2, 8)
    assert not grid.encode(np.zeros((2, 0, 4)), np.zeros((2, 0), int), (3, 2), 30, 30).any()
    assert grid.encode(np.zeros((0, 5, 4)), np.zeros((0, 5), int), (3, 2), 9, 9).shape[0] == 0
    assert grid.owner_cells(np.zeros((0, 4)), (3, 2), 30, 30).shape == (0, 2)


def random_batch(rng, pictures, height, width):
    count = int(rng.integers(1, 9))
    corners = np.sort(rng.uniform(0, 1, (pictures, count, 2, 2)), axis=2)
    found = corners.reshape(pictures, count, 4) * [width, height, width, height]
    return found, rng.integers(-1, 4, (pictures, count))


def by_loop(found, labels, rows, columns, height, width):
    """A second implementation, box by box."""
    y = np.zeros((len(found), rows, columns, 9))
    for picture, row_of_boxes in enumerate(found):
        for box, label in zip(row_of_boxes, labels[picture], strict=True):
            if label < 0:
                continue
            bx, by, bh, bw = boxes.xyxy_to_lecture(box, height, width)
            row, column = int(by * rows), int(bx * columns)
            if y[picture, row, column, 0] == 0:
                y[picture, row, column, :5] = (
                    1, bx * columns - column, by * rows - row, bh * rows, bw * columns,
                )  # fmt: skip
                y[picture, row, column, 5 + label] = 1
    return y


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7))
def test_equal_to_a_loop_and_back(seed, rows, columns):
    rng = np.random.default_rng(seed)
    height, width = rng.uniform(20, 400, 2)
    found, labels = random_batch(rng, 3, height, width)
    y = grid.encode(found, labels, (rows, columns), height, width, classes=4)
    np.testing.assert_allclose(
        y, by_loop(found, labels, rows, columns, height, width), atol=1e-5, rtol=1e-5
    )
    pairs = zip(found, labels, strict=True)
    single = [grid.encode(*pair, (rows, columns), height, width, classes=4) for pair in pairs]
    np.testing.assert_array_equal(y, single)

    own = y[..., boxes.PC] == 1
    decoded = grid.decode(y, height, width)[own]
    owners = grid.owner_cells(found[labels >= 0], (rows, columns), height, width)
    assert len(decoded) <= len(owners)
    for box in decoded:
        off = np.abs(found[labels >= 0] - box).max(axis=-1).min()
        assert off <= 1e-6 * max(height, width)


def test_swapped_axes_swap_the_numbers():
    rng = np.random.default_rng(135)
    found, labels = random_batch(rng, 20, 40, 90)
    y = grid.encode(found, labels, (3, 5), 40, 90, classes=4)
    turned = grid.encode(found[..., [1, 0, 3, 2]], labels, (5, 3), 90, 40, classes=4)
    turned = turned.swapaxes(1, 2)[..., [0, 2, 1, 4, 3, 5, 6, 7, 8]]
    np.testing.assert_array_equal(y, turned)


def test_decode_of_a_network():
    y = np.zeros((2, 2, 3, 8), "float32")
    y[0, 1, 2, 1:5] = 0.5, 0.5, -0.2, 2
    y[1, 0, 1, 1:5] = 1.5, 0.5, 4, 1
    found = grid.decode(y, height=20, width=60)
    assert found.dtype == np.float32
    assert found[0, 1, 2].tolist() == [30, 15, 70, 15], "negative height: 0; not clipped"
    assert found[1, 0, 1].tolist() == [40, -15, 60, 25], "a midpoint beside its cell is kept"
    assert found[0, 0, 0].tolist() == [0, 0, 0, 0]
    assert found[0, 1, 1].tolist() == [20, 10, 20, 10], "zeros: the cell's top left corner"
    assert grid.decode(y[0], 20, 60).shape == (2, 3, 4)
    assert grid.decode(y.astype(int), 20, 60).dtype == np.float64


REFUSED = [
    (lambda: grid.owner_cells([[0, 0, 9, 9]], 3, 9, 9), ValueError, "pair", "one number"),
    (lambda: grid.owner_cells([[0, 0, 9, 9]], (3, 0), 9, 9), ValueError, "1 or more", "no column"),
    (lambda: grid.owner_cells([[0, 0, 9, 9]], (3, 1.5), 9, 9), TypeError, "whole", "half a column"),
    (lambda: grid.owner_cells([[9, 0, 0, 9]], (3, 3), 9, 9), ValueError, "x1 <= x2", "inverted"),
    (lambda: grid.owner_cells([[0, 0, 9, 9]], (3, 3), 0, 9), ValueError, "above 0", "no height"),
    (lambda: grid.owner_cells([[8, 0, 12, 9]], (3, 3), 9, 9), ValueError, "clip", "outside"),
    (lambda: grid.encode([0, 0, 9, 9], 1, (3, 3), 9, 9), ValueError, "list of boxes", "one box"),
    (lambda: grid.encode([[0, 0, 9, 9]], [3], (3, 3), 9, 9), ValueError, "to 2", "no such class"),
    (lambda: grid.encode([[0, 0, 9, 9]], [-2], (3, 3), 9, 9), ValueError, "-1", "below -1"),
    (lambda: grid.encode([[0, 0, 9, 9]], [1, 2], (3, 3), 9, 9), ValueError, "one a box", "two"),
    (lambda: grid.encode([[0, 0, 9, 9]], [0.5], (3, 3), 9, 9), TypeError, "whole", "half a class"),
    (lambda: grid.decode(np.zeros((3, 8)), 9, 9), ValueError, "rows, columns", "one axis"),
    (lambda: grid.decode(np.zeros((3, 3, 4)), 9, 9), ValueError, "5 or more", "no Pc"),
    (lambda: grid.decode(np.full((3, 3, 8), "a"), 9, 9), TypeError, "numbers", "texts"),
    (lambda: grid.decode(np.zeros((3, 3, 8)), 9, 0), ValueError, "above 0", "no width"),
]


@pytest.mark.parametrize(
    ("call", "error", "words"), [row[:3] for row in REFUSED], ids=[row[3] for row in REFUSED]
)
def test_refused_with_advice(call, error, words):
    with pytest.raises(error, match=words):
        call()
