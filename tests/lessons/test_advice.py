"""Advice from how a cell ended, without a kernel."""

from course_utils.lessons.advice import explain_cell, explain_check
from course_utils.lessons.kernel import Limits, Outcome
from course_utils.lessons.notebook import Exercise

import numpy as np
import pytest

CHECKS = """one = f(1)
for n in range(3):
    assert (
        f(n) == n
    ), "message"
### BEGIN HIDDEN TESTS
assert f(77) == 77
### END HIDDEN TESTS
assert f(5) == 5"""
ANSWER = "def f(n):\n    return n - nothing"
EXERCISE = Exercise(1, "f", "f_checks", "identity", 4, ANSWER, CHECKS)


def error(kind, message, *frames):
    cells = {"checks": CHECKS, "answer": ANSWER, "reference": "def g(secret): pass"}
    found = tuple({"source": cells[cell] + "\n", "line": line} for cell, line in frames)
    return Outcome("error", kind, message, None, found)


def numpy_message(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except AssertionError as raised:
        return str(raised)
    raise RuntimeError("it should differ")


@pytest.mark.parametrize(
    ("frames", "where", "why"),
    [
        ([("checks", 1)], "Check in line 1: `one = f(1)`", "a statement"),
        ([("checks", 4)], "Check in line 3: `f(n) == n`", "an assert of three lines in a loop"),
        ([("checks", 7)], "In a hidden test", "hidden"),
        ([("checks", 9)], "Check in line 6: `f(5) == 5`", "counted as the learner sees them"),
        ([("checks", 99)], "In a hidden test", "a line that cannot be"),
        ([], "", "nothing is known"),
    ],
)
def test_where_a_check_failed(frames, where, why):
    failure = explain_check(error("AssertionError", "message", *frames), EXERCISE, ANSWER, Limits())
    assert failure.where == where, why
    assert "77" not in f"{failure}"


@pytest.mark.parametrize(
    ("name", "arguments", "err_msg", "advice"),
    [
        ("assert_allclose", ([1.0, 2], [1.0, 3]), "Too few", "Too few"),
        ("assert_allclose", ([1.0, 2], [1.0]), "Two lines\nof it", "Two lines of it"),
        ("assert_allclose", ([1.0], [2.0]), "", "Not equal to tolerance rtol=1e-07, atol=0."),
        ("assert_array_equal", ([1], [2]), "Look at 1", "Look at 1"),
        ("assert_equal", ({"a": 1}, {"a": 2}), "The key", "The key"),
        ("assert_almost_equal", (1.0, 2.0), "Nearly", "Nearly"),
    ],
)
def test_messages_of_numpy_are_split(name, arguments, err_msg, advice):
    message = numpy_message(getattr(np.testing, name), *arguments, err_msg=err_msg)
    outcome = error("AssertionError", message)
    failure = explain_check(outcome, EXERCISE, ANSWER, Limits())
    assert advice in failure.advice
    assert "DESIRED" not in failure.advice and "Mismatched" not in failure.advice


def test_plain_message_keeps_its_details():
    outcome = error("AssertionError", "First line\nsecond\nthird", ("checks", 1))
    failure = explain_check(outcome, EXERCISE, ANSWER, Limits())
    assert (failure.advice, failure.details) == ("First line", "second\nthird")


def test_an_assertion_of_the_learner_is_the_learners():
    outcome = error("AssertionError", "mine", ("checks", 1), ("answer", 2))
    failure = explain_check(outcome, EXERCISE, ANSWER, Limits())
    assert failure.advice == "Your code stops with AssertionError: mine."
    assert failure.where == "Line 2 of your cell: `return n - nothing`"


ANYWHERE = [
    ("AssertionError", "", "An `assert` of your own does not hold.", "an assert without a message"),
    ("StdinNotImplementedError", "raw_input was called, but", "asks for `input()`", "nobody types"),
]


@pytest.mark.parametrize(("type", "message", "words", "why"), ANYWHERE)
def test_what_means_the_same_in_an_answer_and_in_its_check(type, message, words, why):
    outcome = error(type, message, ("checks", 1), ("answer", 2))
    for failure in (
        explain_cell(outcome, ANSWER, Limits()),
        explain_check(outcome, EXERCISE, ANSWER, Limits()),
    ):
        assert words in failure.advice, why
        assert failure.where == "Line 2 of your cell: `return n - nothing`"


def test_lines_of_other_cells_are_not_shown():
    outcome = error("TypeError", "bad", ("checks", 7), ("reference", 1))
    failure = explain_check(outcome, EXERCISE, ANSWER, Limits())
    assert "secret" not in f"{failure}" and failure.where == "In a hidden test"


def test_none_is_explained():
    outcome = error("AttributeError", "'NoneType' object has no attribute 'shape'", ("checks", 1))
    assert "end in a return?" in explain_check(outcome, EXERCISE, ANSWER, Limits()).advice


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        ("timeout", "", "longer than 30 s"),
        ("memory", "4 GB", "more than 4 GB of memory"),
        ("died", "signal 9", "ended Python itself (signal 9)"),
    ],
)
def test_limits_are_explained(status, message, words):
    outcome = Outcome(status, message=message, alive=False)
    assert words in explain_cell(outcome, ANSWER, Limits()).advice
    assert words in explain_check(outcome, EXERCISE, ANSWER, Limits()).advice
