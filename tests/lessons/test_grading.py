"""Grading: right, wrong and hostile copies of a lesson."""

import gc
import json

from course_utils.lessons.grading import LessonKernel, grade
from course_utils.lessons.kernel import Limits

import psutil
import pytest
from lessons.small_lesson import RIGHT, fill_in, graded_cell

# Patient, for machines that are busy; short where the end of the patience is what is tested.
LIMITS = Limits(cell_seconds=20, memory=500 * 2**20)
SHORT = Limits(cell_seconds=1.5, grace_seconds=2.5)

EQUAL_TO_ALL = """class Any(float):
    def __eq__(self, other): return True
    __hash__ = None
def total(numbers):
    return Any()"""


def report_of(lesson, path, limits=LIMITS):
    """Grade, and see that the learner's file stays as it is, byte for byte."""
    before = path.read_bytes() if path.is_file() else None
    report = grade(lesson, path, limits)
    assert before is None or path.read_bytes() == before
    return report


def points(report):
    return [exercise.points for exercise in report.exercises]


def test_untouched_copy_is_not_started_and_starts_no_kernel(lesson, untouched, monkeypatch):
    monkeypatch.setattr("course_utils.lessons.grading.Kernel", None)
    report = report_of(lesson, untouched)
    assert points(report) == [0, 0, 0]
    assert {exercise.status for exercise in report.exercises} == {"not started"}
    assert "YOUR CODE HERE" in report.exercises[0].advice
    assert not report.notes and not report.problem and not report.is_full


@pytest.mark.parametrize("answers", ["reference", "other"])
def test_right_answers_get_full_marks(lesson, untouched, answers):
    reference = {exercise.name: exercise.reference for exercise in lesson.exercises}
    fill_in(untouched, reference if answers == "reference" else RIGHT)
    report = report_of(lesson, untouched)
    assert points(report) == [4, 3, 3]
    assert report.is_full and report.points == report.of == 10
    assert not report.notes
    assert all(exercise.status == "passed" for exercise in report.exercises)


