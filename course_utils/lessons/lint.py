"""The lint of the lessons: it refuses what the replay would pass unseen, and a broken anatomy.

    python -m course_utils.lessons.lint notebooks/*.ipynb

prints one line for each problem, `file: cell: problem`, and exits with 1 when there is one.
Cells are counted from 1. A cell has 30 lines at most, solution and check cells 40.
"""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.lessons.cells import (
    Cell,
    LessonError,
    made_and_used,
    region_lines,
    without_magics,
)
from course_utils.lessons.notebook import Lesson, read_lesson

MOST_LINES, MOST_LINES_GRADED = 30, 40
LEAST_EXERCISES = 3
POINTS = 10
MOST_BYTES = 2_500_000
_KERNEL_NAMES = {*dir(builtins), "display", "get_ipython", "__name__"}
_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a lesson's notebook.

    Args:
        cell: number of the cell, from 1; None for the whole notebook.
        text: what is wrong, and what was expected.
    """

    cell: int | None
    text: str


def lint(path: Path) -> list[Problem]:
    """Look at one notebook.

    Args:
        path: a solved lesson.

    Returns:
        Its problems, in the order of the cells; empty when all is well.
    """
    try:
        lesson = read_lesson(path)
    except LessonError as error:
        return [Problem(None, str(error))]
    problems = [problem for check in _CHECKS for problem in check(lesson)]
    return sorted(problems, key=lambda problem: problem.cell or 0)


def _of(cell: Cell, text: str) -> Problem:
    return Problem(cell.index + 1, text)


def _code(lesson: Lesson) -> list[Cell]:
    return [cell for cell in lesson.cells if cell.kind == "code"]


def _is_graded(cell: Cell) -> bool:
    return cell.is_solution or cell.is_check


def _notebook_format(lesson: Lesson) -> Iterator[Problem]:
    # two seconds of import, which only the lint needs
    import nbformat

    try:
        nbformat.validate(nbformat.read(lesson.path, as_version=4))
    except Exception as error:
        yield Problem(None, f"nbformat refuses it: {str(error).splitlines()[0]}")
    size = lesson.path.stat().st_size
    if size > MOST_BYTES:
        yield Problem(None, f"{size / 1e6:.1f} MB; {MOST_BYTES / 1e6:g} MB are the most.")


def _head(lesson: Lesson) -> Iterator[Problem]:
    try:
        title_is_whole = bool(lesson.title and lesson.chinese_title)
    except LessonError as error:
        yield Problem(1, str(error))
        return
    first = lesson.cells[0]
    if first.kind != "markdown" or not first.source.startswith(f"# {lesson.id} · "):
        yield Problem(1, f"The first cell is text and begins with '# {lesson.id} · '.")
    elif not title_is_whole:
        yield Problem(1, "The title line is '# number · English title · Chinese title'.")


def _tagged_cells(lesson: Lesson) -> Iterator[Problem]:
    tags = [tag for cell in _code(lesson) for tag in cell.tags]
    if "setup" not in tags:
        yield Problem(None, "No code cell is tagged 'setup'.")
    if tags.count("parameters") != 1:
        found = tags.count("parameters")
        yield Problem(None, f"One code cell is tagged 'parameters', not {found}.")
    for cell in _code(lesson):
        if "nbval-skip" in cell.tags:
            yield _of(cell, "Tagged nbval-skip: it would never be replayed.")
        if _is_graded(cell) and {"setup", "parameters"} & set(cell.tags):
            yield _of(cell, "A solution or check cell cannot be tagged setup or parameters.")


def _one_clean_run(lesson: Lesson) -> Iterator[Problem]:
    """The replay does not compare a cell that has no count, and cannot tell a patchwork."""
    cells = _code(lesson)
    for expected, cell in enumerate(cells, start=1):
        if cell.execution_count != expected:
            yield _of(
                cell,
                f"Its count is {cell.execution_count}, and {expected} in one run from top to "
                "bottom: run all cells in a fresh kernel and save.",
            )
            break
    for cell in cells:
        for output in cell.outputs:
            if output.get("output_type") == "error":
                yield _of(cell, f"Its stored output is an error: {output.get('ename')}.")
            if output.get("name") == "stderr":
                yield _of(cell, "It writes to stderr.")


def _sizes(lesson: Lesson) -> Iterator[Problem]:
    for cell in lesson.cells:
        if not cell.source.strip():
            yield _of(cell, "The cell is empty.")
        lines = len(cell.source.rstrip().split("\n"))
        most = MOST_LINES_GRADED if _is_graded(cell) else MOST_LINES
        if cell.kind == "code" and lines > most:
            yield _of(cell, f"{lines} lines; {most} are the most.")


def _last_expressions(lesson: Lesson) -> Iterator[Problem]:
    """A cell's last value is stored with an address in it, or a training log."""
    for cell in _code(lesson):
        tree = _parse(cell)
        last = tree.body[-1] if tree and tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            called = last.value.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in ("fit", "plot"):
                yield _of(cell, f"It ends in {name}(...), whose value is stored: assign it.")


