"""The replay of the notebooks is strict: its rules overlook what they should and no more."""

import importlib.util
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
spec = importlib.util.spec_from_file_location("course_setup", TESTS.parent / "scripts" / "setup.py")
setup = importlib.util.module_from_spec(spec)
spec.loader.exec_module(setup)

RULES = (TESTS / "nbval.cfg").read_text(encoding="utf-8")


def sanitize(text):
    """As nbval does it."""
    for regex, replacement in get_sanitize_patterns(RULES):
        text = re.sub(regex, replacement, text)
    return text


def test_nbval_reads_every_rule():
    assert len(get_sanitize_patterns(RULES)) == len(re.findall("^regex:", RULES, re.M)) == 5


@pytest.mark.parametrize(
    ("stored", "replayed", "why"),
    [
        ("\x1b[1mloss\x1b[0m 3", "loss 3", "bold where there is a terminal, plain where none"),
        ("\x1b[38;5;34m1,280\x1b[0m", "1,280", "256 colours, as Keras prints its summaries"),
        ("3s 20ms/step", "11s 85ms/step", "a busier machine"),
        ("1:05 3s/step", "59s 900ms/step", "minutes"),
        (
            "125/125 - 3s - 22ms/step - loss: 0.1",
            "125/125 - 0s - 450us/step - loss: 0.1",
            "style 2",
        ),
        ("shape (3, 3)   \nsecond", "shape (3, 3)\nsecond", "Keras pads its lines"),
        ("last line  ", "last line", "at the end of the output"),
        ("<Box at 0x7f3a9c2b1d90>", "<Box at 0x55e0aa01c2f0>", "an address"),
        ("<Figure size 640x480 with 2 Axes>", "<Figure size 700x300 with 2 Axes>", "another dpi"),
    ],
)
def test_overlooks(stored, replayed, why):
    assert sanitize(stored) == sanitize(replayed), why


@pytest.mark.parametrize(
    ("stored", "replayed", "why"),
    [
        ("IoU 0.143", "IoU 0.142", "a figure"),
        ("loss: 0.1 3s 20ms/step", "loss: 0.2 3s 20ms/step", "a figure beside a step time"),
        ("12ms/step", "13ms/step", "printed by a lesson, not by Keras"),
        ("took 3 s", "took 4 s", "a time that the lesson itself prints"),
        ("2s 20ms/step", "2s 20ms/epoch", "another unit"),
        ("[1;2]", "[1;3]", "brackets that are no colour"),
        ("a  b", "a b", "spaces within a line"),
        ("  indented", "indented", "spaces at the start of a line"),
        ("first\n\nsecond", "first\nsecond", "an empty line"),
        ("colour 0xff0000", "colour 0xff", "a short hexadecimal number"),
        ("0x1f", "0x2f", "a small hexadecimal number"),
        ("<Figure size 640x480 with 2 Axes>", "<Figure size 640x480 with 3 Axes>", "the axes"),
        ("640x480", "640x481", "a size that is no figure's"),
    ],
)
def test_does_not_overlook(stored, replayed, why):
    assert sanitize(stored) != sanitize(replayed), why


@pytest.fixture
def tests_folder(pytester):
    """A project of its own with this project's rules and conftest.py, in which pytest is run."""
    folder = pytester.mkdir("tests")
    for name in ("conftest.py", "nbval.cfg"):
        (folder / name).write_bytes((TESTS / name).read_bytes())
    return folder


def replay(pytester, monkeypatch):
    """Run pytest as `make test` does."""
    command, environment = setup.in_environment(TESTS, setup.REPLAY_ALL)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return pytester.run(sys.executable, *command[1:], "-rA", "--color=no")


def write_notebook(path, *cells):
    """Write a notebook of (source, text that it stored on stdout) cells."""
    notebook = nbformat.v4.new_notebook()
    for number, (source, stored) in enumerate(cells, start=1):
        outputs = [nbformat.v4.new_output("stream", name="stdout", text=stored)] if stored else []
        cell = nbformat.v4.new_code_cell(source, execution_count=number, outputs=outputs)
        notebook.cells.append(cell)
    nbformat.write(notebook, path)


def test_replay_passes_what_is_right_and_fails_what_is_wrong(pytester, tests_folder, monkeypatch):
    cells = [
        ("print(1 + 1)", "2\n", "PASSED"),
        ("print('\\x1b[1mtwo\\x1b[0m  ')", "two\n", "PASSED"),
        ("print(1 + 2)", "4\n", "FAILED"),
        ("print('forgotten')", "", "FAILED"),
        ("4", "4\n", "FAILED"),  # a result where a print was stored
        ("import sys; print('a warning', file=sys.stderr)", "", "FAILED"),
        ("raise ValueError('boom')", "", "FAILED"),
        ("import os; print(os.environ['OMP_NUM_THREADS'])", "1\n", "PASSED"),
    ]
    folder = pytester.mkdir("notebooks")
    for name in ("one", "other"):
        write_notebook(folder / f"{name}.ipynb", *(cell[:2] for cell in cells))
    result = replay(pytester, monkeypatch)
    outcomes = re.findall(r"^(PASSED|FAILED) .*/(\w+)\.ipynb::Cell (\d+)", str(result.stdout), re.M)
    assert sorted(outcomes, key=lambda outcome: outcome[1:]) == [
        (cell[2], name, str(number))
        for name in ("one", "other")
        for number, cell in enumerate(cells)
    ]
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "empty folder"])
def test_replay_without_notebooks_is_an_error(pytester, tests_folder, monkeypatch, there):
    if there:
        pytester.mkdir("notebooks")
    assert replay(pytester, monkeypatch).ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_ci_does_not_skip(pytester, tests_folder, monkeypatch, ci, outcome):
    body = "import pytest\n\ndef test_browser():\n    pytest.skip('no browser here')\n"
    (tests_folder / "test_browser.py").write_text(body)
    monkeypatch.setenv("CI", ci)
    result = pytester.runpytest_inprocess("-rfs", "tests")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*no browser here*"])
