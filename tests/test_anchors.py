"""Anchors: IoU of shapes, k-means, encode and decode; by hand, against a loop, refusals."""

from course_utils import anchors, boxes, grid

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

TALL, WIDE = [80, 20], [30, 80]
BOTH = np.array([TALL, WIDE])

PAIRS = [
    ([4, 2], [4, 2], 1, "equal"),
    ([4, 2], [2, 4], 1 / 3, "turned: 4 of 12"),
    ([4, 2], [8, 4], 1 / 4, "twice as large"),
    ([0.5, 0.25], [0.25, 0.25], 1 / 2, "fractions"),
    ([6, 2], [3, 4], 6 / 18, "neither holds the other"),
    ([0, 0], [0, 0], 0, "two empty ones"),
    ([0, 5], [3, 4], 0, "one without height"),
]


@pytest.mark.parametrize(("one", "other", "iou"), [r[:3] for r in PAIRS], ids=[r[3] for r in PAIRS])
def test_shape_iou_by_hand(one, other, iou):
    assert anchors.shape_iou([one], [other])[0, 0] == pytest.approx(iou)
    assert anchors.shape_iou([other], [one])[0, 0] == pytest.approx(iou)


@given(st.integers(0, 2**32 - 1), st.integers(0, 6), st.integers(0, 6))
def test_shape_iou_is_that_of_boxes_on_one_centre(seed, n, m):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0, 90, (n, 2)), rng.uniform(0, 90, (m, 2))
    centred = [np.concatenate([-s, s], axis=1)[:, [1, 0, 3, 2]] / 2 for s in (a, b)]
    np.testing.assert_allclose(anchors.shape_iou(a, b), boxes.iou(*centred), atol=1e-9)
    np.testing.assert_allclose(anchors.shapes_of(centred[0]), a, atol=1e-9)


def test_narrow_types_do_not_overflow():
    shapes = np.array([[200, 250], [100, 125]], np.uint8)
    assert anchors.shape_iou(shapes, shapes).tolist() == [[1, 0.25], [0.25, 1]]
    assert anchors.shape_iou(shapes.astype("float16"), shapes)[0, 1] == 0.25
    assert anchors.shape_iou(shapes.astype("float32"), shapes.astype("float32")).dtype == np.float32


def test_of_equal_anchors_the_first():
    assert anchors.assign([[5, 5], [9, 9]], [[2, 5], [5, 2], [8, 9], [8, 9]]).tolist() == [0, 2]


def test_step_by_hand_and_an_empty_cluster():
    shapes = np.array([[4.0, 2], [6, 2], [2, 8]])
    moved = anchors.kmeans_step(shapes, [[4, 1], [500, 500], [1, 4]])
    np.testing.assert_allclose(moved, [[5, 2], [500, 500], [2, 8]])
    unmoved = anchors.kmeans_step(np.zeros((0, 2)), BOTH)
    np.testing.assert_array_equal(unmoved, BOTH)


def random_shapes(rng, count):
    """Tall, wide and square ones of many sizes."""
    kinds = np.array([[1.0, 0.3], [0.5, 1.2], [0.9, 0.9]])[rng.integers(0, 3, count)]
    return kinds * np.exp(rng.normal(3, 0.5, (count, 1))) * rng.uniform(0.8, 1.2, (count, 2))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_kmeans_invariants(seed, count):
    rng = np.random.default_rng(seed)
    shapes = random_shapes(rng, 60)
    found = anchors.kmeans(shapes, count, np.random.default_rng(seed))
    again = anchors.kmeans(shapes, count, np.random.default_rng(seed))
    np.testing.assert_array_equal(found, again)
    assert found.shape == (count, 2)
    assert (np.diff(found.prod(axis=1)) >= 0).all()
    larger = anchors.kmeans(3 * shapes, count, np.random.default_rng(seed))
    np.testing.assert_allclose(larger, 3 * found, rtol=1e-6)
    turned = anchors.kmeans(shapes[:, ::-1], count, np.random.default_rng(seed))
    expected = anchors.mean_best_iou(shapes, found)
    assert anchors.mean_best_iou(shapes[:, ::-1], turned) == pytest.approx(expected)


