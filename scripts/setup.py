"""Set the course up in `.venv`, then run one of its commands.

    python scripts/setup.py lab

Runs under the system's Python with nothing installed, on Linux, macOS and Windows; `make lab`,
`make test` and the others call it. What is installed stands in requirements.lock, with hashes.
A stamp in `.venv` says what it was made from, so a later run installs nothing.
"""

import argparse
import contextlib
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

if sys.version_info < (3, 8):  # noqa: UP036  (older ones run this line and no further)
    sys.exit(
        "error: The course needs Python 3.11 to 3.13, and this one is "
        + sys.version.split()[0]
        + ". With another one installed: make lab PYTHON=/path/to/python3.12"
    )

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)
WINDOWS = os.name == "nt"
STAMP = "course_setup.json"
GIGABYTE = 10**9
NEEDED_BYTES = {"requirements.lock": 3.5 * GIGABYTE, "requirements-gpu.lock": 9 * GIGABYTE}

# Runs under whatever Python it meets, however old.
PROBE = """
import json, platform, sys, sysconfig
try:
    import ensurepip, venv
    can_make_venv = True
except ImportError:
    can_make_venv = False
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "platform": sysconfig.get_platform(),
    "wide": sys.maxsize > 2**32,
    "libc": platform.libc_ver()[0],
    "can_make_venv": can_make_venv,
}))
"""


class SetupError(Exception):
    """What stops the set-up and how to mend it, in one line."""


def say(message):
    """Print one line at once, also into a pipe."""
    print(message, flush=True)


# --- The interpreter ------------------------------------------------------------------------------


