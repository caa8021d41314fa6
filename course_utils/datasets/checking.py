"""What a folder holds, and what is wrong with it: every picture is opened."""

import collections
import concurrent.futures
import os
from dataclasses import dataclass

from course_utils.datasets.problems import DataError

import numpy as np

_SMALL = 1e-3  # share of the picture's area below which a box is called tiny


@dataclass(frozen=True)
class Summary:
    """What a folder holds.

    Attributes:
        format: its format.
        splits: {split: number of pictures}.
        pictures: number of pictures that can be read.
        sizes: Counter of (width, height).
        classes: {class: (number of boxes, number of pictures it is on)}.
        pixels: {class of pixels: share of all labelled pixels}.
        people: {person: number of pictures}.
        box_sides: (smallest, median, largest) of the square root of the boxes' area in pixels, or
            None without boxes.
        tiny: number of boxes below a thousandth of their picture.
        empty: number of pictures without a box, where the format has boxes.
        notes: remarks that are no problems.
        problems: list of `Problem`.
        readable: the folder with the readable pictures only.
    """

    format: str
    splits: dict
    pictures: int
    sizes: collections.Counter
    classes: dict
    pixels: dict
    people: dict
    box_sides: tuple | None
    tiny: int
    empty: int
    notes: tuple
    problems: list
    readable: object


def check(folder, progress=None):
    """Open every picture of a folder and sum up what is there.

    Args:
        folder: a `records.Folder`.
        progress: called after each picture, or None.

    Returns:
        A `Summary`.
    """

    def looked_at(sample):
        try:
            return _seen(folder.record(sample))
        except DataError as error:
            return error

    readable, sizes, sides, tiny, empty = [], collections.Counter(), [], 0, 0
    boxes, on = collections.Counter(), collections.Counter()
    pixels, people = np.zeros(256), collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for sample, seen in zip(folder.samples, pool.map(looked_at, folder.samples), strict=True):
            if progress:
                progress()
            if isinstance(seen, DataError):
                report_unread(folder, sample, seen)
                continue
            readable.append(sample)
            (height, width), labels, areas, counts, identity = seen
            sizes[width, height] += 1
            boxes.update(labels.tolist())
            on.update(set(labels.tolist()))
            sides += np.sqrt(areas).tolist()
            tiny += int((areas < _SMALL * width * height).sum())
            empty += bool(folder.class_names) and not len(labels)
            pixels += counts
            people.update(identity)
    labelled = pixels[: len(folder.pixel_names)]
    kept = folder.of(readable)
    return Summary(
        format=folder.format,
        splits=kept.splits,
        pictures=len(readable),
        sizes=sizes,
        classes={one: (boxes[row], on[row]) for row, one in enumerate(folder.class_names)},
        pixels=dict(zip(folder.pixel_names, labelled / max(labelled.sum(), 1), strict=True)),
        people={one: people[row] for row, one in enumerate(folder.people)},
        box_sides=(min(sides), float(np.median(sides)), max(sides)) if sides else None,
        tiny=tiny,
        empty=empty,
        notes=folder.notes,
        problems=folder.problems,
        readable=kept,
    )


def report_unread(folder, sample, error):
    """Add a picture that can't be read to its folder's problems."""
    path, _, text = str(error).partition(": ")
    folder.files.report(path, None, text, "picture left out")


def _seen(record):
    """Return a record's size, labels, areas of boxes, pixels of each class, identities."""
    boxes = record.get("bounding_boxes", {"boxes": np.zeros((0, 4)), "labels": np.zeros(0, int)})
    x1, y1, x2, y2 = boxes["boxes"].T
    masks = record.get("segmentation_masks", np.zeros(0, np.uint8))
    return (
        record["images"].shape[:2],
        boxes["labels"],
        (x2 - x1) * (y2 - y1),
        np.bincount(masks.ravel(), minlength=256),
        [int(record["identities"])] if "identities" in record else [],
    )
