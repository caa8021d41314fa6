"""The rules of the lint, by what they look at. Each takes a lesson and yields problems."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.lessons.cells import Cell, without_magics
from course_utils.lessons.notebook import Lesson


@dataclass(frozen=True)
class Problem:
    """What is wrong with a lesson's notebook.

    Args:
        cell: number of the cell, from 1; None for the whole notebook.
        text: what is wrong, and what was expected.
    """

    cell: int | None
    text: str


Problems = Iterator[Problem]


def problem(cell: Cell, text: str) -> Problem:
    """A problem of one cell."""
    return Problem(cell.index + 1, text)


def code_cells(lesson: Lesson) -> list[Cell]:
    """The code cells of a lesson."""
    return [cell for cell in lesson.cells if cell.kind == "code"]


def text_cells(lesson: Lesson) -> list[Cell]:
    """The markdown cells of a lesson."""
    return [cell for cell in lesson.cells if cell.kind == "markdown"]


def is_graded(cell: Cell) -> bool:
    """Whether it is a solution or check cell."""
    return cell.is_solution or cell.is_check


def parse(cell: Cell) -> ast.Module | None:
    """A code cell's syntax tree, None when it is no Python."""
    try:
        return ast.parse(without_magics(cell.source))
    except SyntaxError:
        return None


def calls(cell: Cell) -> list[tuple[str, ast.Call]]:
    """All calls in a code cell, with what is called, such as `"plt.show"`."""
    tree = parse(cell)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree else []
    return [(dotted(node.func), node) for node in found]


def dotted(node: ast.expr) -> str:
    """A name with dots, as it is written; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
