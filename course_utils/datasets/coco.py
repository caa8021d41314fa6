"""COCO instances: one JSON file a split, with pictures, categories and annotations.

Crowds (`iscrowd`) are left out: they are no single objects. If every object has an outline, the
records have masks; the pixels of crowds, and of objects that are left out, are unlabelled there.
Several files of one split, as COCO has one a task, are put together: what is the same counts once.
"""

import json
import re
from dataclasses import replace

from course_utils.datasets import files as names
from course_utils.datasets import outlines
from course_utils.datasets.problems import DataError
from course_utils.datasets.records import Folder
from course_utils.datasets.samples import Sample, fitting_boxes, picked

import numpy as np

NAME = "coco"
LIMIT = 512_000_000  # bytes; COCO's own largest file has 470 million
_MOST_CLASSES = 10_000


def matches(files):
    """Whether the folder holds a JSON file with COCO's keys."""
    return bool(_annotations(files))


def read(files):
    """Read a folder; see `folders.read`."""
    samples, class_names, crowds = {}, {}, 0
    for path in _annotations(files):
        try:
            text = names.decoded(files.bytes(path, LIMIT))
            content = _parsed(text)
        except DataError as error:
            files.report(path, None, str(error), "file left out")
            continue
        found = _File(files, path, text, content, class_names)
        for sample in found.samples():
            key = sample.split, sample.picture
            samples[key] = _together(files, samples[key], sample) if key in samples else sample
        crowds += found.crowds
    samples = list(samples.values())
    drawn = [outline is not None for sample in samples for outline in sample.outlines]
    complete = bool(samples) and all(drawn)
    notes = [f"{crowds} crowds left out: no single objects"] if crowds else []
    if bare := len(set(files.pictures) - {sample.picture for sample in samples}):
        notes.append(f"{bare} pictures that no JSON file describes left out")
    if any(drawn) and not complete:
        notes.append("some objects have no outline: no masks")
    if not complete:
        samples = [replace(sample, outlines=None, unlabelled=()) for sample in samples]
    class_names = tuple(class_names) or ("object",)
    pixel_names = ("background", *class_names) if complete and len(class_names) < 255 else ()
    return Folder(files, NAME, tuple(samples), class_names, pixel_names, notes=tuple(notes))


def _together(files, first, second):
    """Return two files' samples of one picture as one; what is in both counts once."""
    if first.source == second.source:
        return first  # a file that lists its picture twice
    if first.frame != second.frame:
        text = f"{second.picture} has another size here than in {first.source}"
        files.report(second.source, None, text, "its boxes left out")
        return first
    known = {(label, *box) for label, box in zip(first.labels, first.boxes.tolist(), strict=True)}
    new = [
        row
        for row, (label, box) in enumerate(zip(second.labels, second.boxes.tolist(), strict=True))
        if (label, *box) not in known
    ]
    more = picked(second, new)
    return replace(
        first,
        boxes=np.concatenate([first.boxes, more.boxes]),
        labels=np.concatenate([first.labels, more.labels]),
        outlines=first.outlines + more.outlines,
        unlabelled=first.unlabelled + second.unlabelled,
    )


def _annotations(files):
    keys = re.compile(r'"(images|annotations)"\s*:\s*\[')
    found = []
    for path in files.paths:
        if names.ending(path) == ".json" and path.count("/") < 3:
            head = files.head(path)
            if head.lstrip("\ufeff \r\n\t").startswith("{") and keys.search(head):
                found.append(path)
    return found


def _parsed(text):
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise DataError("JSON nested too deep") from error
    except ValueError as error:
        raise DataError(f"no JSON: {error}") from error
    for key in ("images", "annotations", "categories"):
        if not isinstance(content, dict) or not isinstance(content.get(key), list):
            raise DataError(f"expected a list under {key!r}, as COCO's instances have it")
    return content


