"""Scores of label maps: by hand, invariants, and parity with scikit-learn and scikit-image."""

from course_utils import metrics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from keras import ops
from scipy import ndimage
from skimage.segmentation import find_boundaries
from sklearn.metrics import jaccard_score

MAPS = arrays.arrays(np.int32, (2, 2, 7, 9), elements=st.integers(0, 3))


@given(MAPS)
def test_class_iou_is_scikit_learns(pair):
    scores = metrics.class_iou(*pair, classes=4)
    present = np.union1d(*pair)
    expected = jaccard_score(pair[0].ravel(), pair[1].ravel(), labels=present, average=None)
    assert scores[present] == pytest.approx(expected)
    assert np.isnan(np.delete(scores, present)).all()


@given(MAPS)
def test_class_iou_is_symmetric(pair):
    one, other = metrics.class_iou(*pair, classes=4), metrics.class_iou(*pair[::-1], classes=4)
    np.testing.assert_equal(one, other)


def test_class_iou_leaves_ignored_pixels_out():
    truth, predicted = [[0, 255], [1, 1]], [[0, 0], [1, 0]]
    scores = metrics.class_iou(truth, predicted, classes=2, ignore=255)
    assert scores.tolist() == [0.5, 0.5]


def test_class_iou_of_keras_tensors():
    tensor = ops.convert_to_tensor(np.array([[0, 1]], np.int32))
    assert metrics.class_iou(tensor, tensor, classes=2).tolist() == [1, 1]


def by_distance(truth, predicted, tolerance):
    """F1 of one class in one picture, by distances and scikit-image's boundaries."""
    outlines = [find_boundaries(mask, connectivity=1, mode="inner") for mask in (truth, predicted)]
    if not (outlines[0].any() and outlines[1].any()):
        return 0.0 if outlines[0].any() or outlines[1].any() else np.nan
    far = [ndimage.distance_transform_edt(~outline) for outline in outlines]
    precision = (far[0][outlines[1]] <= tolerance).mean()
    recall = (far[1][outlines[0]] <= tolerance).mean()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@given(MAPS, st.sampled_from([0, 1, 1.5, 2, 3]))
def test_boundary_f1_is_what_distances_say(pair, tolerance):
    scores = metrics.boundary_f1(*pair, classes=4, tolerance=tolerance)
    for label in range(4):
        masks = zip(pair[0] == label, pair[1] == label, strict=True)
        expected = np.array([by_distance(*both, tolerance) for both in masks])
        expected = expected[~np.isnan(expected)]
        mean = expected.mean() if expected.size else np.nan
        assert scores[label] == pytest.approx(mean, nan_ok=True)


def by_dilation(truth, predicted, classes, tolerance):
    """Boundary F1 of one picture, class by class, by growing the outlines by a disk."""
    reach = np.arange(-int(tolerance), int(tolerance) + 1)
    disk = reach[:, None] ** 2 + reach**2 <= tolerance**2
    scores = []
    for label in range(classes):
        outlines = [
            find_boundaries(labels == label, connectivity=1, mode="inner")
            for labels in (truth, predicted)
        ]
        grown = [ndimage.binary_dilation(outline, disk) for outline in outlines]
        met = (grown[0] & outlines[1]).sum() / max(outlines[1].sum(), 1)
        met_back = (grown[1] & outlines[0]).sum() / max(outlines[0].sum(), 1)
        both = met + met_back
        f1 = 2 * met * met_back / both if both else 0.0
        scores.append(f1 if outlines[0].any() or outlines[1].any() else np.nan)
    return scores


@pytest.mark.parametrize("tolerance", [0, 0.9, 1, 1.4, 1.5, 2.3, 5, 8, 17])
def test_boundary_f1_is_that_of_grown_outlines_at_every_tolerance(tolerance):
    rng = np.random.default_rng(143)
    blocks = rng.integers(0, 4, (2, 5, 7)).repeat(6, axis=1).repeat(5, axis=2)
    truth, predicted = blocks[0], np.where(rng.uniform(size=(30, 35)) < 0.1, blocks[1], blocks[0])
    predicted = np.roll(predicted, (3, -1), axis=(0, 1))
    scores = metrics.boundary_f1(truth[None], predicted[None], classes=5, tolerance=tolerance)
    np.testing.assert_allclose(scores, by_dilation(truth, predicted, 5, tolerance))


