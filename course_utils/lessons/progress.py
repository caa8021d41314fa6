"""How far a learner is: one row a lesson, for `course status` and the start page."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_utils.lessons import history, reports
from course_utils.lessons.copies import find_copies
from course_utils.lessons.notebook import Lesson, all_lessons
from course_utils.lessons.reports import LessonReport
from course_utils.lessons.update import is_newer

_SECONDS_AFTER = 20  # a kernel that was at work so long after the last save ran something since


@dataclass(frozen=True)
class Progress:
    """A learner's state in one lesson.

    Args:
        lesson: the lesson.
        path: the learner's file; None when there is none.
        points: the most that a grading found.
        last: the points of the last grading.
        run_seconds: what the whole notebook takes on 2 cores; None when it was never measured.
        next_step: what to do next, in a few words; "done" with full marks.
        graded: whether there is a report.
    """

    lesson: Lesson
    path: Path | None
    points: int
    last: int
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
    copies = find_copies(lessons, directory)
    gradings = reports.gradings(directory)
    rows = []
    for lesson in lessons:
        report = reports.load(lesson.id, directory)
        found = gradings.get(lesson.id) or ([reports.as_grading(report)] if report else [])
        points = min(history.best(found).points, lesson.points) if found else 0
        last = report.points if report else found[-1].points if found else 0
        path = copies.get(lesson.id)
        step = _next_step(lesson, report, path)
        run = seconds.get(lesson.id)
        rows.append(Progress(lesson, path, points, last, run, step, report is not None))
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


def save_first(report: LessonReport, earlier: LessonReport | None, path: Path) -> str:
    """Why the learner may have to save the notebook first; empty when nothing speaks for it.

    Args:
        report: of the grading that has just ended.
        earlier: the one before it.
        path: the file that was graded.
    """
    from course_utils.lessons.jupyter import last_run

    if report.is_full or report.problem:
        return ""
    if all(one.status == "not started" for one in report.exercises):
        return (
            f"The saved {report.file} holds no answer yet. If you wrote one: save the notebook "
            "first (Ctrl+S), then grade again."
        )
    saved, ran = datetime.fromtimestamp(path.stat().st_mtime).astimezone(), last_run(path)
    if ran and (ran - saved).total_seconds() > _SECONDS_AFTER:
        return (
            f"{report.file} was saved at {saved:%H:%M}, and its cells ran until {ran:%H:%M}. If "
            "you changed an answer since: save the notebook first (Ctrl+S), then grade again."
        )
    if earlier and earlier.sha256 == report.sha256:
        return (
            f"The answers in {report.file} are those of {earlier.graded_at}. If you changed one "
            "since: save the notebook first (Ctrl+S), then grade again."
        )
    return ""


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


def _next_step(lesson: Lesson, report: LessonReport | None, path: Path | None) -> str:
    if path is None:
        return "course prepare"
    if is_newer(lesson, path):
        return f"course update {lesson.id}"
    if report is None:
        return "not graded yet"
    if reports.answers_sum(path) != report.sha256:
        return "changed: grade it"
    if report.is_full:
        return "done"
    if report.problem:
        return "see the report"
    given = [one for one in report.exercises if one.status == "given"]
    open_ones = [one.number for one in report.exercises if one.points < one.of and one not in given]
    return f"exercise {open_ones[0]}" if open_ones else f"done, {len(given)} given"