class _File:
    """One JSON file: its classes are added to `class_names`, name to place, shared by all files."""

    def __init__(self, files, path, text, content, class_names):
        self.files, self.path, self.text, self.content = files, path, text, content
        self.class_names = class_names
        self.crowds = 0
        self._lines = {}

    def samples(self):
        """Return the samples of the file's pictures."""
        labels = self._labels()
        pictures = self._pictures()
        objects = {identity: [] for identity in pictures}
        unlabelled = {identity: [] for identity in pictures}
        for number, one in enumerate(self.content["annotations"]):
            try:
                if isinstance(one, dict) and one.get("iscrowd") in (1, True):
                    self.crowds += 1
                elif (found := self._object(one, number, labels, pictures)) is not None:
                    objects[one["image_id"]].append(found)
                    continue
            except DataError as error:
                self._report("annotations", number, str(error), "box left out")
            if (identity := _image(one, pictures)) is not None:
                unlabelled[identity] += self._pixels(one, pictures[identity][1])
        return [
            self._sample(one, objects[identity], unlabelled[identity])
            for identity, one in pictures.items()
            if one
        ]

    def _pixels(self, one, size):
        """Return in a list the outline, or else the box, of what is left out; [] without one."""
        try:
            return [outlines.checked(one["segmentation"], size)]
        except (DataError, KeyError):
            box = one.get("bbox")
        if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
            return []
        x, y, width, height = box
        polygon = [x, y, x + width, y, x + width, y + height, x, y + height]
        return [outlines.checked([polygon], size)]

    def _labels(self):
        labels = {}
        for number, one in enumerate(self.content["categories"]):
            identity, name = _value(one, "id", int), _value(one, "name", str)
            if identity is None or not name:
                self._report("categories", number, "expected `id` and `name`", "class left out")
            elif identity not in labels and len(labels) < _MOST_CLASSES:
                labels[identity] = self.class_names.setdefault(name, len(self.class_names))
        return labels

    def _pictures(self):
        pictures = {}
        for number, one in enumerate(self.content["images"]):
            identity = one.get("id") if isinstance(one, dict) else None
            name = _value(one, "file_name", str)
            if name is None or not isinstance(identity, int | str):
                text, outcome = "expected `id` and `file_name`", "picture left out"
            elif identity in pictures:
                text, outcome = f"a second picture with id {identity}", "picture left out"
            elif (path := self._found(name)) is None:
                text, outcome = f"there is no picture {name}", "picture left out"
                pictures[identity] = None
            else:
                size = _value(one, "height", int), _value(one, "width", int)
                size = size if all(side and 0 < side < 1_000_000 for side in size) else None
                pictures[identity] = (path, size)
                continue
            self._report("images", number, text, outcome)
        return pictures

    def _found(self, name):
        name = name.replace("\\", "/")
        base = names.folder(self.path)
        for start in (base, f"{base}/images", f"{names.folder(base)}/images", "", "images"):
            if (path := self.files.find(f"{start}/{name}")) is not None:
                return path
        candidates = self.files.called(names.name(name))
        split = self._split()
        same = [path for path in candidates if names.split_of(path) in (split, None)]
        return (same or candidates or [None])[0]

    def _split(self):
        for part in re.split(r"[_.]", names.stem(self.path)):
            if (split := names.split_of(f"{part}/")) is not None:
                return split
        return names.split_of(self.path)

    def _object(self, one, number, labels, pictures):
        if not isinstance(one, dict) or not isinstance(one.get("image_id"), int | str):
            raise DataError("expected a dict with `image_id`")
        if one["image_id"] not in pictures:
            raise DataError(f"there is no picture with id {one['image_id']}")
        if pictures[one["image_id"]] is None:
            return None  # its picture is missing, as was reported
        category = one.get("category_id")
        if not isinstance(category, int) or category not in labels:
            raise DataError(f"unknown class {category!r}")
        box = one.get("bbox")
        if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
            raise DataError(f"expected bbox as x, y, width, height, got {box!r}")
        x, y, width, height = box
        size = pictures[one["image_id"]][1]
        outline = one.get("segmentation") or None
        try:
            outline = outline and outlines.checked(outline, size)
        except DataError as error:
            self._report("annotations", number, str(error), "outline left out")
            outline = None
        return [x, y, x + width, y + height], labels[category], number, outline

    def _sample(self, picture, objects, unlabelled):
        path, size = picture
        boxes = np.array([box for box, *_ in objects], float).reshape(-1, 4)
        labels = np.array([label for _, label, *_ in objects], np.int32)
        numbers = tuple(number for *_, number, _ in objects)
        sample = Sample(
            path, self._split() or names.split_of(path) or "all", boxes, labels, size, self.path,
            numbers, outlines=tuple(outline for *_, outline in objects),
        )  # fmt: skip
        if size is not None:
            sample = fitting_boxes(self._report_box, sample, size)
            kept = set(sample.lines)
            left_out = [drawn for *_, number, drawn in objects if number not in kept]
            unlabelled += [drawn for drawn in left_out if drawn is not None]
        return replace(sample, lines=(), unlabelled=tuple(unlabelled))

    def _report_box(self, source, number, text, outcome):
        self._report("annotations", number, text, outcome)

    def _report(self, key, number, text, outcome):
        text = f"{key}[{number}]: {text}"
        self.files.report(self.path, self._line(key, number), text, outcome)

    def _line(self, key, number):
        """Return the line on which an element of one of the lists starts."""
        if key not in self._lines:
            self._lines[key] = _lines(self.text, key, len(self.content[key]))
        lines = self._lines[key]
        return lines[number] if lines else None


def _lines(text, key, count):
    """Return the line of each element of the list under `key`, or None if it isn't found."""
    decoder, blank = json.JSONDecoder(), re.compile(r"[\s,]*")
    for found in re.finditer(rf'"{key}"\s*:\s*\[', text):
        lines, line, seen, place = [], 1, 0, found.end()
        for _ in range(count):
            start = blank.match(text, place).end()
            line, seen = line + text.count("\n", seen, start), start
            lines.append(line)
            try:
                place = decoder.raw_decode(text, start)[1]
            except ValueError:
                break
        else:
            if blank.match(text, place).end() == text.find("]", place):
                return lines
    return None


def _image(one, pictures):
    """Return the id of an annotation's picture if the picture is there, else None."""
    identity = one.get("image_id") if isinstance(one, dict) else None
    return identity if isinstance(identity, int | str) and pictures.get(identity) else None


def _value(one, key, kind):
    """Return a dict's value if it is of a kind, else None."""
    value = one.get(key) if isinstance(one, dict) else None
    return value if isinstance(value, kind) and not isinstance(value, bool) else None


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
