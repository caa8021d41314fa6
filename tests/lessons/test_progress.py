"""How far a learner is, as `course status` and the start page show it."""

import json
import os
from dataclasses import replace
from datetime import datetime

from course_utils.cli import app
from course_utils.lessons import copies, jupyter, progress, reports, startpage
from course_utils.lessons.catalogue import LESSONS, PARTS
from course_utils.lessons.reports import ExerciseReport, LessonReport

import pytest
from lessons.small_lesson import FILE_NAME, small_lesson, write_small_lesson
from nbformat.v4.nbjson import writes
from PIL import Image
from typer.testing import CliRunner


@pytest.fixture
def report():
    exercises = [
        ExerciseReport(1, "total", "add them up", 4, 4, "passed"),
        ExerciseReport(2, "mean", "the mean", 0, 3, "failed", "Look."),
        ExerciseReport(3, "spread", "the spread", 0, 3, "not started"),
    ]
    return LessonReport("P901", "Counting by hand", "计数", FILE_NAME, 4, 10, exercises)


@pytest.fixture
def mine(tmp_path):
    """A learner's folder with a file of the small lesson, beside a course of one lesson."""
    write_small_lesson(tmp_path / "notebooks")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / FILE_NAME).write_text("as graded")
    return tmp_path / "mine"


def only_row(mine):
    [row] = progress.progress(mine, mine.parent / "notebooks")
    return row


def no_copy(report, mine):
    (mine / FILE_NAME).unlink()


def graded(report, mine, **changes):
    sha256 = reports.answers_sum(mine / FILE_NAME)
    reports.save(replace(report, sha256=sha256, **changes), mine)


def changed_later(report, mine):
    graded(report, mine)
    (mine / FILE_NAME).write_text("better")


def full_marks(report, mine):
    exercises = [replace(one, points=one.of) for one in report.exercises]
    graded(report, mine, points=10, exercises=exercises)


def unreadable_file(report, mine):
    graded(report, mine, points=0, exercises=[], problem="The file is empty.")


@pytest.mark.parametrize(
    ("change", "step", "points"),
    [
        (no_copy, "course prepare", 0),
        (lambda report, mine: None, "not graded yet", 0),
        (graded, "exercise 2", 4),
        (changed_later, "changed: grade it", 4),
        (full_marks, "done", 10),
        (unreadable_file, "see the report", 0),
    ],
)
def test_next_step(report, mine, change, step, points):
    change(report, mine)
    row = only_row(mine)
    assert (row.next_step, row.points) == (step, points)
    assert row.graded == (mine / "reports").exists()


def test_a_lesson_that_was_only_opened_has_not_changed(report, mine, untouched):
    """JupyterLab writes metadata and outputs."""
    (mine / FILE_NAME).write_bytes(untouched.read_bytes())
    graded(report, mine)
    content = json.loads(untouched.read_text("utf-8"))
    content["metadata"]["language_info"] = {"name": "python", "version": "3.12"}
    content["cells"][1]["execution_count"] = 1
    (mine / FILE_NAME).write_text(json.dumps(content))
    assert "changed" not in only_row(mine).next_step
    content["cells"][4]["source"] += "x"
    (mine / FILE_NAME).write_text(json.dumps(content))
    assert only_row(mine).next_step == "changed: grade it"


OPEN = [
    (0, None, "first (Ctrl+S)", "the same answers as before"),
    (60, "other", "", "no kernel was at work since the last save"),
    (-60, "other", "its cells ran until", "a kernel was at work after the last save"),
]


@pytest.mark.parametrize(("saved", "sha256", "words", "why"), OPEN)
def test_save_first(report, mine, monkeypatch, saved, sha256, words, why):
    """The file's time, from now, and the kernel's, now."""
    now = datetime.now().astimezone()
    monkeypatch.setattr(jupyter, "last_run", lambda path: sha256 and now)
    os.utime(mine / FILE_NAME, (now.timestamp() + saved,) * 2)
    found = progress.save_first(report, replace(report, sha256=sha256 or ""), mine / FILE_NAME)
    assert words in found and bool(words) == bool(found), why


