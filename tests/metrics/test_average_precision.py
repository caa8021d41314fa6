"""Average precision: by hand, invariants, and parity with pycocotools."""

import contextlib
import io
import sys
import time

from course_utils import metrics
from course_utils.metrics.average_precision import AREAS

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

KEYS = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")
KEYS += ("ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large")


class Evaluation(COCOeval):
    """pycocotools puts `iscrowd` in the place of an annotation's own `ignore`: put back here."""

    def _prepare(self):
        super()._prepare()
        for annotations in self._gts.values():
            for one in annotations:
                one["ignore"] = one["iscrowd"] or one["difficult"]


def pycocotools(truth, predicted, classes):
    """Score with pycocotools: the 12 figures, the precisions and the recalls, nan for its -1."""
    annotations, found = [], []
    for image, picture in enumerate(truth):
        for row, (x1, y1, x2, y2) in enumerate(picture["boxes"].tolist()):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": int(picture["labels"][row]),
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "area": float(picture["areas"][row]),
                    "iscrowd": int(picture["crowd"][row]),
                    "difficult": int(picture["ignore"][row]),
                }
            )
    for image, picture in enumerate(predicted):
        for row, (x1, y1, x2, y2) in enumerate(picture["boxes"].tolist()):
            found.append(
                {
                    "image_id": image,
                    "category_id": int(picture["labels"][row]),
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "score": float(picture["scores"][row]),
                }
            )
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "info": {},
            "images": [{"id": image} for image in range(len(truth))],
            "annotations": annotations,
            "categories": [{"id": label} for label in range(classes)],
        }
        coco.createIndex()
        results = coco.loadRes(found) if found else COCO()
        evaluation = Evaluation(coco, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    values = evaluation.stats, evaluation.eval["precision"], evaluation.eval["recall"]
    return [np.where(value == -1, np.nan, value) for value in values]


def random_set(seed):
    """Few or many boxes of all sizes, crowds, ignored ones, doubles, near misses, equal scores."""
    generator = np.random.default_rng(seed)
    classes = int(generator.integers(1, 5))
    whole = seed % 2  # whole pixels, so that overlaps lie exactly on a threshold
    truth, predicted = [], []
    for _ in range(generator.integers(1, 7)):
        n = int(generator.integers(0, 9))
        corner, sides = generator.uniform(0, 250, (n, 2)), generator.gamma(1, 45, (n, 2)) + 1
        boxes = np.concatenate([corner, corner + sides], axis=1)
        boxes = np.round(boxes) if whole else boxes
        labels = generator.integers(0, classes, n)
        areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) * generator.uniform(0.4, 1, n)
        crowd = generator.random(n) < 0.15
        truth.append({"boxes": boxes, "labels": labels, "areas": areas, "crowd": crowd})
        truth[-1]["ignore"] = generator.random(n) < 0.15

        copies = np.repeat(np.arange(n), generator.integers(0, 4, n))
        moved = boxes[copies] + generator.normal(0, 1, (len(copies), 4)) * np.tile(
            sides[copies] * generator.uniform(0, 0.25, (len(copies), 1)), 2
        )
        # In some sets more of a class than the 100 that are looked at.
        few, many = (110 * classes, 140 * classes) if seed % 10 == 0 else (0, 6)
        stray = generator.uniform(0, 250, (generator.integers(few, many), 2))
        stray = np.concatenate([stray, stray + generator.gamma(1, 45, stray.shape)], axis=1)
        found = np.concatenate([moved, stray])
        found = np.round(found) if whole else found
        found = np.concatenate(
            [np.minimum(found[:, :2], found[:, 2:]), np.maximum(found[:, :2], found[:, 2:])], axis=1
        )
        guesses = np.concatenate([labels[copies], generator.integers(0, classes, len(stray))])
        scores = generator.random(len(found)).round(1 if whole else 6)
        predicted.append({"boxes": found, "labels": guesses, "scores": scores})
    return truth, predicted, classes