# One row each: which exercise, the learner's cell, words of advice and place, and why it matters.
WRONG_ANSWERS = [
    ("total", "def total(numbers):\n    return 1 + sum(numbers)", "does the sum start at 0?",
     "Check in line 3: `answer == 6`", "the check's advice is shown"),
    ("total", "def total(numbers):\n    return 6", "Wrong for five random numbers",
     "In a hidden test", "a hidden test gives its message and not its text"),
    ("total", "def total(numbers):\n    return sum(numbers) or 7", "A hidden test does not hold",
     "In a hidden test", "a hidden test without a message"),
    ("total", "def total(numbers):\n    x = 1\n    return x / 0", "ZeroDivisionError",
     "Line 3 of your cell: `return x / 0`", "an error in the learner's own line"),
    ("total", "def total(numbers):\n    return numbers +", "Python cannot read your cell",
     "Line 2 of your cell", "a syntax error"),
    ("total", "def total(numbers):\nreturn 3", "Python cannot read your cell",
     "Line 2 of your cell", "an indentation error"),
    ("total", "def total(numbers):\n    pass", "not a NoneType", "Check in line 2",
     "nothing returned"),
    ("total", "def add(numbers):\n    return sum(numbers)", "does not define `total`",
     "Check in line 1", "another name than asked"),
    ("total", "1 / 0", "Your cell stops with ZeroDivisionError", "Line 1 of your cell",
     "the cell itself fails"),
    ("total", "def total(numbers):\n    raise NotImplementedError()  # later", "still a `raise",
     "Line 2 of your cell", "a stub with a comment"),
    ("total", EQUAL_TO_ALL, "not a Any", "Check in line 2", "an always-equal object"),
    ("total", "import sys\ndef total(numbers):\n    sys.exit()", "return a value",
     "Line 3 of your cell", "sys.exit() in the answer"),
    ("total", "exit()", "Your cell ends Python", "Line 1 of your cell", "exit() in the cell"),
    ("total", "def total(numbers):\n    return total(numbers)", "RecursionError",
     "Line 2 of your cell", "endless recursion"),
    ("total", "def total(numbers):\n    return float(input())", "nobody types while it is graded",
     "Line 2 of your cell", "a question to nobody"),
    ("total", "def total(numbers):\n    while True:\n        pass", "longer than 1.5 s",
     "of your cell", "an endless loop"),
    ("total", "while True:\n    print('flood')", "longer than 1.5 s", "Stopped in line",
     "an endless loop that floods the output"),
    ("total", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
     "longer than 1.5 s", "", "a loop that cannot be interrupted"),
    ("total", "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
     "longer than 1.5 s", "", "a loop that swallows KeyboardInterrupt"),
    ("total", "import os\nos._exit(3)", "ended Python itself (exit code 3)", "", "a dead kernel"),
    ("total", "import os, signal\ndef total(numbers):\n    os.kill(os.getpid(), signal.SIGKILL)",
     "A check of your answer ended Python itself (signal 9)", "", "a killed kernel"),
    ("total", "hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))", "of memory", "",
     "a memory hog"),
    ("total", "def total(numbers):\n    print('x' * 10**7)\n    return 1 + sum(numbers)",
     "does the sum start at 0?", "", "a wrong answer behind a print flood"),
    ("total", "def total(numbers):\n    raise ValueError('long ' * 10**6)", "ValueError: long long",
     "Line 2 of your cell", "a message of megabytes"),
    ("total", "text = '\ud800'\ndef total(numbers):\n    return 1", "does the sum start at 0?", "",
     "half a character"),
    ("total", "def total(numbers):\n    return 1\x00", "Python cannot read your cell", "",
     "a zero byte"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer", "advice", "where"),
    [row[:4] for row in WRONG_ANSWERS],
    ids=[row[4] for row in WRONG_ANSWERS],
)
def test_wrong_answer_costs_its_own_exercise_only(lesson, solved, name, answer, advice, where):
    fill_in(solved, {name: answer})
    report = report_of(lesson, solved, SHORT if "longer than" in advice else LIMITS)
    first = report.exercises[0]
    assert points(report) == [0, 3, 3], "the other exercises keep their points"
    assert advice in first.advice
    assert where in first.where
    assert len(first.advice) < 500
    assert "secret_list" not in json.dumps(report.as_dict()), "hidden tests stay hidden"


# Cells that are right, whatever else they do.
HARMLESS = [
    ("import sys\nprint('careful', file=sys.stderr)\n" + RIGHT["total"], "stderr is not failure"),
    ("import warnings\nwarnings.warn('old')\n" + RIGHT["total"], "nor is a warning"),
    (RIGHT["total"].replace("return", "import sys; sys.stderr.write('w'); return"),
     "stderr in a check"),
    ("print('flood\\n' * 10**6)\n" + RIGHT["total"], "a print flood"),
    (RIGHT["total"] + "\nprint = None\nsum = 3\nmath = None\nvalues = []",
     "names that later checks use are put back"),
    (RIGHT["total"] + "\nimport builtins\nbuiltins.print = None", "and Python's own"),
    (RIGHT["total"] + "\nimport os\nos.chdir('/')", "another working folder"),
    ("%xmode Plain\n" + RIGHT["total"], "a magic"),
    ("# nur eine Übung: 和\n" + RIGHT["total"], "not ASCII"),
    ("%%time\n" + RIGHT["total"], "a magic over the whole cell"),
    ("\n%%capture out\n%%time\n\n" + RIGHT["total"], "and two of them"),
    ((RIGHT["total"] + "\n").replace("\n", "\r\n"), "saved with Windows' line ends"),
    ("text = '''\n%%time\n'''\nassert len(text) == 8\n" + RIGHT["total"], "no magic but text"),
]  # fmt: skip


@pytest.mark.parametrize("answer", [r[0] for r in HARMLESS], ids=[r[1] for r in HARMLESS])
def test_harmless_oddities_cost_nothing_elsewhere(lesson, solved, answer):
    fill_in(solved, {"total": answer})
    report = report_of(lesson, solved)
    assert points(report)[1:] == [3, 3]
    if "values = []" not in answer:
        assert report.is_full


# What stands above two lines, the number of the second, which divides by 0, and what it tries.
WRITTEN = [
    ("%xmode Plain\n", 3, "a magic on the first line"),
    ("!true\n", 3, "a command of the shell"),
    ("%%time\n", 3, "a magic over the whole cell, which prints the error and passes"),
    ("%%capture\n%%time\n", 4, "two of them"),
    ("\n\n  \n", 5, "empty lines, which IPython drops"),
    ("\n%xmode Plain\n\n", 5, "empty lines around a magic"),
    ("total?\n", 3, "a question for help"),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("above", "line"), [row[:2] for row in WRITTEN], ids=[row[2] for row in WRITTEN]
)
def test_an_error_is_found_however_the_cell_is_written(lesson, solved, above, line, end):
    inside = f"{above}def total(numbers):\n    return 1 / 0\n"
    at_once = f"{above}print(1)\n1 / 0\n"
    fill_in(solved, {"total": inside.replace("\n", end), "mean": at_once.replace("\n", end)})
    first, second, _ = report_of(lesson, solved).exercises
    assert first.advice == "Your code stops with ZeroDivisionError: division by zero."
    assert first.where == f"Line {line} of your cell: `return 1 / 0`"
    assert second.advice == "Your cell stops with ZeroDivisionError: division by zero."
    assert second.where == f"Line {line} of your cell: `1 / 0`"


def test_names_from_own_cells_are_explained(lesson, solved):
    content = json.loads(solved.read_text("utf-8"))
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "own"}
    content["cells"].insert(2, own | {"source": "import statistics\nhelper = len"})
    solved.write_text(json.dumps(content), encoding="utf-8")
    fill_in(solved, {"mean": "def mean(numbers):\n    return statistics.mean(numbers)"})
    second = report_of(lesson, solved).exercises[1]
    assert "`statistics` is made in a cell that is not graded" in second.advice
    assert "Line 2 of your cell" in second.where


