"""Grading from inside: the last cell of a learner's copy."""

import json
import os
import time

from course_utils.lessons import reports
from course_utils.lessons.inside import SOLVED, grade_here
from course_utils.lessons.results import execute

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from lessons.small_lesson import FILE_NAME, RIGHT, fill_in
from nbformat.v4 import new_code_cell

WRONG = RIGHT | {"mean": "def mean(numbers):\n    return 0"}


@pytest.fixture(autouse=True)
def folder(notebooks, tmp_path, monkeypatch):
    """The learner's folder, in which the notebook's kernel runs."""
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(notebooks))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ran():
    """A function that says which cells the notebook's kernel has run."""
    shell = InteractiveShell.instance()
    # other kernels write to the database in the user's home at the same time
    shell.history_manager.enabled = False

    def run(*cells):
        for cell in ["", *cells]:
            shell.history_manager.store_inputs(0, shell.transform_cell(cell), cell)

    yield run
    InteractiveShell.clear_instance()


def printed(capsys, lesson_id="P901"):
    grade_here(lesson_id)
    return capsys.readouterr().out


def test_points_and_advice(untouched, capsys, folder):
    fill_in(untouched, WRONG)
    assert printed(capsys).splitlines() == [
        "✓ 1  add them up: 4 of 4",
        "✗ 2  the mean: 0 of 3",
        "     The mean of 1, 2, 3 is 2",
        "     Check in line 2: `mean(values) == 2`",
        "✓ 3  the spread: 3 of 3",
        "7 of 10 points.",
        "More in reports/P901.html",
    ]
    assert reports.load("P901", folder).points == 7
    assert "7 / 10" in (folder / "START.md").read_text("utf-8")


def test_the_best_stays(solved, capsys, folder):
    assert "best" not in printed(capsys)
    solved.write_text("{")
    assert "Your best stays 10 of 10 points." in printed(capsys)
    assert reports.load("P901", folder).points == 10


def test_in_a_real_kernel(solved, folder):
    """Its event loop runs already when the grading starts a kernel of its own."""
    notebook = nbformat.read(solved, as_version=4)
    source = 'from course_utils.lessons.inside import grade_here\n\ngrade_here("P901")'
    notebook.cells.append(new_code_cell(source))
    nbformat.write(notebook, solved)
    execute(notebook, folder)
    [output] = notebook.cells[-1].outputs
    assert output.text.splitlines()[-2:] == ["10 of 10 points.", "More in reports/P901.html"]


def test_the_solved_lesson_has_nothing_to_grade(notebooks, capsys, monkeypatch):
    monkeypatch.chdir(notebooks)
    monkeypatch.setattr("course_utils.lessons.grading.Kernel", None)
    assert printed(capsys) == SOLVED + "\n"
    assert not (notebooks / "reports").exists()


def test_a_copy_of_the_solved_lesson_has_nothing_to_grade(notebooks, capsys, folder):
    (folder / FILE_NAME).write_bytes((notebooks / FILE_NAME).read_bytes())
    assert printed(capsys) == SOLVED + "\n"


def test_jupyterlab_names_the_file(untouched, capsys, folder, monkeypatch):
    fill_in(untouched, RIGHT)
    untouched.rename(folder / "my own name.ipynb")
    assert "There is no P901_counting.ipynb in" in printed(capsys)
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "my own name.ipynb"))
    assert "10 of 10 points." in printed(capsys)


@pytest.mark.parametrize("name", ["other.ipynb", "elsewhere/P901_counting.ipynb", "gone.ipynb"])
def test_a_name_from_another_notebook_does_not_count(name, solved, capsys, folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / FILE_NAME).write_text("{}")
    (folder / "other.ipynb").write_text(json.dumps({"cells": []}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / name))
    assert "10 of 10 points." in printed(capsys)


def test_a_damaged_file_is_told(untouched, capsys):
    untouched.write_text("{")
    assert "its JSON breaks off" in printed(capsys)


def test_an_unknown_lesson_is_told(capsys):
    assert "There is no lesson 'P999'" in printed(capsys, "P999")


def test_a_report_that_cannot_be_kept_is_told(untouched, capsys, folder):
    (folder / "reports").write_text("a file in the way")
    assert "The report could not be kept: " in printed(capsys)


SAVE = "Exercise 2: what you ran last is not what the saved file holds."
NEWER = "def mean(numbers):\n    return 2.0"
RAN = [
    ((RIGHT["total"], RIGHT["mean"]), False, "what ran is saved"),
    ((NEWER, RIGHT["mean"] + "\n"), False, "the last run counts"),
    ((RIGHT["mean"], NEWER), True, "the answer that ran is not saved"),
    (("%matplotlib inline", "def mean(", "x = 1"), False, "cells that make no answer"),
    ((), False, "nothing ran"),
    (("\n%xmode Plain\n" + NEWER,), True, "an answer with a magic that is not saved"),
]


@pytest.mark.parametrize(
    ("cells", "is_unsaved"), [row[:2] for row in RAN], ids=[row[2] for row in RAN]
)
def test_save_first(cells, is_unsaved, solved, ran, capsys):
    ran(*cells)
    first = printed(capsys).splitlines()[0]
    assert first.startswith(SAVE) == is_unsaved
    assert ("Ctrl+S" in first) == is_unsaved


def test_a_stub_that_ran_before_the_answer_was_saved(solved, lesson, ran, capsys):
    ran(*(exercise.stub for exercise in lesson.exercises))
    assert "Ctrl+S" not in printed(capsys)


@pytest.mark.parametrize("first", ["%xmode Plain", "%%time", "\n\n", "\r\n"])
def test_a_saved_answer_that_ipython_reads_differently(first, solved, ran, capsys):
    answer = f"{first}\n{RIGHT['mean']}"
    fill_in(solved, {"mean": answer})
    ran(answer.replace("\r", ""))
    assert "Ctrl+S" not in printed(capsys)


def test_an_old_file_is_told(solved, capsys):
    then = time.time() - 90 * 60
    os.utime(solved, (then, then))
    out = printed(capsys)
    assert out.startswith("Save first (Ctrl+S) if you changed anything in the last 90 minutes.")
    assert "10 of 10 points." in out
