"""A lesson, read from its notebook.

A notebook is read as the JSON it is: importing nbformat takes longer than grading one exercise.
"""

import difflib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"

_FILE_NAME = re.compile(r"(P\d{3}[a-z]?)_\w+\.ipynb")
_MINUTES = re.compile(
    r"about (?P<number>[\d.]+|half an?|an?|one|two|three) (?P<unit>second|minute)", re.IGNORECASE
)
_NUMBERS = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_HEADING = re.compile(r"^#+ Exercise \d+[:.]?\s*(?P<text>.*?)\s*(\(\d+ points?\))?\s*$", re.M)


class LessonError(ValueError):
    """What went wrong with a lesson or a learner's file, in words for the reader."""


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook.

    Args:
        index: its place in the notebook, from 0.
        kind: `"code"`, `"markdown"` or `"raw"`.
        source: its text.
        metadata: its metadata, as stored.
        outputs: its outputs, as stored; empty for text.
        execution_count: the number beside a code cell that ran, else None.
    """

    index: int
    kind: str
    source: str
    metadata: dict
    outputs: list
    execution_count: int | None

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        tags = self.metadata.get("tags")
        return tags if isinstance(tags, list) else []

    @property
    def nbgrader(self) -> dict:
        """The cell's nbgrader metadata; empty when it is not part of an exercise."""
        found = self.metadata.get("nbgrader")
        return found if isinstance(found, dict) else {}

    @property
    def grade_id(self) -> str | None:
        """Name of the solution or check cell, unique in its lesson; None for other cells."""
        found = self.nbgrader.get("grade_id")
        return found if isinstance(found, str) else None

    @property
    def is_solution(self) -> bool:
        """Whether the learner writes an answer here."""
        return bool(self.nbgrader.get("solution"))

    @property
    def is_check(self) -> bool:
        """Whether this cell checks an answer and carries points."""
        return bool(self.nbgrader.get("grade")) and not self.is_solution


def region_lines(source: str, name: str) -> list[bool]:
    r"""Tell for each line of a cell whether it stands in a `BEGIN name` ... `END name` region.

    >>> region_lines("a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc", "SOLUTION")
    [False, True, True, True, False]
    """
    marks, inside = [], False
    for line in source.split("\n"):
        inside = inside or f"BEGIN {name}" in line
        marks.append(inside)
        inside = inside and f"END {name}" not in line
    return marks


def without_region(source: str, name: str, replacement: str = "") -> str:
    r"""A cell's text with each region replaced as nbgrader does, indented like its first line.

    >>> print(without_region("def f():\n    # BEGIN X\n    return 1\n    # END X", "X", "pass"))
    def f():
        pass
    """
    kept = []
    previous = False
    for line, inside in zip(source.split("\n"), region_lines(source, name), strict=True):
        if not inside:
            kept.append(line)
        elif not previous and replacement:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in replacement.split("\n")]
        previous = inside and f"END {name}" not in line
    return "\n".join(kept)


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

    Raises:
        LessonError: the notebook has no title line, or an exercise lacks its other half.
    """

    path: Path
    cells: tuple[Cell, ...]

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

    @cached_property
    def minutes(self) -> float | None:
        """Minutes that the whole notebook takes on 2 cores; None when its head does not say."""
        found = _MINUTES.search(self.cells[0].source) if self.cells else None
        if found is None:
            return None
        word = found["number"].lower()
        number = _NUMBERS[word] if word in _NUMBERS else float(word)
        return number / 60 if found["unit"].lower() == "second" else float(number)

    @cached_property
    def setup(self) -> tuple[Cell, ...]:
        """The cells that run before every exercise: tagged `setup` or `parameters`."""
        tagged = ("setup", "parameters")
        return tuple(c for c in self.cells if c.kind == "code" and set(tagged) & set(c.tags))

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises, in order."""
        return tuple(self._read_exercises())

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


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Read the cells of any notebook file.

    Args:
        path: a notebook of format 4.

    Raises:
        LessonError: the file is missing, empty, cut off, or not a notebook; the message says which.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LessonError(f"{path.name} is not there.") from None
    except OSError as error:
        raise LessonError(f"{path.name} cannot be read: {error.strerror}.") from None
    if not data.strip():
        raise LessonError(f"{path.name} is empty.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LessonError(f"{path.name} is not UTF-8 text (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise LessonError(
            f"{path.name} is not a whole notebook: its JSON breaks off or is damaged at line "
            f"{error.lineno} ({error.msg})."
        ) from None
    except (RecursionError, ValueError) as error:
        raise LessonError(f"{path.name} is not a notebook: {error}.") from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise LessonError(f"{path.name} is JSON, but not a notebook of format 4: it has no cells.")
    return tuple(_read_cell(i, cell) for i, cell in enumerate(cells) if isinstance(cell, dict))


def _read_cell(index: int, raw: dict) -> Cell:
    source, metadata, outputs = raw.get("source"), raw.get("metadata"), raw.get("outputs")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return Cell(
        index,
        str(raw.get("cell_type")),
        # JSON may hold half a character, which no other file and no kernel takes
        source.encode("utf-8", "replace").decode() if isinstance(source, str) else "",
        metadata if isinstance(metadata, dict) else {},
        outputs if isinstance(outputs, list) else [],
        raw.get("execution_count"),
    )


def read_lesson(path: Path) -> Lesson:
    """Read one lesson from its solved notebook."""
    if not _FILE_NAME.fullmatch(path.name):
        raise LessonError(f"A lesson's file is named like P136_some_title.ipynb, not {path.name}.")
    return Lesson(path, read_cells(path))


def notebooks_folder() -> Path:
    """Where the solved lessons are: `notebooks/` of the course, or what COURSE_NOTEBOOKS names."""
    return Path(os.environ.get("COURSE_NOTEBOOKS") or ROOT / "notebooks")


def all_lessons(folder: Path | None = None) -> list[Lesson]:
    """All lessons, in the order of their numbers.

    Args:
        folder: folder of the solved notebooks; None for the course's own.

    Raises:
        LessonError: there is no lesson in it.
    """
    folder = folder or notebooks_folder()
    paths = sorted(path for path in folder.glob("P*.ipynb") if _FILE_NAME.fullmatch(path.name))
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
