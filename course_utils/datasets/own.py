"""One call for the pictures of a lesson: a world's, or those of the reader's own folder.

    from course_utils.datasets import own
    from course_utils.worlds import streets

    splits = own.splits(DATA, streets, counts=(1000, 100, 200), size=96, objects=(1, 5))
    model.fit(splits.train["images"], targets(splits.train["bounding_boxes"]))

With `DATA = None` they are rendered. With the path of a folder, in any format that `folders` reads,
they are that folder's. What comes back has one shape, so that every later line runs on both.
"""

from dataclasses import dataclass

from course_utils.datasets import folders, streaming
from course_utils.datasets.problems import DataError

import numpy as np

NAMES = ("train", "validation", "test")


@dataclass(frozen=True)
class Splits:
    """Pictures to learn from, to watch the training by, and to be tested on.

    `train, validation, test = splits` and `for batch in splits` give the three batches.

    Attributes:
        train: a batch as `streets.load` gives it; `schema.KEYS` says what each key means.
        validation: another.
        test: another. Boxes have the same room in all three.
        class_names: names of the boxes' labels; () if there are no boxes.
        pixel_names: names of the labels in `segmentation_masks`; () if there are none.
        people: names of a folder's `identities`; () for a world, whose people have numbers.
    """

    train: dict
    validation: dict
    test: dict
    class_names: tuple = ()
    pixel_names: tuple = ()
    people: tuple = ()

    def __iter__(self):
        """Give the three batches, one after the other."""
        return iter((self.train, self.validation, self.test))


def splits(
    folder, world=None, counts=(1000, 100, 200), size=64, classes=None, keys=None,
    fit="letterbox", **settings,
):  # fmt: skip
    """Load training, validation and test pictures, from a world or from a folder.

    A folder without the three splits is dealt into them by its pictures' names; all pictures of a
    person go into the same split. Of a folder the number of its pictures is printed.

    Args:
        folder: path of the reader's folder, see `folders.read`; None takes the world.
        world: a module of `course_utils.worlds` with a `load`, such as `streets`.
        counts: pictures of each split, three whole numbers. Of a folder so many at most, taken
            evenly over their names.
        size: side of the square pictures in pixels; for a folder also (height, width).
        classes: names of classes: objects of others are left out, and a box's label is the place
            of its class in these names. None takes all.
        keys: names of the keys that the lesson needs, such as `("bounding_boxes",)`; a batch then
            holds these and `images`. None takes what is there.
        fit: "letterbox", "crop" or "stretch"; see `fitting.fitted`. Boxes and masks follow.
        **settings: further settings of `world.load`; they say nothing about a folder.

    Returns:
        `Splits`.

    Raises:
        ValueError: if a setting is out of range, or there is no such class.
        DataError: if the folder lacks what the lesson needs; the message says what.

    Example:
        >>> from course_utils.worlds import streets
        >>> pictures = splits(None, streets, (4, 2, 2), size=32, classes=("car",), objects=1)
        >>> pictures.train["images"].shape, pictures.class_names
        ((4, 32, 32, 3), ('car',))
    """
    counts = tuple(counts)
    if len(counts) != len(NAMES) or not all(int(count) == count >= 1 for count in counts):
        raise ValueError(f"counts: expected three whole numbers from 1 on, got {counts}")
    keys = None if keys is None else ("images", *(key for key in keys if key != "images"))
    classes = None if classes is None else tuple(classes)
    if folder is not None:
        return _of_folder(folder, counts, size, classes, keys, fit)
    if world is None:
        raise ValueError("Without a folder there must be a world, such as worlds.streets")
    return _of_world(world, counts, size, classes, keys, settings)


def _of_world(world, counts, size, classes, keys, settings):
    known = getattr(world, "CLASS_NAMES", ())
    if classes is not None:
        missing = [name for name in classes if name not in known]
        if missing:
            raise ValueError(
                f"There is no class {missing[0]!r} in this world, only {known}. "
                "Do you mean a folder of your own? Then give its path"
            )
        settings = settings | {"classes": classes}
    batches = []
    for name, count in zip(NAMES, counts, strict=True):
        batch = world.load(count, split=name, size=size, **settings)
        if classes is not None:
            labels = batch["bounding_boxes"]["labels"]
            table = np.array([-1, *(_place(classes, name) for name in known)], labels.dtype)
            marked = batch["bounding_boxes"] | {"labels": table[labels + 1]}
            batch = batch | {"bounding_boxes": marked}
        batches.append(_kept(batch, keys))
    has_boxes, has_pixels = (key in batches[0] for key in ("bounding_boxes", "segmentation_masks"))
    return Splits(
        *batches,
        class_names=(classes or known) if has_boxes else (),
        pixel_names=world.PIXEL_LABELS if has_pixels else (),
    )


def _of_folder(path, counts, size, classes, keys, fit):
    folder = folders.read(path)
    there = _keys_of(folder)
    for key in keys or ():
        if key not in there:
            raise DataError(
                f"{path} was read as {folder.format!r} and has no {key}, only {', '.join(there)}. "
                f"`course data check {path}` shows what is in it."
            )
    if classes is not None:
        folder = folder.only(classes)
    folder = folder.with_splits()
    batches = []
    for name, count in zip(NAMES, counts, strict=True):
        if name not in folder.splits:
            raise DataError(
                f"{path}: of {len(folder)} pictures, dealt by chance, none is for {name}. Add "
                "pictures, or make folders train, validation and test."
            )
        part = folder.split(name)
        chosen = np.linspace(0, len(part) - 1, min(count, len(part))).round().astype(int)
        part = part.of(part.samples[place] for place in chosen)
        batches.append(_kept(streaming.load(part, size, fit), keys))
        print(f"{name:10s} {len(batches[-1]['images']):,} pictures of {path}")
    number = len(folder.problems)
    if number:
        noun = "problem" if number == 1 else "problems"
        print(f"{number} {noun}: `course data check {path}` shows them")
    if "bounding_boxes" in batches[0]:
        room = max(batch["bounding_boxes"]["labels"].shape[1] for batch in batches)
        batches = [
            batch | {"bounding_boxes": _with_room(batch["bounding_boxes"], room)}
            for batch in batches
        ]
    has_boxes, has_pixels = (key in batches[0] for key in ("bounding_boxes", "segmentation_masks"))
    return Splits(
        *batches,
        class_names=folder.class_names if has_boxes else (),
        pixel_names=folder.pixel_names if has_pixels else (),
        people=folder.people if "identities" in batches[0] else (),
    )


def _place(names, name):
    """Place of a name, -1 where it is not among them."""
    return names.index(name) if name in names else -1


def _kept(batch, keys):
    if keys is None:
        return dict(batch)
    missing = [key for key in keys if key not in batch]
    if missing:
        raise ValueError(f"There is no {missing[0]!r} in this world, only {', '.join(batch)}")
    return {key: batch[key] for key in keys}


def _keys_of(folder):
    """The keys that a folder's records have."""
    keys = ["images"]
    if folder.class_names:
        keys.append("bounding_boxes")
    if folder.pixel_names:
        keys.append("segmentation_masks")
    if folder.class_names and folder.pixel_names:
        keys.append("instance_masks")
    if folder.people:
        keys.append("identities")
    return keys


def _with_room(marked, room):
    """Pad boxes (n, objects, 4) and what belongs to them to so many a picture."""
    padded = {}
    for key, values in marked.items():
        widths = [(0, 0), (0, room - values.shape[1]), *[(0, 0)] * (values.ndim - 2)]
        padded[key] = np.pad(values, widths, constant_values=-1 if key == "labels" else 0)
    return padded