@pytest.mark.parametrize(
    ("text", "seconds", "why"),
    [
        ('{"P901": {"seconds": 12.34}}', 12.34, "as measured"),
        ('{"P136": {"seconds": 1}}', None, "another lesson's"),
        ('{"P901": {}}', None, "no seconds"),
        ("[1]", None, "another shape"),
        ("{", None, "cut off"),
    ],
)
def test_seconds_come_from_the_results(mine, text, seconds, why):
    (mine.parent / "data").mkdir()
    (mine.parent / "data" / "results.json").write_text(text)
    assert only_row(mine).run_seconds == seconds, why


def test_without_results_there_are_no_seconds(mine):
    assert only_row(mine).run_seconds is None


def test_the_start_page_lists_lessons_points_and_links(report, mine):
    notebooks = mine.parent / "notebooks"
    before = startpage.write_start_page(mine, notebooks).read_text("utf-8")
    [line] = [line for line in before.split("\n") if FILE_NAME in line and line[0] == "|"]
    assert f"| | [**P901** Counting by hand]({FILE_NAME})<br>计数 | P131 | 45&nbsp;min |" in (
        line.replace("|  |", "| |")
    )
    assert line.endswith("| □□□□□□□□□□&nbsp;0&nbsp;/&nbsp;10 | not graded yet |")
    graded(report, mine)
    after = startpage.write_start_page(mine, notebooks).read_text("utf-8")
    assert "■■■■□□□□□□&nbsp;4&nbsp;/&nbsp;10 | exercise 2 · [report](reports/P901.html) |" in after
    assert "4 / 10\n" in after and "course grade P901" in after


def test_the_start_page_brings_its_covers(mine):
    covers = mine.parent / "data" / "covers"
    covers.mkdir(parents=True)
    Image.new("RGB", (520, 300), "white").save(covers / "P901.jpg")
    for color in ("white", "white", "tomato"):
        Image.effect_noise((520, 300), 50 if color == "tomato" else 1).save(covers / "P901.jpg")
        page = startpage.write_start_page(mine, mine.parent / "notebooks").read_text("utf-8")
        assert '<img src="covers/P901.jpg"' in page
        assert (mine / "covers" / "P901.jpg").read_bytes() == (covers / "P901.jpg").read_bytes()


@pytest.fixture
def whole_course(tmp_path):
    """A course of all 24 lessons, each with the content of the small one."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = small_lesson()
    head = notebook.cells[0].source
    for entry in LESSONS.values():
        title = f"# {entry.id} · {entry.title} · {entry.chinese_title}"
        notebook.cells[0].source = head.replace("# P901 · Counting by hand · 计数", title)
        (folder / entry.file_name).write_text(writes(notebook), encoding="utf-8")
    (tmp_path / "data").mkdir()
    seconds = {number: {"seconds": 145.0} for number in LESSONS}
    (tmp_path / "data" / "results.json").write_text(json.dumps(seconds))
    return folder


def test_status_of_24_lessons_fits_80_columns(whole_course, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    for entry in LESSONS.values():
        (mine / entry.file_name).write_text("changed")
        reports.save(LessonReport(entry.id, "", "", "", 10, 10, []), mine)
    environment = {"COURSE_NOTEBOOKS": str(whole_course), "COURSE_DIR": str(mine), "COLUMNS": "80"}
    result = CliRunner().invoke(app, ["status"], env=environment)
    lines = [line.rstrip() for line in result.output.split("\n") if line.strip()]
    assert result.exit_code == 0
    assert len(lines) == 1 + 24 + len(PARTS) + 1, "one line a lesson: none is broken"
    assert max(map(len, lines)) <= 80
    assert (
        "P134    Convolutional sliding windows  45 min  10 / 10    10  changed: grade it" in lines
    )
    assert "240 of 240 points" in lines[-1]


def test_the_start_page_of_24_lessons_has_four_parts(whole_course, tmp_path):
    copies.make_folder(tmp_path / "mine")
    text = startpage.write_start_page(tmp_path / "mine", whole_course).read_text("utf-8")
    assert [line[3:] for line in text.split("\n") if line.startswith("## ")] == [*PARTS.values()]
    assert "[P131](P131_object_localization.ipynb)" in text, "what a lesson needs is a link"
    assert "0 / 240" in text
