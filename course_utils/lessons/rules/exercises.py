"""Rules about the exercises: they can be handed out, solved and graded."""

import ast
import builtins

from course_utils.lessons.cells import Cell, LessonError, made_and_used, region_lines
from course_utils.lessons.notebook import Lesson
from course_utils.lessons.rules import Problem, Problems, code_cells, is_graded, parse, problem

LEAST_EXERCISES, MOST_EXERCISES = 3, 5
POINTS = 10
_KERNEL_NAMES = {*dir(builtins), "display", "get_ipython", "__name__"}


def grade_ids(lesson: Lesson) -> Problems:
    """What nbgrader needs to know of a cell is there, once."""
    seen: set[str] = set()
    for cell in lesson.cells:
        if not (cell.nbgrader or _has_region(cell)):
            continue
        if not is_graded(cell):
            yield problem(
                cell, "A region of a solution or hidden tests, but not marked for nbgrader."
            )
        elif cell.grade_id is None:
            yield problem(cell, "It has no grade_id.")
        elif cell.grade_id in seen:
            yield problem(cell, f"The grade_id {cell.grade_id!r} is there twice.")
        if cell.is_solution and cell.nbgrader.get("grade"):
            yield problem(cell, "A cell is a solution or a check, not both.")
        if cell.is_check and not cell.nbgrader.get("locked"):
            yield problem(cell, "The check cell is not locked.")
        seen |= {cell.grade_id} if cell.grade_id else set()


def _has_region(cell: Cell) -> bool:
    return "BEGIN SOLUTION" in cell.source or "BEGIN HIDDEN TESTS" in cell.source


def exercises_stand(lesson: Lesson) -> Problems:
    """Exercises are whole and worth ten points together."""
    try:
        exercises = lesson.exercises
    except LessonError as error:
        yield Problem(None, str(error))
        return
    if len(exercises) < LEAST_EXERCISES:
        yield Problem(None, f"{len(exercises)} exercises; {LEAST_EXERCISES} are the least.")
    if len(exercises) > MOST_EXERCISES:
        yield Problem(None, f"{len(exercises)} exercises; {MOST_EXERCISES} are the most.")
    if lesson.points != POINTS:
        yield Problem(None, f"The points sum to {lesson.points}, not {POINTS}.")
    numbers = {cell.grade_id: cell for cell in lesson.cells if cell.grade_id}
    for exercise in exercises:
        solution, checks = numbers[exercise.name], numbers[exercise.checks_name]
        if exercise.checks_name != f"{exercise.name}_checks":
            yield problem(checks, f"Its grade_id is {exercise.name}_checks, not {checks.grade_id}.")
        heading = f"## Exercise {exercise.number}: "
        unit = "point" if exercise.points == 1 else "points"
        ending = f"({exercise.points} {unit})"
        before = "\n".join(c.source for c in lesson.cells[: solution.index] if c.kind == "markdown")
        found = [line for line in before.split("\n") if line.startswith(heading)]
        if not found or not found[-1].rstrip().endswith(ending):
            yield problem(solution, f"The text before it has the heading '{heading}... {ending}'.")
        if exercise.points < 1:
            yield problem(checks, "The exercise is worth no point.")
        if not any(region_lines(exercise.checks, "HIDDEN TESTS")):
            yield problem(checks, "There are no hidden tests.")
        if _last_line(checks) != f"checks.passed({exercise.points})":
            yield problem(checks, f"It ends in the line checks.passed({exercise.points}).")
        if not any(region_lines(exercise.solution, "SOLUTION")):
            yield problem(solution, "There is no ### BEGIN SOLUTION ... ### END SOLUTION.")
        yield from _handed_out(solution, exercise.stub)
    yield from _regions_closed(lesson)


def _last_line(cell: Cell) -> str:
    tree = parse(cell)
    return ast.unparse(tree.body[-1]) if tree and tree.body else ""


def _handed_out(solution: Cell, stub: str) -> Problems:
    try:
        definitions = [
            node
            for node in ast.walk(ast.parse(stub))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
    except SyntaxError as error:
        yield problem(solution, f"Without its solution it is no Python: {error.msg}.")
        return
    if not definitions:
        yield problem(solution, "The signature stands outside the solution region.")
    elif not any(ast.get_docstring(node) for node in definitions):
        yield problem(solution, "A docstring stands outside the solution region.")


def _regions_closed(lesson: Lesson) -> Problems:
    for cell in lesson.cells:
        for name in ("SOLUTION", "HIDDEN TESTS"):
            begins, ends = cell.source.count(f"BEGIN {name}"), cell.source.count(f"END {name}")
            if begins != ends:
                yield problem(cell, f"{begins} BEGIN {name}, but {ends} END {name}.")


def names(lesson: Lesson) -> Problems:
    """Grading runs the setup and the solutions: a check cell cannot use any other cell's names."""
    known = _KERNEL_NAMES | lesson.setup_names
    for cell in code_cells(lesson):
        if not is_graded(cell):
            continue
        try:
            made, used = made_and_used(cell.source)
        except SyntaxError as error:
            yield problem(cell, f"It is no Python: {error.msg}.")
            continue
        for name in sorted(used - made - known):
            yield problem(
                cell,
                f"It uses {name!r}, which no setup cell and no solution cell before it makes.",
            )
        if cell.is_solution:
            known |= made
