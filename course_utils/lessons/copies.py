"""The learner's copies of the lessons: written once, never overwritten."""

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path

from course_utils.lessons.cells import LessonError
from course_utils.lessons.notebook import Lesson, all_lessons

KEPT = "kept"


def learner_copy(lesson: Lesson) -> str:
    """The notebook that a learner gets: as nbgrader makes it, without its database.

    Solutions become a stub that raises NotImplementedError, hidden tests and outputs are gone,
    check cells are locked. Setup and parameters stay as they are.

    Args:
        lesson: the lesson.

    Returns:
        The notebook's JSON.

    Raises:
        LessonError: nbgrader refuses the notebook; the message says why.
    """
    # nbgrader takes two seconds to import, and most commands write no copy
    import nbformat
    from nbgrader import preprocessors as steps

    chain = [
        steps.LockCells,
        steps.ClearSolutions,
        steps.ClearOutput,
        steps.CheckCellMetadata,
        steps.ComputeChecksums,
        steps.ClearHiddenTests,
        steps.ClearMarkScheme,
        steps.ComputeChecksums,
        steps.CheckCellMetadata,
    ]
    notebook = nbformat.read(lesson.path, as_version=4)
    resources: dict = {}
    try:
        for step in chain:
            notebook, resources = step().preprocess(notebook, resources)
    except Exception as error:
        raise LessonError(f"nbgrader refuses {lesson.path.name}: {error}") from error
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return nbformat.writes(notebook)


def copy_path(lesson: Lesson, directory: Path) -> Path:
    """Where the learner's copy of a lesson is."""
    return directory / lesson.path.name


def prepare(directory: Path, folder: Path | None = None) -> list[Path]:
    """Write the learner's copies that are missing. A file that exists is never touched.

    Args:
        directory: the learner's folder; it is made when missing.
        folder: folder of the solved notebooks; None for the course's own.

    Returns:
        The files written, in the order of the lessons.

    Raises:
        OSError: the folder cannot be written. No half-written lesson is left.
    """
    make_folder(directory)
    written = []
    for lesson in all_lessons(folder):
        path = copy_path(lesson, directory)
        if not os.path.lexists(path):
            write_atomically(path, learner_copy(lesson))
            written.append(path)
    return written


def reset(lesson: Lesson, directory: Path) -> tuple[Path, Path | None]:
    """Write a fresh copy of a lesson; the old file is kept under a dated name.

    Args:
        lesson: the lesson.
        directory: the learner's folder.

    Returns:
        The fresh file, and where the old one is kept (None when there was none).
    """
    make_folder(directory)
    path = copy_path(lesson, directory)
    fresh = learner_copy(lesson)
    kept = None
    if os.path.lexists(path):
        make_folder(directory / KEPT)
        spare = path.with_name(f".{path.name}.{os.getpid()}.fresh")
        write_atomically(spare, fresh)
        kept = _reserved_name(path, directory / KEPT)
        path.replace(kept)
        spare.replace(path)
    else:
        write_atomically(path, fresh)
    return path, kept


def _reserved_name(path: Path, folder: Path) -> Path:
    """A dated name that was free, now taken by an empty file so that nobody else takes it."""
    stem = f"{path.stem} {datetime.now():%Y-%m-%d %H.%M.%S}"
    candidate, number = folder / f"{stem}.ipynb", 1
    while True:
        try:
            candidate.open("xb").close()
        except FileExistsError:
            number += 1
            candidate = folder / f"{stem} ({number}).ipynb"
        else:
            return candidate


def make_folder(directory: Path) -> None:
    """Make a folder with its parents.

    Raises:
        NotADirectoryError: a file of that name is in the way.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(
            f"{directory} is a file, and the lessons need a folder of that name. "
            "Move the file away, or name another folder with --dir."
        ) from None


def write_atomically(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Args:
        path: the file; an existing one is replaced.
        text: its new content, stored as UTF-8.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=".part")
    spare = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
        umask = os.umask(0)
        os.umask(umask)
        spare.chmod(0o666 & ~umask)
        spare.replace(path)
    except BaseException:
        spare.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file whole or not at all."""
    write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1))