def probe(command):
    """Ask an interpreter what it is; None where it does not run."""
    try:
        answer = subprocess.run(
            [*command, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True
        )
        return json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def version_text(version):
    """(3, 12, 1) as "3.12.1"."""
    return ".".join(str(number) for number in version)


def objection(python):
    """Why the course cannot run under this interpreter; None where it can."""
    version = tuple(python["version"])
    name = f"Python {version_text(version)} ({python['path']})"
    if version[:2] < OLDEST:
        return f"{name} is too old"
    if version[:2] > NEWEST:
        return f"{name} is too new: TensorFlow is not built for it yet"
    system = python["platform"]
    if not python["wide"]:
        return f"{name} is a 32-bit build, and TensorFlow needs a 64-bit one"
    if system.startswith("macosx") and system.endswith("x86_64"):
        return f"{name} is built for Intel, and TensorFlow for Macs needs Apple silicon"
    if system == "win-arm64":
        return f"{name} is built for ARM, and TensorFlow for Windows needs an x86-64 Python"
    if system.startswith("linux") and python["libc"] != "glibc":
        return f"{name} is not built on glibc (Alpine Linux?), and TensorFlow needs it"
    if not python["can_make_venv"]:
        package = f"python{version_text(version[:2])}-venv"
        return f"{name} lacks the module venv: on Debian or Ubuntu `sudo apt install {package}`"
    return None


def candidates():
    """The commands that may start a fitting Python, best first."""
    if os.environ.get("PYTHON"):
        return [[os.environ["PYTHON"]]]
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    commands = [[sys.executable], *([f"python3.{minor}"] for minor in minors), ["python3"]]
    if WINDOWS:
        commands += [["py", f"-3.{minor}"] for minor in minors]
    return commands


def find_python():
    """The first interpreter that the course can run under, as `probe` describes it."""
    objections = []
    for command in candidates():
        python = probe(command)
        if python is None:
            continue
        reason = objection(python)
        if reason is None:
            return python
        if reason not in objections:
            objections.append(reason)
    if not objections:
        objections = [f"no Python answers to {' '.join(candidates()[0])}"]
    raise SetupError(
        f"The course needs Python {version_text(OLDEST)} to {version_text(NEWEST)}: "
        f"{'; '.join(objections)}. With another one installed, name it: PYTHON=/path/to/python3.12"
    )


# --- The environment and its stamp ----------------------------------------------------------------


def venv_program(root, name):
    """The path of a program inside `.venv`."""
    return root / ".venv" / ("Scripts" if WINDOWS else "bin") / (name + (".exe" if WINDOWS else ""))


def read_stamp(root):
    """The stamp of a finished set-up; {} where there is none that can be read."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def choose_lock(stamp):
    """The lock to install: GPU=1 and GPU=0 choose; else what is installed stays."""
    wish = os.environ.get("GPU")
    if wish:
        return "requirements.lock" if wish == "0" else "requirements-gpu.lock"
    lock = stamp.get("lock")
    return lock if lock in NEEDED_BYTES else "requirements.lock"


def wanted_stamp(root, lock, version):
    """What the stamp says once everything here is installed."""
    digest = hashlib.sha256()
    for name in (lock, "pyproject.toml"):
        digest.update((root / name).read_bytes())
    return {
        "lock": lock,
        "sha256": digest.hexdigest(),
        "python": list(version),
        "folder": str(root),  # programs in .venv name it: a moved folder needs a new .venv
    }


def installed_python(root, stamp):
    """The interpreter of a `.venv` that can be kept, as `probe` describes it; else None."""
    if stamp.get("folder") != str(root) or not venv_program(root, "course").exists():
        return None
    python = probe([str(venv_program(root, "python"))])
    if python is None or objection(python) or python["version"] != stamp.get("python"):
        return None
    if os.environ.get("PYTHON") and find_python()["version"] != python["version"]:
        return None
    return python


@contextlib.contextmanager
def only_one(root):
    """Wait while another set-up works in this folder. The system frees the lock of a dead one."""
    with open(root / ".setup.lock", "a+b") as file:
        try:
            if WINDOWS:
                import msvcrt

                file.seek(0)
                take = lambda: msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # noqa: E731
            else:
                import fcntl

                take = lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731
            waiting = False
            while True:
                try:
                    take()
                    break
                except (BlockingIOError, PermissionError):
                    if not waiting:
                        say("Another set-up is at work in this folder: waiting for it to end.")
                    waiting = True
                    time.sleep(0.5)
        except OSError:
            pass  # some network drives know no locks
        yield


def set_up(root=ROOT):
    """Make `.venv` what the lock and pyproject.toml say; install nothing where it is already."""
    with only_one(root):
        stamp = read_stamp(root)
        lock = choose_lock(stamp)
        python = installed_python(root, stamp)
        if python and stamp == wanted_stamp(root, lock, python["version"]):
            return
        started = time.monotonic()
        fresh = python is None
        if fresh:
            python = find_python()
            clear_the_place(root, lock)
        try:
            if fresh:
                say(
                    f"Making .venv with Python {version_text(python['version'])} ({python['path']})"
                )
                run([python["path"], "-m", "venv", str(root / ".venv")])
            (root / ".venv" / STAMP).unlink(missing_ok=True)
            install(root, lock)
            stamp = wanted_stamp(root, lock, python["version"])
            (root / ".venv" / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")
        except BaseException:
            if fresh:  # an unstamped .venv is never used; take its room back as well
                shutil.rmtree(root / ".venv", ignore_errors=True)
            raise
        say(f"Installed in {time.monotonic() - started:.0f} s.")


def clear_the_place(root, lock):
    """Remove a `.venv` that does not fit; make sure that a new one has room."""
    venv = root / ".venv"
    existed = os.path.lexists(venv)
    free = shutil.disk_usage(root).free
    needed = NEEDED_BYTES[lock]
    if not existed and free < needed:
        raise SetupError(
            f"The disk of {root} has {free / GIGABYTE:.1f} GB free, and the course needs "
            f"{needed / GIGABYTE:.1f} GB: make room, or put the course on another disk."
        )
    if existed:
        say("The .venv that stands here is unfinished or does not fit: making it anew.")
        try:
            if venv.is_symlink() or venv.is_file():
                venv.unlink()
            else:
                shutil.rmtree(venv)
        except OSError as error:
            raise SetupError(
                f"{venv} cannot be removed ({error}): close the programs that run from it, "
                f"remove it by hand, then run this again."
            ) from error


# --- Installing -----------------------------------------------------------------------------------


def install(root, lock):
    """Install the lock with uv, which the lock itself pins, then course_utils, editable.

    uv takes a fifth of pip's time. What pip is set to (mirror, proxy, certificate) holds for it.
    """
    python = str(venv_program(root, "python"))
    environment = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(lock_entry((root / lock).read_text(encoding="utf-8"), "uv"))
        command = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "2"]
        run([*command, "--require-hashes", "-r", str(only_uv)], environment)
    environment.update(uv_settings(python, environment))
    uv = [str(venv_program(root, "uv")), "pip"]
    packages = len(re.findall(r"^[a-z0-9].*==", (root / lock).read_text(encoding="utf-8"), re.M))
    say(f"Installing {packages} packages (the first time, about 1 GB is downloaded)")
    with room_for_downloads(root, lock, environment):
        target = ["--python", python]
        # Compiled once, as pip does it: else each import compiles anew where Python may not write.
        options = ["--require-hashes", "--compile-bytecode"]
        run_shown([*uv, "sync", *target, *options, str(root / lock)], environment)
        editable = ["--no-deps", "--no-build-isolation", "--editable", str(root)]
        run([*uv, "install", *target, *editable], environment)


def lock_entry(lock, name):
    """The lines of one package in a lock: its version and its hashes."""
    entry = re.search(rf"^{re.escape(name)}==.*\n(?:[ \t].*\n?)*", lock, re.M)
    if entry is None:
        raise SetupError(f"The lock does not hold {name}: `make lock` writes it anew.")
    return entry.group()


def uv_settings(python, environment):
    """What pip is set to on this machine, as the variables that uv reads."""
    answer = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, env=environment
    )
    settings = {"UV_SYSTEM_CERTS": "true", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "no-index": "UV_OFFLINE",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
    }
    lines = re.findall(r"^(\S+?)\.([a-z-]+)='(.*)'$", answer.stdout, re.M)
    for _, key, value in sorted(lines, key=lambda line: line[0] == ":env:"):
        if key in names:
            settings[names[key]] = " ".join(value.replace("\\n", " ").split())
    return {name: value for name, value in settings.items() if name not in environment}


@contextlib.contextmanager
def room_for_downloads(root, lock, environment):
    """Keep uv's downloads inside `.venv`, for as long as they are needed, where home is full."""
    uv = str(venv_program(root, "uv"))
    answer = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, env=environment)
    cache = Path(answer.stdout.strip() or ".")
    while not cache.exists():
        cache = cache.parent
    if cache.stat().st_dev == root.stat().st_dev:
        yield
    elif os.access(cache, os.W_OK) and shutil.disk_usage(cache).free > NEEDED_BYTES[lock]:
        environment.setdefault("UV_LINK_MODE", "copy")
        yield
    else:
        cache = root / ".venv" / ".downloads"
        environment["UV_CACHE_DIR"] = str(cache)
        yield
        shutil.rmtree(cache, ignore_errors=True)