def _measured_keys(lesson: Lesson) -> Iterator[Problem]:
    seen: set[str] = set()
    for cell in _code(lesson):
        tree = _parse(cell)
        for node in ast.walk(tree) if tree else []:
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "measured"):
                continue
            key = node.args[0].value if node.args and _is_text(node.args[0]) else None
            if key is None or not _KEY.fullmatch(key):
                yield _of(cell, 'measured("key", ...) takes its key as text like "mean_iou".')
            elif key in seen:
                yield _of(cell, f"The key {key!r} is measured twice.")
            elif not {"at_least", "at_most"} & {word.arg for word in node.keywords}:
                yield _of(cell, f"measured({key!r}, ...) names no bar: at_least or at_most.")
            seen |= {key} if key else set()


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _grade_ids(lesson: Lesson) -> Iterator[Problem]:
    seen: set[str] = set()
    for cell in lesson.cells:
        if not (cell.nbgrader or _has_region(cell)):
            continue
        if not _is_graded(cell):
            yield _of(cell, "A region of a solution or hidden tests, but not marked for nbgrader.")
        elif cell.grade_id is None:
            yield _of(cell, "It has no grade_id.")
        elif cell.grade_id in seen:
            yield _of(cell, f"The grade_id {cell.grade_id!r} is there twice.")
        if cell.is_solution and cell.nbgrader.get("grade"):
            yield _of(cell, "A cell is a solution or a check, not both.")
        if cell.is_check and not cell.nbgrader.get("locked"):
            yield _of(cell, "The check cell is not locked.")
        seen |= {cell.grade_id} if cell.grade_id else set()


def _has_region(cell: Cell) -> bool:
    return "BEGIN SOLUTION" in cell.source or "BEGIN HIDDEN TESTS" in cell.source


def _exercises(lesson: Lesson) -> Iterator[Problem]:
    try:
        exercises = lesson.exercises
    except LessonError as error:
        yield Problem(None, str(error))
        return
    if len(exercises) < LEAST_EXERCISES:
        yield Problem(None, f"{len(exercises)} exercises; {LEAST_EXERCISES} are the least.")
    if lesson.points != POINTS:
        yield Problem(None, f"The points sum to {lesson.points}, not {POINTS}.")
    numbers = {cell.grade_id: cell for cell in lesson.cells if cell.grade_id}
    for exercise in exercises:
        solution, checks = numbers[exercise.name], numbers[exercise.checks_name]
        if exercise.checks_name != f"{exercise.name}_checks":
            yield _of(checks, f"Its grade_id is {exercise.name}_checks, not {checks.grade_id}.")
        heading = f"## Exercise {exercise.number}: "
        unit = "point" if exercise.points == 1 else "points"
        ending = f"({exercise.points} {unit})"
        before = "\n".join(c.source for c in lesson.cells[: solution.index] if c.kind == "markdown")
        found = [line for line in before.split("\n") if line.startswith(heading)]
        if not found or not found[-1].rstrip().endswith(ending):
            yield _of(solution, f"The text before it has the heading '{heading}... {ending}'.")
        if exercise.points < 1:
            yield _of(checks, "The exercise is worth no point.")
        if not any(region_lines(exercise.checks, "HIDDEN TESTS")):
            yield _of(checks, "There are no hidden tests.")
        if not any(region_lines(exercise.solution, "SOLUTION")):
            yield _of(solution, "There is no ### BEGIN SOLUTION ... ### END SOLUTION.")
        yield from _handed_out(solution, exercise.stub)
    yield from _regions_closed(lesson)


def _handed_out(solution: Cell, stub: str) -> Iterator[Problem]:
    try:
        definitions = [
            node
            for node in ast.walk(ast.parse(stub))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
    except SyntaxError as error:
        yield _of(solution, f"Without its solution it is no Python: {error.msg}.")
        return
    if not definitions:
        yield _of(solution, "The signature stands outside the solution region.")
    elif not any(ast.get_docstring(node) for node in definitions):
        yield _of(solution, "A docstring stands outside the solution region.")


def _regions_closed(lesson: Lesson) -> Iterator[Problem]:
    for cell in lesson.cells:
        for name in ("SOLUTION", "HIDDEN TESTS"):
            begins, ends = cell.source.count(f"BEGIN {name}"), cell.source.count(f"END {name}")
            if begins != ends:
                yield _of(cell, f"{begins} BEGIN {name}, but {ends} END {name}.")


def _names(lesson: Lesson) -> Iterator[Problem]:
    """Grading runs the setup and the solutions: a check cell cannot use any other cell's names."""
    known = _KERNEL_NAMES | lesson.setup_names
    for cell in _code(lesson):
        if not _is_graded(cell):
            continue
        try:
            made, used = made_and_used(cell.source)
        except SyntaxError as error:
            yield _of(cell, f"It is no Python: {error.msg}.")
            continue
        for name in sorted(used - made - known):
            yield _of(
                cell,
                f"It uses {name!r}, which no setup cell and no solution cell before it makes.",
            )
        if cell.is_solution:
            known |= made


def _parse(cell: Cell) -> ast.Module | None:
    try:
        return ast.parse(without_magics(cell.source))
    except SyntaxError:
        return None


_CHECKS: list[Callable[[Lesson], Iterator[Problem]]] = [
    _notebook_format,
    _head,
    _tagged_cells,
    _one_clean_run,
    _sizes,
    _last_expressions,
    _measured_keys,
    _grade_ids,
    _exercises,
    _names,
]


def main(arguments: list[str]) -> int:
    """Lint the notebooks that are named, and print their problems.

    Args:
        arguments: paths of notebooks.

    Returns:
        The exit code: 1 when there is a problem.
    """
    if not arguments:
        print("usage: python -m course_utils.lessons.lint notebooks/*.ipynb", file=sys.stderr)
        return 2
    bad = False
    for name in arguments:
        for problem in lint(Path(name)):
            place = f"cell {problem.cell}" if problem.cell else "notebook"
            print(f"{name}: {place}: {problem.text}")
            bad = True
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
