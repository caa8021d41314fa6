"""YOLO: targets, decode, loss, detect, the net: by hand, there and back, by loops; refusals."""

from functools import cache

from course_utils import anchors, boxes, weights, yolo
from course_utils.metrics import average_precision
from course_utils.worlds import streets

import keras
import numpy as np
import pytest
from metrics.test_average_precision import pycocotools

SHAPES = np.array([[60.0, 20], [30, 90]])
PERSON, CAR = [140, 65, 160, 115], [110, 80, 195, 110]
PAPER = (2, 3), 120, 300


def logits(y):
    """The outputs that say a target."""
    with np.errstate(divide="ignore"):
        first = np.clip(np.log(y[..., :3]) - np.log1p(-y[..., :3]), -50, 50)
        last = np.clip(np.log(y[..., 5:]), -50, None)
    return np.concatenate([first, y[..., 3:5], last], axis=-1)


def test_target_by_hand():
    y = yolo.target([PERSON, CAR], [0, 1], SHAPES, *PAPER)
    assert y.shape == (2, 3, 2, 8) and y.dtype == np.float32
    expected = [[1, 0.5, 0.5, np.log(50 / 60), 0, 1, 0, 0]]
    expected += [[1, 0.525, 35 / 60, 0, np.log(85 / 90), 0, 1, 0]]
    np.testing.assert_allclose(y[1, 1], expected, atol=1e-6)
    assert np.count_nonzero(y.any(axis=-1)) == 2


def test_a_batch_is_its_pictures():
    found = np.array([[PERSON, CAR], [CAR, [0, 0, 0, 0]]], float)
    kinds = np.array([[4, 1], [0, -1]])
    both = yolo.target(found, kinds, SHAPES, *PAPER, classes=5)
    alone = [yolo.target(*pair, SHAPES, *PAPER, 5) for pair in zip(found, kinds, strict=True)]
    np.testing.assert_array_equal(both, alone)


def test_no_object():
    y = yolo.target(np.zeros((0, 4)), np.zeros(0, int), SHAPES, *PAPER)
    assert y.shape == (2, 3, 2, 8) and not y.any()


@pytest.mark.parametrize("seed", range(20))
def test_there_and_back(seed):
    rng = np.random.default_rng(seed)
    grid, (height, width) = tuple(rng.integers(1, 9, 2).tolist()), rng.integers(30, 400, 2)
    found = np.sort(rng.random((5, 2, 2)), axis=1).reshape(5, 4) * [width, height, width, height]
    kinds, shapes = rng.integers(0, 3, 5), rng.uniform(5, 90, (3, 2))
    y = yolo.target(found, kinds, shapes, grid, height, width)
    back, scores = yolo.decode(logits(y.astype(float)), shapes, height, width)
    owned = y[..., 0] == 1
    stored = anchors.decode(
        anchors.encode(found, kinds, shapes, grid, height, width), height, width
    )
    np.testing.assert_allclose(back[owned], stored[owned], atol=1e-2)
    assert (scores[owned].argmax(axis=-1) == y[owned][:, 5:].argmax(axis=-1)).all()
    np.testing.assert_allclose(scores[owned].max(axis=-1), 1, atol=1e-6)
    assert scores[~owned].max(initial=0) < 1e-6


def test_decode_of_any_number_is_finite():
    wild = np.full((2, 2, 2, 2, 8), 1e4)
    for output in (wild, -wild):
        found, scores = yolo.decode(output, SHAPES, 64, 64)
        assert np.isfinite(found).all() and np.isfinite(scores).all()
        boxes.check_boxes(found)


def test_loss_is_that_of_a_loop():
    rng = np.random.default_rng(1)
    y, t = rng.normal(size=(2, 3, 4, 5, 2, 7)).astype("float32")
    y[..., 0] = rng.integers(0, 2, y.shape[:-1])
    y[..., 5:] = np.eye(2)[rng.integers(0, 2, y.shape[:-1])]
    total = np.zeros(3)
    for place in np.ndindex(y.shape[:-1]):
        true, said = y[place].astype(float), t[place].astype(float)
        p = 1 / (1 + np.exp(-said[0]))
        total[place[0]] -= np.log(p if true[0] else 1 - p)
        if true[0]:
            middle = np.abs(1 / (1 + np.exp(-said[1:3])) - true[1:3]).sum()
            total[place[0]] += 3 * (middle + np.abs(said[3:5] - true[3:5]).sum())
            total[place[0]] -= np.log(np.exp(said[5:]) @ true[5:] / np.exp(said[5:]).sum())
    np.testing.assert_allclose(yolo.yolo_loss(y, t, 3.0), total, rtol=1e-4)


def test_detect_by_hand():
    found = [(0, 0, 9, 6), (1, 0, 10, 6), (0, 0, 9, 6.5), (20, 0, 24, 6)]
    scores = [(0.1, 0.6), (0.0, 0.8), (0.7, 0.1), (0.3, 0.2)]
    final = yolo.detect(found, scores, 0.3)
    assert final["scores"].tolist() == [0.8, 0.7, 0.3]
    assert final["labels"].tolist() == [1, 0, 0]
    assert final["boxes"].tolist() == [list(found[k]) for k in (1, 2, 3)]
    nothing = yolo.detect(found, scores, 0.9)
    assert [nothing[key].shape for key in ("boxes", "labels", "scores")] == [(0, 4), (0,), (0,)]
    as_map = yolo.detect(np.reshape(found, (2, 2, 1, 4)), np.reshape(scores, (2, 2, 1, 2)), 0.3)
    np.testing.assert_array_equal(as_map["boxes"], final["boxes"])


