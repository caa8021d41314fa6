"""The set-up script, the locks and the other lists of dependencies."""

import ast
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ["requirements.lock", "requirements-gpu.lock"]

spec = importlib.util.spec_from_file_location("course_setup", ROOT / "scripts" / "setup.py")
setup = importlib.util.module_from_spec(spec)
spec.loader.exec_module(setup)

FITTING = {
    "version": [3, 12, 1],
    "path": sys.executable,
    "platform": "linux-x86_64",
    "wide": True,
    "libc": "glibc",
    "can_make_venv": True,
}


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch):
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.delenv("GPU", raising=False)


@pytest.fixture
def root(tmp_path):
    """A checkout of the course in a path with spaces, with nothing set up."""
    root = tmp_path / "my own courses" / "deep learning"
    (root / "scripts").mkdir(parents=True)
    for name in [*LOCKS, "pyproject.toml", "scripts/setup.py", "Makefile"]:
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def installs(root, monkeypatch):
    """Real but empty environments, and the locks that "were installed" into them."""
    done = []

    def make_quickly(command, environment=None):
        subprocess.run([*command, "--without-pip"], check=True)

    def install(root, lock):
        setup.venv_program(root, "course").touch()
        done.append(lock)

    monkeypatch.setattr(setup, "run", make_quickly)
    monkeypatch.setattr(setup, "install", install)
    return done


# --- The interpreter ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, None),
        ({"version": [3, 11, 0]}, None),
        ({"version": [3, 13, 9]}, None),
        ({"platform": "macosx-14.0-arm64", "libc": ""}, None),
        ({"platform": "win-amd64", "libc": ""}, None),
        ({"version": [3, 10, 13]}, "too old"),
        ({"version": [2, 7, 18]}, "too old"),
        ({"version": [3, 14, 0]}, "too new"),
        ({"wide": False}, "32-bit"),
        ({"platform": "macosx-12.0-x86_64", "libc": ""}, "Apple silicon"),
        ({"platform": "win-arm64", "libc": ""}, "x86-64"),
        ({"libc": ""}, "glibc"),
        ({"can_make_venv": False}, "apt install python3.12-venv"),
    ],
)
def test_objection(changes, says):
    reason = setup.objection({**FITTING, **changes})
    assert reason is None if says is None else says in reason


def test_versions_are_those_of_pyproject():
    supported = SpecifierSet(PROJECT["requires-python"])
    assert setup.version_text(setup.OLDEST) in supported
    assert setup.version_text(setup.NEWEST) in supported
    assert f"{setup.OLDEST[0]}.{setup.OLDEST[1] - 1}" not in supported
    assert f"{setup.NEWEST[0]}.{setup.NEWEST[1] + 1}" not in supported


def test_probe_of_this_interpreter_and_of_none(tmp_path):
    assert setup.probe([sys.executable])["version"] == list(sys.version_info[:3])
    assert setup.probe([str(tmp_path / "python")]) is None
    assert setup.probe([sys.executable, "-c", "raise SystemExit(1)"]) is None


def test_find_python_takes_the_first_that_fits(monkeypatch):
    known = {
        sys.executable: {**FITTING, "version": [3, 9, 2]},
        "python3.13": None,  # a shim that runs nothing
        "python3.12": {**FITTING, "can_make_venv": False},
        "python3.11": {**FITTING, "version": [3, 11, 2]},
    }
    monkeypatch.setattr(setup, "probe", lambda command: known.get(command[0]))
    assert setup.find_python()["version"] == [3, 11, 2]
    del known["python3.11"]
    with pytest.raises(setup.SetupError, match=r"3\.9\.2 .* too old; .*python3\.12-venv"):
        setup.find_python()


def test_find_python_obeys_the_wish(monkeypatch):
    monkeypatch.setenv("PYTHON", "python3.10")
    monkeypatch.setattr(setup, "probe", lambda command: {**FITTING, "version": [3, 10, 4]})
    with pytest.raises(setup.SetupError, match=r"3\.10\.4"):
        setup.find_python()
    monkeypatch.setattr(setup, "probe", lambda command: None)
    with pytest.raises(setup.SetupError, match="no Python answers to python3"):
        setup.find_python()


