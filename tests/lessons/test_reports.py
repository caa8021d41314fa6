"""Reports: JSON that is read back, and a page that escapes everything."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from course_utils.lessons import history, reports
from course_utils.lessons.reports import ExerciseReport, LessonReport

import pytest
from lessons.small_lesson import FILE_NAME
from rich.console import Console

EVIL = "<script>alert('x')</script> & \"quotes\" `code` [bold]not markup[/bold]"


@pytest.fixture
def report():
    """Four of ten points, with everything that a learner can write in it."""
    return LessonReport(
        "P901",
        "Counting by hand",
        "计数",
        FILE_NAME,
        4,
        10,
        [
            ExerciseReport(1, "total", "add them up", 4, 4, "passed"),
            ExerciseReport(2, "mean", EVIL, 0, 3, "failed", EVIL, EVIL, EVIL),
            ExerciseReport(3, "spread", "", 0, 3, "not started", "Write your answer."),
        ],
        notes=[EVIL],
        graded_at="2026-01-02 03:04:05",
        seconds=1.5,
        sha256="0" * 64,
    )


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_page_escapes_what_learners_write(report):
    page = Page(reports.as_html(report))
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags and "bold" not in tags
    assert page.text.count("<script>alert('x')</script>") == 5
    assert "code" in tags


def test_the_page_needs_no_other_file(report):
    html = reports.as_html(report)
    assert not re.search(r"\b(src|href)=|url\(|@import|https?:", html)
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("text", ["Counting by hand", "计数", "4 / 10", "Exercise 3: spread"])
def test_the_page_shows(report, text):
    assert text in Page(reports.as_html(report)).text


def test_a_problem_takes_the_place_of_the_exercises(report):
    page = Page(reports.as_html(replace(report, problem="It is empty.", points=0)))
    assert "It is empty." in page.text and "Exercise 1" not in page.text


def test_reports_are_read_back(report, tmp_path):
    data, page = reports.save(report, tmp_path)
    assert reports.load("P901", tmp_path) == report
    assert (data.name, page.name) == ("P901.json", "P901.html")
    assert sorted(p.name for p in data.parent.iterdir()) == [
        "P901.html",
        "P901.json",
        "history.jsonl",
    ]
    content = json.loads(data.read_text("utf-8"))
    assert content["points"] == 4 and content["exercises"][1]["advice"] == EVIL


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"exercises": [1]}', "\x00"])
def test_a_damaged_report_counts_as_none(tmp_path, text):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "P901.json").write_text(text)
    assert reports.load("P901", tmp_path) is None


@pytest.mark.parametrize("points", [None, "x", 2.5, -1, 9999])
def test_a_report_with_impossible_points_counts_as_none(report, tmp_path, points):
    data, _ = reports.save(report, tmp_path)
    data.write_text(json.dumps(json.loads(data.read_text("utf-8")) | {"points": points}))
    assert reports.load("P901", tmp_path) is None


def test_no_report_yet(tmp_path):
    assert reports.load("P901", tmp_path) is None


def test_the_table_shows_advice_as_it_was_written(report):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(reports.as_table([report]))
    text = console.export_text()
    assert "[bold]not markup[/bold]" in text
    assert "4 / 10" in text and "✓ 1  add them up" in text and "Note: <script>" in text


GOOD = '{"lesson": "P901", "points": 7, "of": 10}'
LINES = [
    ([], [], "none yet"),
    ([GOOD, GOOD.replace("7", "4")], [7, 4], "oldest first"),
    ([GOOD, '{"lesson": "P901", "poi', GOOD], [7, 7], "a line that a full disk cut off"),
    ([GOOD.replace("7", "99"), GOOD.replace("7", "-1"), "[]", '{"a": 1}'], [], "impossible"),
]


@pytest.mark.parametrize(("lines", "points"), [r[:2] for r in LINES], ids=[r[2] for r in LINES])
def test_the_history_reads_what_can_be_read(lines, points, tmp_path):
    (tmp_path / history.FILE_NAME).write_text("\n".join(lines))
    found = history.read(tmp_path).get("P901", [])
    assert [one.points for one in found] == points
    history.add(history.Grading("P901", 10, 10), tmp_path)
    assert len(history.read(tmp_path)["P901"]) == len(points) + 1, "the cut line is not gone on"
    assert history.best(history.read(tmp_path)["P901"]).points == 10


def test_a_file_that_could_not_be_graded_takes_nothing_away(report, tmp_path):
    reports.save(report, tmp_path)
    reports.save(replace(report, points=0, problem="It is empty."), tmp_path)
    assert reports.load("P901", tmp_path) == report
    assert [one.points for one in reports.gradings(tmp_path)["P901"]] == [4]


def test_a_report_from_before_the_history_counts(report, tmp_path):
    reports.save(replace(report, points=10), tmp_path)
    (tmp_path / "reports" / history.FILE_NAME).unlink()
    reports.save(report, tmp_path)
    assert [one.points for one in reports.gradings(tmp_path)["P901"]] == [10, 4]
