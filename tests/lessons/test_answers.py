"""The exercises are tested as data: right and wrong answers of tests/answers/, really graded.

CONTRIBUTING.md ("An exercise") describes the files.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from course_utils.lessons import catalogue
from course_utils.lessons.copies import learner_copy
from course_utils.lessons.grading import LessonKernel, grade
from course_utils.lessons.notebook import STUB, notebooks_folder, read_lesson

import pytest
from lessons.small_lesson import fill_in

ANSWERS = Path(__file__).parents[1] / "answers"
DIFFERENCE = re.compile(r"# (?P<sign>[-+])( (?P<text>.*))?$", re.M)
LEAST = {"right": 3, "wrong": 5}


@dataclass(frozen=True)
class Answer:
    """One answer: the whole solution cell, and what is expected of its grade."""

    exercise: str
    kind: str
    title: str
    advice: str
    source: str


def parse_answers(text, file, references=None):
    """Read the answers of a file in percent format.

    A wrong answer may be a difference from the course's own: `# - ` lines of it, each followed by
    the `# + ` lines that take its place. Those need the references, by the exercise's name.
    """
    head, *parts = re.split(r"^# %%", text, flags=re.M)
    line = head.count("\n") + 1
    stray = [each for each in head.splitlines() if each.strip() and not each.startswith("#")]
    if stray:
        raise ValueError(f"{file} must begin with a header '# %% ...', not with {stray[0]!r}")
    answers = []
    for part in parts:
        header, _, source = part.partition("\n")
        place = f"{file}, line {line}"
        answers.append(_parse_answer(header, source.strip("\n"), place, references or {}))
        line += part.count("\n")
    for what in ("title", "source"):
        counts = Counter((answer.exercise, getattr(answer, what)) for answer in answers)
        if twice := [key for key, count in counts.items() if count > 1]:
            raise ValueError(f"{file} holds an answer to `{twice[0][0]}` twice: {twice[0][1]!r}")
    return answers


def _parse_answer(header, source, place, references):
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
    if DIFFERENCE.match(source):
        if kind == "right":
            raise ValueError(f"{place}: a right answer is written whole, not as a difference")
        if fields[0] not in references:
            raise ValueError(f"{place}: there is no exercise `{fields[0]}` to differ from")
        source = changed(references[fields[0]], source, place)
    return Answer(fields[0], kind, fields[2], fields[3] if kind == "wrong" else "", source)


def changed(reference, difference, place):
    """The course's own answer, with the changes of a difference.

    Each `# - ` line must be one line of the answer; spaces at its ends do not count. The `# + `
    lines below it take its place. They are indented as it is, unless it was written indented: then
    they are shifted as far as it is.
    """
    lines = reference.split("\n")
    became = [[line] for line in lines]
    target, shift, sign = None, 0, ""
    for row in filter(str.strip, difference.split("\n")):
        found = DIFFERENCE.match(row)
        if found is None:
            raise ValueError(f"{place}: a difference has only '# - ' and '# + ' lines, not {row!r}")
        before, sign, text = sign, found["sign"], (found["text"] or "").rstrip()
        if sign == "-":
            places = [at for at, line in enumerate(lines) if line.strip() == text.strip()]
            if len(places) != 1:
                raise ValueError(
                    f"{place}: {text.strip()!r} is {len(places)} times in the course's own answer "
                    "and must be there once"
                )
            became[places[0]] = []
            if before != "-":  # of lines that go together the first one gives the place
                target = places[0]
                shift = _indent(lines[target]) - _indent(text)
        elif target is None:
            raise ValueError(f"{place}: a difference begins with a '# - ' line, not with {row!r}")
        else:
            became[target].append(" " * max(0, _indent(text) + shift) + text.strip())
    return "\n".join(line for new in became for line in new)


def _indent(line):
    return len(line) - len(line.lstrip())


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


NOTEBOOKS = catalogue.notebooks(notebooks_folder())
FILES = {path.stem: path for path in sorted(ANSWERS.glob("*.py"))}


@cache
def answers_of(name):
    path = FILES[name]
    exercises = read_lesson(NOTEBOOKS[name]).exercises if name in NOTEBOOKS else ()
    references = {exercise.name: exercise.reference for exercise in exercises}
    return parse_answers(path.read_text("utf-8"), path.name, references)


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


OWN = """def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result"""
DIFFERENCES = [
    ("# - result = 0\n# + result = 1", OWN.replace("= 0", "= 1"), "a line in place of a line"),
    ("# -     result = 0\n# +     result = 1", OWN.replace("= 0", "= 1"), "written indented"),
    ("# - result = 0  \n\n# + result = 1\n", OWN.replace("= 0", "= 1"), "spaces do not count"),
    (
        "# - result += number\n# + if number:\n# +     result += number",
        OWN.replace("    result += number", "    if number:\n            result += number"),
        "more lines than before, indented like the first",
    ),
    (
        "# -     return result\n# +         return result",
        OWN.replace("    return", "        return"),
        "the indentation itself changes",
    ),
    (
        "# - result = 0\n# + result = 1\n# - return result\n# + return -result",
        OWN.replace("= 0", "= 1").replace("return ", "return -"),
        "two pairs",
    ),
    (
        "# - for number in numbers:\n# - result += number\n# + result = sum(numbers)",
        "def total(numbers):\n    result = 0\n    result = sum(numbers)\n    return result",
        "one line for two",
    ),
    ("# - return result", OWN.replace("\n    return result", ""), "a line that is left out"),
    (
        "# - return result\n# + \n# + return 0",
        OWN.replace("    return result", "\n    return 0"),
        "an empty line",
    ),
]


@pytest.mark.parametrize(
    ("difference", "source"), [row[:2] for row in DIFFERENCES], ids=[row[2] for row in DIFFERENCES]
)
def test_a_wrong_answer_may_be_a_difference(difference, source):
    text = f"# %% total | wrong | something | advice\n{difference}\n"
    [answer] = parse_answers(text, "P901.py", {"total": OWN})
    assert [line.rstrip() for line in answer.source.split("\n")] == source.split("\n")


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        ("# - result = 2\n# + result = 1", "'result = 2' is 0 times in the course's own answer"),
        ("# + result = 1", "a difference begins with a '# - ' line, not with '# + result = 1'"),
        ("# - result = 0\nresult = 1", "only '# - ' and '# + ' lines, not 'result = 1'"),
        ("# - result = 0\n# result = 1", "only '# - ' and '# + ' lines, not '# result = 1'"),
        ("# - return total(numbers)\n# + return 1", "is 0 times"),
        ("# - pass\n# + return 1", "'pass' is 2 times"),
    ],
)
def test_what_a_difference_may_not_be(difference, message):
    text = f"# %% total | wrong | something | advice\n{difference}\n"
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        parse_answers(text, "P901.py", {"total": OWN + "\n    pass\n    pass"})
    assert str(error.value).startswith("P901.py, line 1: ")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("total | right | a loop", "a right answer is written whole"),
        ("sum | wrong | a loop | advice", "there is no exercise `sum` to differ from"),
    ],
)
def test_where_a_difference_may_not_stand(header, message):
    with pytest.raises(ValueError, match=message):
        parse_answers(f"# %% {header}\n# - result = 0", "P901.py", {"total": OWN})


def test_objections():
    answers = parse_answers(WELL_FORMED.replace("total | wrong", "sum | wrong"), "P901.py")
    assert objections(answers, ["total"]) == [
        "`sum` is no exercise: there are total",
        "`total` has 1 right answers and needs 3",
        "`total` has 0 wrong answers and needs 5",
    ]
