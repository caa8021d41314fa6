"""Grade a learner's copy of a lesson.

The learner's solution cells are put into the course's own lesson by their grade_id, and only the
setup, solution and check cells of that lesson run, in a kernel of their own. So a changed check
cell, a deleted cell or a cell of the learner's own cannot change what is graded, a warning on
stderr costs nothing, and a kernel that dies costs the one exercise that killed it.

After a wrong answer the course's own solution takes its place: one mistake costs one exercise.
"""

import os
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from course_utils.lessons.advice import Failure, explain_cell, explain_check
from course_utils.lessons.cells import (
    Cell,
    LessonError,
    made_and_used,
    read_cells,
    same_text,
    without_watching,
)
from course_utils.lessons.given import is_given
from course_utils.lessons.kernel import Kernel, Limits, Outcome
from course_utils.lessons.notebook import Exercise, Lesson
from course_utils.lessons.reports import ExerciseReport, LessonReport, answers_sum

_SAVE = "Save the notebook in JupyterLab and grade again."


def grade(
    lesson: Lesson,
    path: Path,
    limits: Limits | None = None,
    progress: Callable[[str], None] = lambda text: None,
    kernel: "LessonKernel | None" = None,
) -> LessonReport:
    """Grade one learner's file. The file itself is only read.

    Args:
        lesson: the course's lesson.
        path: the learner's notebook.
        limits: what grading may use; None for the defaults.
        progress: called with a few words at each step.
        kernel: one of this lesson, with its own limits, to use and leave running; None starts one.

    Returns:
        The report. A file that cannot be graded gets one too: its `problem` says why.
    """
    began = time.monotonic()
    notes: list[str] = []
    problem = ""
    exercises = [
        ExerciseReport(e.number, e.name, e.heading, 0, e.points, "not graded")
        for e in lesson.exercises
    ]
    try:
        copy = _Copy(read_cells(path))
    except LessonError as error:
        problem = f"{error} {_mend(lesson, path)}"
    else:
        notes = copy.notes(lesson)
        try:
            with nullcontext(kernel) if kernel else LessonKernel(lesson, limits) as used:
                exercises = _Run(lesson, copy, used, progress).grade()
        except (LessonError, RuntimeError) as error:
            problem = str(error)
    return LessonReport(
        lesson.id,
        lesson.title,
        lesson.chinese_title,
        path.name,
        sum(report.points for report in exercises),
        lesson.points,
        exercises,
        problem,
        notes,
        datetime.now().isoformat(sep=" ", timespec="seconds"),
        round(time.monotonic() - began, 1),
        answers_sum(path),
    )


def _mend(lesson: Lesson, path: Path) -> str:
    if not os.path.lexists(path):
        return "`course prepare` writes a fresh copy."
    return f"`course reset {lesson.id}` keeps this file under a dated name and writes a fresh copy."


