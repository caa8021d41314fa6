"""A Python kernel with limits: it runs one cell at a time and says how that ended."""

import ast
import contextlib
import json
import os
import queue
import site
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from course_utils.lessons.notebook import ROOT

import jupyter_client
import psutil
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

_STEP = 0.1
_HELPER_SECONDS = 10
_HELPER = "__import__('course_utils.lessons.namespace', fromlist=['*'])."
# All that a grading kernel takes over from its caller: where programs, libraries, processors and
# the system's own folders are, and how many threads to use. The rest can change what Python does.
_KEPT = (
    *("PATH", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PROGRAMDATA"),
    *("CUDA_VISIBLE_DEVICES", "CUDA_HOME", "CUDA_PATH", "CUDA_CACHE_PATH"),
    *("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
)
# Settings of the whole machine may run code at the start of each kernel, too.
_NOTHING_AT_THE_START = [
    f"--InteractiveShellApp.{name}=[]" for name in ("exec_lines", "exec_files", "extensions")
]


@dataclass(frozen=True)
class Limits:
    """What grading may use.

    Args:
        cell_seconds: for one solution or check cell.
        setup_seconds: for one setup cell; importing Keras takes a while on a cold disk.
        lesson_seconds: for a whole lesson.
        memory: resident bytes of the kernel and its children.
        grace_seconds: between asking a cell to stop and ending its process.
    """

    cell_seconds: float = 30
    setup_seconds: float = 90
    lesson_seconds: float = 240
    memory: int = 4 * 2**30
    grace_seconds: float = 3


@dataclass(frozen=True)
class Outcome:
    """How a cell ended.

    Args:
        status: `"ok"`, `"error"`, `"timeout"`, `"memory"` or `"died"`.
        type: name of the exception, empty without one.
        message: its message, or what is known of the process's end.
        name: the missing name of a NameError.
        frames: for each cell that the exception passed, outermost first, its text and line.
        alive: whether the kernel can go on.
    """

    status: str
    type: str = ""
    message: str = ""
    name: str | None = None
    frames: tuple[dict, ...] = ()
    alive: bool = True


class _ThisPython(KernelSpecManager):
    """Kernels run the Python that grades, whatever kernels the machine's user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv += _NOTHING_AT_THE_START
        return KernelSpec(argv=argv, language="python", display_name="Python 3")


def own_environment(home: Path) -> dict[str, str]:
    """The environment of a grading kernel: the course's own, whatever the caller's shell holds.

    So neither a variable such as PYTHONOPTIMIZE or KERAS_BACKEND, nor a file in the caller's home,
    such as `.keras/keras.json` or IPython's start-up files, changes a grade.

    Args:
        home: an empty folder, the kernel's home.

    Returns:
        All environment variables of the kernel.
    """
    real = Path.home()
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home))
    # Caches hold no settings, and making them takes long: fonts, and programs of a new GPU.
    environment["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME") or str(real / ".cache")
    environment.setdefault("CUDA_CACHE_PATH", str(real / ".nv" / "ComputeCache"))
    environment |= {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}
    environment |= {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    if Path(jupyter_client.__file__).is_relative_to(site.getusersitepackages()):
        environment["PYTHONUSERBASE"] = site.getuserbase()  # the course was installed with --user
    else:
        environment["PYTHONNOUSERSITE"] = "1"
    return environment


class Kernel:
    """A kernel process of its own, in an empty folder, ended with the `with` block.

    Only the replies to cells are read: what a cell prints is dropped, so a flood costs nothing.

    Args:
        limits: what it may use.

    Raises:
        RuntimeError: the kernel does not start.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="course_", ignore_cleanup_errors=True)
        home = Path(self._folder.name)
        work = home / "work"
        work.mkdir()
        self._manager = KernelManager(
            kernel_name="python3",
            kernel_spec_manager=_ThisPython(),
            connection_file=str(home / "kernel.json"),
        )
        try:
            self._manager.start_kernel(
                cwd=str(work),
                env=own_environment(home),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._process = psutil.Process(self._manager.provisioner.pid)
            self._client = self._manager.client()
            self._client.start_channels(
                shell=True, iopub=False, stdin=False, hb=False, control=False
            )
            request = self._client.kernel_info()
            status, _ = self._wait(request, time.monotonic() + limits.setup_seconds)
        except BaseException:
            self.stop()
            raise
        if status != "ok":
            self.stop()
            raise RuntimeError(f"Python's kernel did not start ({status}); try `course doctor`.")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        """End the process and its process group, and remove its folder."""
        if hasattr(self, "_client"):
            self._client.stop_channels()
        with contextlib.suppress(Exception):
            self._manager.shutdown_kernel(now=True)
        self._folder.cleanup()

    def run(self, source: str, seconds: float) -> Outcome:
        """Run one cell.

        Args:
            source: its text; IPython's magics are allowed.
            seconds: after which it is interrupted.

        Returns:
            How it ended. With `alive` False the kernel is dead, or deaf: stop it.
        """
        # Otherwise a kernel may drop, after an error, what is asked of it next.
        request = self._client.execute(
            source, store_history=False, allow_stdin=False, stop_on_error=False
        )
        status, content = self._wait(request, time.monotonic() + seconds)
        if status == "timeout":
            return self._interrupt(request)
        if status != "ok":
            return Outcome(status, message=str(content), alive=False)
        if content["status"] == "ok":
            return Outcome("ok")
        return self._failure("error", content)

    def call(self, helper: str) -> str | None:
        """Call a function of `course_utils.lessons.namespace` in the kernel.

        Args:
            helper: the call, such as `"describe()"`.

        Returns:
            The text it returns; None when it returns None or fails.
        """
        request = self._client.execute(
            "", silent=True, user_expressions={"answer": _HELPER + helper}
        )
        status, content = self._wait(request, time.monotonic() + _HELPER_SECONDS)
        if status != "ok":
            return None
        answer = content.get("user_expressions", {}).get("answer", {})
        if answer.get("status") != "ok":
            return None
        return ast.literal_eval(answer["data"]["text/plain"])

    def _interrupt(self, request: str) -> Outcome:
        self._manager.interrupt_kernel()
        deadline = time.monotonic() + self.limits.grace_seconds
        status, content = self._wait(request, deadline)
        if status == "ok":
            return self._failure("timeout", content)
        return Outcome("timeout", alive=False)

    def _failure(self, status: str, reply: dict) -> Outcome:
        described = self.call("describe()") if reply["status"] == "error" else None
        if described is None:
            message = str(reply.get("evalue", ""))[:2_000]
            return Outcome(status, reply.get("ename", ""), message)
        found = json.loads(described)
        frames = tuple(found["frames"])
        return Outcome(status, found["type"], found["message"], found["name"], frames)

    def _wait(self, request: str, deadline: float) -> tuple[str, dict | str]:
        """Wait for the reply to a request, watching the clock, the memory and the process."""
        while True:
            with contextlib.suppress(queue.Empty):
                reply = self._client.shell_channel.get_msg(timeout=_STEP)
                if reply["parent_header"].get("msg_id") == request:
                    return "ok", reply["content"]
            if not self._manager.is_alive():
                return "died", self._last_words()
            if self._resident_bytes() > self.limits.memory:
                return "memory", f"{self.limits.memory / 2**30:.3g} GB"
            if time.monotonic() > deadline:
                return "timeout", ""

    def _resident_bytes(self) -> int:
        total = 0
        with contextlib.suppress(psutil.Error):
            for process in [self._process, *self._process.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
        return total

    def _last_words(self) -> str:
        process = self._manager.provisioner.process
        code = process.returncode if process is not None else None
        if code is not None and code < 0:
            return f"signal {-code}"
        return f"exit code {code}"