@pytest.mark.parametrize("tens", range(10))
def test_is_pycocotools_on_a_hundred_random_sets(tens):
    for seed in range(10 * tens, 10 * tens + 10):
        truth, predicted, classes = random_set(seed)
        stats, precision, recall = pycocotools(truth, predicted, classes)
        scores = metrics.average_precision(truth, predicted, classes)
        ours = [scores[key] for key in KEYS]
        np.testing.assert_allclose(ours, stats, rtol=0, atol=1e-6, err_msg=str(seed))
        np.testing.assert_allclose(scores["precision"], precision[..., 0, 2], rtol=0, atol=1e-6)
        per_class = scores["per_class"]
        for place, size in enumerate(AREAS):
            ending = "" if size == "all" else f"_{size}"
            theirs = precision[:, :, :, place, 2].mean(axis=(0, 1))
            np.testing.assert_allclose(per_class[f"ap{ending}"], theirs, rtol=0, atol=1e-6)
            theirs = recall[:, :, place, 2].mean(axis=0)
            np.testing.assert_allclose(per_class[f"ar{ending or '_100'}"], theirs, atol=1e-6)
        for place, most in enumerate((1, 10)):
            theirs = recall[:, :, 0, place].mean(axis=0)
            np.testing.assert_allclose(per_class[f"ar_{most}"], theirs, rtol=0, atol=1e-6)


BOX, FAR, HUGE = [0, 0, 10, 10], [50, 50, 60, 60], [0, 0, 100, 100]


def scored(true, found, **more):
    """Score boxes of one class in one picture; predictions come surest first."""
    truth = {"boxes": true, "labels": [0] * len(true), **more}
    sure = np.linspace(0.9, 0.1, len(found))
    predicted = {"boxes": found, "labels": [0] * len(found), "scores": sure}
    return metrics.average_precision([truth], [predicted], 1)


@pytest.mark.parametrize(
    ("true", "found", "ap50", "recall", "why"),
    [
        ([BOX], [BOX], 1, 1, "perfect"),
        ([BOX], [FAR], 0, 0, "elsewhere"),
        ([BOX], [], 0, 0, "nothing predicted"),
        ([BOX], [BOX, FAR], 1, 1, "a wrong one after all are found costs nothing"),
        ([BOX], [FAR, BOX], 0.5, 1, "a wrong one before the right one halves the precision"),
        ([BOX, FAR], [BOX], 51 / 101, 0.5, "recalls 0 to 0.50 of 101 are reached"),
        ([BOX, FAR], [BOX, BOX], 51 / 101, 0.5, "found twice is right once"),
        ([BOX, FAR], [BOX, BOX, FAR], (51 + 50 * 2 / 3) / 101, 1, "right, wrong, right"),
    ],
)
def test_by_hand(true, found, ap50, recall, why):
    scores = scored(true, found)
    assert scores["ap50"] == pytest.approx(ap50), why
    assert scores["ar_100"] == pytest.approx(recall), why
    assert type(scores["ap50"]) is float


def test_a_box_of_another_class_is_wrong():
    truth = [{"boxes": [BOX], "labels": [0]}]
    predicted = [{"boxes": [BOX], "labels": [1], "scores": [1.0]}]
    scores = metrics.average_precision(truth, predicted, classes=2)
    assert scores["ap"] == 0
    np.testing.assert_equal(scores["per_class"]["ap"], [0, np.nan])


def test_a_crowd_counts_neither_way():
    inside = [[5, 5, 15, 15], [20, 20, 40, 40], [60, 0, 70, 10]]
    assert scored([HUGE, [200, 0, 210, 10]], [*inside, [200, 0, 210, 10]])["ap50"] < 0.2
    scores = scored([HUGE, [200, 0, 210, 10]], [*inside, [200, 0, 210, 10]], crowd=[True, False])
    assert scores["ap50"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("found", "asked", "passed_over", "why"),
    [
        ([BOX], 0.505, 1, "nobody has to find it"),
        ([FAR, BOX], 1, 1, "who finds it is not wrong"),
        ([FAR, FAR, BOX], 0.835, 0.5, "who finds it again is"),
        ([[52, 52, 56, 56], BOX], 0.252, 0.5, "so is who finds a part of it, unlike a crowd"),
    ],
)
def test_an_ignored_object_by_hand(found, asked, passed_over, why):
    assert scored([BOX, FAR], found)["ap50"] == pytest.approx(asked, abs=1e-3), why
    scores = scored([BOX, FAR], found, ignore=[False, True])
    assert scores["ap50"] == pytest.approx(passed_over), why


