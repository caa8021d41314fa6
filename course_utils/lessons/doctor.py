"""What `course doctor` looks at: versions, processor, disk, weights, lessons."""

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import course_utils
from course_utils import registry
from course_utils.lessons import jupyter
from course_utils.lessons.cells import LessonError, read_cells
from course_utils.lessons.copies import find_copies
from course_utils.lessons.notebook import all_lessons, notebooks_folder
from course_utils.lessons.update import is_newer

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
    yield from _places()
    yield _disk(directory)
    yield _folder(directory)
    yield from _weights()
    yield _lessons()
    yield from _copies(directory)


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


def _places() -> Iterator[Finding]:
    """Variables that name other folders than the course's own."""
    for name in ("COURSE_DIR", "COURSE_NOTEBOOKS", "COURSE_DATA"):
        if value := os.environ.get(name):
            note = (
                "The course looks there, and not in its own folder: unset it if you don't mean it."
            )
            yield Finding(name, f"is {value}", note=note)


def _there(directory: Path) -> Path:
    """A folder, or the nearest one above it that exists."""
    return next(p for p in [directory.resolve(), *directory.resolve().parents] if p.exists())


def _folder(directory: Path) -> Finding:
    place = _there(directory)
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        mend = "Make it writable, or name another folder with --dir."
        return Finding("your folder", f"{place} can't be written: {error.strerror}", mend)
    return Finding("your folder", f"{directory} can be written")


def _disk(directory: Path) -> Finding:
    place = _there(directory)
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


def _copies(directory: Path) -> Iterator[Finding]:
    if directory.exists() and not directory.is_dir():
        yield Finding("your copies", f"{directory} is a file", "Move it away.")
        return
    try:
        lessons = all_lessons()
    except LessonError:
        return  # said already
    copies = find_copies(lessons, directory)
    if not copies:
        yield Finding("your copies", "none yet; `course lab` or `course prepare` writes them")
        return
    newer = [one.id for one in lessons if one.id in copies and is_newer(one, copies[one.id])]
    note = f"A newer version exists of {', '.join(newer)}: `course update`." if newer else ""
    yield Finding("your copies", f"{len(copies)} of {len(lessons)} in {directory}", note=note)
    for number, path in copies.items():
        try:
            read_cells(path)
        except LessonError as error:
            mend = (
                f"`course restore {number}` lists older files; `course reset {number}` begins anew."
            )
            yield Finding("your copies", str(error), mend)
