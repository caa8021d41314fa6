"""A lesson with `DATA` learns from a reader's own folder at its end.

The lessons run with few pictures and epochs, so that their own bars are missed on the way: what
counts here is what the cells under "Your own pictures" say.
"""

import re

from course_utils.lessons import results
from course_utils.worlds import streets

import nbformat
import numpy as np
import pytest
from datasets.small_folders import text, yolo_line
from PIL import Image

SPLITS = {"train": 60, "validation": 20, "test": 20}
SMALL = {
    "P131": {"TRAIN, VALIDATION, TEST": "128, 40, 80", "EPOCHS, BATCH": "3, 64"},
    "P133": {"STREETS": "12", "SEARCHED": "4", "EPOCHS": "2"},
}
# Sections that the last one does not need.
LEFT_OUT = {
    "P131": [],
    "P133": ["Move it", "A real face", "What goes wrong: no hard negatives", "Why it is slow"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Streets with one object as a YOLO folder: pictures that look like a reader's own."""
    root = tmp_path_factory.mktemp("own")
    for split, count in SPLITS.items():
        batch = streets.load(count, split=split, objects=1, object_height=(0.3, 0.6))
        boxes, labels = (batch["bounding_boxes"][key][:, 0] for key in ("boxes", "labels"))
        for place, (image, box, label) in enumerate(
            zip(batch["images"], boxes, labels, strict=True)
        ):
            row = yolo_line(label, box, image.shape[:2]) if label >= 0 else ""
            text(root / f"labels/{split}/{place}.txt", row)
            picture = root / f"images/{split}/{place}.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.uint8(image * 255)).save(picture)
    text(root / "data.yaml", f"names: [{', '.join(streets.CLASS_NAMES)}]\n")
    return root


def run(number, **parameters):
    """Run a lesson with parameters; the code cells under "Your own pictures" that then ran."""
    notebook = nbformat.read(next(results.NOTEBOOKS.glob(f"{number}_*.ipynb")), as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    for name, value in {**SMALL[number], **parameters}.items():
        cell.source, count = re.subn(
            rf"^{name} = [^#\n]*", f"{name} = {value}  ", cell.source, flags=re.M
        )
        assert count == 1, f"{number} has no parameter {name}"
    sections, head = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := re.search(r"^## (.*)", cell.source, re.M)):
            head = found[1]
        sections.setdefault(head, []).append(cell)
    for name in LEFT_OUT[number]:
        del sections[name]
    notebook.cells = [cell for cells in sections.values() for cell in cells]
    results.execute(notebook, results.NOTEBOOKS, allow_errors=True)
    return [c for c in sections["Your own pictures"] if c.cell_type == "code"]


def said(cells):
    """What the cells printed, or the error that one ended with."""
    outputs = [output for cell in cells for output in cell.outputs]
    errors = [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]
    return "".join(o.text for o in outputs if o.output_type == "stream"), errors


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (
            "P131",
            [
                r"train +60 pictures, \d+ with an object",
                r"training +your network +pc_accuracy 0\.\d+ +mean_iou 0\.\d+",
                r"test +the average label +pc_accuracy",
                r"test +the streets' network +pc_accuracy",
                r"test +your network +pc_accuracy",
            ],
        ),
        (
            "P133",
            [
                r"train +60 pictures, \d+ objects of car",
                r"\d+ windows \(height, width\) \[\(\d+, \d+\), \(\d+, \d+\), \(\d+, \d+\)\]",
                r"held-out crops: \d+\.\d% right, \d+\.\d% by always saying no",
                r"recall \d\.\d\d, possible \d\.\d\d, of \d+ objects",
            ],
        ),
    ],
)
def test_a_lesson_learns_from_a_folder(folder, number, words):
    cells = run(number, DATA=repr(str(folder)))
    printed, errors = said(cells)
    assert errors == []
    for each in words:
        assert re.search(each, printed), f"{each!r} is not in\n{printed}"
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)


@pytest.mark.parametrize(
    ("number", "parameters", "words"),
    [
        ("P131", {"CLASSES": '("car", "bus", "truck")'}, "There is no class 'bus', only"),
        ("P133", {"CLASS": '"bus"'}, "There is no class 'bus', only"),
    ],
)
def test_a_class_that_is_not_there_is_named(folder, number, parameters, words):
    _, errors = said(run(number, DATA=repr(str(folder)), **parameters))
    assert words in errors[0]