def test_mirror_twice_is_the_picture_and_boxes_stay_on_it():
    rng = np.random.default_rng(2)
    images = rng.random((2, 20, 30, 3))
    found = np.array([[[3.0, 4, 10, 18], [0, 0, 0, 0]], [[20, 0, 30, 9], [1, 2, 5, 6]]])
    for axis in (1, 2):
        turned, moved = yolo.mirrored(images, found, axis)
        assert not moved[0, 1].any(), "an unused row"
        x1, y1, x2, y2 = moved[0, 0].astype(int)
        inside = np.flip(images[0, 4:18, 3:10], axis - 1)
        np.testing.assert_array_equal(turned[0, y1:y2, x1:x2], inside)
        back = yolo.mirrored(turned, moved, axis)
        np.testing.assert_array_equal(back[0], images)
        np.testing.assert_array_equal(back[1], found)


def test_stream_gives_every_picture_once_an_epoch():
    images = np.broadcast_to(np.arange(5.0)[:, None, None, None], (5, 8, 16, 3)).copy()
    marked = {"boxes": np.tile([0.0, 1, 4, 5], (5, 1, 1)), "labels": np.zeros((5, 1), int)}
    batch = {"images": images, "bounding_boxes": marked}
    made = yolo.Stream(batch, lambda found, kinds: found, 2, np.random.default_rng(3))
    sides = set()
    for _ in range(4):
        parts = [made[k] for k in range(len(made))]
        seen = np.concatenate([pictures[:, 0, 0, 0] for pictures, _ in parts])
        assert sorted(seen.tolist()) == [0, 1, 2, 3, 4]
        sides |= set(np.concatenate([found[:, 0, 0] for _, found in parts]).tolist())
        made.on_epoch_end()
    assert sides == {0, 12}
    assert marked["boxes"][0, 0].tolist() == [0, 1, 4, 5], "the batch is as it was"


def test_the_same_weights_for_any_size():
    net, larger = yolo.build_net(128, 128), yolo.build_net(152, 104, 3, 3)
    assert net.output_shape == (None, 16, 16, 3, 8) and larger.output_shape[1:3] == (19, 13)
    larger.set_weights(net.get_weights())
    assert net.count_params() <= 500_000
    output = net(np.zeros((1, 128, 128, 3), "float32"))
    np.testing.assert_allclose(output[0, 3, 4, 1], [-5, 0, 0, 0, 0, 0, 0, 0], atol=1e-6)


@cache
def detections(side=128, count=100):
    """Held-out streets, enlarged to `side`, and what the stored net says of them."""
    test = streets.load(count, split="test", size=128, moments=1, **yolo.STREET_VIEW)
    net = weights.load_into(yolo.build_net(side, side), "yolo")
    output = net.predict(keras.ops.image.resize(test["images"], (side, side)), verbose=0)
    found, scores = yolo.decode(output, yolo.STREET_ANCHORS, side, side)
    pairs = zip(np.clip(found, 0, side), scores, strict=True)
    marked = test["bounding_boxes"]
    truth = {"boxes": marked["boxes"] * (side / 128), "labels": marked["labels"]}
    return truth, [yolo.detect(*pair, 0.01) for pair in pairs]


@pytest.mark.parametrize("cells", [16, 17, 19], ids="{} cells".format)
def test_the_stored_net_finds_objects(cells):
    """On odd grids the coarse map has a row and a column too many, and they are the first ones."""
    assert average_precision(*detections(8 * cells), 3)["ap50"] > 0.75


def test_average_precision_of_its_boxes_is_that_of_pycocotools():
    marked, predicted = detections()
    truth = []
    for found, kinds in zip(marked["boxes"], marked["labels"], strict=True):
        found, kinds = found[kinds >= 0].astype(float), kinds[kinds >= 0]
        none = np.zeros(len(kinds), bool)
        truth.append({"boxes": found, "labels": kinds, "areas": boxes.area(found)})
        truth[-1] |= {"crowd": none, "ignore": none}
    stats, _, _ = pycocotools(truth, predicted, 3)
    ours = average_precision(marked, predicted, 3)
    keys = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large", "ar_1", "ar_10", "ar_100")
    np.testing.assert_allclose([ours[key] for key in keys], stats[: len(keys)], atol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: yolo.target([[1, 1, 1, 5]], [0], SHAPES, (1, 1), 9, 9), "above 0"),
        (lambda: yolo.target([PERSON], [0], [[0, 5]], *PAPER), "above 0, shape"),
        (lambda: yolo.target([PERSON], [3], SHAPES, *PAPER), "labels: expected"),
        (lambda: yolo.decode(np.zeros((2, 3, 1, 8)), SHAPES, 9, 9), r"rows, columns, 2, 5"),
        (lambda: yolo.decode(np.zeros((2, 3, 2, 5)), SHAPES, 9, 9), "got"),
        (lambda: yolo.detect([PERSON], [[0.1], [0.2]], 0.1), "a row of classes for each box"),
        (lambda: yolo.build_net(130, 128), "multiples of 8, got 130 x 128"),
        (lambda: yolo.Stream({"images": [0]}, None, 1, None, "left"), "mirror: expected one of"),
    ],
)
def test_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_text_is_refused():
    with pytest.raises(TypeError, match="expected numbers"):
        yolo.decode(np.full((1, 1, 2, 8), "a"), SHAPES, 9, 9)


def test_loss_runs_inside_fit():
    keras.utils.set_random_seed(4)
    net, y = yolo.build_net(16, 24, 2, 3), yolo.target([[1, 1, 9, 9]], [0], SHAPES, (2, 3), 16, 24)
    net.compile("adam", yolo.yolo_loss)
    losses = net.fit(np.zeros((1, 16, 24, 3)), y[None], epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
