"""What to tell a learner whose answer did not pass: the check's advice, and where it happened.

The text of hidden tests is never shown, only their messages.
"""

import ast
import re
import textwrap
from dataclasses import dataclass

from course_utils.lessons.cells import region_lines
from course_utils.lessons.kernel import Limits, Outcome
from course_utils.lessons.notebook import Exercise

_NUMPY_HEADER = re.compile(r"^\n(Not equal to|Arrays are not|Items are not|.* are not .*equal)")
_NUMPY_DETAIL = re.compile(r"^\s*(Mismatched|Mismatch at|\(shapes|Max |ACTUAL|DESIRED|[xy]:|[xy] )")


@dataclass(frozen=True)
class Failure:
    """Why an exercise got no points.

    Args:
        advice: one or two sentences: what to look at.
        where: the check or the learner's own line, empty when not known.
        details: what else the check said, such as the numbers that differ.
    """

    advice: str
    where: str = ""
    details: str = ""


def explain_cell(outcome: Outcome, answer: str, limits: Limits) -> Failure:
    """Explain an answer that does not even run.

    Args:
        outcome: how the learner's cell ended.
        answer: the learner's cell.
        limits: what it was allowed.
    """
    if outcome.status != "error":
        return _explain_limit(outcome, answer, "Your cell", limits)
    where = _own_line(outcome, answer)
    if advice := _explain_any(outcome, where):
        return Failure(advice, where)
    if outcome.type in ("SyntaxError", "IndentationError", "TabError"):
        return Failure(f"Python cannot read your cell: {outcome.message}.", where)
    if outcome.type == "SystemExit":
        return Failure(
            "Your cell ends Python with exit(): return from the function instead.", where
        )
    return Failure(f"Your cell stops with {_named(outcome)}", where)


def explain_check(outcome: Outcome, exercise: Exercise, answer: str, limits: Limits) -> Failure:
    """Explain an answer that runs and fails its checks.

    Args:
        outcome: how the check cell ended.
        exercise: the exercise.
        answer: the learner's cell.
        limits: what it was allowed.
    """
    if outcome.status != "error":
        return _explain_limit(outcome, answer, "A check of your answer", limits)
    own = _own_line(outcome, answer)
    check = _check_line(outcome, exercise)
    if outcome.type == "AssertionError" and not own:
        advice, details = _split_message(outcome.message)
        if not advice:
            visible = check.startswith("Check")
            advice = "This check does not hold." if visible else "A hidden test does not hold."
        return Failure(advice, check, details)
    if outcome.type == "NotImplementedError":
        return Failure("There is still a `raise NotImplementedError()` in your cell.", own)
    if outcome.type == "SystemExit":
        return Failure("Your code ends Python with exit(): return a value instead.", own or check)
    if advice := _explain_any(outcome, own):
        return Failure(advice, own or check)
    if own:
        return Failure(f"Your code stops with {_named(outcome)}", own)
    advice = f"The check stops with {_named(outcome)}"
    if "NoneType" in outcome.message:
        advice += " Does your function end in a return?"
    return Failure(advice, check)


def _explain_limit(outcome: Outcome, answer: str, what: str, limits: Limits) -> Failure:
    where = ""
    if own := _own_line(outcome, answer):
        where = f"Stopped in {own[0].lower()}{own[1:]}"
    if outcome.status == "timeout":
        advice = (
            f"{what} ran longer than {limits.cell_seconds:g} s and was stopped: "
            "is there a loop that never ends?"
        )
    elif outcome.status == "memory":
        advice = (
            f"{what} used more than {outcome.message} of memory and was stopped: "
            "does an array or a list grow without end?"
        )
    else:
        advice = f"{what} ended Python itself ({outcome.message}): does it call exit or kill?"
    return Failure(advice, where)


def _explain_any(outcome: Outcome, own: str) -> str:
    """Advice for errors that mean the same in an answer and in its check; empty for others."""
    if outcome.type == "StdinNotImplementedError":
        return (
            "Your cell asks for `input()`, and nobody types while it is graded: use what the "
            "function is given."
        )
    if outcome.type == "AssertionError" and own and not outcome.message:
        return "An `assert` of your own does not hold."
    return ""


def _named(outcome: Outcome) -> str:
    message = textwrap.shorten(outcome.message, 300, placeholder=" ...")
    return f"{outcome.type}: {message}." if message else f"{outcome.type}."


def _same(one: str, other: str) -> bool:
    return one.strip() == other.strip()


def _line(frame: dict) -> str:
    lines = frame["source"].split("\n")
    number = frame["line"] or 0
    text = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return f"`{textwrap.shorten(text, 100, placeholder=' ...')}`"


def _own_line(outcome: Outcome, answer: str) -> str:
    frames = [f for f in outcome.frames if _same(f["source"], answer)]
    return f"Line {frames[-1]['line']} of your cell: {_line(frames[-1])}" if frames else ""


def _check_line(outcome: Outcome, exercise: Exercise) -> str:
    frames = [f for f in outcome.frames if _same(f["source"], exercise.checks)]
    if not frames:
        return ""
    number = frames[-1]["line"]
    hidden = region_lines(exercise.checks, "HIDDEN TESTS")
    if number is None or number > len(hidden) or hidden[number - 1]:
        return "In a hidden test"
    statements = [
        node
        for node in ast.walk(ast.parse(exercise.checks))
        if isinstance(node, ast.stmt) and node.lineno <= number <= (node.end_lineno or node.lineno)
    ]
    smallest = min(statements, key=lambda node: (node.end_lineno or 0) - node.lineno)
    shown = smallest.test if isinstance(smallest, ast.Assert) else smallest
    text = " ".join(ast.unparse(shown).split())
    line = sum(not is_hidden for is_hidden in hidden[: smallest.lineno])
    return f"Check in line {line}: `{textwrap.shorten(text, 110, placeholder=' ...')}`"


def _split_message(message: str) -> tuple[str, str]:
    """Split an assertion's message into advice and details, also as numpy.testing writes it."""
    if _NUMPY_HEADER.match(message):
        header, *lines = message.strip("\n").split("\n")
        first = next((i for i, text in enumerate(lines) if _NUMPY_DETAIL.match(text)), len(lines))
        advice = " ".join(text.strip() for text in lines[:first]).strip()
        return advice or header.rstrip(":") + ".", "\n".join(lines[first:])
    advice, _, details = message.strip().partition("\n")
    return advice, details.strip("\n")