def run(command, environment=None):
    """Run a command silently; a failure becomes a `SetupError` that says why."""
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    if result.returncode:
        raise SetupError(explain(result.stdout))


def run_shown(command, environment):
    """Run uv and show its progress: each download, and every 15 s what it is still at."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    lines = queue.Queue()
    reader = threading.Thread(target=lambda: [*map(lines.put, process.stderr), lines.put(None)])
    reader.start()
    started = time.monotonic()
    output, pending = [], []
    try:
        while True:
            try:
                line = lines.get(timeout=15)
            except queue.Empty:
                at = ", ".join(pending) or "it"
                say(f"  ... {time.monotonic() - started:.0f} s, still at {at}")
                continue
            if line is None:
                break
            output.append(line)
            word, _, package = line.strip().partition(" ")
            if word == "Downloading":
                pending.append(package)
            elif word == "Downloaded":
                pending = [name for name in pending if name.split()[0] != package]
            if word in ("Downloading", "Prepared", "Installed", "Bytecode"):
                say("  " + line.strip())
        if process.wait():
            raise SetupError(explain("".join(output)))
    finally:
        process.kill()
        process.wait()


FAULTS = [
    (
        r"No space left|not enough space|os error (28|112|122)\b|Errno (28|122)\b|quota exceeded",
        "The disk is full: make room (about 3.5 GB), then run this again.",
    ),
    (
        r"CERTIFICATE_VERIFY|certificate verify|UnknownIssuer|invalid peer certificate",
        "The registry's certificate is not trusted here: set SSL_CERT_FILE to your network's "
        "certificate file, then run this again.",
    ),
    (
        r"hash(es)? (mismatch|do not match)|DO NOT MATCH THE HASHES|Hash mismatch",
        "A downloaded package is not the one that requirements.lock names: it was damaged or "
        "changed on its way; run this again, or use another mirror (PIP_INDEX_URL).",
    ),
    (
        r"ensurepip|No module named '?(venv|pip)",
        "This Python cannot make a virtual environment: on Debian or Ubuntu "
        "`sudo apt install python3-venv`, elsewhere install Python from python.org.",
    ),
    (
        r"Connection|connect error|error sending request|Failed to fetch|dns error|timed out|"
        r"Name or service|name resolution|ProxyError|unreachable|from versions: none",
        "The package registry cannot be reached: check the network; behind a proxy set "
        "HTTPS_PROXY; with a mirror set PIP_INDEX_URL; without a network see "
        "'Installing offline' in CONTRIBUTING.md. Then run this again.",
    ),
]


def explain(output):
    """One line that says what a failed command's output means and how to mend it."""
    for pattern, line in FAULTS:
        if re.search(pattern, output, re.I):
            return line
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "Installing failed: " + " | ".join(lines[-3:])


# --- Commands -------------------------------------------------------------------------------------

