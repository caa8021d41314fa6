"""Grading from inside a lesson: the last cell of a learner's copy grades its saved file."""

import os
import time
from pathlib import Path

_HOUR = 3600
SOLVED = "This is the course's own solved lesson: there is nothing to grade."


def grade_here(lesson_id: str) -> None:
    """Grade the notebook that calls, as its file was last saved, and print points and advice.

    The report is kept like one of `course grade`. In the course's own solved lesson there is
    nothing to grade, which is all that is printed.

    Args:
        lesson_id: number of the lesson, such as `"P136"`.
    """
    # what is loaded here is not needed until a learner asks for points
    from course_utils.lessons.cells import LessonError
    from course_utils.lessons.notebook import find_lesson

    try:
        lesson = find_lesson(lesson_id)
        path = _own_file(lesson)
        if path is None:
            print(
                f"There is no {lesson.path.name} in {Path.cwd()}. Grade it in a terminal: "
                f"`course grade {lesson.id} --dir FOLDER`."
            )
        elif _is_solved(path):
            print(SOLVED)
        else:
            _grade(lesson, path)
    except LessonError as error:
        print(error)


def _own_file(lesson) -> Path | None:
    """The saved file of the notebook that calls; None when it is not found."""
    session = os.environ.get("JPY_SESSION_NAME", "")  # JupyterLab names the notebook's file there
    names = {exercise.name for exercise in lesson.exercises}
    for path in [Path(session), Path(lesson.path.name)]:
        path = path.absolute()
        if path.parent.resolve() != Path.cwd().resolve() or not path.is_file():
            continue  # a kernel that was started from another notebook inherits its name
        if path.name == lesson.path.name or names & _graded_names(path):
            return path
    return None


def _graded_names(path: Path) -> set[str | None]:
    from course_utils.lessons.cells import LessonError, read_cells

    try:
        return {cell.grade_id for cell in read_cells(path)} - {None}
    except LessonError:
        return set()


def _is_solved(path: Path) -> bool:
    from course_utils.lessons.cells import LessonError, read_cells
    from course_utils.lessons.notebook import notebooks_folder

    if path.parent.resolve() == notebooks_folder().resolve():
        return True
    try:
        cells = read_cells(path)
    except LessonError:
        return False  # the report says what is wrong with the file
    return any(cell.is_solution and "### BEGIN SOLUTION" in cell.source for cell in cells)


def _grade(lesson, path: Path) -> None:
    from course_utils.lessons import reports
    from course_utils.lessons.grading import grade
    from course_utils.lessons.startpage import write_start_page

    for line in _unsaved(lesson, path):
        print(line, flush=True)
    report = grade(lesson, path)
    for line in lines(report):
        print(line)
    try:
        page = reports.save(report, path.parent)[1]
        write_start_page(path.parent)
        best = reports.best(lesson.id, path.parent)
    except OSError as error:
        print(f"The report could not be kept: {error}")
    else:
        if best and best.points > report.points:
            print(f"Your best stays {best.points} of {best.of} points.")
        print(f"More in {page.relative_to(path.parent)}")


def _unsaved(lesson, path: Path) -> list[str]:
    """What hints at a file that was not saved since the reader's last change."""
    number = _first_unsaved(lesson, path, _cells_that_ran())
    if number is not None:
        return [
            f"Exercise {number}: what you ran last is not what the saved file holds. Run its cell, "
            "save first (Ctrl+S), then run this cell again."
        ]
    minutes = (time.time() - path.stat().st_mtime) / 60
    if minutes * 60 > _HOUR:
        return [f"Save first (Ctrl+S) if you changed anything in the last {minutes:.0f} minutes."]
    return []


def _cells_that_ran() -> list[str]:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return []
    # as it was written: `In` holds what IPython made of a magic
    return [text for text in shell.history_manager.input_hist_raw if text.strip()]


def _first_unsaved(lesson, path: Path, ran: list[str]) -> int | None:
    """The first exercise whose names were last made by a cell that the file does not hold."""
    from course_utils.lessons.cells import LessonError, made_and_used, read_cells

    try:
        saved = {cell.source.strip() for cell in read_cells(path)}
    except LessonError:
        return None
    last: dict[str, str] = {}
    for text in ran:
        try:
            last |= dict.fromkeys(made_and_used(text)[0], text.strip())
        except (SyntaxError, ValueError):
            continue
    for exercise in lesson.exercises:
        made = [last[name] for name in made_and_used(exercise.reference)[0] if name in last]
        if any(text not in saved and text != exercise.stub.strip() for text in made):
            return exercise.number
    return None


def lines(report) -> list[str]:
    """A report as lines of plain text.

    Args:
        report: the LessonReport of a lesson.

    Returns:
        One line an exercise, what to look at below it, and the sum.
    """
    if report.problem:
        return [report.problem]
    marks = {"passed": "✓", "not started": "·", "given": "○"}
    found = []
    for one in report.exercises:
        mark = marks.get(one.status, "✗")
        found.append(f"{mark} {one.number}  {one.heading or one.name}: {one.points} of {one.of}")
        found += [f"     {text}" for text in (one.advice, one.where) if text]
    found += [f"Note: {note}" for note in report.notes]
    return [*found, f"{report.points} of {report.of} points."]
