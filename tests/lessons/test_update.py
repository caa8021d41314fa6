"""Updating a learner's copy: what the course changed arrives, what the learner wrote stays."""

import copy
import json
import os
import subprocess
import sys

from course_utils.lessons import progress, update
from course_utils.lessons.cells import LessonError, cells_of, read_cells
from course_utils.lessons.copies import find_copies, learner_copy, prepare
from course_utils.lessons.notebook import read_lesson

import nbformat
import pytest
from lessons.small_lesson import FILE_NAME, RIGHT, graded_cell, small_lesson
from nbformat.v4 import new_code_cell, new_markdown_cell


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    """A course of one lesson and a learner's folder, apart from the other tests'."""
    (tmp_path / "notebooks").mkdir()
    nbformat.write(small_lesson(), tmp_path / "notebooks" / FILE_NAME)
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(tmp_path / "notebooks"))
    prepare(tmp_path / "mine")
    return tmp_path


def by_id(notebook, id):
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


# What the learner does to the copy, as JSON.
def answers_all(mine):
    for name, text in RIGHT.items():
        graded_cell(mine, name)["source"] = text


def adds_a_cell(mine):
    place = next(i for i, cell in enumerate(mine["cells"]) if cell["id"] == "mean-task")
    own = {"cell_type": "code", "source": "my = 1", "metadata": {}, "outputs": []}
    mine["cells"].insert(place + 1, {**own, "id": "3f2a", "execution_count": 7})


def adds_one_at_the_top(mine):
    adds_a_cell(mine)
    mine["cells"].insert(0, mine["cells"].pop(8))


def changes_a_cell(mine):
    by_id(mine, "total-run")["source"] = "print(total([1, 1]))"


def splits_an_answer(mine):
    cell = graded_cell(mine, "spread")
    cell["source"] = "def distance(a, b):\n    return abs(a - b)"
    second = copy.deepcopy(cell) | {"id": "77aa", "source": RIGHT["spread"]}
    mine["cells"].insert(mine["cells"].index(cell) + 1, second)


def deletes_an_answer_cell(mine):
    mine["cells"].remove(graded_cell(mine, "spread"))


def nothing(_):
    pass


def without_origin(mine):
    """As handed out before copies told their origin."""
    answers_all(mine)
    del mine["metadata"]["course"]


# What the course does to the solved lesson.
def new_text(lesson):
    by_id(lesson, "total-task").source += "\n\nA clearer word."


def new_demonstration(lesson):
    by_id(lesson, "total-run").source = "print(total([5]))"


def new_check(lesson):
    graded_cell(lesson, "mean_checks").source += "\n# one more"


def new_docstring(lesson):
    cell = graded_cell(lesson, "mean")
    cell.source = cell.source.replace("0 for an empty list", "none is 0")


def one_exercise_more(lesson):
    task = new_markdown_cell("## Exercise 4: twice (1 point)", id="twice-task")
    answer, check = (copy.deepcopy(graded_cell(lesson, f"mean{end}")) for end in ("", "_checks"))
    for cell, name in ((answer, "twice"), (check, "twice_checks")):
        cell.id, cell.metadata["nbgrader"]["grade_id"] = name.replace("_", "-") + "-cell", name
    place = next(i for i, cell in enumerate(lesson.cells) if cell.id == "remember")
    lesson.cells[place:place] = [task, answer, check]


def one_exercise_less(lesson):
    gone = ("mean-task", "mean-answer", "mean-checks")
    lesson.cells = [cell for cell in lesson.cells if cell.id not in gone]


CASES = [
    (answers_all, new_text, ["3 answers"], ["A clearer word.", *RIGHT.values()]),
    (answers_all, new_check, ["1 check changed"], ["# one more", RIGHT["mean"]]),
    (answers_all, new_docstring, ["has changed: your answer stays"], [RIGHT["mean"]]),
    (nothing, new_docstring, ["Exercise 2 (the mean): what its"], ["none is 0", "YOUR CODE HERE"]),
    (answers_all, one_exercise_more, ["(twice) is new"], ["Exercise 4: twice", RIGHT["spread"]]),
    (answers_all, one_exercise_less, ["`mean` is gone from the course"], [RIGHT["mean"]]),
    (nothing, one_exercise_less, ["3 gone"], []),
    (adds_a_cell, new_text, ["1 of your own"], ["my = 1"]),
    (adds_a_cell, one_exercise_less, ["1 of your own"], ["my = 1"]),
    (adds_one_at_the_top, new_text, ["1 of your own"], ["my = 1"]),
    (changes_a_cell, new_text, [], ["print(total([1, 1]))"]),
    (changes_a_cell, new_demonstration, ["`total-run`, and so did you"], ["print(total([5]))"]),
    (splits_an_answer, new_text, ["1 answer"], ["def distance", RIGHT["spread"]]),
    (deletes_an_answer_cell, nothing, ["(the spread) is back"], ["def spread"]),
    (without_origin, one_exercise_more, ["(twice) is new"], ["Exercise 4", *RIGHT.values()]),
]