def test_unknown_name_stays_a_name_error(lesson, solved):
    fill_in(solved, {"mean": "def mean(numbers):\n    return nowhere"})
    assert "NameError: name 'nowhere'" in report_of(lesson, solved).exercises[1].advice


def test_wrong_first_answer_gives_way_to_the_reference(lesson, solved):
    """`mean` calls `total`: the mistake in `total` is not counted twice."""
    fill_in(solved, {"total": "def total(numbers):\n    return -1"})
    assert points(report_of(lesson, solved)) == [0, 3, 3]


def test_answers_survive_a_dead_kernel(lesson, solved):
    """A helper that an earlier answer made is there again in the next kernel."""
    answers = {
        "total": "def helper(x):\n    return x\n\n" + RIGHT["total"],
        "mean": "import os\nos._exit(1)",
        "spread": RIGHT["spread"].replace("return mean(", "return helper(1) * mean("),
    }
    fill_in(solved, answers)
    report = report_of(lesson, solved)
    assert points(report) == [4, 0, 3]
    assert report.exercises[1].status == "died"


def test_an_answer_that_runs_once_is_replaced_in_the_next_kernel(lesson, solved, tmp_path):
    """Replaying `total` fails in the second kernel, and `spread` is graded all the same."""
    mark = tmp_path / "ran"
    once = f"import pathlib\nmark = pathlib.Path({str(mark)!r})\nassert not mark.exists()\n"
    fill_in(
        solved,
        {"total": once + "mark.touch()\n" + RIGHT["total"], "mean": "import os\nos._exit(1)"},
    )
    assert points(report_of(lesson, solved)) == [4, 0, 3]


def test_processes_that_an_answer_starts_end_with_it(lesson, solved):
    code = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); "
        f"print('ready', flush=True); time.sleep(60) # {solved}"
    )
    start = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {code!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
    )
    fill_in(solved, {"total": start + RIGHT["total"], "mean": "import os\nos._exit(1)"})
    assert points(report_of(lesson, solved)) == [4, 0, 3]
    left = [p for p in psutil.process_iter(["cmdline"]) if code in (p.info["cmdline"] or [])]
    assert not [process for process in left if process.status() != psutil.STATUS_ZOMBIE]


def test_the_time_for_a_lesson_ends(lesson, solved):
    endless = {name: "while True: pass" for name in RIGHT}
    fill_in(solved, endless)
    report = grade(lesson, solved, Limits(cell_seconds=1, lesson_seconds=1.0, grace_seconds=1))
    assert [exercise.status for exercise in report.exercises][-1] == "not graded"
    assert "were over" in report.exercises[-1].advice


