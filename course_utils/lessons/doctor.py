"""What `course doctor` looks at: versions, processor, disk, weights, lessons."""

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import course_utils
from course_utils import registry
from course_utils.lessons import jupyter
from course_utils.lessons.cells import LessonError
from course_utils.lessons.notebook import all_lessons, notebooks_folder

import matplotlib

OLDEST_PYTHON, FIRST_TOO_NEW = (3, 11), (3, 14)
LEAST_DISK = 2 * 10**9
_PACKAGES = ["tensorflow", "keras", "numpy", "jupyterlab", "nbgrader", "ipykernel"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        what: its name.
        found: what is there.
        mend: what to do about it; empty when all is well.
        note: what to know of it, although nothing is wrong.
    """

    what: str
    found: str
    mend: str = ""
    note: str = ""


def examine(directory: Path) -> Iterator[Finding]:
    """Look at everything, one thing after the other.

    Args:
        directory: the learner's folder.
    """
    yield _python()
    yield Finding("course", course_utils.__version__)
    yield from (_package(name) for name in _PACKAGES)
    yield _processor()
    yield _keras()
    yield from _own_settings()
    yield _disk(directory)
    yield from _weights()
    yield _lessons()
    yield _copies(directory)


def _python() -> Finding:
    mend = ""
    if not OLDEST_PYTHON <= sys.version_info[:2] < FIRST_TOO_NEW:
        mend = "Install Python 3.11, 3.12 or 3.13, remove .venv, and run `make lab` again."
    return Finding("Python", f"{platform.python_version()} ({sys.executable})", mend)


def _package(name: str) -> Finding:
    try:
        return Finding(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", "Run `make lab` again, or `pip install -e .`.")


def _processor() -> Finding:
    try:
        import tensorflow

        devices = tensorflow.config.list_physical_devices("GPU")
    except Exception as error:
        mend = "Remove .venv and run `make lab` again."
        return Finding("TensorFlow", f"does not import: {error}", mend)
    if devices:
        names = [tensorflow.config.experimental.get_device_details(d) for d in devices]
        found = ", ".join(str(n.get("device_name", "GPU")) for n in names)
        return Finding("processor", f"GPU: {found}")
    return Finding("processor", "CPU, which is enough; the minutes of the lessons are for 2 cores")


def _keras() -> Finding:
    """Import Keras with the course's settings; a value that it refuses ends the import."""
    try:
        from keras import config
    except Exception as error:
        file = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "keras.json"
        mend = "Remove .venv and run `make lab` again."
        if file.exists():
            mend = f"Mend or remove {file}. If that does not help: {mend[0].lower()}{mend[1:]}"
        return Finding("Keras", f"does not import: {error}", mend)
    found = f"on {config.backend()}, {config.image_data_format()}, {config.floatx()}"
    return Finding("Keras", found)


def _own_settings() -> Iterator[Finding]:
    """The reader's own settings that would change lessons, and that `course` does without."""
    note = "`course lab` and `course grade` do without it. In another Jupyter, {} first."
    for name, effect in jupyter.LEFT_OUT.items():
        value = os.environ.get(name)
        if value and not value.startswith("module://matplotlib_inline"):  # the kernel's own
            yield Finding(name, f"is {value}: {effect}", note=note.format("unset it"))
    startup = Path("~/.ipython/profile_default/startup").expanduser()
    for path in sorted([*startup.glob("*.py"), *startup.glob("*.ipy")]):
        found = f"{path} runs before the first cell"
        yield Finding("IPython", found, note=note.format("move it away"))
    looks = Path(matplotlib.matplotlib_fname())
    if "MATPLOTLIBRC" not in os.environ and not looks.is_relative_to(matplotlib.get_data_path()):
        found = f"{looks} changes how pictures look"
        yield Finding("Matplotlib", found, note=note.format("move it away"))


def _disk(directory: Path) -> Finding:
    place = next(p for p in [directory.resolve(), *directory.resolve().parents] if p.exists())
    free = shutil.disk_usage(place).free
    mend = "" if free > LEAST_DISK else f"Make room: the lessons need {LEAST_DISK / 1e9:g} GB."
    return Finding("free disk", f"{free / 1e9:.1f} GB", mend)


def _weights() -> Iterator[Finding]:
    """Check each file of the registry against its sum."""
    for name, entry in registry.entries().items():
        try:
            registry.verified(name)
        except registry.WeightsError as error:
            yield Finding("weights", error.found, error.mend)
        else:
            found = f"{name}, SHA-256 {entry['sha256'][:12]}... as it should be"
            yield Finding("weights", found)


def _lessons() -> Finding:
    try:
        lessons = all_lessons()
    except LessonError as error:
        return Finding("lessons", "none", str(error))
    found = (
        f"{len(lessons)} in {notebooks_folder()}, {sum(lesson.points for lesson in lessons)} points"
    )
    return Finding("lessons", found)


def _copies(directory: Path) -> Finding:
    if directory.is_dir():
        count = len(list(directory.glob("P*.ipynb")))
        return Finding("your copies", f"{count} in {directory}")
    if directory.exists():
        return Finding("your copies", f"{directory} is a file", "Move it away.")
    return Finding("your copies", "none yet; `course lab` or `course prepare` writes them")