# --- The environment and its stamp ----------------------------------------------------------------


def test_first_run_installs_and_the_next_does_not(root, installs):
    setup.set_up(root)
    setup.set_up(root)
    assert installs == ["requirements.lock"]
    assert setup.probe([str(setup.venv_program(root, "python"))])


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_list_is_installed_into_the_same_environment(root, installs, name):
    setup.set_up(root)
    (root / ".venv" / "marker").touch()
    with open(root / name, "a") as file:
        file.write("# changed\n")
    setup.set_up(root)
    assert len(installs) == 2
    assert (root / ".venv" / "marker").exists()


def without_stamp(root):
    (root / ".venv" / setup.STAMP).unlink()


def damaged_stamp(root):
    (root / ".venv" / setup.STAMP).write_text('{"lock": ')


def without_python(root):
    for program in (root / ".venv" / "bin").glob("python*"):
        program.unlink()
        program.symlink_to("/nowhere/python3")


def without_course(root):
    setup.venv_program(root, "course").unlink()


def other_python(root):
    stamp = json.loads((root / ".venv" / setup.STAMP).read_text())
    stamp["python"] = [3, 11, 0]
    (root / ".venv" / setup.STAMP).write_text(json.dumps(stamp))


def other_folder(root):
    stamp = json.loads((root / ".venv" / setup.STAMP).read_text())
    stamp["folder"] = "/home/somebody/course"
    (root / ".venv" / setup.STAMP).write_text(json.dumps(stamp))


def a_file(root):
    shutil.rmtree(root / ".venv")
    (root / ".venv").write_text("not a folder")


@pytest.mark.parametrize(
    "damage",
    [
        without_stamp,
        damaged_stamp,
        without_python,
        without_course,
        other_python,
        other_folder,
        a_file,
    ],
)
def test_damaged_environment_is_made_anew(root, installs, damage, capsys):
    setup.set_up(root)
    (root / ".venv" / "marker").touch()
    damage(root)
    setup.set_up(root)
    assert len(installs) == 2
    assert not (root / ".venv" / "marker").exists()
    assert "making it anew" in capsys.readouterr().out
    setup.set_up(root)
    assert len(installs) == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_interrupted_first_install_leaves_nothing(root, installs, monkeypatch, error):
    def interrupted(root, lock):
        setup.venv_program(root, "course").touch()
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(setup, "install", interrupted)
        with pytest.raises(error if isinstance(error, type) else type(error)):
            setup.set_up(root)
    assert not (root / ".venv").exists()
    setup.set_up(root)
    assert installs == ["requirements.lock"]


