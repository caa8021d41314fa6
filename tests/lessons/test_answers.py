"""The exercises are tested as data: right and wrong answers of tests/answers/, really graded.

CONTRIBUTING.md ("An exercise") describes the files.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from course_utils.lessons.copies import learner_copy
from course_utils.lessons.grading import LessonKernel, grade
from course_utils.lessons.notebook import STUB, notebooks_folder, read_lesson

import pytest
from lessons.small_lesson import fill_in

ANSWERS = Path(__file__).parents[1] / "answers"
LEAST = {"right": 2, "wrong": 3}


@dataclass(frozen=True)
class Answer:
    """One answer: the whole solution cell, and what is expected of its grade."""

    exercise: str
    kind: str
    title: str
    advice: str
    source: str


def parse_answers(text, file):
    """Read the answers of a file in percent format."""
    head, *parts = re.split(r"^# %%", text, flags=re.M)
    line = head.count("\n") + 1
    stray = [each for each in head.splitlines() if each.strip() and not each.startswith("#")]
    if stray:
        raise ValueError(f"{file} must begin with a header '# %% ...', not with {stray[0]!r}")
    answers = []
    for part in parts:
        header, _, source = part.partition("\n")
        answers.append(_parse_answer(header, source.strip("\n"), f"{file}, line {line}"))
        line += part.count("\n")
    for what in ("title", "source"):
        counts = Counter((answer.exercise, getattr(answer, what)) for answer in answers)
        if twice := [key for key, count in counts.items() if count > 1]:
            raise ValueError(f"{file} holds an answer to `{twice[0][0]}` twice: {twice[0][1]!r}")
    return answers


def _parse_answer(header, source, place):
    fields = [field.strip() for field in header.split("|", 3)]
    kind = fields[1] if len(fields) > 1 else ""
    expected = {
        "right": "exercise | right | what it is",
        "wrong": "exercise | wrong | what | advice",
    }
    if kind not in expected:
        raise ValueError(
            f"{place}: the second field must be right or wrong: '# %% {header.strip()}'"
        )
    if len(fields) != len(expected[kind].split("|")) or not all(fields):
        raise ValueError(f"{place}: expected '# %% {expected[kind]}', not '# %% {header.strip()}'")
    if not source.strip():
        raise ValueError(f"{place}: there is no code under the header '# %% {header.strip()}'")
    return Answer(fields[0], kind, fields[2], fields[3] if kind == "wrong" else "", source)


def objections(answers, names):
    """What the answers of a lesson lack; empty when all is there."""
    found = [
        f"`{name}` is no exercise: there are {', '.join(names)}"
        for name in sorted({answer.exercise for answer in answers} - set(names))
    ]
    for name in names:
        counts = Counter(answer.kind for answer in answers if answer.exercise == name)
        found += [
            f"`{name}` has {counts[kind]} {kind} answers and needs {least}"
            for kind, least in LEAST.items()
            if counts[kind] < least
        ]
    return found


def _by_lesson(paths):
    return {path.stem.split("_")[0]: path for path in paths}


NOTEBOOKS = _by_lesson(sorted(notebooks_folder().glob("P*.ipynb")))
FILES = _by_lesson(sorted(ANSWERS.glob("*.py")))


@cache
def answers_of(name):
    return parse_answers(FILES[name].read_text("utf-8"), FILES[name].name)


@pytest.mark.parametrize("name", sorted(NOTEBOOKS | FILES))
def test_answers_are_complete(name):
    assert name in FILES, f"tests/answers/{name}.py is missing: CONTRIBUTING.md, 'An exercise'"
    assert name in NOTEBOOKS, f"tests/answers/{name}.py belongs to no notebook"
    lesson = read_lesson(NOTEBOOKS[name])
    assert not objections(answers_of(name), [exercise.name for exercise in lesson.exercises])


class Classroom:
    """A lesson, its kernel, and a learner's copy to write answers into."""

    def __init__(self, name, folder):
        self.lesson = read_lesson(NOTEBOOKS[name])
        self.exercises = {exercise.name: exercise for exercise in self.lesson.exercises}
        self.kernel = LessonKernel(self.lesson)
        self._copy = learner_copy(self.lesson)
        self._path = folder / self.lesson.path.name

    def grade(self, answers):
        """The report of a copy with these answers, the other cells untouched."""
        self._path.write_text(self._copy, encoding="utf-8")
        fill_in(self._path, answers)
        report = grade(self.lesson, self._path, kernel=self.kernel)
        assert not report.problem and not report.notes
        return {exercise.name: exercise for exercise in report.exercises}


@pytest.fixture(scope="module")
def classrooms(tmp_path_factory):
    """A function that gives a lesson's classroom and closes the one before.

    The kernel serves all answers of its lesson, because a start takes seconds.
    """
    opened = {}

    def close():
        for room in opened.values():
            room.kernel.stop()
        opened.clear()

    def classroom(name):
        if name not in opened:
            close()
            opened[name] = Classroom(name, tmp_path_factory.mktemp(name))
        return opened[name]

    yield classroom
    close()