def test_a_class_of_ignored_objects_only_is_undefined():
    assert np.isnan(scored([BOX], [BOX], ignore=[True])["ap50"])


def test_the_size_of_the_object_and_not_of_its_box_decides():
    assert np.isnan(scored([HUGE], [HUGE])["ap_small"])
    scores = scored([HUGE], [HUGE], areas=[500])
    assert scores["ap_small"] == pytest.approx(1)
    assert np.isnan(scores["ap_large"])


def test_undefined_is_nan():
    nothing = scored([], [BOX])
    assert np.isnan([nothing[key] for key in KEYS]).all()
    assert np.isnan(nothing["per_class"]["ap"]).tolist() == [True]


def test_padded_batches_and_keras_tensors_score_as_lists_do():
    truth, predicted, classes = random_set(3)

    def padded(pictures):
        most = max(len(picture["labels"]) for picture in pictures) + 2
        batch = {}
        for key, values in pictures[0].items():
            filler = -1 if key == "labels" else 0
            rows = np.full((len(pictures), most, *values.shape[1:]), filler, values.dtype)
            for row, picture in zip(rows, pictures, strict=True):
                row[: len(picture[key])] = picture[key]
            batch[key] = rows
        return batch

    listed = metrics.average_precision(truth, predicted, classes)
    batched = metrics.average_precision(padded(truth), padded(predicted), classes)
    np.testing.assert_equal([batched[key] for key in KEYS], [listed[key] for key in KEYS])
    tensors = [{k: ops.convert_to_tensor(v) for k, v in one.items()} for one in truth]
    assert metrics.average_precision(tensors, predicted, classes)["ap"] == listed["ap"]


@pytest.mark.parametrize("pairs", [1, 7])
def test_pairs_are_looked_at_in_pieces(pairs, monkeypatch):
    truth, predicted, classes = random_set(1)
    whole = metrics.average_precision(truth, predicted, classes)
    module = sys.modules["course_utils.metrics.average_precision"]
    monkeypatch.setattr(module, "_PAIRS", pairs)
    pieces = metrics.average_precision(truth, predicted, classes)
    np.testing.assert_equal(pieces["precision"], whole["precision"])
    assert not np.isnan(whole["ap"])


def many_classes(pictures=100, boxes=10, classes=80):
    """A set of many classes, most of them missing on most pictures."""
    generator = np.random.default_rng(8)
    truth, predicted = [], []
    for _ in range(pictures):
        corner = generator.uniform(0, 300, (boxes, 2))
        true = np.concatenate([corner, corner + generator.uniform(5, 150, (boxes, 2))], axis=1)
        labels = generator.integers(0, classes, boxes)
        none = np.zeros(boxes, bool)
        areas = np.prod(true[:, 2:] - true[:, :2], axis=1)
        truth.append({"boxes": true, "labels": labels, "crowd": none, "ignore": none})
        truth[-1]["areas"] = areas
        scores = generator.random(boxes)
        predicted.append({"boxes": true + generator.uniform(-2, 2, (boxes, 1))})
        predicted[-1] |= {"labels": labels, "scores": scores}
    return truth, predicted, classes


