"""A lesson: its title, its exercises, and the cells that run before them."""

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from course_utils.lessons import catalogue
from course_utils.lessons.cells import (
    Cell,
    LessonError,
    fingerprint,
    made_and_used,
    read_notebook,
    without_region,
)

ROOT = Path(__file__).resolve().parents[2]
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"

_HEADING = re.compile(r"^#+ Exercise \d+[:.]?\s*(?P<text>.*?)\s*(\(\d+ points?\))?\s*$", re.M)


@dataclass(frozen=True)
class Exercise:
    """One exercise: a cell to answer in, and the cell that checks the answer.

    Args:
        number: from 1, in the order of the notebook.
        name: grade_id of the solution cell, such as `"iou"`.
        checks_name: grade_id of the check cell.
        heading: what the exercise is about, from its markdown heading.
        points: what a right answer is worth.
        solution: text of the solution cell, with the reference answer.
        checks: text of the check cell, with its hidden tests.
    """

    number: int
    name: str
    checks_name: str
    heading: str
    points: int
    solution: str
    checks: str

    @property
    def stub(self) -> str:
        """The solution cell as the learner gets it."""
        return without_region(self.solution, "SOLUTION", STUB)

    @property
    def reference(self) -> str:
        """The reference answer, without the marks of its region."""
        marks = ("BEGIN SOLUTION", "END SOLUTION")
        lines = self.solution.split("\n")
        return "\n".join(line for line in lines if not any(mark in line for mark in marks))

    @property
    def visible_checks(self) -> str:
        """The check cell as the learner gets it."""
        return without_region(self.checks, "HIDDEN TESTS")


@dataclass(frozen=True)
class Lesson:
    """A lesson, as read from its notebook.

    Args:
        path: the solved notebook.
        cells: all its cells.
        metadata: the notebook's metadata, as stored.

    Raises:
        LessonError: the notebook has no title line, or an exercise lacks its other half.
    """

    path: Path
    cells: tuple[Cell, ...]
    metadata: dict = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """Number of the lecture, such as `"P136"` or `"P152a"`."""
        return self.path.name.split("_")[0]

    @cached_property
    def _title_parts(self) -> list[str]:
        first = self.cells[0].source.split("\n")[0] if self.cells else ""
        parts = [part.strip() for part in first.removeprefix("# ").split(" · ")]
        if not first.startswith("# ") or len(parts) < 2:
            raise LessonError(
                f"{self.path.name} must begin with a line like '# {self.id} · English title · "
                f"Chinese title', not {first[:60]!r}."
            )
        return [*parts, ""]

    @property
    def title(self) -> str:
        """English title."""
        return self._title_parts[1]

    @property
    def chinese_title(self) -> str:
        """Chinese title, empty when the first line has none."""
        return self._title_parts[2]

    @property
    def course(self) -> dict:
        """What the notebook's metadata say of the lesson: part, needs, learn_minutes, lecture."""
        found = self.metadata.get("course")
        return found if isinstance(found, dict) else {}

    @property
    def needs(self) -> list[str]:
        """Numbers of the lessons that come before it."""
        found = self.course.get("needs")
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    @property
    def learn_minutes(self) -> float | None:
        """Minutes that a learner needs; None when the metadata do not say."""
        found = self.course.get("learn_minutes")
        return found if type(found) in (int, float) else None

    @cached_property
    def setup(self) -> tuple[Cell, ...]:
        """The cells that run before every exercise: tagged `setup` or `parameters`."""
        tagged = ("setup", "parameters")
        return tuple(c for c in self.cells if c.kind == "code" and set(tagged) & set(c.tags))

    @cached_property
    def setup_names(self) -> set[str]:
        """The names that the setup cells make."""
        return set().union(*(made_and_used(cell.source)[0] for cell in self.setup))

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises, in order."""
        return tuple(self._read_exercises())

    @cached_property
    def handed_out(self) -> dict[str, str]:
        """The cells as a learner gets them: fingerprint by cell id. It names a lesson's version."""
        found = {}
        for cell in self.cells:
            text = cell.source
            if cell.grade_id is not None:
                text = without_region(text, "SOLUTION", STUB)
                text = without_region(text, "HIDDEN TESTS")
            found[cell.id] = fingerprint(text, cell.grade_id, cell.nbgrader.get("points"))
        return found

    @property
    def points(self) -> int:
        """What all exercises together are worth."""
        return sum(exercise.points for exercise in self.exercises)

    def _read_exercises(self) -> Iterator[Exercise]:
        heading, solution, number = "", None, 0
        for cell in self.cells:
            if (cell.is_solution or cell.is_check) and cell.grade_id is None:
                raise LessonError(f"{self.path.name}: cell {cell.index + 1} has no grade_id.")
            if cell.kind == "markdown" and (found := _HEADING.search(cell.source)):
                heading = found["text"]
            elif cell.is_solution:
                if solution is not None:
                    raise LessonError(f"{self.path.name}: `{solution.grade_id}` has no check cell.")
                solution = cell
            elif cell.is_check:
                if solution is None:
                    raise LessonError(
                        f"{self.path.name}: the check cell `{cell.grade_id}` has no solution cell "
                        "of its own before it."
                    )
                number += 1
                yield Exercise(
                    number,
                    solution.grade_id,
                    cell.grade_id,
                    heading,
                    int(cell.nbgrader.get("points") or 0),
                    solution.source,
                    cell.source,
                )
                solution = None
        if solution is not None:
            raise LessonError(f"{self.path.name}: `{solution.grade_id}` has no check cell.")

    def find_exercise(self, wanted: str) -> Exercise:
        """The exercise of a number or a name.

        Args:
            wanted: such as `"2"` or `"iou"`.

        Raises:
            LessonError: the lesson has no such exercise.
        """
        for exercise in self.exercises:
            if wanted in (str(exercise.number), exercise.name):
                return exercise
        names = ", ".join(f"{e.number} ({e.name})" for e in self.exercises)
        raise LessonError(f"{self.id} has no exercise {wanted!r}. Its exercises are {names}.")


