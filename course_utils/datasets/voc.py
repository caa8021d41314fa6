"""PASCAL VOC: one XML file a picture, as LabelImg and others write it.

Pixels count from 1 and x2, y2 are inclusive where a file says that it is of the VOC database
(`source/database`); all others count from 0, exclusive, as the tools do that write this format
today. A picture is the one with its XML's name, wherever it lies in the folder; what lies nearest
is taken. Splits are the lists in `ImageSets/Main`, else folders called train, val or test.
Objects marked as `difficult` stay, marked by `ignore`: VOC's evaluation passes over them.
"""

import io
import re
import xml.sax
from dataclasses import replace
from xml.etree import ElementTree

from course_utils.datasets import files as names
from course_utils.datasets.problems import DataError
from course_utils.datasets.records import Folder
from course_utils.datasets.samples import Sample, fitting_boxes

import defusedxml
import defusedxml.sax
import numpy as np

NAME = "voc"
_MASK_FOLDERS = re.compile(r"Segmentation(Class|Object)|trimaps|.*masks?", re.IGNORECASE)


def matches(files):
    """Whether the folder holds VOC's XML files."""
    return any("<annotation" in files.head(path) for path in _annotations(files)[:20])


def read(files):
    """Read a folder; see `folders.read`."""
    splits = _splits(files)
    samples, found = [], []
    for path in _annotations(files):
        try:
            root = _parsed(files.bytes(path))
        except DataError as error:
            files.report(path, None, str(error), "picture left out")
            continue
        picture = _picture(files, path)
        if picture is None:
            missing = f"there is no picture called {names.stem(path)}"
            files.report(path, None, missing, "picture left out")
            continue
        boxes, labels, lines, difficult = _objects(files, path, root)
        sample = Sample(
            picture, "all", np.array(boxes).reshape(-1, 4), frame=_frame(root), source=path,
            lines=tuple(lines), ignore=np.array(difficult, bool),
        )  # fmt: skip
        split = splits.get(names.stem(path)) or [names.split_of(path) or "all"]
        for one in split:
            samples.append((sample, labels, one))
        found += labels
    class_names = tuple(sorted(set(found)))
    places = {name: place for place, name in enumerate(class_names)}
    described = {sample.picture for sample, *_ in samples}
    bare = [one for one in files.pictures if one not in described and not _is_mask(one)]
    notes = (f"{len(bare)} pictures that no XML file describes left out",) if bare else ()
    return Folder(files, NAME, tuple(_finished(files, samples, places)), class_names, notes=notes)


def _is_mask(path):
    return any(_MASK_FOLDERS.fullmatch(part) for part in path.split("/"))


def _finished(files, samples, places):
    for sample, labels, split in samples:
        labels = np.array([places[label] for label in labels], np.int32)
        whole = replace(sample, labels=labels, split=split)
        yield whole if whole.frame is None else fitting_boxes(files.report, whole, whole.frame)


def _annotations(files):
    return [path for path in files.paths if names.ending(path) == ".xml"]


def _splits(files):
    """Return the splits of each picture's name, as the lists say."""
    splits = {}
    listed = [
        path for path in files.paths
        if names.folder(path).endswith("ImageSets/Main") and names.ending(path) == ".txt"
    ]  # fmt: skip
    stems = [names.stem(path) for path in listed]
    for path, stem in zip(listed, stems, strict=True):
        # VOC's own lists of one class, such as car_train.txt, say the same again, and trainval
        # is train and val.
        if any(stem.endswith(f"_{other}") for other in stems):
            continue
        if stem == "trainval" and {"train", "val"} & set(stems):
            continue
        try:
            lines = files.text(path).splitlines()
        except DataError as error:
            files.report(path, None, str(error), "split left out")
            continue
        for number, line in enumerate(lines, 1):
            if not (name := line.strip()):
                continue
            splits.setdefault(name, []).append(names.split_name(stem))
            if not any(files.called(f"{name}{end}") for end in (".xml", *names.PICTURES)):
                files.report(path, number, f"there is no picture called {name}", "line left out")
    return splits


def _picture(files, path):
    stem = names.stem(path)
    candidates = [
        one for end in names.PICTURES for one in files.called(stem + end) if not _is_mask(one)
    ]
    return max(candidates, key=lambda one: names.shared([path, one]), default=None)


class _Reader(xml.sax.ContentHandler):
    """Builds a tree whose elements know their line."""

    def __init__(self):
        super().__init__()
        self.builder = ElementTree.TreeBuilder()
        self.depth = 0

    def setDocumentLocator(self, locator):
        self.locator = locator

    def startElement(self, name, attributes):
        self.depth += 1
        if self.depth > 50:
            raise DataError("elements nested more than 50 deep")
        self.builder.start(name, {"line": str(self.locator.getLineNumber())})

    def endElement(self, name):
        self.depth -= 1
        self.builder.end(name)

    def characters(self, content):
        self.builder.data(content)


def _parsed(content):
    reader = _Reader()
    try:
        defusedxml.sax.parse(io.BytesIO(content), reader, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise DataError("entities and document types are not read: they can be a trap") from error
    except xml.sax.SAXParseException as error:
        raise DataError(f"no XML: {error.getMessage()} in line {error.getLineNumber()}") from error
    except (ValueError, LookupError) as error:  # an encoding that there isn't
        raise DataError(f"no XML: {error}") from error
    root = reader.builder.close()
    if root.tag != "annotation":
        raise DataError(f"expected <annotation>, got <{root.tag}>")
    return root


def _frame(root):
    """Return height and width as the file states them, or None; many tools write 0."""
    try:
        size = tuple(int(float(root.findtext(f"size/{side}", ""))) for side in ("height", "width"))
    except (ValueError, OverflowError):
        return None
    return size if min(size) > 0 else None


def _objects(files, path, root):
    first = 1 if "VOC" in (root.findtext("source/database") or "") else 0
    boxes, labels, lines, difficult = [], [], [], []
    for one in root.findall("object"):
        line = int(one.get("line"))
        name, box = (one.findtext("name") or "").strip(), one.find("bndbox")
        corners = []
        for corner in ("xmin", "ymin", "xmax", "ymax"):
            text = "" if box is None else box.findtext(corner, "")
            try:
                corners.append(float(text))
            except ValueError:
                files.report(
                    path, line, f"{corner}: a number expected, got {text.strip()!r}", "box left out"
                )
                break
        if len(corners) < 4:
            continue
        if not name:
            files.report(path, line, "an object without a name", "box left out")
            continue
        boxes.append([corners[0] - first, corners[1] - first, *corners[2:]])
        labels.append(name)
        lines.append(line)
        difficult.append((one.findtext("difficult") or "").strip() == "1")
    return boxes, labels, lines, difficult