def edit(name):
    """Decorate a change of a notebook's JSON with the name of its row."""

    def keep(change):
        EDITS.append(pytest.param(change, id=name))
        return change

    return keep


EDITS: list = []


@edit("deleted solution cell")
def _(content):
    content["cells"].remove(graded_cell(content, "total"))
    return [0, 3, 3], "", "`course update P901` brings it"


@edit("solution cell turned into text")
def _(content):
    graded_cell(content, "total")["cell_type"] = "markdown"
    return [0, 3, 3], "", "change its type back to Code"


@edit("emptied solution cell")
def _(content):
    graded_cell(content, "total")["source"] = " \n"
    return [0, 3, 3], "", "YOUR CODE HERE"


@edit("copied solution cell: the last one counts, and it is wrong")
def _(content):
    copy = json.loads(json.dumps(graded_cell(content, "total")))
    copy["source"] = "def total(numbers):\n    return 0"
    content["cells"].append(copy)
    return [0, 3, 3], "`total` is there 2 times; the last counts", "does the sum"


@edit("copied solution cell: the last one counts, and it is right")
def _(content):
    copy = json.loads(json.dumps(graded_cell(content, "total")))
    content["cells"].insert(0, copy | {"source": "def total(numbers):\n    return 0"})
    return [4, 3, 3], "`total` is there 2 times; the last counts", ""


@edit("split solution cell: the second part only tries the answer out")
def _(content):
    copy = json.loads(json.dumps(graded_cell(content, "total")))
    content["cells"].append(copy | {"source": "print(total([1, 2]))"})
    return [4, 3, 3], "`total` is there 2 times", ""


@edit("split solution cell: a helper above, the answer below, an empty part at the end")
def _(content):
    cell = graded_cell(content, "total")
    parts = [json.loads(json.dumps(cell)) for _ in range(2)]
    cell["source"] = "def added(a, b):\n    return a + b"
    parts[0]["source"] = (
        "import functools\n\ndef total(n):\n    return functools.reduce(added, n, 0)"
    )
    parts[1]["source"] = "\n"
    content["cells"] += parts
    return [4, 3, 3], "`total` is there 3 times", ""


@edit("the answer cell tries things out under names that the checks use")
def _(content):
    graded_cell(content, "total")["source"] += (
        "\nvalues, rng, abs = [4, 5], None, 3\nprint(total(values))"
    )
    return [4, 3, 3], "", ""


@edit("an answer that changes the lists that it is given")
def _(content):
    graded_cell(content, "total")["source"] = (
        "def total(numbers):\n    result = 0.0\n    while numbers:\n"
        "        result += numbers.pop()\n    return result"
    )
    return [0, 3, 3], "", "five random numbers"


@edit("an answer that changes a module")
def _(content):
    graded_cell(content, "total")["source"] += "\nmath.isclose = lambda a, b: False"
    return [4, 3, 3], "", ""


@edit("edited check cell")
def _(content):
    graded_cell(content, "total")["source"] = "def total(numbers):\n    return 0"
    graded_cell(content, "total_checks")["source"] = "assert True"
    return [0, 3, 3], "`total_checks` was changed", "does the sum"


@edit("deleted check cell")
def _(content):
    content["cells"].remove(graded_cell(content, "total_checks"))
    return [4, 3, 3], "`total_checks` is gone", ""


@edit("copied check cell")
def _(content):
    content["cells"].append(graded_cell(content, "total_checks"))
    return [4, 3, 3], "`total_checks` is there 2 times", ""


@edit("points raised in the copy")
def _(content):
    graded_cell(content, "total_checks")["metadata"]["nbgrader"]["points"] = 100
    return [4, 3, 3], "", ""


@edit("setup changed")
def _(content):
    content["cells"][1]["source"] = "import os\nos._exit(0)"
    return [4, 3, 3], "tagged `setup` was changed or is gone", ""


@edit("an import added to the setup cell, which grading does not run")
def _(content):
    content["cells"][1]["source"] += "\nimport statistics"
    graded_cell(content, "total")["source"] = (
        "def total(numbers):\n    return statistics.fsum(numbers)"
    )
    return (
        [0, 3, 3],
        "tagged `setup` was changed or is gone",
        "is made in a cell that is not graded",
    )


