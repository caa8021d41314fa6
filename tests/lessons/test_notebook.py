"""A lesson read from its notebook."""

from course_utils.lessons.cells import LessonError, made_and_used, region_lines, without_region
from course_utils.lessons.notebook import all_lessons, find_lesson, read_lesson

import nbformat
import pytest
from lessons.small_lesson import FILE_NAME, small_lesson


def write(folder, change=lambda notebook: None, name=FILE_NAME):
    notebook = small_lesson()
    change(notebook)
    nbformat.write(notebook, folder / name)
    return folder / name


def test_lesson_as_read(lesson):
    assert (lesson.id, lesson.title, lesson.chinese_title) == ("P901", "Counting by hand", "计数")
    assert (lesson.learn_minutes, lesson.needs) == (45, ["P131"])
    assert [cell.id for cell in lesson.cells[:2]] == ["title", "setup"]
    assert [cell.source.split("\n")[0] for cell in lesson.setup] == ["import math", "STEPS = 10"]
    assert [(e.number, e.name, e.heading, e.points) for e in lesson.exercises] == [
        (1, "total", "add them up", 4),
        (2, "mean", "the mean", 3),
        (3, "spread", "the spread", 3),
    ]
    assert lesson.points == 10


def test_exercise_has_a_stub_a_reference_and_visible_checks(lesson):
    total = lesson.exercises[0]
    assert total.stub == (
        'def total(numbers):\n    """Sum of a list of numbers."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert "result += number" in total.reference and "SOLUTION" not in total.reference
    assert "answer == 6" in total.visible_checks
    assert "secret_list" in total.checks and "secret_list" not in total.visible_checks


@pytest.mark.parametrize(
    ("course", "minutes", "needs"),
    [
        ({"learn_minutes": 45, "needs": ["P131"]}, 45, ["P131"]),
        ({"learn_minutes": "soon", "needs": "P131"}, None, []),
        ({"learn_minutes": True, "needs": ["P131", 136]}, None, ["P131"]),
        ({}, None, []),
        ("a text", None, []),
        (None, None, []),
    ],
)
def test_what_the_metadata_say(tmp_path, course, minutes, needs):
    def change(notebook):
        notebook.metadata["course"] = course

    lesson = read_lesson(write(tmp_path, change))
    assert (lesson.learn_minutes, lesson.needs) == (minutes, needs)


@pytest.mark.parametrize("name", ["P901", "p901", "901", FILE_NAME, f"my_lessons/{FILE_NAME}"])
def test_a_lesson_is_found_by(notebooks, name):
    assert find_lesson(name, notebooks).id == "P901"


@pytest.mark.parametrize("name", ["P902", "P9011", "", "counting", "P"])
def test_an_unknown_lesson_names_the_nearest(notebooks, name):
    with pytest.raises(LessonError, match="Did you mean P901"):
        find_lesson(name, notebooks)


def test_lessons_are_in_order_and_other_files_are_left_out(tmp_path):
    for name in ("P152b_b.ipynb", "P152a_a.ipynb", "P131_x.ipynb", "P1_x.ipynb", "notes.ipynb"):
        write(tmp_path, name=name)
    assert [lesson.id for lesson in all_lessons(tmp_path)] == ["P131", "P152a", "P152b"]


def test_a_folder_without_lessons(tmp_path):
    with pytest.raises(LessonError, match="No lessons in"):
        all_lessons(tmp_path)


def test_the_folder_can_be_named(monkeypatch, notebooks):
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(notebooks))
    assert find_lesson("P901").path.parent == notebooks


@pytest.mark.parametrize("wanted", ["2", "mean"])
def test_an_exercise_is_found_by(lesson, wanted):
    assert lesson.find_exercise(wanted).name == "mean"


def test_an_unknown_exercise_names_all(lesson):
    with pytest.raises(LessonError, match=r"1 \(total\), 2 \(mean\), 3 \(spread\)"):
        lesson.find_exercise("4")


def no_checks(notebook):
    del notebook.cells[5]


def no_last_checks(notebook):
    del notebook.cells[12]


def no_solution(notebook):
    del notebook.cells[4]


def no_name(notebook):
    del notebook.cells[4].metadata.nbgrader["grade_id"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_checks, "`total` has no check cell"),
        (no_last_checks, "`spread` has no check cell"),
        (no_solution, "`total_checks` has no solution cell"),
        (no_name, "cell 5 has no grade_id"),
    ],
)
def test_half_an_exercise_is_refused(tmp_path, change, words):
    with pytest.raises(LessonError, match=words):
        _ = read_lesson(write(tmp_path, change)).exercises


def test_a_title_is_needed(tmp_path):
    def change(notebook):
        notebook.cells[0].source = "Counting"

    with pytest.raises(LessonError, match="must begin with a line like '# P901"):
        _ = read_lesson(write(tmp_path, change)).title


def test_file_names_are_checked(tmp_path):
    with pytest.raises(LessonError, match="P136_some_title"):
        read_lesson(tmp_path / "lesson.ipynb")


def test_two_regions_in_a_cell():
    source = "# BEGIN X\na\n# END X\nb\n  # BEGIN X\n  c\n  # END X"
    assert region_lines(source, "X") == [True] * 3 + [False] + [True] * 3
    assert without_region(source, "X", "stub()") == "stub()\nb\n  stub()"


@pytest.mark.parametrize(
    ("source", "made", "used"),
    [
        ("import numpy as np, os.path\nx, (y, *z) = 1, (2,)", "np os x y z", ""),
        ("for i in range(3):\n    with open(i) as f: pass", "i f", "range open"),
        ("class A(B):\n    c = d", "A", "B __name__ d"),
        ("def f(a, b=c):\n    e = a\n    return g(e)", "f", "c g"),
        ("def f():\n    global h\n    h = 1", "f h", ""),
        ("x = [k for k in m if (w := k)]", "x w", "m"),
        ("x = {k: v for k, v in m} | {k for k in range(2)}", "x", "m range"),
        ("k = 1\nx = [k for k in m]", "k x", "m"),
        ("class A:\n    b = c\n    d = [b for b in e]", "A", "__name__ c e"),
        ("x = await y", "x", "y"),
        ("try:\n    x\nexcept E as e:\n    raise", "e", "x E"),
        ("%matplotlib inline\n!ls\nx = 1", "x", ""),
        ("x = x + 1", "x", ""),
    ],
)
def test_names_of_a_cell(source, made, used):
    found_made, found_used = made_and_used(source)
    assert made.split() == sorted(found_made, key=made.split().index)
    assert found_used - found_made == set(used.split())