def test_interrupted_update_is_made_anew(root, installs, monkeypatch):
    def interrupted(root, lock):
        raise KeyboardInterrupt

    setup.set_up(root)
    (root / ".venv" / "marker").touch()
    with open(root / "requirements.lock", "a") as file:
        file.write("# changed\n")
    with monkeypatch.context() as patch:
        patch.setattr(setup, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            setup.set_up(root)
    setup.set_up(root)
    assert not (root / ".venv" / "marker").exists()
    assert len(installs) == 2


def test_what_cannot_begin_leaves_the_environment_alone(root, installs, monkeypatch):
    setup.set_up(root)
    before = sorted((root / ".venv").rglob("*"))
    monkeypatch.setenv("PYTHON", "/nowhere/python3.12")
    with pytest.raises(setup.SetupError):
        setup.set_up(root)
    assert sorted((root / ".venv").rglob("*")) == before


def test_another_python_is_taken_only_when_named(root, installs, monkeypatch):
    setup.set_up(root)
    (root / ".venv" / "marker").touch()
    monkeypatch.setenv("PYTHON", sys.executable)
    setup.set_up(root)
    assert len(installs) == 1
    stamped = tuple(setup.read_stamp(root)["python"])
    monkeypatch.setattr(
        setup, "find_python", lambda: {**setup.probe([sys.executable]), "version": [3, 0, 0]}
    )
    assert stamped != (3, 0, 0)
    setup.set_up(root)
    assert len(installs) == 2
    assert not (root / ".venv" / "marker").exists()


def test_gpu_is_remembered(root, installs, monkeypatch):
    monkeypatch.setenv("GPU", "1")
    setup.set_up(root)
    monkeypatch.delenv("GPU")
    setup.set_up(root)
    assert installs == ["requirements-gpu.lock"]
    monkeypatch.setenv("GPU", "0")
    setup.set_up(root)
    assert installs == ["requirements-gpu.lock", "requirements.lock"]


def test_learners_files_stay(root, installs):
    (root / "my_lessons").mkdir()
    (root / "my_lessons" / "P136.ipynb").write_text("an answer")
    setup.set_up(root)
    without_stamp(root)
    setup.set_up(root)
    assert (root / "my_lessons" / "P136.ipynb").read_text() == "an answer"


@pytest.mark.parametrize(("free", "fits"), [(3.4, False), (3.6, True)])
def test_full_disk_is_said_before(root, installs, monkeypatch, free, fits):
    usage = shutil.disk_usage(root)._replace(free=free * setup.GIGABYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    if fits:
        setup.set_up(root)
    else:
        with pytest.raises(setup.SetupError, match=r"3\.4 GB free, .* needs 3\.5 GB"):
            setup.set_up(root)
    assert (root / ".venv").exists() is fits


# --- Two at once ----------------------------------------------------------------------------------


def test_second_setup_waits_for_the_first(root, capsys):
    entered = threading.Event()

    def second():
        with setup.only_one(root):
            entered.set()

    with setup.only_one(root):
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.3)
    assert entered.wait(10)
    thread.join()
    assert capsys.readouterr().out.count("waiting") == 1


def test_killed_setup_frees_the_lock(root):
    code = (
        "import runpy, pathlib; setup = runpy.run_path('scripts/setup.py')\n"
        "with setup['only_one'](pathlib.Path('.')): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline().strip() == b"held"
        process.kill()
    with setup.only_one(root):
        pass


# --- Installing -----------------------------------------------------------------------------------


def test_no_network_is_one_line_and_leaves_nothing(root):
    nowhere = "http://127.0.0.1:9/"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))},
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": nowhere,
        "PIP_NO_CACHE_DIR": "1",
        "UV_INDEX_URL": nowhere,
    }
    result = subprocess.run(
        [sys.executable, "scripts/setup.py", "lab"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert re.match("error: The package registry cannot be reached.*HTTPS_PROXY", result.stderr)
    assert not (root / ".venv").exists()


NETWORK, DISK, HASH = "registry cannot be reached", "disk is full", "damaged or changed"


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("WARNING: Retrying ... NewConnectionError('<...>: Failed to establish", NETWORK),
        ("ERROR: Could not find a version that satisfies uv==1 (from versions: none)", NETWORK),
        ("error: Request failed\n cause: tcp connect error\n Connection refused", NETWORK),
        ("cause: dns error\n cause: failed to lookup address information", NETWORK),
        ("ReadTimeoutError(\"HTTPSConnectionPool(host='pypi'): Read timed out.\")", NETWORK),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", DISK),
        ("error: Failed to extract\n cause: No space left on device (os error 28)", DISK),
        ("cause: There is not enough space on the disk. (os error 112)", DISK),
        ("cause: Disk quota exceeded (os error 122)", DISK),
        ("error sending request for url\n cause: invalid peer certificate: UnknownIssuer", "trust"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "trust"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", HASH),
        ("error: Failed to download\n cause: Hash mismatch for `absl-py==2.5.1`", HASH),
        ("Error: Command '[...ensurepip, --upgrade]' returned non-zero", "python3-venv"),
        ("one\ntwo\nthree\nsomething else broke", "two | three | something else broke"),
    ],
)
def test_explain(output, line):
    assert line in setup.explain(output)
    assert "\n" not in setup.explain(output)


def test_progress_is_shown_and_a_failure_explained(capsys):
    lines = (
        "Downloading tensorflow (545.9MiB)\n Downloaded tensorflow\nInstalled 2 packages\n + a\n"
    )
    code = f"import sys; sys.stderr.write({lines!r})"
    setup.run_shown([sys.executable, "-c", code], None)
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["  Downloading tensorflow (545.9MiB)", "  Installed 2 packages"]
    code += "; sys.stderr.write('No space left on device'); sys.exit(2)"
    with pytest.raises(setup.SetupError, match="disk is full"):
        setup.run_shown([sys.executable, "-c", code], None)


def test_pips_settings_hold_for_uv(tmp_path):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://mirror.example/simple\n"
        "extra-index-url =\n  https://one.example\n  https://two.example\n"
        "proxy = http://proxy.example:3128\n"
    )
    environment = {"PIP_CONFIG_FILE": str(config), "PIP_INDEX_URL": "https://nearer.example/simple"}
    environment["ALL_PROXY"] = "http://uvs.own"
    environment["HOME"] = str(tmp_path)
    settings = setup.uv_settings(sys.executable, environment)
    assert settings["UV_DEFAULT_INDEX"] == "https://nearer.example/simple"
    assert settings["UV_INDEX"] == "https://one.example https://two.example"
    assert "ALL_PROXY" not in settings


