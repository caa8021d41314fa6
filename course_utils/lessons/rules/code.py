"""Rules about the code of a lesson that the replay would pass unseen."""

import ast
import re

from course_utils.lessons.cells import made_and_used
from course_utils.lessons.notebook import Lesson
from course_utils.lessons.rules import (
    Problem,
    Problems,
    calls,
    code_cells,
    dotted,
    is_graded,
    parse,
    problem,
)

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_GENERATORS = {"default_rng", "RandomState", "Generator", "Random", "SystemRandom", "SeedGenerator"}


def tagged_cells(lesson: Lesson) -> Problems:
    """There are setup and parameters, and every cell is replayed."""
    tags = [tag for cell in code_cells(lesson) for tag in cell.tags]
    if "setup" not in tags:
        yield Problem(None, "No code cell is tagged 'setup'.")
    if tags.count("parameters") != 1:
        found = tags.count("parameters")
        yield Problem(None, f"One code cell is tagged 'parameters', not {found}.")
    for cell in code_cells(lesson):
        if "nbval-skip" in cell.tags:
            yield problem(cell, "Tagged nbval-skip: it would never be replayed.")
        if is_graded(cell) and {"setup", "parameters"} & set(cell.tags):
            yield problem(cell, "A solution or check cell cannot be tagged setup or parameters.")


def lesson_is_named(lesson: Lesson) -> Problems:
    """Setup says LESSON = "P136"; the last code cell grades with it."""
    named = [
        node.value.value
        for cell in lesson.setup
        for node in getattr(parse(cell), "body", [])
        if isinstance(node, ast.Assign)
        and [dotted(target) for target in node.targets] == ["LESSON"]
        and isinstance(node.value, ast.Constant)
    ]
    if named != [lesson.id]:
        yield Problem(None, f'The setup holds the line LESSON = "{lesson.id}" once.')
    cells = code_cells(lesson)
    if not cells:
        return
    for name, call in calls(cells[-1]):
        if name.split(".")[-1] == "grade_here" and [dotted(a) for a in call.args] == ["LESSON"]:
            return
    yield problem(cells[-1], "The last code cell calls grade_here(LESSON).")


def last_expressions(lesson: Lesson) -> Problems:
    """A cell's last value is stored with an address in it, or a training log."""
    for cell in code_cells(lesson):
        tree = parse(cell)
        last = tree.body[-1] if tree and tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            called = last.value.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in ("fit", "plot"):
                yield problem(cell, f"It ends in {name}(...), whose value is stored: assign it.")


def shown_with_words(lesson: Lesson) -> Problems:
    """Pictures are shown with a caption."""
    for cell in code_cells(lesson):
        if any(name in ("plt.show", "pyplot.show") for name, _ in calls(cell)):
            yield problem(cell, 'plots.show("What to see.") in place of plt.show().')


def random_numbers(lesson: Lesson) -> Problems:
    """A cell that is run again, or out of order, draws the same numbers."""
    shared = _generators(lesson)
    for cell in code_cells(lesson):
        try:
            made, used = made_and_used(cell.source)
        except SyntaxError:
            continue
        if "rng" in used - made:
            yield problem(cell, "It uses rng and does not make it: rng = ...default_rng(1361).")
        for name in sorted((used - made) & shared - {"rng"} if cell.is_check else []):
            yield problem(cell, f"A check draws from a generator of its own, not setup's {name!r}.")


def _generators(lesson: Lesson) -> set[str]:
    """The names of random generators that the setup makes."""
    return {
        dotted(target)
        for cell in lesson.setup
        for node in ast.walk(parse(cell) or ast.Module([], []))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if dotted(node.value.func).split(".")[-1] in _GENERATORS
    }


def measured_keys(lesson: Lesson) -> Problems:
    """Each figure has a key of its own and a bar."""
    seen: set[str] = set()
    for cell in code_cells(lesson):
        for name, call in calls(cell):
            if name != "measured":
                continue
            key = call.args[0].value if call.args and _is_text(call.args[0]) else None
            if key is None or not _KEY.fullmatch(key):
                yield problem(cell, 'measured("key", ...) takes its key as text like "mean_iou".')
            elif key in seen:
                yield problem(cell, f"The key {key!r} is measured twice.")
            elif not {"at_least", "at_most"} & {word.arg for word in call.keywords}:
                yield problem(cell, f"measured({key!r}, ...) names no bar: at_least or at_most.")
            seen |= {key} if key else set()


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