def test_kmeans_finds_separate_clusters():
    rng = np.random.default_rng(138)
    centres = np.array([[8.0, 20], [40, 12], [50, 90]])
    shapes = np.repeat(centres, 30, axis=0) * rng.uniform(0.97, 1.03, (90, 2))
    found = anchors.kmeans(shapes, 3, rng)
    np.testing.assert_allclose(found, centres, rtol=0.02)
    assert anchors.mean_best_iou(shapes, found) > 0.95


def test_as_many_anchors_as_different_shapes():
    shapes = np.array([[4, 2], [4, 2], [2, 4], [9, 9], [4, 2]])
    for seed in range(20):
        found = anchors.kmeans(shapes, 3, np.random.default_rng(seed))
        assert anchors.mean_best_iou(shapes, found) == 1
    with pytest.raises(ValueError, match="1 to 3"):
        anchors.kmeans(shapes, 4, np.random.default_rng(0))


def test_encode_by_hand():
    pedestrian, car = [140, 10, 160, 90], [110, 55, 190, 85]  # midpoints (150, 50), (150, 70)
    y = anchors.encode([car, pedestrian], [1, 0], BOTH, (2, 3), height=100, width=300)
    assert y.shape == (2, 3, 2, 8)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y[1, 1, 0], [1, 0.5, 0.0, 1.6, 0.2, 1, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(y[1, 1, 1], [1, 0.5, 0.4, 0.6, 0.8, 0, 1, 0], rtol=1e-6)
    y[1, 1] = 0
    assert not y.any()


LOST = [
    ([0, 1], 2, "a tall and a wide one: both stay"),
    ([0, 0], 1, "two tall ones: one is lost"),
    ([0, 1, 1], 2, "three objects: one is lost"),
    ([0, 1, 0, 1, 1], 2, "however many"),
]


@pytest.mark.parametrize(("kinds", "kept"), [row[:2] for row in LOST], ids=[r[2] for r in LOST])
def test_what_a_cell_can_hold(kinds, kept):
    sides = BOTH[kinds][:, ::-1] * np.linspace(0.8, 1, len(kinds))[:, None]
    found = np.concatenate([50 - sides / 2, 50 + sides / 2], axis=1)
    labels = np.arange(len(kinds))
    y = anchors.encode(found, labels, BOTH, (1, 1), 100, 100, classes=5)
    assert y[..., boxes.PC].sum() == kept
    for kind in set(kinds):
        assert y[0, 0, kind, 5:].argmax() == kinds.index(kind), "the first of the list stays"


def by_loop(found, labels, shapes, rows, columns, height, width):
    """A second implementation, box by box."""
    y = np.zeros((rows, columns, len(shapes), 9))
    for box, label in zip(found, labels, strict=True):
        if label < 0:
            continue
        bx, by, bh, bw = boxes.xyxy_to_lecture(box, height, width)
        row, column = min(int(by * rows), rows - 1), min(int(bx * columns), columns - 1)
        ious = []
        for tall, wide in shapes:
            shared = min(tall, bh * height) * min(wide, bw * width)
            ious.append(shared / (tall * wide + bh * height * bw * width - shared))
        place = row, column, int(np.argmax(ious))
        if y[place][0] == 0:
            y[place][:5] = 1, bx * columns - column, by * rows - row, bh * rows, bw * columns
            y[place][5 + label] = 1
    return y


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4),
    st.integers(1, 9),
)  # fmt: skip
def test_equal_to_a_loop_and_back(seed, rows, columns, count, n):
    rng = np.random.default_rng(seed)
    height, width = rng.uniform(20, 400, 2)
    found = np.sort(rng.uniform(0, 1, (3, n, 2, 2)), axis=2).reshape(3, n, 4)
    found *= [width, height, width, height]
    labels = rng.integers(-1, 4, (3, n))
    shapes = rng.uniform(0.1, 0.9, (count, 2)) * [height, width]
    y = anchors.encode(found, labels, shapes, (rows, columns), height, width, classes=4)
    expected = [
        by_loop(*pair, shapes, rows, columns, height, width)
        for pair in zip(found, labels, strict=True)
    ]
    np.testing.assert_allclose(y, expected, atol=1e-5, rtol=1e-5)
    decoded = anchors.decode(y, height, width)
    assert decoded.shape == (3, rows, columns, count, 4)
    for picture in range(3):
        for box in decoded[picture][y[picture, ..., boxes.PC] == 1]:
            off = np.abs(found[picture][labels[picture] >= 0] - box).max(axis=-1).min()
            assert off <= 1e-6 * max(height, width)