def test_downloads_stay_in_the_environment_where_home_is_full(root, monkeypatch):
    """Two disks: the course's has room, the one of uv's cache has none."""

    class Answer:
        stdout = "/dev/cache of another disk\n"

    full = shutil.disk_usage(root)._replace(free=0)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: Answer())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    environment = {}
    with setup.room_for_downloads(root, "requirements.lock", environment):
        assert Path(environment["UV_CACHE_DIR"]).is_relative_to(root / ".venv")
        Path(environment["UV_CACHE_DIR"]).mkdir(parents=True)
    assert not Path(environment["UV_CACHE_DIR"]).exists()


# --- Commands -------------------------------------------------------------------------------------


ABC = "import os; print(*(os.environ.get(name, '-') for name in 'ABC'), sep='')"


@pytest.mark.parametrize(
    ("commands", "extra", "code", "says"),
    [
        ([["python", "-c", "print(1)"], ["python", "-c", "print(2)"]], [], 0, "1 2"),
        ([["python", "-c", "exit(3)"], ["python", "-c", "print(2)"]], [], 3, ""),
        ([["python", "-c", "exit(4)"]], [], 4, ""),
        ([["python", "-c", "import sys; print(sys.argv[2])"]], ["--dir", "a b"], 0, "a b"),
        ([["A=1", "B=2=2", "python", "-c", ABC], ["python", "-c", ABC]], [], 0, "12=2- ---"),
        ([["python", "-c", "print(1)"], ["C=3", "python", "-c", ABC]], [], 0, "1 --3"),
        ([], [], 0, ""),
    ],
)
def test_commands_run_until_one_fails(root, installs, commands, extra, code, says):
    setup.set_up(root)
    program = (
        "import runpy, pathlib, sys; setup = runpy.run_path('scripts/setup.py')\n"
        f"sys.exit(setup['run_commands'](pathlib.Path.cwd(), {commands!r}, {extra!r}))"
    )
    result = subprocess.run(
        [sys.executable, "-u", "-c", program], cwd=root, capture_output=True, text=True
    )
    assert result.returncode == code, result.stderr
    assert " ".join(result.stdout.split()) == says


def test_what_stands_behind_a_command_goes_to_its_function(root, installs):
    setup.set_up(root)
    program = (
        "import runpy, pathlib, sys; setup = runpy.run_path('scripts/setup.py')\n"
        "commands = lambda names: [['python', '-c', f'print({name!r})'] for name in names]\n"
        "sys.exit(setup['run_commands'](pathlib.Path.cwd(), commands, ['P1', 'P2']))"
    )
    result = subprocess.run(
        [sys.executable, "-u", "-c", program], cwd=root, capture_output=True, text=True
    )
    assert result.stdout.split() == ["P1", "P2"], result.stderr


