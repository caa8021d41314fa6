"""Weights that lessons store: each file gives the score that it is stored with.

A lesson that offers weights adds a row to `SCORES`.
"""

import hashlib
import json
from pathlib import Path

from course_utils import models, registry, weights
from course_utils.lessons import catalogue
from course_utils.lessons.cells import read_cells, without_magics
from course_utils.lessons.notebook import notebooks_folder
from course_utils.metrics import average_precision, class_iou, verification_auc
from course_utils.worlds import faces

import keras
import numpy as np
import pytest
from test_yolo import detections

ROOT = Path(__file__).parent.parent
# float16 rounds each weight by 0.05% at most; an accuracy or an AP may move by a hundredth.
TOLERANCE = 0.01


def cells(number, *ids):
    """Run cells of a lesson, setup and parameters first: what they define, by name."""
    tags = {"setup", "parameters"}
    names = {}
    for cell in read_cells(catalogue.notebooks(notebooks_folder())[number]):
        if cell.kind == "code" and (tags & set(cell.tags) or cell.id in ids):
            exec(without_magics(cell.source), names)
    return names


def unet():
    answers = ["contracting-answer", "expanding-answer", "sizes-answer"]
    lesson = cells("P144", *answers, "u-net", "data")
    net = lesson["u_net"]((lesson["SIZE"], lesson["SIZE"], 3), lesson["LABELS"], lesson["FILTERS"])
    weights.load_into(net, "unet")
    test = lesson["pictures"].test
    predicted = net.predict(test["images"], verbose=0).argmax(axis=-1)
    ious = class_iou(test["segmentation_masks"][..., 0], predicted, lesson["LABELS"])
    return {"mean_iou": np.nanmean(ious)}


def detector():
    result = average_precision(*detections(count=400), 3)
    return {key: result[key] for key in ("ap50", "ap")}


def face_encoder():
    test = faces.load(1000, split="test", size=models.FACE_SIZE, pictures=10)
    net = weights.load_into(models.face_encoder(), "face_encoder")
    return {"auc": verification_auc(net.predict(test["images"], verbose=0), test["identities"])}


# Name of the weights: a function that loads them, measures anew on the lesson's held-out data, and
# returns {name: value} of the scores that the lesson stored.
SCORES = {"face_encoder": face_encoder, "unet": unet, "yolo": detector}


def test_every_file_has_its_row():
    files = {path.stem for path in (ROOT / "data" / "weights").glob("*")}
    assert files == set(weights.trained()), "`make weights` writes both file and registry"
    assert files == set(SCORES), "a lesson that stores weights adds a row to SCORES"


def differing(table):
    """What is not measured as it was stored: {name: (stored, measured)}."""
    different = {}
    for name, measure in table.items():
        stored, found = weights.trained()[name]["scores"], measure()
        same = found.keys() == stored.keys()
        if not (same and all(abs(found[key] - stored[key]) <= TOLERANCE for key in stored)):
            different[name] = stored, found
    return different


def test_every_file_gives_its_score():
    assert differing(SCORES) == {}


def test_every_file_is_small():
    for path in (ROOT / "data" / "weights").glob("*"):
        assert path.stat().st_size <= weights.MOST_BYTES


# --- The mechanism ------------------------------------------------------------------------------


