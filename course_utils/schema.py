"""The record: what each key means, in every world and in every reader's folder.

A record is the dict that `worlds.streets.render`, `datasets.folders.read(...)[i]` and the others
give for one picture; a batch is the same dict with a leading axis. `KEYS` is the schema. A world
has the keys that it knows something about, never another meaning for one of them.
"""

from dataclasses import dataclass

import numpy as np

VOID = 255  # in `segmentation_masks`: a pixel that no one labelled


@dataclass(frozen=True)
class Key:
    """What a key of the record holds.

    Args:
        meaning: in words, with units and what stands where there is nothing.
        axes: of one sample: a number is a length, a name stands for a length that is the same in
            all keys of the record.
        dtypes: names of the types that occur.
        low: the least value, None where there is none.
        high: the largest value, None where there is none.
    """

    meaning: str
    axes: tuple
    dtypes: tuple = ("float32",)
    low: float | None = None
    high: float | None = None


KEYS = {
    "images": Key("red, green, blue, or grey alone", ("height", "width", "colours"), low=0, high=1),
    "bounding_boxes.boxes": Key(
        "x1, y1, x2, y2 in pixels from the top left corner, x2 and y2 exclusive; 0 where unused",
        ("objects", 4),
        low=0,
    ),
    "bounding_boxes.labels": Key(
        "places in the world's CLASS_NAMES or the folder's class_names; -1 where unused",
        ("objects",),
        ("int32",),
        low=-1,
    ),
    "bounding_boxes.ignore": Key("whether no one is asked to find it", ("objects",), ("bool",)),
    "visibility": Key(
        "visible share of each object's whole silhouette; 0 where unused", ("objects",),
        low=0, high=1,
    ),
    "segmentation_masks": Key(
        "places in the world's PIXEL_LABELS or the folder's pixel_names; VOID where unknown",
        ("height", "width", 1),
        ("uint8",),
    ),
    "instance_masks": Key(
        "0 no object, i + 1 object i of the boxes", ("height", "width", 1), ("uint8", "uint16")
    ),
    "joints": Key("x, y in pixels from the top left corner, also outside", ("joints", 2)),
    "joint_visibility": Key("1 where the picture shows the joint, else 0", ("joints",),
                            low=0, high=1),
    "poses": Key("place in POSE_NAMES", (), ("int32",), low=0),
    "landmarks": Key("x, y in pixels from the top left corner, hidden ones too", ("landmarks", 2)),
    "faces": Key("1 a face, 0 none", (), low=0, high=1),
    "identities": Key("who it is; -1 no one", (), ("int32",), low=-1),
    "traits": Key("in the order of TRAITS", ("traits",), low=-1, high=1),
    "expressions": Key("place in EXPRESSIONS; -1 no face", (), ("int32",), low=-1),
    "nuisance": Key("a dict of what was drawn, one number each", (), ("float32", "int32")),
}  # fmt: skip
_DICTS = ("bounding_boxes", "nuisance")


def check(record, batch=False):
    """Compare a record with the schema.

    Args:
        record: dict of a world or of a reader's folder.
        batch: whether it has a leading axis.

    Raises:
        ValueError: if a key is unknown, or its type, shape, range or relation to another key is
            not what the schema says.

    >>> check({"images": np.zeros((4, 6, 3), np.float32), "faces": np.float32(1)})
    >>> check({"images": np.zeros((4, 6, 3), np.uint8)})
    Traceback (most recent call last):
    ...
    ValueError: images: expected float32, got uint8
    """
    lengths = {}
    order = {name: place for place, name in enumerate(KEYS)}
    for name, value in sorted(_flat(record), key=lambda item: order.get(item[0], -1)):
        key = KEYS.get("nuisance" if name.startswith("nuisance.") else name)
        if key is None:
            raise ValueError(f"{name}: no key of the schema; there are {', '.join(KEYS)}")
        _check_value(name, key, np.asarray(value), batch, lengths)
    _check_objects(record)


def _flat(record):
    for name, value in record.items():
        if name in _DICTS:
            yield from ((f"{name}.{inner}", values) for inner, values in value.items())
        else:
            yield name, value


def _check_value(name, key, value, batch, lengths):
    if value.dtype.name not in key.dtypes:
        raise ValueError(f"{name}: expected {' or '.join(key.dtypes)}, got {value.dtype}")
    axes = ("samples", *key.axes) if batch else key.axes
    wanted = tuple(
        axis if isinstance(axis, int) else lengths.get(axis, length)
        for axis, length in zip(axes, value.shape, strict=False)
    )
    if len(value.shape) != len(axes) or value.shape != wanted:
        raise ValueError(
            f"{name}: expected ({', '.join(map(str, axes))}) with {lengths}, got {value.shape}"
        )
    named = zip(axes, value.shape, strict=True)
    lengths.update({axis: length for axis, length in named if isinstance(axis, str)})
    for bound, beyond in ((key.low, np.less), (key.high, np.greater)):
        if bound is not None and beyond(value, bound).any():
            found = value[beyond(value, bound)][0]
            raise ValueError(f"{name}: expected {key.low} to {key.high}, got {found}")


def _check_objects(record):
    """Boxes lie in the picture, unused ones are empty, instances have a box."""
    if "bounding_boxes" not in record:
        return
    boxes, labels = (np.asarray(record["bounding_boxes"][key]) for key in ("boxes", "labels"))
    height, width = np.shape(record["images"])[-3:-1]
    used = labels >= 0
    sides = boxes[..., 2:] - boxes[..., :2]
    if (boxes > [width, height] * 2).any() or (sides[used] <= 0).any():
        raise ValueError("bounding_boxes.boxes: expected x1 < x2, y1 < y2 inside the picture")
    for name in ("boxes", "visibility"):
        values = boxes if name == "boxes" else np.asarray(record.get("visibility", used))
        if values[~used].any():
            raise ValueError(f"{name}: expected 0 where labels is -1")
    last = (used * np.arange(1, used.shape[-1] + 1)).max(axis=-1, initial=0)
    masks = np.asarray(record.get("instance_masks", np.zeros((*last.shape, 1, 1, 1))))
    if (masks.max(axis=(-3, -2, -1)) > last).any():
        raise ValueError("instance_masks: expected no object without a box")
