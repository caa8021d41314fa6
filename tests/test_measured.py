"""Measured claims: what is printed, what stops the cell, and what a kernel gets."""

from course_utils.measured import MIME_TYPE, claim, measured, rounded

import keras
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LINES = [
    (("mean_iou", 0.8312), {"at_least": 0.8}, "mean_iou = 0.831 (at least 0.8)", "above its bar"),
    (("mean_iou", 0.8), {"at_least": 0.8}, "mean_iou = 0.8 (at least 0.8)", "exactly on it"),
    (("error", 0.01), {"at_most": 0.05}, "error = 0.01 (at most 0.05)", "below its bar"),
    (
        ("ratio", 2),
        {"at_least": 1, "at_most": 3},
        "ratio = 2 (at least 1, at most 3)",
        "between two bars",
    ),
    (("seconds", 12.345), {}, "seconds = 12.3", "a figure without a promise"),
    (("windows", 12345.6), {}, "windows = 12,346", "large figures are whole, with commas"),
    (("difference", 3.2e-7), {}, "difference = 3.2e-07", "small figures keep their digits"),
    (("score", True), {}, "score = 1", "a truth value counts as 0 or 1"),
    (("score", np.float32(0.5)), {}, "score = 0.5", "a NumPy number"),
    (("score", np.array([[0.5]])), {}, "score = 0.5", "an array of one number"),
    (("score", keras.ops.convert_to_tensor([0.5])), {}, "score = 0.5", "a Keras tensor"),
]


@pytest.mark.parametrize(
    ("arguments", "bars", "line"), [r[:3] for r in LINES], ids=[r[3] for r in LINES]
)
def test_line_outside_a_notebook(arguments, bars, line, capsys):
    assert measured(*arguments, **bars) is None
    assert capsys.readouterr().out == line + "\n"


MISSED = [
    (0.7999, {"at_least": 0.8}, r"x = 0.8 \(at least 0.8\): the bar is missed", "just below"),
    (0.0501, {"at_most": 0.05}, r"at most 0.05\): the bar is missed", "just above"),
    (0, {"at_least": 1, "at_most": 3}, "the bar is missed", "below the lower of two"),
    (4, {"at_least": 1, "at_most": 3}, "the bar is missed", "above the upper of two"),
    (float("nan"), {}, "x = nan: not a finite number", "nan without a bar"),
    (float("nan"), {"at_least": 0}, "not a finite number", "nan is above no bar"),
    (float("inf"), {"at_least": 0}, "not a finite number", "infinity is no success"),
    (1, {"at_least": float("nan")}, "the bar is missed", "a bar of nan promises nothing"),
]


@pytest.mark.parametrize(
    ("value", "bars", "says"), [r[:3] for r in MISSED], ids=[r[3] for r in MISSED]
)
def test_missed_bar_stops_the_cell_and_shows_no_figure(value, bars, says, capsys):
    with pytest.raises(AssertionError, match=says):
        measured("x", value, **bars)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("key", ["mean iou", "", "1st", None, 3])
def test_key_must_be_a_name(key):
    with pytest.raises(ValueError, match="A key is a name like 'mean_iou', not"):
        measured(key, 1)


@pytest.mark.parametrize(("value", "shape"), [([0.5, 0.6], r"\(2,\)"), ([], r"\(0,\)")])
def test_value_must_be_one_number(value, shape):
    with pytest.raises(ValueError, match=f"x: expected one number, got shape {shape}"):
        measured("x", value)


def test_in_a_kernel_the_figure_is_machine_readable():
    try:
        InteractiveShell.instance()
        with capture_output() as captured:
            measured("ap50", 0.941234, at_least=0.92)
    finally:
        InteractiveShell.clear_instance()
    [output] = captured.outputs
    assert output.data == {
        MIME_TYPE: {"key": "ap50", "value": 0.941234, "at_least": 0.92},
        "text/plain": "ap50 = 0.941 (at least 0.92)",
    }
    assert captured.stdout == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999.4, "999"), (999.6, "1,000"), (-1234.5, "-1,234"), (1e-9, "1e-09")],
)
def test_rounded(value, text):
    assert rounded(value) == text


LESSON = """# P136 · A title · 标题"""
PARAMETERS = """SIZE, SEEDS = 48, (1, 2)
PICTURES = 2_000  # how many
DATA = None
RATE = SIZE / 10  # no plain value: not compared"""


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A function that gives a notebook its names, as those of lesson P136."""
    cells = [
        new_markdown_cell(LESSON),
        new_code_cell("import math", metadata={"tags": ["setup"]}),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "P136_a_title.ipynb")
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(tmp_path))
    shell = InteractiveShell.instance()

    def names(**changes):
        exec(PARAMETERS, shell.user_ns)
        shell.user_ns.update({"LESSON": "P136"} | changes)

    yield names
    InteractiveShell.clear_instance()


SAME = [
    ({}, "nothing changed"),
    ({"SIZE": 48.0}, "the same number"),
    ({"RATE": 3}, "what the lesson computes is not compared"),
    ({"LESSON": "P137", "SIZE": 3}, "no notebook of that lesson"),
    ({"LESSON": None, "SIZE": 3}, "no lesson's name"),
]
CHANGED = [
    ({"SIZE": 24}, "a number of a pair"),
    ({"SEEDS": (1,)}, "a tuple"),
    ({"SEEDS": np.array([1, 2, 3])}, "an array for a tuple"),
    ({"PICTURES": 100}, "a number"),
    ({"DATA": "my pictures"}, "the reader's own pictures"),
]


@pytest.mark.parametrize("changes", [row[0] for row in SAME], ids=[row[1] for row in SAME])
def test_claims_hold_for_the_stored_parameters(changes, notebook):
    notebook(**changes)
    with pytest.raises(AssertionError, match=r"x = 0.6 \(at least 0.8\): the bar is missed"):
        measured("x", 0.6, at_least=0.8)
    with pytest.raises(AssertionError, match="It does not hold that the mask helps"):
        claim(0.6 > 0.8, "the mask helps")


@pytest.mark.parametrize("changes", [row[0] for row in CHANGED], ids=[row[1] for row in CHANGED])
def test_with_other_parameters_what_does_not_hold_is_told(changes, notebook, capsys):
    notebook(**changes)
    measured("x", 0.6, at_least=0.8)
    measured("x", float("nan"))
    claim(0.6 > 0.8, "the mask helps")
    assert capsys.readouterr().out.splitlines() == [
        "x = 0.6 (with the stored parameters at least 0.8)",
        "x = nan (with the stored parameters finite)",
        "Note: with your parameters it does not hold that the mask helps.",
    ]


def test_with_other_parameters_what_holds_is_shown_as_ever(notebook):
    notebook(SIZE=3)
    with capture_output() as captured:
        measured("ap50", 0.9, at_least=0.8)
        claim(np.True_, "the mask helps")
    assert [output.data["text/plain"] for output in captured.outputs] == [
        "ap50 = 0.9 (at least 0.8)"
    ]


def test_a_damaged_notebook_compares_nothing(notebook, tmp_path):
    notebook(SIZE=3)
    (tmp_path / "P136_a_title.ipynb").write_text("{")
    with pytest.raises(AssertionError):
        claim(False, "the mask helps")


def test_claim_outside_a_notebook():
    assert claim(True, "the mask helps") is None
    with pytest.raises(AssertionError, match="It does not hold that the mask helps"):
        claim(False, "the mask helps")
