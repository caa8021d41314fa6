"""A lesson with `DATA` runs on a reader's own folder, from its first cell to its last.

The lessons run with few pictures and epochs, so their bars are missed on the way: with other
parameters than the stored ones `measured` and `claim` only say so.
"""

import re
from functools import cache

from course_utils.lessons import catalogue, results
from course_utils.worlds import faces, paintings, story, streets

import nbformat
import numpy as np
import pytest
from datasets.small_folders import text, yolo_line
from PIL import Image

SPLITS = {"train": 60, "validation": 20, "test": 20}
SHORT = {
    "P131": {"SMALL": "30", "EPOCHS, BATCH": "2, 32"},
    "P139": {"TRAIN, VALIDATION, TEST": "40, 10, 10", "EPOCHS, BATCH": "2, 8"},
    "P144": {"SIZE": "48", "EPOCHS, BATCH": "1, 16", "FILTERS": "(4, 8, 8, 8)"},
    "P148": {"PEOPLE, PICTURES": "5, 3", "EPOCHS, STEPS": "1, 2", "SHORT, SEEDS": "10, (1,)"},
    "P150": {"SIZE": "64", "STEPS": "8"},
}


def boxes(root):
    """Streets with up to two objects as a YOLO folder: pictures that look like a reader's own."""
    for split, count in SPLITS.items():
        batch = streets.load(count, split=split, objects=(0, 2), object_height=(0.3, 0.6))
        marked = batch["bounding_boxes"]
        pictures = zip(batch["images"], marked["boxes"], marked["labels"], strict=True)
        for place, (image, found, labels) in enumerate(pictures):
            pairs = zip(labels, found, strict=True)
            rows = [yolo_line(label, box, image.shape[:2]) for label, box in pairs if label >= 0]
            text(root / f"labels/{split}/{place}.txt", "".join(rows))
            save(root / f"images/{split}/{place}.png", image * 255)
    text(root / "data.yaml", f"names: [{', '.join(streets.CLASS_NAMES)}]\n")


def masks(root):
    """Streets as a folder of pictures and label masks, not divided into splits."""
    batch = streets.load(40, size=64)
    for place, (image, mask) in enumerate(
        zip(batch["images"], batch["segmentation_masks"], strict=True)
    ):
        save(root / f"images/{place}.png", image * 255)
        save(root / f"masks/{place}.png", mask[..., 0])


def people(root):
    """Faces as one folder a person, not divided into splits."""
    batch = faces.load(24 * 5, size=48, pictures=5)
    for place, (image, who) in enumerate(zip(batch["images"], batch["identities"], strict=True)):
        save(root / f"{who}/{place}.png", image * 255)


def save(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.uint8(values)).save(path)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A function that makes each kind of folder once."""

    @cache
    def make(kind):
        root = tmp_path_factory.mktemp(kind.__name__)
        kind(root)
        return root

    return make


def run(number, **parameters):
    """Run a lesson with parameters: what it printed, its errors, and how many pictures it drew."""
    notebook = nbformat.read(catalogue.notebooks(results.NOTEBOOKS)[number], as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    for name, value in {**SHORT[number], **parameters}.items():
        cell.source, count = re.subn(
            rf"^{name} = [^#\n]*", f"{name} = {value}  ", cell.source, flags=re.M
        )
        assert count == 1, f"{number} has no parameter {name}"
    results.execute(notebook, results.NOTEBOOKS, allow_errors=True)
    found = [output for c in notebook.cells for output in c.get("outputs", [])]
    errors = [f"{o.ename}: {o.evalue}" for o in found if o.output_type == "error"]
    printed = "".join(o.text for o in found if o.output_type == "stream")
    return printed, errors, sum("image/png" in o.get("data", {}) for o in found)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (
            "P131",
            boxes,
            [
                r"\d+ pictures, \d+ with an object; [1-9]\d* left out",
                r"without the mask +0\.\d+",
                r"with the stored parameters at least 0\.77",
            ],
        ),
        ("P139", boxes, [r"all +0\.\d+", r"with the stored parameters at least 0\.82"]),
        ("P144", masks, [r"with the stored parameters at least 0\.74"]),
        ("P148", people, [r"people to train.* \d+ \d+ \d+", r"raw pixels [01]\.\d+; with other"]),
    ],
)
def test_a_lesson_runs_on_a_folder(folders, number, kind, words):
    printed, errors, pictures = run(number, DATA=repr(str(folders(kind))))
    assert errors == []
    for each in words:
        assert re.search(each, printed), f"{each!r} is not in\n{printed}"
    assert pictures >= 5


def test_style_transfer_takes_a_photograph_and_a_painting(tmp_path):
    pictures = {"photograph.jpg": story.photograph(), "painting.png": paintings.render("waves", 96)}
    for name, values in pictures.items():
        save(tmp_path / name, np.asarray(values) * 255)
    both = ", ".join(repr(str(tmp_path / name)) for name in pictures)
    printed, errors, drawn = run("P150", **{"CONTENT, STYLE": both})
    assert errors == []
    assert re.search(r"with the stored parameters at least 0\.98", printed)
    assert drawn >= 5


@pytest.mark.parametrize(
    ("number", "parameters", "words"),
    [("P131", {"CLASSES": '("car", "bus", "truck")'}, "There is no class 'bus', only")],
)
def test_a_class_that_is_not_there_is_named(folders, number, parameters, words):
    _, errors, _ = run(number, DATA=repr(str(folders(boxes))), **parameters)
    assert words in errors[0]