PYTEST = ["python", "-m", "pytest"]
LESSONS = {path.name.split("_")[0]: path for path in sorted(ROOT.glob("notebooks/P*_*.ipynb"))}
LINT_LESSONS = ["python", "-m", "course_utils.lessons.lint"]
LINT = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    [*LINT_LESSONS, *(f"notebooks/{path.name}" for path in LESSONS.values())],
]
TESTS = [*PYTEST, "course_utils", "tests"]
# Two lessons at once, each with one thread: sooner than one after the other with two.
ONE_THREAD = ["OMP_NUM_THREADS=1", "TF_NUM_INTRAOP_THREADS=1", "TF_NUM_INTEROP_THREADS=1"]
REPLAY = [
    *PYTEST,
    "--nbval",
    "--nbval-current-env",
    "--nbval-sanitize-with=tests/nbval.cfg",
    "--nbval-cell-timeout=300",
]
REPLAY_ALL = [*ONE_THREAD, *REPLAY, "-n", "2", "--dist", "loadscope", "notebooks"]
ABOUT_A_LESSON = ["test_answers.py", "test_checks_of_lessons.py", "test_full_marks.py"]
LOCK = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
LOCK += ["--python-version", version_text(OLDEST)]
LOCK += ["--extra", "test", "--extra", "site", "pyproject.toml"]


def check_lessons(names):
    """The commands that check some lessons: lint, answers to their exercises, replay."""
    unknown = [name for name in names if name not in LESSONS]
    if unknown or not names:
        wrong = f"There is no lesson {unknown[0]!r}" if unknown else "Name a lesson"
        raise SetupError(f"{wrong}: there are {', '.join(LESSONS)}.")
    paths = [f"notebooks/{LESSONS[name].name}" for name in names]
    tests = [ROOT / "tests" / "lessons" / name for name in ABOUT_A_LESSON]
    tests = [f"tests/lessons/{path.name}" for path in tests if path.exists()]
    return [
        ["ruff", "check", *paths],
        ["ruff", "format", "--check", *paths],
        [*LINT_LESSONS, *paths],
        [*PYTEST, *tests, "-k", " or ".join(names)],
        [*REPLAY, *paths],
    ]


def write_locks(options):
    """The commands that write the two locks anew."""
    return [
        [*LOCK, *options, "-o", "requirements.lock"],
        [*LOCK, *options, "--extra", "gpu", "-o", "requirements-gpu.lock"],
    ]


# Each has a line of help, and its commands: a list, whose last one gets what stands behind the
# name, or a function of that. NAME=value before a program sets a variable for it, as in a shell.
COMMANDS = {
    "install": ("set up .venv, nothing more", []),
    "lab": ("open the lessons in JupyterLab", [["course", "lab"]]),
    "test": ("lint, then every test, then the replay of the notebooks", [*LINT, TESTS, REPLAY_ALL]),
    "test-fast": ("lint and the tests, without the replay", [*LINT, TESTS]),
    "lesson": ("lint, answers and replay of the named lessons: lesson P136", check_lessons),
    "coverage": ("the fast tests, with a report of the lines they reach", [[*TESTS, "--cov"]]),
    "lint": ("ruff (notebooks too) and the lint of the lessons", LINT),
    "results": (
        "replay the lessons, write data/results.json and the README's table",
        [["python", "-m", "course_utils.lessons.results"]],
    ),
    "weights": (
        "run the named lessons and store the weights that they train: weights P139",
        [["python", "-m", "course_utils.lessons.weights"]],
    ),
    "site": ("build the lessons as pages, in site/", [["python", "docs/build.py"]]),
    "lock": (
        "add to the two locks what pyproject.toml asks for; with --upgrade, move every version",
        write_locks,
    ),
}


def run_commands(root, commands, extra):
    """Run commands out of `.venv` one after another; the first failure ends it."""
    os.chdir(root)
    if callable(commands):
        commands, extra = commands(extra), []
    if not commands:
        return 0
    *first, last = [in_environment(root, command) for command in commands]
    for command, environment in first:
        code = subprocess.run(command, env=environment).returncode
        if code:
            return code
    command, environment = last
    if WINDOWS:
        process = subprocess.Popen([*command, *extra], env=environment)
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # the program hears Ctrl-C as well
                return process.wait()
    # Signals and the exit code are then the program's own.
    os.execve(command[0], [*command, *extra], environment)


def in_environment(root, command):
    """Split the variables off a command, and take its program out of `.venv`."""
    place = next(place for place, word in enumerate(command) if "=" not in word)
    variables = dict(word.split("=", 1) for word in command[:place])
    name, *rest = command[place:]
    return [str(venv_program(root, name)), *rest], {**os.environ, **variables}


def main(arguments=None):
    """Set up, then run the named command; returns the exit code."""
    names = "\n".join(f"  {name:<10} {text}" for name, (text, _) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        usage="%(prog)s command [arguments of the command]",
        description=f"Set the course up in .venv, then run a command:\n\n{names}",
        epilog="PYTHON=python3.12 names the interpreter; GPU=1 adds the GPU libraries (Linux).",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    try:
        set_up()
        return run_commands(ROOT, COMMANDS[chosen.command][1], chosen.arguments)
    except (SetupError, OSError) as error:
        line = explain(str(error)) if isinstance(error, OSError) else error
        print(f"error: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
