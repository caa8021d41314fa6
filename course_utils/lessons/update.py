"""Bring a learner's copy to the course's newer version, with all that the learner wrote.

Answers are carried over by their grade_id. Cells that the learner added stay behind the cell that
they followed. A cell of the course that only the learner changed stays as it is; one that the
course changed becomes the course's. The old file is kept whole.
"""

import copy
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from course_utils.lessons.cells import (
    Cell,
    LessonError,
    as_text,
    cells_of,
    counted,
    fingerprint,
    read_content,
    same_text,
)
from course_utils.lessons.copies import (
    copy_path,
    find_copy,
    learner_copy,
    put_in_place,
)
from course_utils.lessons.notebook import Lesson

_STUB = re.compile(r"# YOUR CODE HERE\s+raise NotImplementedError\(\)")


@dataclass(frozen=True)
class Update:
    """What an update did.

    Args:
        lesson: the lesson.
        path: the learner's file, new.
        kept: where the old one is.
        changes: what changed, a sentence each.
    """

    lesson: Lesson
    path: Path
    kept: Path
    changes: list[str]


def is_newer(lesson: Lesson, path: Path) -> bool:
    """Whether the course has a newer version of a lesson than a learner's file.

    Args:
        lesson: the lesson.
        path: the learner's copy. One that can't be read counts as current.
    """
    try:
        content = read_content(path)
    except LessonError:
        return False
    handed_out = _handed_out(content)
    if handed_out:
        return handed_out != lesson.handed_out
    # a copy that does not say what it was made with
    there = {_mark(cell) for cell in cells_of(content)}
    answers = {cell.id for cell in lesson.cells if cell.is_solution}
    return any(mark not in there for id, mark in lesson.handed_out.items() if id not in answers)


def update(lesson: Lesson, directory: Path) -> Update | None:
    """Bring a learner's copy of a lesson to the course's version.

    Args:
        lesson: the lesson.
        directory: the learner's folder.

    Returns:
        What was done; None where there is nothing to do.

    Raises:
        LessonError: there is no copy, or it can't be read, or it was saved meanwhile.
    """
    old = find_copy(lesson, directory)
    was = old.read_bytes()
    own = read_content(old)
    lost = {e.name for e in lesson.exercises} - {cell.grade_id for cell in cells_of(own)}
    if not is_newer(lesson, old) and not lost:
        return None
    merged, changes = merge(lesson, json.loads(learner_copy(lesson)), own)
    # a lesson that the course renamed gets its new name; a name that the learner gave stays
    path = copy_path(lesson, directory) if old.name.startswith(f"{lesson.id}_") else old
    return Update(lesson, path, put_in_place(path, as_text(merged), old, was), changes)


def merge(lesson: Lesson, fresh: dict, own: dict) -> tuple[dict, list[str]]:
    """A new copy of a lesson with what the learner wrote.

    Args:
        lesson: the lesson.
        fresh: a copy as the course hands it out now, as JSON.
        own: the learner's notebook, as JSON.

    Returns:
        The notebook's JSON, and what changed, a sentence each.
    """
    return _Merge(lesson, fresh, own).run()