def test_one_anchor_is_the_plain_grid():
    rng = np.random.default_rng(5)
    found = np.sort(rng.uniform(0, 1, (8, 2, 2)), axis=1).reshape(8, 4) * [300, 100, 300, 100]
    labels = rng.integers(-1, 3, 8)
    y = anchors.encode(found, labels, [[9, 7]], (3, 4), 100, 300)
    np.testing.assert_array_equal(y[:, :, 0], grid.encode(found, labels, (3, 4), 100, 300))
    assert not anchors.encode(np.zeros((0, 4)), [], BOTH, (3, 4), 100, 300).any()


RNG = np.random.default_rng
REFUSED = [
    (lambda: anchors.shape_iou([4, 2], [[4, 2]]), ValueError, "list", "one shape"),
    (lambda: anchors.shape_iou([[4, 2, 1]], [[4, 2]]), ValueError, "heights", "three numbers"),
    (lambda: anchors.shape_iou([[4, -2]], [[4, 2]]), ValueError, "0 or larger", "negative"),
    (lambda: anchors.shape_iou([[4, np.nan]], [[4, 2]]), ValueError, "finite", "nan"),
    (lambda: anchors.shape_iou([["a", "b"]], [[4, 2]]), TypeError, "numbers", "texts"),
    (lambda: anchors.assign([[4, 2]], np.zeros((0, 2))), ValueError, "1 or more", "no anchor"),
    (lambda: anchors.mean_best_iou(np.zeros((0, 2)), BOTH), ValueError, "1 or more", "no shape"),
    (lambda: anchors.kmeans_step([BOTH], BOTH), ValueError, "one list", "a batch"),
    (lambda: anchors.kmeans(BOTH, 0, RNG(0)), ValueError, "1 to 2", "no cluster"),
    (lambda: anchors.kmeans(BOTH, 1, RNG(0), steps=0), ValueError, "steps", "no step"),
    (lambda: anchors.encode([0, 0, 9, 9], 1, BOTH, (3, 3), 9, 9), ValueError, "label", "one box"),
    (lambda: anchors.encode([[0, 0, 9, 9]], [1, 2], BOTH, (3, 3), 9, 9), ValueError, "each", "two"),
    (lambda: anchors.encode([[0, 0, 9, 9]], [3], BOTH, (3, 3), 9, 9), ValueError, "to 2", "class"),
    (lambda: anchors.encode([[0, 0, 9, 9]], [0], BOTH, 3, 9, 9), ValueError, "pair", "one number"),
    (lambda: anchors.decode(np.zeros((3, 3, 8)), 9, 9), ValueError, "anchors", "no anchor axis"),
    (lambda: anchors.decode(np.zeros((3, 3, 2, 4)), 9, 9), ValueError, "5 or more", "no Pc"),
]


@pytest.mark.parametrize(
    ("call", "error", "words"), [row[:3] for row in REFUSED], ids=[row[3] for row in REFUSED]
)
def test_refused_with_advice(call, error, words):
    with pytest.raises(error, match=words):
        call()