def small(units=3, extra=False):
    """Layers of every kind of array: kernels, biases, moving statistics, and a seed left out."""
    layers = [
        keras.layers.Conv2D(4, 3),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.5),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(units),
    ]
    layers += [keras.layers.Dense(units)] * extra
    return keras.Sequential([keras.Input((8, 8, 3)), *layers])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty registry of its own, and a folder into which `offer` stores."""
    (tmp_path / "data" / "weights").mkdir(parents=True)
    (tmp_path / "data" / "registry.json").write_text("{}")
    monkeypatch.setattr(registry, "REGISTRY", tmp_path / "data" / "registry.json")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path / "data" / "weights"))
    return tmp_path / "data" / "weights"


@pytest.fixture
def stored(folder):
    """A model whose weights lie in the registry as `small`."""
    keras.utils.set_random_seed(1)
    model = small()
    weights.offer("small", model, accuracy=np.float32(0.9))
    entry = {"sha256": sha256(folder / "small.h5"), "path": "weights/small.h5", "lesson": "P901"}
    entry["scores"] = {"accuracy": 0.9}
    registry.add("small.h5", entry)
    return model


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_stored_is_loaded(stored, folder):
    keras.utils.set_random_seed(2)
    other = small()
    assert weights.load_into(other, "small") is other
    for mine, theirs in zip(stored.get_weights(), other.get_weights(), strict=True):
        assert theirs.dtype == np.float32
        np.testing.assert_allclose(theirs, mine, rtol=5e-4, atol=1e-7)
    image = np.random.default_rng(3).random((2, 8, 8, 3), np.float32)
    np.testing.assert_allclose(other(image), stored(image), atol=2e-3)
    known = json.loads((folder / "small.json").read_text())
    assert known == {"scores": {"accuracy": 0.9}, "parameters": stored.count_params()}


@pytest.mark.parametrize(
    ("found", "differs"),
    [
        ({"accuracy": 0.891}, False),
        ({"accuracy": 0.889}, True),
        ({"accuracy": 0.911}, True),
        ({"accuracy": np.nan}, True),
        ({"iou": 0.9}, True),
        ({}, True),
    ],
)
def test_another_score_is_noticed(stored, found, differs):
    assert bool(differing({"small": lambda: found})) is differs


def test_the_same_weights_make_the_same_file(stored, folder):
    before = sha256(folder / "small.h5")
    weights.offer("small", stored, accuracy=0.9)
    assert sha256(folder / "small.h5") == before


def test_a_normal_run_stores_nothing(folder, monkeypatch):
    monkeypatch.delenv(weights.VARIABLE)
    weights.offer("small", small(), accuracy=0.9)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (lambda: small(units=5), r"shape \(4, 5\) of array 6, the file has \(4, 3\).*lesson P901"),
        (lambda: small(extra=True), "expected 10 arrays, the file has 8"),
        (lambda: keras.Sequential([keras.layers.Dense(2)]), "expected 0 arrays, the file has 8"),
    ],
    ids=["other size", "one layer more", "not built"],
)
def test_another_architecture_is_refused_and_unchanged(stored, model, says):
    other = model()
    before = other.get_weights()
    with pytest.raises(weights.WeightsError, match=says):
        weights.load_into(other, "small")
    for first, second in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_missing_name_says_what_there_is(stored):
    with pytest.raises(weights.WeightsError, match=r"no weights 'large', only small\..*make wei"):
        weights.load("large")


def test_a_damaged_or_missing_file_is_refused(stored, folder):
    content = (folder / "small.h5").read_bytes()
    (folder / "small.h5").write_bytes(content[:-1] + b"?")
    with pytest.raises(weights.WeightsError, match=r"damaged.*checkout -- data/weights/small\.h5"):
        weights.load("small")
    (folder / "small.h5").unlink()
    with pytest.raises(weights.WeightsError, match="missing"):
        weights.load_into(small(), "small")


def test_too_large_is_refused(folder, monkeypatch):
    monkeypatch.setattr(weights, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="small: expected 1,000 bytes at most, got "):
        weights.offer("small", small(), accuracy=0.9)
    assert not (folder / "small.json").exists(), "the command takes what has one"


@pytest.mark.parametrize("value", [1e6, np.nan])
def test_what_float16_cannot_hold_is_refused(folder, value):
    model = small()
    model.layers[-1].bias.assign([0, 0, value])
    with pytest.raises(ValueError, match=r"bias: expected numbers within 65,504"):
        weights.offer("small", model, accuracy=0.9)


@pytest.mark.parametrize(
    ("name", "scores", "says"),
    [
        ("Small", {"accuracy": 0.9}, "'car_window', got 'Small'"),
        ("../small", {"accuracy": 0.9}, "expected a name"),
        ("small", {}, "expected a number or more"),
        ("small", {"accuracy": float("nan")}, "expected a number or more"),
    ],
)
def test_an_offer_is_checked_in_a_normal_run_too(monkeypatch, name, scores, says):
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    with pytest.raises(ValueError, match=says):
        weights.offer(name, None, **scores)