def test_many_classes_are_pycocotools_and_faster():
    """Each empty class of each picture once cost as much as a full one."""
    data = many_classes()
    begin = time.process_time()
    ours = metrics.average_precision(*data)
    middle = time.process_time()
    _, precision, _ = pycocotools(*data)
    theirs = time.process_time() - middle
    np.testing.assert_allclose(ours["precision"], precision[:, :, :, 0, 2], rtol=0, atol=1e-12)
    assert middle - begin < theirs / 2  # a twentieth, by benchmarks/metrics.py


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_invariants(seed):
    truth, predicted, classes = random_set(seed)
    scores = metrics.average_precision(truth, predicted, classes)
    values = np.array([scores[key] for key in KEYS])
    values = values[~np.isnan(values)]
    assert ((values >= 0) & (values <= 1)).all()
    assert not scores["ap50"] < scores["ap75"]
    assert not scores["ar_1"] > scores["ar_10"]
    for picture in predicted:  # the scale of the scores doesn't matter
        picture["scores"] = picture["scores"] * 7 - 3
    again = metrics.average_precision(truth, predicted, classes)
    assert again["ap"] == pytest.approx(scores["ap"], nan_ok=True)
    perfect = [one | {"scores": np.ones(len(one["labels"]))} for one in truth]
    for one in truth:
        one["crowd"] = one["ignore"] = np.zeros(len(one["labels"]), bool)
    if any(len(one["labels"]) for one in truth):
        scores = metrics.average_precision(truth, perfect, classes)
        assert [scores["ap"], scores["ar_100"]] == pytest.approx([1, 1])


ONE = [{"boxes": [BOX], "labels": [0]}]
FOUND = [{"boxes": [BOX], "labels": [0], "scores": [0.5]}]


@pytest.mark.parametrize(
    ("truth", "predicted", "error", "says"),
    [
        (ONE, FOUND * 2, ValueError, "1 pictures of truth, 2 of predictions"),
        ([], [], ValueError, "at least one picture"),
        (ONE, ONE, ValueError, r"predicted\[0\]: scores missing"),
        (ONE[0], FOUND, ValueError, "wrap the dict of a single picture in a list"),
        ([1], FOUND, TypeError, r"truth\[0\]: expected a dict of boxes, got a int"),
        ([{"boxes": [BOX], "labels": [0.5]}], FOUND, TypeError, "whole numbers as labels"),
        ([{"boxes": [BOX], "labels": [[0]]}], FOUND, ValueError, r"labels of shape \(n,\)"),
        ([{"boxes": [BOX[:3]], "labels": [0]}], FOUND, ValueError, r"boxes of shape \(1, 4\)"),
        ([{"boxes": [[9, 9, 1, 1]], "labels": [0]}], FOUND, ValueError, "another format than xyxy"),
        (ONE, [FOUND[0] | {"scores": [0.5, 1]}], ValueError, r"scores of shape \(1,\), got \(2,\)"),
        (ONE, [FOUND[0] | {"scores": ["sure"]}], TypeError, "numbers as scores"),
        (ONE, [FOUND[0] | {"scores": [np.nan]}], ValueError, "as scores, got nan"),
        (ONE, [FOUND[0] | {"labels": [7]}], ValueError, "labels below 1, .*got 7"),
        (ONE, [FOUND[0] | {"labels": []}], ValueError, r"boxes of shape \(0, 4\), got \(1, 4\)"),
        ([ONE[0] | {"labels": []}], FOUND, ValueError, r"truth\[0\]: expected boxes of shape"),
        ([ONE[0] | {"boxes": [[1j, 1, 9, 9]]}], FOUND, TypeError, "complex"),
        ([ONE[0] | {"boxes": [["0", "1", "9", "9"]]}], FOUND, TypeError, "truth"),
        ([ONE[0] | {"boxes": [[False, False, True, True]]}], FOUND, TypeError, "bool"),
    ],
)
def test_refuses(truth, predicted, error, says):
    with pytest.raises(error, match=says):
        metrics.average_precision(truth, predicted, classes=1)


@pytest.mark.parametrize("label", [50_000, 2**62])
def test_a_label_that_is_a_mistake(label):
    """Taken for the number of classes, it would take seconds, or never end."""
    with pytest.raises(ValueError, match=f"largest label is {label}; .*say classes={label + 1}"):
        metrics.average_precision([ONE[0] | {"labels": [label]}], FOUND)
    (found,) = FOUND
    scores = metrics.average_precision(ONE, [found | {"labels": [label]}])
    assert scores["ap"] == 0, "a prediction of a class that the truth doesn't have"


@pytest.mark.parametrize("classes", [0, True, 1.0])
def test_refuses_a_count_of_classes(classes):
    with pytest.raises(ValueError, match="number of classes"):
        metrics.average_precision(ONE, FOUND, classes)
