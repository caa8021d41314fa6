"""The learner's copies of the lessons: written once, never overwritten."""

import contextlib
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from course_utils import atomic
from course_utils.lessons import catalogue
from course_utils.lessons.cells import LessonError, cells_of, read_content
from course_utils.lessons.notebook import Lesson, all_lessons, notebooks_folder

KEPT = "kept"


def learner_copy(lesson: Lesson) -> str:
    """The notebook that a learner gets: as nbgrader makes it, without its database.

    Solutions become a stub that raises NotImplementedError, hidden tests and outputs are gone,
    check cells are locked. Setup and parameters stay as they are. Its metadata `course` say which
    lesson it is and which cells it was handed out with.

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
    handed_out = {"lesson": lesson.id, "cells": lesson.handed_out}
    notebook.metadata["course"] = {**lesson.course, **handed_out}
    return nbformat.writes(notebook)


def copy_path(lesson: Lesson, directory: Path) -> Path:
    """Where the learner's copy of a lesson is written."""
    return directory / lesson.path.name


def find_copies(lessons: Iterable[Lesson], directory: Path) -> dict[str, Path]:
    """The learner's copies: files of the lessons' names, and others by what is in them.

    Args:
        lessons: the lessons to look for.
        directory: the learner's folder.

    Returns:
        Path by the lesson's number. A lesson without any copy is left out; of several files that
        were renamed the newest counts.
    """
    lessons = list(lessons)
    found = {
        one.id: copy_path(one, directory)
        for one in lessons
        if os.path.lexists(copy_path(one, directory))
    }
    missing = [one for one in lessons if one.id not in found]
    others = set(directory.glob("*.ipynb")) - set(found.values()) if missing else set()
    for path in sorted(others, key=_changed_at):
        number = lesson_of(path, lessons)
        if number in {one.id for one in missing}:
            found[number] = path
    return found


def find_copy(lesson: Lesson, directory: Path) -> Path:
    """The learner's copy of a lesson, to be changed.

    Args:
        lesson: the lesson.
        directory: the learner's folder.

    Raises:
        LessonError: there is none, or the folder is that of the solved lessons.
    """
    refuse_solved_lessons(directory)
    path = find_copies([lesson], directory).get(lesson.id)
    if path is None:
        raise LessonError(f"No {lesson.path.name} in {directory}: `course prepare` writes it.")
    return path


def lesson_of(path: Path, lessons: Iterable[Lesson]) -> str | None:
    """Number of the lesson that a file is a copy of, None when it is none.

    Args:
        path: any file.
        lessons: those it may be.
    """
    lessons = {one.id: one for one in lessons}
    by_name = catalogue.lesson_id(path.name)
    try:
        content = read_content(path)
    except LessonError:
        return by_name if by_name in lessons else None
    course = content["metadata"].get("course")
    by_metadata = course.get("lesson") if isinstance(course, dict) else None
    for number in (by_metadata, by_name):
        if isinstance(number, str) and number in lessons:
            return number
    names = {cell.grade_id for cell in cells_of(content)}
    shared = {
        number: len(names & {exercise.name for exercise in one.exercises})
        for number, one in lessons.items()
    }
    best = max(shared, key=shared.get, default=None)
    return best if best and shared[best] else None


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


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
    refuse_solved_lessons(directory, folder)
    make_folder(directory)
    written = []
    lessons = all_lessons(folder)
    there = find_copies(lessons, directory)
    for lesson in lessons:
        if lesson.id not in there:
            path = copy_path(lesson, directory)
            write_atomically(path, learner_copy(lesson))
            written.append(path)
    return written


def refuse_solved_lessons(directory: Path, folder: Path | None = None) -> None:
    """Refuse the course's own folder in place of a learner's.

    Raises:
        LessonError: it holds the solved lessons.
    """
    if directory.resolve() == (folder or notebooks_folder()).resolve():
        raise LessonError(
            f"{directory} holds the course's own solved lessons: name another folder with --dir."
        )


def reset(lesson: Lesson, directory: Path) -> tuple[Path, Path | None]:
    """Write a fresh copy of a lesson; the old file is kept under a dated name.

    Args:
        lesson: the lesson.
        directory: the learner's folder.

    Returns:
        The fresh file, and where the old one is kept (None when there was none).
    """
    refuse_solved_lessons(directory)
    make_folder(directory)
    path = copy_path(lesson, directory)
    old = find_copies([lesson], directory).get(lesson.id, path)
    fresh = learner_copy(lesson)
    kept = None
    if old.exists():
        kept = put_in_place(path, fresh, old, old.read_bytes())
    else:
        path.unlink(missing_ok=True)  # a link to nowhere
        write_atomically(path, fresh)
    return path, kept


def kept_files(lesson: Lesson, directory: Path) -> list[Path]:
    """The files of a lesson that were kept, the newest first.

    Args:
        lesson: the lesson.
        directory: the learner's folder.
    """
    files = [path for path in (directory / KEPT).glob("*.ipynb") if path.stat().st_size]
    mine = [path for path in files if _kept_of(path, lesson)]
    return sorted(mine, key=lambda path: path.stem[-19:], reverse=True)


def _kept_of(path: Path, lesson: Lesson) -> bool:
    return path.name.startswith(f"{lesson.id}_") or lesson_of(path, [lesson]) is not None


def restore(lesson: Lesson, directory: Path, kept: Path) -> tuple[Path, Path | None]:
    """Put a kept file back. It stays where it is kept, and what it replaces is kept, too.

    Args:
        lesson: the lesson.
        directory: the learner's folder.
        kept: one of `kept_files`.

    Returns:
        The learner's file, and where the one that stood there is kept (None without one).
    """
    refuse_solved_lessons(directory)
    path = find_copies([lesson], directory).get(lesson.id, copy_path(lesson, directory))
    if path.exists():
        return path, put_in_place(path, kept.read_bytes(), path, path.read_bytes())
    atomic.write(path, kept.read_bytes())
    return path, None


def put_in_place(path: Path, new: str | bytes, old: Path, was: bytes) -> Path:
    """Put a new file in the place of a learner's; the old one is kept under a dated name.

    The old content is written to its new place first, so a process that is killed at any moment
    loses nothing.

    Args:
        path: the file to write.
        new: its content.
        old: the learner's file; the same path, or one of an earlier name, which then goes.
        was: its content, as read when `new` was made.

    Returns:
        Where the old file is kept.

    Raises:
        LessonError: the old file was saved since it was read.
    """
    make_folder(old.parent / KEPT)
    kept = _reserved_name(old, old.parent / KEPT)
    try:
        atomic.write(kept, was)
        if old.read_bytes() != was:
            raise LessonError(f"{old.name} was saved just now: run this again.")
        write_atomically(path, new) if isinstance(new, str) else atomic.write(path, new)
    except BaseException:
        with contextlib.suppress(OSError):
            if old.read_bytes() == was or not kept.stat().st_size:
                kept.unlink()
        raise
    if not (path.exists() and old.samefile(path)):
        old.unlink()
    return kept


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
    atomic.write(path, (text if text.endswith("\n") else text + "\n").encode())


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file whole or not at all."""
    write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1))