@edit("a name of the setup deleted")
def _(content):
    graded_cell(content, "total")["source"] = (
        "del math\n\ndef total(numbers):\n    return math.fsum(numbers)\n\ntotal([1])"
    )
    return [0, 3, 3], "", "name 'math' is not defined"


@edit("a cell of the learner's own that kills the kernel")
def _(content):
    own = {"cell_type": "code", "metadata": {}, "source": "import os\nos._exit(0)"}
    content["cells"].insert(0, own)
    return [4, 3, 3], "", ""


@edit("cells that are no cells")
def _(content):
    content["cells"] += [None, 3, {}, {"metadata": 7, "source": 5}, {"metadata": {"nbgrader": 1}}]
    return [4, 3, 3], "", ""


@edit("source as a list of lines")
def _(content):
    cell = graded_cell(content, "total")
    cell["source"] = cell["source"].splitlines(keepends=True)
    return [4, 3, 3], "", ""


@pytest.mark.parametrize("change", EDITS)
def test_edited_copy(lesson, solved, change):
    content = json.loads(solved.read_text("utf-8"))
    expected, note, advice = change(content)
    solved.write_text(json.dumps(content), encoding="utf-8")
    report = report_of(lesson, solved)
    assert points(report) == expected
    assert advice in report.exercises[0].advice
    if note:
        assert note in " ".join(report.notes)
    else:
        assert not report.notes


BROKEN_FILES = [
    (b"", "is empty", "an empty file"),
    (b"  \n", "is empty", "spaces"),
    (b"{", "is not a whole notebook", "bad JSON"),
    (b'{"cells": [{"cell_type": "code", "sou', "breaks off or is damaged", "a file cut off"),
    (b"\xff\xfe\x00bad", "is not UTF-8", "not UTF-8"),
    (b"[1, 2]", "not a notebook of format 4", "JSON that is no notebook"),
    (b'{"worksheets": [], "nbformat": 3}', "not a notebook of format 4", "an old notebook"),
    (b'{"cells": {}}', "not a notebook of format 4", "cells that are no list"),
    (b"[" * 100_000, "is not", "brackets without end"),
    (b"PK\x03\x04", "is not", "a zip archive"),
    (None, "is not there", "no file"),
]


@pytest.mark.parametrize(
    ("data", "problem"), [r[:2] for r in BROKEN_FILES], ids=[r[2] for r in BROKEN_FILES]
)
def test_broken_file_is_named(lesson, tmp_path, data, problem):
    path = tmp_path / "P901_counting.ipynb"
    if data is not None:
        path.write_bytes(data)
    gc.disable()  # at the end of the stack no object of another test can be cleared away
    try:
        report = report_of(lesson, path)
    finally:
        gc.enable()
    assert problem in report.problem and "P901_counting.ipynb" in report.problem
    assert ("course prepare" if data is None else "course reset P901") in report.problem
    assert report.points == 0 and report.of == 10 and not report.is_full


def test_a_folder_in_the_files_place(lesson, tmp_path):
    assert "cannot be read" in report_of(lesson, tmp_path).problem


def test_one_kernel_serves_many_copies(lesson, solved):
    with LessonKernel(lesson, LIMITS) as kernel:
        assert grade(lesson, solved, kernel=kernel).is_full
        fill_in(solved, {"total": "def add(numbers):\n    return sum(numbers)"})
        forgotten = grade(lesson, solved, kernel=kernel).exercises[0]
        assert "does not define `total`" in forgotten.advice, "the copy before it defined it"
        assert kernel.is_running
        fill_in(solved, {"total": RIGHT["total"], "spread": "import os\nos._exit(3)"})
        assert points(grade(lesson, solved, kernel=kernel)) == [4, 3, 0]
        assert not kernel.is_running
        fill_in(solved, RIGHT)
        assert grade(lesson, solved, kernel=kernel).is_full
    assert not kernel.is_running


def test_progress_is_told(lesson, solved):
    told = []
    grade(lesson, solved, LIMITS, told.append)
    steps = ["exercise 1 of 3", "starting Python", "exercise 2 of 3", "exercise 3 of 3"]
    assert told == steps
