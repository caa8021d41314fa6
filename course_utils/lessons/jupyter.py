"""JupyterLab for the course: this environment's, on this machine only, and without news."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from course_utils.lessons.cells import LessonError
from course_utils.lessons.copies import make_folder, write_atomically, write_json
from course_utils.lessons.startpage import FILE_NAME

import psutil

HOST = "127.0.0.1"
FIRST_PORT = 8888
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
}
# What JupyterLab and its kernels don't take over from the shell, and what it would do to a lesson.
LEFT_OUT = {
    "PYTHONOPTIMIZE": "Python skips every assert, so each check of an exercise passes",
    "PYTHONSTARTUP": "Python runs this file before the first cell",
    "PYTHONPATH": "its modules can take the place of the course's",
    "PYTHONWARNINGS": "a warning can become an error",
    "IPYTHONDIR": "IPython's start-up files there run before the first cell",
    "IPYKERNEL_CELL_NAME": "errors name the wrong cell",
    "MPLBACKEND": "pictures may open windows, or not be shown at all",
    "MATPLOTLIBRC": "pictures look other than in the lessons",
}
_VALIDATE = "from course_utils.lessons.playing import play_no_browser\n\nplay_no_browser()"
# Asked for the server's answer on this machine, past any proxy that the shell names.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# nbgrader's pages for teachers; its Validate button stays
_TEACHER_PAGES = ["formgrader", "assignment_list", "course_list"]
_TEACHER_PLUGINS = ["formgrader", "assignment-list", "course-list", "create-assignment", "menu"]


@dataclass(frozen=True)
class Server:
    """A running JupyterLab.

    Args:
        process: its process.
        url: the start page's address, with the token.
        token: what its API asks for.
        is_left_behind: whether the `course lab` that started it is gone.
    """

    process: subprocess.Popen | psutil.Process
    url: str
    token: str
    is_left_behind: bool = False

    def ask(self, path: str) -> object:
        """The answer of its API, None when it gives none.

        Args:
            path: such as `"/api/sessions"`.
        """
        address = f"{self.url.split('/lab/')[0]}{path}"
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(address, headers=headers)
        try:
            with _DIRECT.open(request, timeout=5) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def stop(self) -> None:
        """End it, with its kernels."""
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
                self.process.kill()
                self.process.wait()


def _server_file(directory: Path) -> Path:
    return directory.resolve() / ".jupyter" / "server.json"


def remember(server: Server, directory: Path) -> None:
    """Note a server in the learner's folder, so that a later command finds it.

    Args:
        server: it runs.
        directory: the learner's folder.
    """
    path = _server_file(directory)
    path.unlink(missing_ok=True)
    content = {"pid": server.process.pid, "url": server.url, "token": server.token}
    content["owner"] = [os.getpid(), psutil.Process().create_time()]
    # the token is for this user only
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)


def forget(directory: Path) -> None:
    """Note that no server runs any more."""
    with contextlib.suppress(OSError):
        _server_file(directory).unlink()


def find_running(directory: Path) -> Server | None:
    """The JupyterLab that runs for a learner's folder, None without one.

    Args:
        directory: the learner's folder.
    """
    try:
        noted = json.loads(_server_file(directory).read_text("utf-8"))
        process = psutil.Process(noted["pid"])
        number, born = noted["owner"]
        server = Server(process, noted["url"], noted["token"], not _is_alive(number, born))
    except (OSError, ValueError, TypeError, KeyError, psutil.Error):
        return None
    return server if server.ask("/api/status") else None


def _is_alive(number: int, born: float) -> bool:
    try:
        process = psutil.Process(number)
        return abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def last_run(path: Path) -> datetime | None:
    """When the kernel of a notebook that is open in JupyterLab was last at work, else None.

    Args:
        path: the notebook, in the learner's folder.
    """
    server = find_running(path.parent)
    sessions = server.ask("/api/sessions") if server else None
    for session in sessions if isinstance(sessions, list) else []:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            if session["path"] == path.name:
                return datetime.fromisoformat(session["kernel"]["last_activity"]).astimezone()
    return None


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(wanted: int | None) -> int:
    """The port to use.

    Args:
        wanted: the port that was named; None for the first free one from 8888.

    Raises:
        LessonError: the named port is in use, or there is no free one.
    """
    if wanted is not None:
        if not is_free(wanted):
            raise LessonError(
                f"Port {wanted} is in use. Name another one with --port, or leave --port out."
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 50):
        if is_free(port):
            return port
    raise LessonError(f"No free port from {FIRST_PORT} to {FIRST_PORT + 49}. Name one with --port.")


def start(directory: Path, port: int, open_browser: bool, seconds: float = 60) -> Server:
    """Start JupyterLab and wait until it answers.

    Args:
        directory: the learner's folder, with its start page.
        port: a free port.
        open_browser: whether it opens the browser itself.
        seconds: after which it counts as not starting.

    Returns:
        The running server.

    Raises:
        LessonError: it does not start.
    """
    token = secrets.token_hex(24)
    home = write_settings(directory)
    environment = own_environment(home) | {
        "JUPYTER_TOKEN": token,
        "COURSE_DIR": str(directory.resolve()),
    }
    # By itself JupyterLab takes a login shell, whose profile may drop `course` from PATH.
    shell = "powershell.exe" if os.name == "nt" else os.environ.get("SHELL") or "sh"
    page = f"/lab/tree/{FILE_NAME}?factory={quote('Markdown Preview')}"
    log = home / "jupyterlab.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                f"--ServerApp.ip={HOST}",
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.allow_root=True",  # in a container one often is
                f"--ServerApp.root_dir={directory.resolve()}",
                f"--ServerApp.open_browser={open_browser}",
                f"--ServerApp.terminado_settings={ {'shell_command': [shell]} }",
                f"--LabApp.default_url={page}",
                f"--LabApp.app_settings_dir={home / 'settings'}",
                f"--LabApp.workspaces_dir={home / 'workspaces'}",
                "--LabApp.news_url=None",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                "--LabApp.extension_manager=readonly",
            ],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, f"http://{HOST}:{port}{page}&token={token}", token)
    deadline = time.monotonic() + seconds
    try:
        while not _answers(port):
            if process.poll() is not None:
                lines = log.read_text("utf-8", "replace").strip().splitlines() or [""]
                raise LessonError(f"JupyterLab does not start: {lines[-1]} (all of it: {log})")
            if time.monotonic() > deadline:
                raise LessonError(f"JupyterLab does not answer; its log is {log}.")
            time.sleep(0.1)
        remember(server, directory)
    except BaseException:
        server.stop()
        raise
    return server


def own_environment(home: Path) -> dict[str, str]:
    """The environment of the course's JupyterLab, and so of its kernels and terminals.

    Of the shell's variables all stay that can't change a lesson; Jupyter's own are set anew.

    Args:
        home: the folder of the settings.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in LEFT_OUT and not name.startswith(("JUPYTER_", "JPY_"))
    }
    # shortcuts and colours stay the reader's own
    configured = Path(os.environ.get("JUPYTER_CONFIG_DIR") or "~/.jupyter").expanduser()
    settings = os.environ.get("JUPYTERLAB_SETTINGS_DIR") or str(configured / "lab/user-settings")
    return environment | {
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_CONFIG_PATH": str(home),
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "IPYTHONDIR": str(home / "ipython"),
        "MATPLOTLIBRC": str(home / "matplotlibrc"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def write_settings(directory: Path) -> Path:
    """Write the settings of the course's JupyterLab, apart from the user's own.

    Args:
        directory: the learner's folder.

    Returns:
        The folder of the settings, inside it.
    """
    home = directory.resolve() / ".jupyter"
    for name in ("settings", "workspaces", "labconfig", "jupyter_server_config.d"):
        make_folder(home / name)
    disabled = {f"@jupyter/nbgrader:{name}": True for name in _TEACHER_PLUGINS}
    write_json(home / "settings" / "overrides.json", _SETTINGS)
    write_atomically(home / "matplotlibrc", "# nothing: pictures look as in the lessons")
    write_atomically(home / "nbgrader_config.py", _VALIDATE)  # its Validate button runs a lesson
    page = {"disabledExtensions": disabled, "buildAvailable": False, "buildCheck": False}
    write_json(home / "labconfig" / "page_config.json", page)
    extensions = {f"nbgrader.server_extensions.{name}": False for name in _TEACHER_PAGES}
    write_json(
        home / "jupyter_server_config.d" / "course.json",
        {"ServerApp": {"jpserver_extensions": extensions}},
    )
    return home


def _answers(port: int) -> bool:
    try:
        with _DIRECT.open(f"http://{HOST}:{port}/api", timeout=1) as answer:
            return "version" in json.load(answer)
    except (OSError, urllib.error.URLError, ValueError):
        return False
