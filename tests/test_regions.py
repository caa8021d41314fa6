"""Regions: proposals, deltas, RoI pooling, recall; by hand, invariants, parity with TensorFlow."""

from course_utils import regions
from course_utils.boxes import iou
from course_utils.worlds import streets

import numpy as np
import pytest
import tensorflow as tf


def random_boxes(rng, count, width, height):
    """Boxes with sides above 0, inside."""
    corner = rng.random((count, 2)) * [width, height] * 0.8
    sides = rng.uniform(0.05, 1, (count, 2)) * ([width, height] - corner)
    return np.concatenate([corner, corner + sides], axis=1)


DELTAS = [
    ([0, 0, 20, 10], [0, 0, 20, 10], [0, 0, 0, 0], "equal"),
    ([0, 0, 20, 10], [10, 0, 30, 10], [0.5, 0, 0, 0], "right by half a width"),
    ([0, 0, 20, 10], [0, 5, 20, 15], [0, 0.5, 0, 0], "down by half a height"),
    ([0, 0, 20, 10], [-10, 0, 30, 10], [0, 0, np.log(2), 0], "twice as wide"),
    ([0, 0, 20, 10], [0, 0, 20, 5], [0, -0.25, 0, -np.log(2)], "the upper half"),
]


@pytest.mark.parametrize(
    ("region", "box", "delta"), [d[:3] for d in DELTAS], ids=[d[3] for d in DELTAS]
)
def test_deltas_by_hand(region, box, delta):
    np.testing.assert_allclose(regions.box_deltas(region, box), delta, atol=1e-9)
    np.testing.assert_allclose(regions.apply_deltas(region, delta), box, atol=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_deltas_there_and_back(seed):
    rng = np.random.default_rng(seed)
    one, other = random_boxes(rng, 30, 90, 50), random_boxes(rng, 30, 90, 50)
    delta = regions.box_deltas(one, other)
    np.testing.assert_allclose(regions.apply_deltas(one, delta), other, atol=1e-9)
    np.testing.assert_allclose(regions.box_deltas(one * 3, other * 3), delta, atol=1e-9)
    every = regions.box_deltas(one[:, None], other[None])
    np.testing.assert_allclose(every[np.arange(30), np.arange(30)], delta)


def test_wild_deltas_stay_finite():
    assert np.isfinite(regions.apply_deltas([0, 0, 9, 9], [0, 0, 1e4, 1e4])).all()


@pytest.mark.parametrize("seed", range(10))
def test_roi_pool_is_crop_and_resize(seed):
    rng = np.random.default_rng(seed)
    rows, columns, size = (int(n) for n in rng.integers(2, 12, 3))
    features = rng.normal(size=(rows, columns, 3)).astype("float32")
    found = random_boxes(rng, 9, columns - 1, rows - 1)
    found[0] = 0, 0, columns - 1, rows - 1
    scaled = found[:, [1, 0, 3, 2]] / ([rows - 1, columns - 1] * 2)
    args = features[None], scaled.astype("float32"), np.zeros(9, int), (size, size)
    expected = tf.image.crop_and_resize(*args)
    np.testing.assert_allclose(regions.roi_pool(features, found, size), expected, atol=1e-4)


def test_roi_pool_of_nothing():
    assert regions.roi_pool(np.zeros((3, 4, 2)), np.zeros((0, 4)), 5).shape == (0, 5, 5, 2)


def test_recall_by_hand():
    true = [[0, 0, 9, 9], [20, 0, 30, 9], [0, 20, 9, 29]]
    assert regions.proposal_recall(true, true) == 1
    assert regions.proposal_recall(true, [true[1], true[1]]) == pytest.approx(1 / 3)
    assert regions.proposal_recall(true, []) == 0
    assert regions.proposal_recall(true[:1], [[0, 0, 9, 4.5]]) == 1, "exactly on the threshold"
    assert np.isnan(regions.proposal_recall(np.zeros((0, 4)), true))


def test_proposals_hold_objects():
    batch = streets.load(12, split="test", objects=(1, 3), object_height=(0.2, 0.6), moments=1)
    recalls = []
    for image, found, kinds in zip(batch["images"], *batch["bounding_boxes"].values(), strict=True):
        proposed = regions.propose(image)
        assert len(np.unique(proposed, axis=0)) == len(proposed) < 1500
        assert (proposed >= 0).all() and (proposed <= 128).all()
        sides = proposed[:, 2:] - proposed[:, :2]
        assert (sides >= [6, 12]).all() and (sides.prod(axis=1) <= 0.5 * 128**2).all()
        recalls.append(iou(found[kinds >= 0], proposed).max(axis=1) >= 0.5)
    assert np.concatenate(recalls).mean() > 0.7


def test_one_colour_proposes_nothing():
    assert regions.propose(np.zeros((30, 50, 3))).shape == (0, 4)


def test_neighbours_by_a_loop():
    segments = np.random.default_rng(1).integers(0, 9, (6, 7))
    pairs = set()
    for row, column in np.ndindex(6, 7):
        for down, right in ((1, 0), (0, 1)):
            if row + down < 6 and column + right < 7:
                pair = segments[row, column], segments[row + down, column + right]
                pairs |= {tuple(sorted(map(int, pair)))} if pair[0] != pair[1] else set()
    assert regions.neighbours(segments).tolist() == [list(pair) for pair in sorted(pairs)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: regions.propose(np.zeros((9, 9))), r"\(height, width, 3\), got \(9, 9\)"),
        (lambda: regions.box_deltas([0, 0, 0, 9], [0, 0, 9, 9]), "regions: expected boxes with"),
        (lambda: regions.box_deltas([0, 0, 9, 9], [0, 0, 9, 0]), "boxes: expected boxes with"),
        (lambda: regions.roi_pool(np.zeros((3, 4)), [[0, 0, 1, 1]], 2), "rows, columns, channels"),
        (lambda: regions.roi_pool(np.zeros((3, 4, 1)), [[0, 0, 1, 1]], 1), "2 or more samples"),
        (lambda: regions.roi_pool(np.zeros((3, 4, 1)), [[0, 0, 3.5, 1]], 2), "0 to 3 x 0 to 2"),
    ],
)
def test_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