def test_a_lesson_is_linted_tried_and_replayed(monkeypatch):
    lessons = {name: Path(f"notebooks/{name}_slug.ipynb") for name in ("P136", "P152a")}
    monkeypatch.setattr(setup, "LESSONS", lessons)
    *lints, tests, replay = setup.check_lessons(["P152a", "P136"])
    paths = ["notebooks/P152a_slug.ipynb", "notebooks/P136_slug.ipynb"]
    assert [command[-2:] for command in lints] == [paths] * 3
    assert "course_utils.lessons.lint" in lints[-1]
    assert "tests/lessons/test_answers.py" in tests and tests[-2:] == ["-k", "P152a or P136"]
    assert "--nbval" in replay and replay[-2:] == paths


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["P136", "P999"], "no lesson 'P999': there are P136, P152a."),
        (["p136"], "no lesson 'p136'"),
        ([], "Name a lesson: there are P136, P152a."),
    ],
)
def test_unknown_lesson_is_said(monkeypatch, capsys, names, says):
    monkeypatch.setattr(setup, "LESSONS", dict.fromkeys(["P136", "P152a"]))
    monkeypatch.setattr(setup, "set_up", lambda: None)
    assert setup.main(["lesson", *names]) == 1
    assert says in capsys.readouterr().err


def test_every_lesson_is_known():
    files = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in setup.LESSONS.values()} == files


def test_locks_move_only_when_asked():
    for options in ([], ["--upgrade"]):
        commands = setup.write_locks(options)
        assert [command[-1] for command in commands] == LOCKS
        assert [("--upgrade" in command) for command in commands] == [bool(options)] * 2


def test_makefile_has_every_command():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search("^COMMANDS := (.*)$", makefile, re.M)[1].split() == list(setup.COMMANDS)


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
@pytest.mark.parametrize(
    ("goals", "runs"),
    [
        (["lesson", "P136"], "scripts/setup.py lesson P136"),
        (["lesson", "P139", "P152a"], "scripts/setup.py lesson P139 P152a"),
        (["lesson", "ARGS=P136"], "scripts/setup.py lesson P136"),
        (["weights", "P139"], "scripts/setup.py weights P139"),
        (["lock", "ARGS=--upgrade"], "scripts/setup.py lock --upgrade"),
        (["test"], "scripts/setup.py test"),
        (["P136"], "Say what to do with it: make lesson P136. Stop."),
    ],
)
def test_makefile_hands_lessons_on(goals, runs):
    command = ["make", "--dry-run", "--no-print-directory", "-C", str(ROOT), *goals]
    result = subprocess.run(command, capture_output=True, text=True)
    lines = [" ".join(line.split()) for line in (result.stdout + result.stderr).splitlines()]
    assert any(line.endswith(runs) for line in lines), lines


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_ctrl_c_leaves_the_last_word_to_the_command(tmp_path):
    """A shell between make and the command would let make add "*** Interrupt"."""
    python = tmp_path / "python"
    python.write_text(
        f"#!{sys.executable}\nimport time\ntry:\n    print('started', flush=True)\n"
        "    time.sleep(20)\nexcept KeyboardInterrupt:\n    print('closed')\n"
    )
    python.chmod(0o755)
    process = subprocess.Popen(
        ["make", "--no-print-directory", "-C", str(ROOT), "lab"],
        env={**os.environ, "PYTHON": str(python)}, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout.readline() == "started\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=20)[0] == "closed\n"


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_unknown_command_sets_nothing_up(arguments, monkeypatch):
    monkeypatch.setattr(setup, "set_up", lambda: pytest.fail("set up for nothing"))
    with pytest.raises(SystemExit) as error:
        setup.main(arguments)
    assert error.value.code == 2


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (setup.SetupError("why"), 1, "error: why"),
        (PermissionError(13, "Permission denied", "/x/.setup.lock"), 1, "Permission denied"),
        (KeyboardInterrupt(), 130, "same command again"),
    ],
)
def test_failure_is_one_line_and_a_code(monkeypatch, capsys, error, code, line):
    def fail():
        raise error

    monkeypatch.setattr(setup, "set_up", fail)
    assert setup.main(["install"]) == code
    said = capsys.readouterr().err
    assert line in said
    assert said.count("\n") == 1