class _Merge:
    def __init__(self, lesson: Lesson, fresh: dict, own: dict):
        self.lesson, self.fresh, self.own = lesson, fresh, own
        self.base = _handed_out(own)
        self.new = dict(zip([c.id for c in cells_of(fresh)], fresh["cells"], strict=True))
        self.answer_ids = {c.grade_id: c.id for c in cells_of(fresh) if c.is_solution}
        self.check_names = {e.checks_name for e in lesson.exercises}
        self.answers: dict[str, list[dict]] = {}  # by grade_id, more than one when split
        self.edited: dict[str, dict] = {}  # by cell id: to stay in the course's place
        self.added: dict[str | None, list[dict]] = {}  # by the id of the cell before
        self.changes: list[str] = []
        self.used = set(self.new)  # ids of cells

    def run(self) -> tuple[dict, list[str]]:
        after = None
        for cell, raw in zip(cells_of(self.own), self.own["cells"], strict=True):
            after = self._sort_in(cell, raw, after)
        cells = self._of_ones_own(None)
        for id, raw in self.new.items():
            cells += self._place(id, raw) + self._of_ones_own(id)
        metadata = {k: v for k, v in self.own["metadata"].items() if k != "widgets"}
        content = {**self.fresh, "cells": cells, "metadata": metadata | self.fresh["metadata"]}
        return content, [*self._what_changed(), *self.changes]

    def _sort_in(self, cell: Cell, raw: dict, after: str | None) -> str | None:
        """Say where a cell of the learner goes; return the new cell that the next one follows."""
        if cell.grade_id in self.answer_ids:
            if cell.kind == "code":
                if not self._is_untouched(cell):
                    self.answers.setdefault(cell.grade_id, []).append(raw)
            else:
                self._keep(raw, after)
            return self.answer_ids[cell.grade_id]
        if cell.is_check:
            return cell.id if cell.grade_id in self.check_names and cell.id in self.new else after
        if cell.is_solution:
            if not self._is_untouched(cell):
                self._keep(raw, after)
                self.changes.append(
                    f"The exercise `{cell.grade_id}` is gone from the course; what you wrote stays "
                    "as a cell of your own."
                )
            return after
        known = cell.id in self.base or cell.id in self.new
        if known and cell.id not in self.edited:
            return self._sort_in_known(cell, raw, after)
        if _mark(cell) not in self.base.values():
            self._keep(raw, after)
        return after

    def _sort_in_known(self, cell: Cell, raw: dict, after: str | None) -> str | None:
        mark, was, now = _mark(cell), self.base.get(cell.id), self.lesson.handed_out.get(cell.id)
        if cell.id not in self.new:
            if mark != was:
                self._keep(raw, after)
            return after
        if mark == now or (was == now and mark != was):
            self.edited[cell.id] = raw  # with its outputs, or as the learner changed it
        elif mark != was:
            self.changes.append(
                f"The course changed the cell `{cell.id}`, and so did you: the course's stands "
                "there now, yours in the kept file."
            )
        return cell.id

    def _is_untouched(self, cell: Cell) -> bool:
        """Whether an answer cell is empty or as it was handed out, now or then."""
        if not cell.source.strip() or _mark(cell) == self.base.get(cell.id):
            return True
        stubs = {exercise.name: exercise.stub for exercise in self.lesson.exercises}
        if same_text(cell.source, stubs.get(cell.grade_id, "")):
            return True
        return not self.base and bool(_STUB.search(cell.source))

    def _keep(self, raw: dict, after: str | None) -> None:
        raw = copy.deepcopy(raw)
        for name in ("nbgrader", "deletable", "editable"):
            raw.get("metadata", {}).pop(name, None)
        self.added.setdefault(after, []).append(raw)

    def _place(self, id: str, raw: dict) -> list[dict]:
        """What stands at the place of a new cell."""
        name = next((name for name, one in self.answer_ids.items() if one == id), None)
        own = self.answers.get(name) or [self.edited.get(id, raw)]
        if own[0].get("cell_type") == raw["cell_type"]:
            written = ("source", "outputs", "execution_count", "attachments")
            raw = {**raw, **{key: own[0][key] for key in written if key in own[0]}}
        return [raw, *map(self._with_id, own[1:])]

    def _of_ones_own(self, after: str | None) -> list[dict]:
        return [self._with_id(raw) for raw in self.added.get(after, [])]

    def _with_id(self, raw: dict) -> dict:
        """A cell whose id no other has."""
        id = raw.get("id")
        if not isinstance(id, str) or id in self.used:
            id = uuid.uuid4().hex[:8]
        self.used.add(id)
        return {**raw, "id": id}

    def _what_changed(self) -> list[str]:
        old, new = self.base, self.lesson.handed_out
        names = {cell.grade_id for cell in cells_of(self.own)}
        lines = []
        carried = [e for e in self.lesson.exercises if e.name in self.answers]
        for exercise in self.lesson.exercises:
            label = f"Exercise {exercise.number} ({exercise.heading or exercise.name})"
            id = self.answer_ids[exercise.name]
            if exercise.name not in names:
                lines.append(f"{label} {'is back' if id in old else 'is new'}.")
            elif id in old and old[id] != new[id]:
                more = ": your answer stays as you wrote it" if exercise in carried else ""
                lines.append(f"{label}: what its cell begins with has changed{more}.")
        graded = {cell.id: cell for cell in self.lesson.cells if cell.grade_id is not None}
        checks = [id for id, cell in graded.items() if cell.is_check]
        if changed := [id for id in checks if id in old and old[id] != new[id]]:
            lines.append(f"{counted(len(changed), 'check')} changed.")
        others = [id for id in new if id not in graded]
        if old:
            counts = {
                "changed": sum(id in old and old[id] != new[id] for id in others),
                "new": sum(id not in old for id in others),
                "gone": sum(id not in new for id in old),
            }
            words = [f"{number} {word}" for word, number in counts.items() if number]
            if words:
                lines.append(f"Other cells: {', '.join(words)}.")
        own = sum(map(len, self.added.values()))
        lines.append(f"Carried over: {counted(len(carried), 'answer')}, {own} of your own cells.")
        return lines


def _handed_out(content: dict) -> dict[str, str]:
    """The cells that a copy was handed out with, fingerprint by id; empty when it does not say."""
    course = content["metadata"].get("course")
    found = course.get("cells") if isinstance(course, dict) else None
    return found if isinstance(found, dict) else {}


def _mark(cell: Cell) -> str:
    return fingerprint(cell.source, cell.grade_id, cell.nbgrader.get("points"))