class _Copy:
    """A learner's notebook, looked at from the lesson."""

    def __init__(self, cells: tuple[Cell, ...]):
        self.cells = cells
        self.graded: dict[str, list[Cell]] = {}
        for cell in cells:
            if cell.grade_id is not None:
                self.graded.setdefault(cell.grade_id, []).append(cell)

    def answer(self, exercise: Exercise) -> str | None:
        """The learner's cell. Of copies the last one; the parts of a split cell, joined."""
        cells = [cell for cell in self.graded.get(exercise.name, []) if cell.kind == "code"]
        found = [without_watching(cell.source) for cell in cells]
        written = [one for one in found if one.strip() and not same_text(one, exercise.stub)]
        if not written:
            return found[-1] if found else None
        return "\n\n".join(written) if _are_parts(written, exercise) else written[-1]

    def missing(self, exercise: Exercise, lesson_id: str) -> str:
        """Advice for an exercise whose cell is not there."""
        if self.graded.get(exercise.name):
            return f"The cell `{exercise.name}` is now text: change its type back to Code. {_SAVE}"
        return (
            f"The answer cell `{exercise.name}` is not in the notebook: it is newer than your "
            f"copy, or was deleted. `course update {lesson_id}` brings it and keeps your answers."
        )

    def notes(self, lesson: Lesson) -> list[str]:
        """What is odd about the graded cells, in words."""
        notes = []
        for exercise in lesson.exercises:
            if len(self.graded.get(exercise.name, [])) > 1:
                notes.append(
                    f"Exercise {exercise.number}: the answer cell `{exercise.name}` is there "
                    f"{len(self.graded[exercise.name])} times; the last counts, or all as one if "
                    "each holds a part."
                )
            checks = self.graded.get(exercise.checks_name, [])
            if not checks:
                notes.append(
                    f"Exercise {exercise.number}: the check cell `{exercise.checks_name}` is gone; "
                    "the course's own was used."
                )
            elif not all(_is_original(c.source, exercise) for c in checks):
                notes.append(
                    f"Exercise {exercise.number}: the check cell `{exercise.checks_name}` was "
                    "changed, or comes from another version of the course; the course's own was "
                    "used."
                )
            elif len(checks) > 1:
                notes.append(
                    f"Exercise {exercise.number}: the check cell `{exercise.checks_name}` is there "
                    f"{len(checks)} times; the course's own was used once."
                )
        own = [c.source for c in self.cells if {"setup", "parameters"} & set(c.tags)]
        for cell in lesson.setup:
            if not any(same_text(cell.source, source) for source in own):
                notes.append(
                    f"A cell tagged `{cell.tags[0]}` was changed or is gone; the course's own was "
                    "used."
                )
        return notes

    def names_of_other_cells(self) -> set[str]:
        """Names made in cells that grading does not run."""
        names = set()
        for cell in self.cells:
            if cell.kind == "code" and cell.grade_id is None:
                with suppress(SyntaxError):
                    names |= made_and_used(cell.source)[0]
        return names


def _are_parts(cells: list[str], exercise: Exercise) -> bool:
    """Whether the last cell leaves the answer to those above it, or uses what they make."""
    try:
        made, used = made_and_used(cells[-1])
        earlier = set().union(*(made_and_used(cell)[0] for cell in cells[:-1]))
    except SyntaxError:
        return False
    is_whole = made_and_used(exercise.reference)[0] <= made
    return not is_whole or not earlier.isdisjoint(used - made)


def _is_original(checks: str, exercise: Exercise) -> bool:
    handed_out = exercise.visible_checks, exercise.checks
    return any(same_text(checks, original) for original in handed_out)


