"""One picture and its labels as they stand in a folder, and boxes made to fit the picture."""

from dataclasses import dataclass, field, replace

import numpy as np

SHARES = (1, 1)
_TOLERANCE = 1e-3  # of the picture's side; what sticks out further is reported


@dataclass(frozen=True)
class Sample:
    """One picture and its labels as they stand in the folder.

    Attributes:
        picture: path below the folder.
        split: "train", "validation", "test", "all" or the folder's own name for it.
        boxes: (n, 4) float64, xyxy, in units of `frame`.
        labels: (n,) int32, places in the folder's `class_names`.
        frame: height and width of the picture that boxes and masks were drawn on, pixels;
            `SHARES` for boxes in 0..1; None if the labels don't say.
        source: file that the labels come from, and `lines`, where each box stands in it.
        mask: path of the mask, or None.
        outlines: per box, what `outlines.painted` takes, or None.
        unlabelled: outlines of what is no object of the record, and no background either.
        ignore: (n,) bool, True for a box that no one is asked to find, or None where the format
            has no such mark.
        identity: place in the folder's `people`, or -1.
    """

    picture: str
    split: str = "all"
    boxes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    frame: tuple | None = None
    source: str = ""
    lines: tuple = ()
    mask: str | None = None
    outlines: tuple | None = None
    unlabelled: tuple = ()
    ignore: np.ndarray | None = None
    identity: int = -1


def fitting_boxes(report, sample, size):
    """Cut boxes at the picture's border, and leave out what is no box; report each.

    Args:
        report: called with source, line, what is wrong, and what was done.
        sample: with boxes in units of a picture of `size`.
        size: height and width.

    Returns:
        The sample with the boxes that stay.
    """
    if not len(sample.boxes):
        return sample
    height, width = size
    sides = np.array([width, height, width, height], float)
    cut = np.clip(np.nan_to_num(sample.boxes), 0, sides)
    beyond = (np.abs(cut - sample.boxes) / sides).max(axis=1)
    kept = []
    for row, (box, clipped) in enumerate(zip(sample.boxes, cut, strict=True)):
        text = outcome = None
        if not np.isfinite(box).all():
            text = "a box of numbers that are none"
        elif box[2] < box[0] or box[3] < box[1]:
            text = f"inverted box {_written(box)}: x1 <= x2 and y1 <= y2 expected"
        elif box[2] == box[0] or box[3] == box[1]:
            text = f"box {_written(box)} without width or height"
        elif clipped[2] <= clipped[0] or clipped[3] <= clipped[1]:
            text = f"box {_written(box)} outside the picture of {_written((width, height))}"
        else:
            kept.append(row)
            if beyond[row] > _TOLERANCE:
                text = f"box {_written(box)} sticks out of the picture"
                text, outcome = f"{text} of {_written((width, height))}", "box cut"
        if text:
            line = sample.lines[row] if sample.lines else None
            report(sample.source, line, text, outcome or "box left out")
    return replace(picked(sample, kept), boxes=cut[kept])


def picked(sample, rows):
    """Return a sample with the boxes of some rows only."""
    rows = [int(row) for row in rows]
    return replace(
        sample,
        boxes=sample.boxes[rows],
        labels=sample.labels[rows],
        lines=tuple(sample.lines[row] for row in rows) if sample.lines else (),
        outlines=None if sample.outlines is None else tuple(sample.outlines[row] for row in rows),
        ignore=None if sample.ignore is None else sample.ignore[rows],
    )


def _written(numbers):
    return "(" + ", ".join(f"{number:.6g}" for number in numbers) + ")"