# --- The lists of dependencies --------------------------------------------------------------------


def pinned(name):
    """The versions that a lock pins: {name: {versions}}."""
    text = (ROOT / name).read_text(encoding="utf-8")
    versions = {}
    for package, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", text, re.M):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ["test", "site"]), ("requirements-gpu.lock", ["test", "site", "gpu"])],
)
def test_lock_covers_pyproject(lock, extras):
    versions = pinned(lock)
    wanted = PROJECT["dependencies"] + [
        requirement for extra in extras for requirement in PROJECT["optional-dependencies"][extra]
    ]
    for requirement in map(Requirement, wanted):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{lock} lacks {requirement.name}: run `make lock`"
        for version in found:
            assert version in requirement.specifier, f"{requirement}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_leaves_out_what_delays_every_start(lock):
    assert "rfc3987-syntax" not in pinned(lock), "pyproject.toml excludes it: run `make lock`"


def test_installed_packages_are_compiled():
    """Where Python may not write, each import would compile anew: 20 s for TensorFlow, not 7."""
    source = importlib.util.find_spec("keras").origin
    assert Path(importlib.util.cache_from_source(source)).exists(), "run `make install`"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_hashed_and_names_no_registry(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--(extra-)?index|--find-links|file:", text)


def test_gpu_lock_adds_to_the_lock_and_changes_nothing():
    plain, gpu = (pinned(name) for name in LOCKS)
    assert {name: gpu.get(name) for name in plain} == plain
    assert any(name.startswith("nvidia-") for name in gpu.keys() - plain.keys())


def test_environment_is_pyprojects_list():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, packages = environment["dependencies"]
    pin = re.fullmatch(r"python=(\d\.\d+)", python)
    assert pin and pin[1] in SpecifierSet(PROJECT["requires-python"])
    assert pip == "pip"
    assert packages["pip"] == [*PROJECT["dependencies"], "--editable ."]
    assert environment["channels"] == ["conda-forge"]


def imported(folder):
    """Names of the modules that the files of a folder import, at any depth of their code."""
    files = sorted((ROOT / folder).rglob("*.py"))
    own = {path.stem for path in files} | {path.name for path in (ROOT / folder).iterdir()}
    names = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.partition(".")[0])
    return names - own - {"course_utils"} - set(sys.stdlib_module_names)


def imported_by_notebooks():
    names = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        found = re.findall(r"^\s*(?:import|from) (\w+)", "\n".join(code), re.M)
        names |= set(found)
    return names - {"course_utils"} - set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("course_utils", []),
        ("notebooks", []),
        ("scripts", []),
        ("benchmarks", []),
        ("docs", ["site"]),
        ("tests", ["test"]),
    ],
)
def test_every_import_is_declared(folder, extras):
    """What comes only because another package needs it may be gone with that one's next version."""
    wanted = PROJECT["dependencies"] + [
        requirement for extra in extras for requirement in PROJECT["optional-dependencies"][extra]
    ]
    declared = {canonicalize_name(Requirement(requirement).name) for requirement in wanted}
    packages = importlib.metadata.packages_distributions()
    names = imported_by_notebooks() if folder == "notebooks" else imported(folder)
    missing = {
        name: packages.get(name, ["not installed"])
        for name in names
        if not declared & {canonicalize_name(package) for package in packages.get(name, [])}
    }
    assert not missing, "declare them in pyproject.toml and environment.yml, then run `make lock`"