class LessonKernel:
    """A kernel in which a lesson's setup has run, ended with the `with` block.

    It starts when it is first needed, and anew after it died. As a start takes seconds, most of
    them TensorFlow's, one kernel may serve many gradings of its lesson.

    Args:
        lesson: the lesson.
        limits: what it may use; None for the defaults.
    """

    def __init__(self, lesson: Lesson, limits: Limits | None = None):
        self.lesson, self.limits = lesson, limits or Limits()
        self._kernel: Kernel | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether it has started and not been stopped since."""
        return self._kernel is not None

    def start(self) -> None:
        """Start Python and run the setup cells.

        Raises:
            LessonError: a setup cell fails.
            RuntimeError: the kernel does not start.
        """
        self._kernel = Kernel(self.limits)
        for cell in self.lesson.setup:
            outcome = self._kernel.run(cell.source, self.limits.setup_seconds)
            if outcome.status != "ok":
                self.stop()
                raise LessonError(
                    f"The lesson's own setup does not run ({outcome.status} {outcome.type} "
                    f"{outcome.message}); `course doctor` looks for the reason."
                )
        self._kernel.call("remember(get_ipython())")

    def run(self, source: str, seconds: float) -> Outcome:
        """Run one cell; a kernel that does not survive it is stopped."""
        outcome = self._kernel.run(source, seconds)
        if not outcome.alive:
            self.stop()
        return outcome

    def restore(self) -> None:
        """Put back the names of the setup; what answers made stays."""
        self._kernel.call("restore(get_ipython())")

    def rewind(self) -> None:
        """Forget all that answers made, so that the next copy finds only the setup."""
        if self._kernel is not None:
            self._kernel.call("rewind(get_ipython())")

    def stop(self) -> None:
        """End the process."""
        if self._kernel is not None:
            self._kernel.stop()
        self._kernel = None


class _Run:
    """One copy being graded, exercise by exercise, in one kernel as long as it lives."""

    def __init__(self, lesson: Lesson, copy: _Copy, kernel: LessonKernel, progress):
        self.lesson, self.copy, self.kernel, self.progress = lesson, copy, kernel, progress
        self.limits = kernel.limits
        self.deadline = time.monotonic() + self.limits.lesson_seconds
        self.accepted: list[str] = []
        self._played = 0

    def grade(self) -> list[ExerciseReport]:
        self.kernel.rewind()
        return [self._grade_one(exercise) for exercise in self.lesson.exercises]

    def _grade_one(self, exercise: Exercise) -> ExerciseReport:
        report = ExerciseReport(
            exercise.number, exercise.name, exercise.heading, 0, exercise.points, "failed"
        )
        answer = self.copy.answer(exercise)
        if answer is None:
            advice = self.copy.missing(exercise, self.lesson.id)
            self.accepted.append(exercise.reference)
            return replace(report, status="missing", advice=advice)
        if not answer.strip() or same_text(answer, exercise.stub):
            self.accepted.append(exercise.reference)
            advice = "Write your answer in place of `# YOUR CODE HERE`."
            return replace(report, status="not started", advice=advice)
        if is_given(answer):
            self.accepted.append(exercise.reference)
            advice = "The course's own answer, put in by `course solution --insert`: no points."
            return replace(report, status="given", advice=advice)
        if time.monotonic() > self.deadline:
            advice = f"The {self.limits.lesson_seconds:g} s for this lesson were over."
            return replace(report, status="not graded", advice=advice)

        self.progress(f"exercise {exercise.number} of {len(self.lesson.exercises)}")
        self._ready()
        outcome = self._run(answer)
        answer_runs = outcome.status == "ok"
        if answer_runs:
            self.kernel.restore()  # what the cell tried out must not change what the check uses
            outcome = self._run(exercise.checks)
        if outcome.status == "ok":
            self.accepted.append(answer)
            self._played += 1
            return replace(report, points=exercise.points, status="passed")
        if answer_runs:
            failure = explain_check(outcome, exercise, answer, self.limits)
        else:
            failure = explain_cell(outcome, answer, self.limits)
        failure = self._add_origin(failure, outcome, exercise)
        self.accepted.append(exercise.reference)
        status = "failed" if outcome.status == "error" else outcome.status
        return replace(
            report,
            status=status,
            advice=failure.advice,
            where=failure.where,
            details=failure.details,
        )

    def _run(self, source: str) -> Outcome:
        left = self.deadline - time.monotonic()
        return self.kernel.run(source, max(0.1, min(self.limits.cell_seconds, left)))

    def _ready(self) -> None:
        """Have a kernel in which the setup and all accepted answers so far have run."""
        while True:
            if not self.kernel.is_running:
                self.progress("starting Python")
                self.kernel.start()
                self._played = 0
            self.kernel.restore()
            if self._played == len(self.accepted):
                return
            self._replay()

    def _replay(self) -> None:
        """Run the next accepted answer; one that no longer runs gives way to the reference."""
        reference = self.lesson.exercises[self._played].reference
        source = self.accepted[self._played]
        outcome = self.kernel.run(source, self.limits.cell_seconds)
        if outcome.status == "ok":
            self._played += 1
        elif source != reference:
            self.accepted[self._played] = reference
        else:
            raise LessonError(
                f"The course's own solution of exercise {self._played + 1} does not run "
                f"({outcome.status} {outcome.type} {outcome.message}); `course doctor` looks for "
                "the reason."
            )

    def _add_origin(self, failure: Failure, outcome: Outcome, exercise: Exercise) -> Failure:
        """Add where a missing name may come from."""
        if outcome.type != "NameError" or outcome.name is None:
            return failure
        name = outcome.name
        if name in made_and_used(exercise.reference)[0]:
            advice = f"Your cell does not define `{name}`: keep the name that was given."
        elif name in self.copy.names_of_other_cells() - self.lesson.setup_names:
            advice = (
                f"`{name}` is made in a cell that is not graded. Move it into the cell of this "
                "exercise: grading runs only the lesson's setup and the answer cells."
            )
        else:
            return failure
        return replace(failure, advice=advice)