def test_boundary_f1_takes_any_tolerance():
    far = metrics.boundary_f1(square(0, 0), square(9, 9), classes=2, tolerance=np.inf)
    assert far.tolist() == [1, 1], "each outline is within any distance of the other"
    alone = metrics.boundary_f1(square(0, 0), square(0, 0) * 0, classes=2, tolerance=1e9)
    assert alone.tolist() == [0, 0], "an outline without any other is never met"


@given(MAPS)
def test_boundary_f1_grows_with_the_tolerance_and_is_symmetric(pair):
    strict, loose = (metrics.boundary_f1(*pair, classes=4, tolerance=t) for t in (1, 2))
    assert (np.isnan(strict) | (strict <= loose)).all()
    np.testing.assert_allclose(strict, metrics.boundary_f1(*pair[::-1], classes=4))


def square(top, left, side=6):
    labels = np.zeros((1, 16, 16), int)
    labels[0, top : top + side, left : left + side] = 1
    return labels


@pytest.mark.parametrize(
    ("predicted", "tolerance", "expected", "why"),
    [
        (square(4, 4), 0, 1, "the same outline"),
        (square(4, 5), 0, 0.5, "20 pixels each, the two long sides share 5 of 6: 10 of 20 met"),
        (square(4, 5), 1, 1, "one pixel beside is met"),
        (square(5, 5), 1, 0.95, "of a diagonal step, one corner of 20 in each is 1.4 away"),
        (square(5, 5), 1.5, 1, "and within 1.5"),
        (np.zeros((1, 16, 16), int), 2, 0, "nothing predicted"),
    ],
)
def test_boundary_f1_by_hand(predicted, tolerance, expected, why):
    scores = metrics.boundary_f1(square(4, 4), predicted, classes=2, tolerance=tolerance)
    assert scores[1] == pytest.approx(expected), why


def test_boundary_f1_without_outlines_is_nan_and_the_channel_axis_may_stay():
    plain = np.zeros((2, 8, 8, 1), np.uint8)
    assert np.isnan(metrics.boundary_f1(plain, plain, classes=2)).all()


@pytest.mark.parametrize("score", [metrics.class_iou, metrics.boundary_f1])
@pytest.mark.parametrize(
    ("truth", "predicted", "classes", "error", "says"),
    [
        (square(4, 4), square(4, 4) * 0.5, 2, TypeError, "predicted: .*take the argmax"),
        (square(4, 4), square(4, 4)[:, :9], 2, ValueError, "label maps of one shape"),
        (square(4, 4), square(4, 4) * 9, 2, ValueError, "predicted: expected labels 0 to 1, got 9"),
        (-square(4, 4), square(4, 4), 2, ValueError, "truth: expected labels 0 to 1, got -1"),
        (square(4, 4), square(4, 4), 0, ValueError, "number of classes of at least 1, got 0"),
    ],
)
def test_refuses(score, truth, predicted, classes, error, says):
    with pytest.raises(error, match=says):
        score(truth, predicted, classes)


def test_boundary_f1_refuses():
    with pytest.raises(ValueError, match=r"shape \(n, height, width\), got \(16, 16\)"):
        metrics.boundary_f1(square(4, 4)[0], square(4, 4)[0], classes=2)
    with pytest.raises(ValueError, match="tolerance: expected pixels of 0 or more, got -1"):
        metrics.boundary_f1(square(4, 4), square(4, 4), classes=2, tolerance=-1)


@pytest.mark.parametrize(
    ("truth", "ignore", "says"),
    [
        ([[255, 255]], 255, "each of the 2 is 255; leave such a picture out"),
        ([[0, 0]], 0, "each of the 2 is 0"),
        (np.zeros((0, 4, 4), int), None, "there is none"),
    ],
    ids=["all void", "the only class", "no picture"],
)
def test_class_iou_without_a_pixel_that_counts(truth, ignore, says):
    with pytest.raises(ValueError, match=says):
        metrics.class_iou(truth, np.zeros_like(truth), classes=2, ignore=ignore)


@pytest.mark.parametrize("score", [metrics.class_iou, metrics.boundary_f1])
def test_a_count_of_classes_out_of_numpy(score):
    pair = square(4, 4), square(4, 5)
    expected = score(*pair, classes=2)
    np.testing.assert_array_equal(score(*pair, classes=np.uint8(2)), expected)