def read_lesson(path: Path) -> Lesson:
    """Read one lesson from its solved notebook."""
    if not catalogue.lesson_id(path.name):
        raise LessonError(f"A lesson's file is named like P136_some_title.ipynb, not {path.name}.")
    return Lesson(path, *read_notebook(path))


def notebooks_folder() -> Path:
    """Where the solved lessons are: `notebooks/` of the course, or what COURSE_NOTEBOOKS names."""
    return Path(os.environ.get("COURSE_NOTEBOOKS") or ROOT / "notebooks")


def all_lessons(folder: Path | None = None) -> list[Lesson]:
    """All lessons whose notebooks stand, in the order of the catalogue.

    Args:
        folder: folder of the solved notebooks; None for the course's own.

    Raises:
        LessonError: there is no lesson in it.
    """
    folder = folder or notebooks_folder()
    paths = catalogue.notebooks(folder).values()
    if not paths:
        raise LessonError(
            f"No lessons in {folder}. Run the course from its repository, installed with "
            "`pip install -e .`, or name the folder in COURSE_NOTEBOOKS."
        )
    return [read_lesson(path) for path in paths]


def find_lesson(name: str, folder: Path | None = None) -> Lesson:
    """The lesson of a name.

    Args:
        name: its number (`"P136"`, in any case, the P may be left out) or its file's name.
        folder: folder of the solved notebooks; None for the course's own.

    Raises:
        LessonError: there is no such lesson; the message names the nearest ones.
    """
    lessons = {lesson.id: lesson for lesson in all_lessons(folder)}
    wanted = Path(name).name.split("_")[0].removesuffix(".ipynb").lower().removeprefix("p")
    for lesson_id, lesson in lessons.items():
        if lesson_id[1:].lower() == wanted:
            return lesson
    near = difflib.get_close_matches(f"P{wanted}", lessons, n=3, cutoff=0.5) or list(lessons)
    raise LessonError(f"There is no lesson {name!r}. Did you mean {' or '.join(near)}?")