def describe(graded):
    """A grade as the message of a failed test."""
    return json.dumps({"status": graded.status, "advice": graded.advice, "where": graded.where})


def assert_full(graded):
    """All exercises have full marks."""
    for one in graded.values():
        assert one.points == one.of > 0, f"{one.name}: {describe(one)}"


def untouched_stub_scores_nothing(classroom):
    graded = classroom.grade({}).values()
    assert [(one.points, one.status) for one in graded] == [(0, "not started")] * len(graded)


def stub_that_runs_scores_nothing(classroom):
    """Its checks run and fail: an untouched stub is told apart without them."""
    stubs = {
        name: exercise.stub.replace(STUB.split("\n")[0], "# later")
        for name, exercise in classroom.exercises.items()
    }
    graded = classroom.grade(stubs).values()
    assert [(one.points, one.status) for one in graded] == [(0, "failed")] * len(graded)


def own_answers_get_full_marks(classroom):
    own = {name: exercise.reference for name, exercise in classroom.exercises.items()}
    assert_full(classroom.grade(own))


def right_answers_work_together(place, classroom):
    """An answer uses those before it, in whichever right way these are written."""
    chosen = {}
    for name in classroom.exercises:
        rights = [
            one
            for one in answers_of(classroom.lesson.id)
            if one.exercise == name and one.kind == "right"
        ]
        chosen[name] = rights[place].source
    assert_full(classroom.grade(chosen))


def answer_gets_its_grade(answer, classroom):
    graded = classroom.grade({answer.exercise: answer.source})[answer.exercise]
    if answer.kind == "right":
        assert graded.points == graded.of, describe(graded)
    else:
        assert graded.points == 0, "the checks accept this wrong answer"
        assert answer.advice in graded.advice, describe(graded)


def _rows():
    """What is tested of each lesson, one lesson after the other: a kernel serves one lesson.

    A file of answers that cannot be read fails test_answers_are_complete.
    """
    for name in NOTEBOOKS:
        tests = {
            "untouched stub": untouched_stub_scores_nothing,
            "stub that runs": stub_that_runs_scores_nothing,
            "the course's own answers": own_answers_get_full_marks,
        }
        try:
            answers = answers_of(name)
        except (KeyError, ValueError):
            answers = []
        if answers:
            tests["first right answers together"] = partial(right_answers_work_together, 0)
            tests["last right answers together"] = partial(right_answers_work_together, -1)
        for one in answers:
            title = f"{one.exercise}-{one.kind}-{one.title}"
            tests[title] = partial(answer_gets_its_grade, one)
        for title, test in tests.items():
            yield pytest.param(name, test, id=f"{name}-{title}")


@pytest.mark.parametrize(("name", "test"), list(_rows()))
def test_grades(classrooms, name, test):
    test(classrooms(name))


WELL_FORMED = """# Answers to an exercise.

# %% total | right | a loop
def total(numbers):
    return sum(numbers)

# %% total | wrong | one too many | does the sum | start at 0?
def total(numbers):
    return 1 + sum(numbers)
"""


def test_parse_answers():
    first, second = parse_answers(WELL_FORMED, "P901.py")
    assert first == Answer(
        "total", "right", "a loop", "", "def total(numbers):\n    return sum(numbers)"
    )
    assert (second.kind, second.title) == ("wrong", "one too many")
    assert second.advice == "does the sum | start at 0?", "advice may hold a bar"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# Answers", "Answers", "P901.py must begin with a header"),
        ("| right |", "| good |", "P901.py, line 3: the second field must be right or wrong"),
        ("total | right | a loop", "", "P901.py, line 3: the second field"),
        ("| a loop", "", "P901.py, line 3: expected '# %% exercise | right | what it is'"),
        ("| a loop", "| a loop | advice", "P901.py, line 3: expected '# %% exercise | right"),
        ("total | wrong", " | wrong", "P901.py, line 7: expected '# %% exercise | wrong"),
        ("| does the sum | start at 0?", "", "line 7: expected '# %% exercise | wrong"),
        ("def total(numbers):\n    return sum(numbers)", "", "line 3: there is no code"),
        ("total | wrong | one too many | does the sum | start at 0?", "total | right | a loop",
         "`total` twice: 'a loop'"),
        ("return 1 + sum", "return sum", "`total` twice: 'def total"),
    ],
)  # fmt: skip
def test_parse_answers_names_the_place(old, new, message):
    assert old in WELL_FORMED
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_answers(WELL_FORMED.replace(old, new, 1), "P901.py")


def test_objections():
    answers = parse_answers(WELL_FORMED.replace("total | wrong", "sum | wrong"), "P901.py")
    assert objections(answers, ["total"]) == [
        "`sum` is no exercise: there are total",
        "`total` has 1 right answers and needs 2",
        "`total` has 0 wrong answers and needs 3",
    ]