@pytest.mark.parametrize(
    ("learner", "author", "told", "there"),
    CASES,
    ids=[f"{row[0].__name__}-{row[1].__name__}" for row in CASES],
)
def test_an_update(learner, author, told, there, course):
    solved, mine = course / "notebooks" / FILE_NAME, course / "mine" / FILE_NAME
    content = json.loads(mine.read_text("utf-8"))
    learner(content)
    mine.write_text(json.dumps(content), encoding="utf-8")
    old = mine.read_bytes()
    notebook = small_lesson()
    author(notebook)
    nbformat.write(notebook, solved)
    lesson = read_lesson(solved)
    assert update.is_newer(lesson, mine) == (author is not nothing)

    done = update.update(lesson, course / "mine")
    assert done.path == mine and done.kept.read_bytes() == old
    for words in told:
        assert any(words in line for line in done.changes), done.changes
    texts = "\n\n".join(cell.source for cell in read_cells(mine))
    assert all(text in texts for text in there)
    new = nbformat.read(mine, as_version=4)
    nbformat.validate(new)
    assert "kept" not in texts and not update.is_newer(lesson, mine)
    assert update.update(lesson, course / "mine") is None, "a second time there is nothing to do"
    if learner in (nothing, answers_all, without_origin) and author is not one_exercise_less:
        fresh = json.loads(learner_copy(lesson))
        assert [c.id for c in cells_of(fresh)] == [c.id for c in new.cells]


def test_own_cells_stay_behind_the_cell_that_they_followed(course):
    mine = course / "mine" / FILE_NAME
    content = json.loads(mine.read_text("utf-8"))
    adds_a_cell(content)
    by_id(content, "setup")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "seen"}
    ]
    mine.write_text(json.dumps(content), encoding="utf-8")
    notebook = small_lesson()
    new_text(notebook)
    notebook.cells.insert(4, new_code_cell("1", id="new-one"))
    nbformat.write(notebook, course / "notebooks" / FILE_NAME)
    update.update(read_lesson(course / "notebooks" / FILE_NAME), course / "mine")
    cells = read_cells(mine)
    assert cells[next(c.index for c in cells if c.id == "mean-task") + 1].source == "my = 1"
    assert cells[1].outputs, "what did not change keeps its output"


def test_a_lesson_that_the_course_renamed(course):
    solved, mine = course / "notebooks" / FILE_NAME, course / "mine" / FILE_NAME
    content = json.loads(mine.read_text("utf-8"))
    answers_all(content)
    mine.write_text(json.dumps(content), encoding="utf-8")
    solved = solved.rename(solved.with_name("P901_adding.ipynb"))
    assert prepare(course / "mine") == [], "no second, blank copy"
    notebook = small_lesson()
    new_text(notebook)
    nbformat.write(notebook, solved)
    done = update.update(read_lesson(solved), course / "mine")
    assert done.path.name == "P901_adding.ipynb" and not mine.exists()
    assert RIGHT["mean"] in [cell.source for cell in read_cells(done.path)]
    assert done.kept.name.startswith("P901_counting ")


def test_a_newer_version_is_told(course):
    notebook = small_lesson()
    notebook.cells[4].outputs = []
    nbformat.write(notebook, course / "notebooks" / FILE_NAME)
    assert progress.progress(course / "mine")[0].next_step == "not graded yet", "outputs only"
    new_text(notebook)
    nbformat.write(notebook, course / "notebooks" / FILE_NAME)
    assert progress.progress(course / "mine")[0].next_step == "course update P901"


@pytest.mark.parametrize(("text", "words"), [("{", "not a whole notebook"), (None, "prepare")])
def test_what_cannot_be_updated_stays(course, text, words):
    mine = course / "mine" / FILE_NAME
    mine.unlink() if text is None else mine.write_text(text)
    lesson = read_lesson(course / "notebooks" / FILE_NAME)
    with pytest.raises(LessonError, match=words):
        update.update(lesson, course / "mine")
    assert text is None or mine.read_text() == text
    assert find_copies([lesson], course / "mine") == ({} if text is None else {"P901": mine})


# Each child replaces the file again and again, as `course update` does, until it is killed.
KILLS = """
import os, random, signal, sys, time
from pathlib import Path
from course_utils.lessons.copies import KEPT, put_in_place

rng = random.Random(17)
for kill in range(100):
    folder = Path(sys.argv[1]) / str(kill)
    folder.mkdir()
    mine = folder / "mine.ipynb"
    mine.write_text("0" + "." * 30_000 + "end\\n")
    child = os.fork()
    if child == 0:
        for number in range(1, 10_000):
            put_in_place(mine, f"{number}" + "." * 30_000 + "end", mine, mine.read_bytes())
    time.sleep(rng.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    texts = [path.read_text() for path in [mine, *folder.glob(f"{KEPT}/*.ipynb")]]
    numbers = {int(text.split(".")[0]) for text in texts if text}
    assert all(text.endswith("end\\n") for text in texts if text), "no file is half written"
    assert texts[0] and numbers == set(range(max(numbers) + 1)), "each version is there"
"""


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_a_hundred_kills_lose_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
