"""How far a learner is: one row a lesson, for `course status` and the start page."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from course_utils.lessons import reports
from course_utils.lessons.copies import copy_path
from course_utils.lessons.notebook import Lesson, all_lessons
from course_utils.lessons.reports import LessonReport


@dataclass(frozen=True)
class Progress:
    """A learner's state in one lesson.

    Args:
        lesson: the lesson.
        points: the points of the last grading.
        run_seconds: what the whole notebook takes on 2 cores; None when it was never measured.
        next_step: what to do next, in a few words; "done" with full marks.
        graded: whether there is a report.
    """

    lesson: Lesson
    points: int
    run_seconds: float | None
    next_step: str
    graded: bool


def progress(directory: Path, folder: Path | None = None) -> list[Progress]:
    """The learner's state in every lesson, in order.

    Args:
        directory: the learner's folder.
        folder: folder of the solved notebooks; None for the course's own.
    """
    lessons = all_lessons(folder)
    seconds = run_seconds(lessons[0].path.parent)
    rows = []
    for lesson in lessons:
        report = reports.load(lesson.id, directory)
        points = report.points if report else 0
        step = _next_step(lesson, report, directory)
        rows.append(Progress(lesson, points, seconds.get(lesson.id), step, report is not None))
    return rows


def run_seconds(folder: Path) -> dict[str, float]:
    """Measured seconds of each lesson, from the `data/results.json` beside a notebooks' folder.

    Args:
        folder: folder of the solved notebooks.

    Returns:
        Seconds by the lesson's number; empty when there are no results.
    """
    try:
        content = json.loads((folder.parent / "data" / "results.json").read_text("utf-8"))
        return {name: float(result["seconds"]) for name, result in content.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def has_changed(report: LessonReport, lesson: Lesson, directory: Path) -> bool:
    """Whether the learner's file has changed since it was graded.

    Args:
        report: its last report.
        lesson: the lesson.
        directory: the learner's folder.
    """
    return reports.file_sum(copy_path(lesson, directory)) != report.sha256


def progress_bar(points: int, of: int, width: int = 10) -> str:
    """Points as a bar of text.

    >>> progress_bar(4, 10)
    '■■■■□□□□□□'
    """
    filled = width * points // of if of else 0
    return "■" * filled + "□" * (width - filled)


def learn_text(minutes: float | None) -> str:
    """Minutes to learn, empty when not known.

    >>> learn_text(45), learn_text(None)
    ('45 min', '')
    """
    return "" if minutes is None else f"{minutes:g} min"


def run_text(seconds: float | None) -> str:
    """Seconds to run, empty when not known.

    >>> run_text(5.7), run_text(None)
    ('6 s', '')
    """
    return "" if seconds is None else f"{seconds:.0f} s"


def _next_step(lesson: Lesson, report: LessonReport | None, directory: Path) -> str:
    if not os.path.lexists(copy_path(lesson, directory)):
        return "course prepare"
    if report is None:
        return "not graded yet"
    if has_changed(report, lesson, directory):
        return "changed: grade it"
    if report.is_full:
        return "done"
    open_ones = [one.number for one in report.exercises if one.points < one.of]
    return f"exercise {open_ones[0]}" if open_ones else "see the report"
