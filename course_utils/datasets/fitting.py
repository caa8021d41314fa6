"""Pictures of a folder brought to one size, labels with them, while they are read.

`keras.layers.Resizing` does the same to records, and tests hold the two side by side. Here Pillow
does it, for two reasons. It takes a third of the time on photographs, since it works on bytes and
on JPEGs decoded at a half or a quarter of their size. And Keras' letterbox moves boxes by up to 2
pixels beside their objects: it rounds the inner size and the bars for the pixels, but not for them.

Pillow averages all pixels that make up a smaller one. `image_dataset_from_directory` of Keras skips
some, so that small things come and go; on pictures of 240x240 it needs half the time for that, on
photographs of 2400x1800 it needs 1.6 times as long, because it decodes them whole.
"""

import math

from course_utils.datasets import pictures
from course_utils.schema import VOID

import numpy as np
from PIL import Image

FITS = ("letterbox", "crop", "stretch")


def check(fit):
    """Refuse what is no way to fit.

    Raises:
        ValueError: if it isn't one of `FITS`.
    """
    if fit not in FITS:
        raise ValueError(f"fit must be one of {', '.join(FITS)}; got {fit!r}.")


def enough(shape, size, fit):
    """Return the height and width at which a picture of a shape must at least be decoded.

    Example:
        >>> enough((480, 640), (128, 128), "letterbox"), enough((480, 640), (128, 128), "crop")
        ((96, 128), (128, 171))
    """
    if fit == "stretch":
        return tuple(size)
    choose = min if fit == "letterbox" else max
    scale = choose(size[0] / shape[0], size[1] / shape[1])
    return tuple(max(1, math.ceil(side * scale - 1e-6)) for side in shape)


def fitted(record, size, fit):
    """Bring a record to a size.

    Args:
        record: as `records.Folder.raw` gives it.
        size: height and width.
        fit: "letterbox" keeps the whole picture and its shape, between black bars that are
            `VOID` in `segmentation_masks`; "crop" keeps its shape and cuts what is over, evenly
            on both sides; "stretch" keeps the whole picture but not its shape.

    Returns:
        A record of arrays: `images` is uint8, or float32 in 0..1 for mode "F". A box that lies in
        what was cut is 0 and its label -1.
    """
    width, height = record["images"].size
    source, target = _regions((height, width), size, fit)
    result = dict(record)
    inner = target[2] - target[0], target[3] - target[1]
    image = record["images"].resize(inner, Image.Resampling.BILINEAR, source, reducing_gap=2)
    result["images"] = _pasted(pictures.as_array(image), size, target, 0)
    for key, outside in (("segmentation_masks", VOID), ("instance_masks", 0)):
        if key in record:
            mask = _nearest(record[key], source, target)
            result[key] = _pasted(mask, size, target, outside)
    if "bounding_boxes" in record:
        boxes, labels = (record["bounding_boxes"][key] for key in ("boxes", "labels"))
        first, last = np.array(source[:2] * 2), np.array(target[:2] * 2)
        scale = np.divide(np.subtract(target[2:], target[:2]), np.subtract(source[2:], source[:2]))
        moved = (boxes - first) * np.tile(scale, 2) + last
        moved = np.clip(moved, target[:2] * 2, target[2:] * 2)
        there = (moved[:, 2:] > moved[:, :2]).all(axis=1)
        result["bounding_boxes"] = record["bounding_boxes"] | {
            "boxes": (moved * there[:, None]).astype(np.float32),
            "labels": np.where(there, labels, -1).astype(np.int32),
        }
    return result


def _regions(shape, size, fit):
    """Return what is taken of the picture and where it goes, each left, top, right, bottom."""
    (height, width), (tall, wide) = shape, size
    source, target = (0, 0, width, height), (0, 0, wide, tall)
    if fit == "letterbox":
        inner = [min(a, max(1, round(b))) for a, b in zip(
            size, np.multiply(shape, min(tall / height, wide / width)), strict=True)]  # fmt: skip
        top, left = (tall - inner[0]) // 2, (wide - inner[1]) // 2
        target = (left, top, left + inner[1], top + inner[0])
    elif fit == "crop":
        scale = min(height / tall, width / wide)
        taken = min(width, wide * scale), min(height, tall * scale)
        left, top = (width - taken[0]) / 2, (height - taken[1]) / 2
        source = (left, top, left + taken[0], top + taken[1])
    return source, target


def _nearest(mask, source, target):
    left, top, right, bottom = source
    columns, rows = (
        (first + (np.arange(count) + 0.5) * (last - first) / count).astype(int)
        for first, last, count in (
            (left, right, target[2] - target[0]),
            (top, bottom, target[3] - target[1]),
        )
    )
    return mask[rows[:, None], columns]


def _pasted(inner, size, target, outside):
    if inner.shape[:2] == tuple(size):
        return inner
    page = np.full((*size, inner.shape[2]), outside, inner.dtype)
    page[target[1] : target[3], target[0] : target[2]] = inner
    return page
