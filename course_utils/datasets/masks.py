"""Pictures with a mask each: ids of classes, ids of instances, or a colour a class.

Masks lie in a folder of their own beside the pictures (`masks`, `labels`, `instance_masks`,
`SegmentationClass`, ...), or beside their picture as `a_mask.png`. In folders called `instance...`
or `...Object`, ids (or colours) are instances: 0, or black, is the background. Otherwise they are
classes; names are taken from `classes.txt` (a name a line), from the `classes` or `names` of a
YAML file, or from a table of colours (`name,r,g,b` a line).

Masks of black and white may have values in between, from soft edges or from JPEG: what is nearly
black is background, what is nearly white is the object, and the rest is unlabelled.
"""

import collections
import concurrent.futures
import os
import re
from dataclasses import dataclass

from course_utils.datasets import files as names
from course_utils.datasets import pictures
from course_utils.datasets.problems import DataError
from course_utils.datasets.records import Folder
from course_utils.datasets.samples import Sample
from course_utils.schema import VOID

import numpy as np
import yaml

NAME = "masks"
_FOLDERS = re.compile(
    r"(semantic|instance|label|class)?[-_]?(mask|label|annotation|annot|labelImg|instance|seg)s?"
    r"|Segmentation(Class|Object)|gt|gtFine|ground_?truth",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"[-_. ]?(mask|label|labels|seg|gt|instance|instances|L|P)$", re.IGNORECASE)
_INSTANCES = re.compile(r"instance|object", re.IGNORECASE)
_MOST_COLOURS = 250
_MASK_ENDINGS = (".png", ".bmp", ".tif", ".tiff", ".gif", ".pgm", ".ppm")
_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif")  # as masks, changed here and there by compression
_CHROMA = 24  # by how much the channels of grey in a JPEG may differ
_BLACK, _WHITE = 64, 192  # grey below is black, from there on white, if most pixels are either
_CLEAR = 0.75  # share of the pixels


def matches(files):
    """Whether at least half the pictures have a mask, by their folders and names."""
    pairs, alone, _ = _pairs(files)
    return len(pairs) > len(alone)


def read(files):
    """Read a folder; see `folders.read`."""
    pairs, alone, unused = _pairs(files)
    for path in alone:
        files.report(path, None, "has no mask", "picture left out")
    for path in unused:
        files.report(path, None, "a mask without a picture", "left out")
    if not pairs:
        return Folder(files, NAME, ())
    instances = all(_INSTANCES.search(mask) for _, mask in pairs)
    notes = []
    if instances:
        for _, mask in pairs:
            if names.ending(mask) in _JPEG:
                text = "JPEG changes the numbers of instances: save the mask as PNG"
                files.report(mask, None, text, "picture left out")
        pairs = [pair for pair in pairs if names.ending(pair[1]) not in _JPEG]
        reader, pixel_names = InstanceReader(), ("background", "object")
    else:
        pairs, counts = _scanned(files, pairs)
        two = _two_tone(counts)
        if two is None and any(names.ending(mask) in _JPEG for _, mask in pairs):
            text = "JPEG changes the numbers of masks: save them as PNG"
            files.report("", None, text, "numbers taken as they are")
        if two is not None:
            reader, pixel_names, unclear = two
            pixel_names = _names_of_two(files) or pixel_names
            if unclear is not None:
                notes.append(
                    f"masks of black and white with values in between: below {_BLACK} taken as "
                    f"{pixel_names[0]}, from {_WHITE} as {pixel_names[1]}, the rest "
                    f"({unclear:.1%}) as unlabelled"
                )
        elif any(isinstance(one, tuple) for one in counts):
            colours = {one if isinstance(one, tuple) else (one,) * 3 for one in counts}
            reader, pixel_names = _colour_reader(files, colours)
        else:
            reader, pixel_names = _label_reader(files, set(counts), notes)
    samples = (
        Sample(picture, names.split_of(picture) or "all", source=mask, mask=mask)
        for picture, mask in pairs
    )
    class_names = ("object",) if instances else ()
    return Folder(
        files, NAME, tuple(samples), class_names, pixel_names, mask_reader=reader,
        notes=tuple(notes),
    )  # fmt: skip


@dataclass(frozen=True)
class InstanceReader:
    """Reads masks whose ids or colours are instances, 0 or black the background."""

    def __call__(self, path):
        """Return classes (0 and 1) and instances (0, 1 to n) of a mask, and its orientation."""
        values, orientation = pictures.read_mask(path)
        ids, places = np.unique(_numbers(values), return_inverse=True)
        if len(ids) > 65535:
            raise DataError("more than 65535 instances")
        places = places.reshape(values.shape[:2]) + (0 if ids[:1] == 0 else 1)
        return (places > 0).astype(np.uint8), places.astype(np.uint16), orientation


@dataclass(frozen=True)
class ClassReader:
    """Reads masks whose ids or colours are classes.

    Attributes:
        values: sorted ids, or colours as red * 65536 + green * 256 + blue.
        labels: label of each, 0 to 255.
        colours: whether the values are colours.
    """

    values: np.ndarray
    labels: np.ndarray
    colours: bool

    def __call__(self, path):
        """Return the classes of a mask (unknown ones are `VOID`), None, and its orientation."""
        values, orientation = pictures.read_mask(path)
        if self.colours and values.ndim == 2:  # grey is a colour, too
            values = np.repeat(values[..., None], 3, axis=2)
        elif not self.colours and values.ndim == 3:  # ids, saved as grey
            values = values[..., 0]
        numbers = _numbers(values)
        places = np.minimum(np.searchsorted(self.values, numbers), len(self.values) - 1)
        labels = np.where(self.values[places] == numbers, self.labels[places], VOID)
        return labels.astype(np.uint8), None, orientation


def _pairs(files):
    """Return (picture, mask) pairs, the pictures that are alone, and the masks that are."""
    masks, shown = {}, []
    for path in files.pictures:
        in_folder = any(_FOLDERS.fullmatch(part) for part in names.folder(path).split("/"))
        bare = _SUFFIX.sub("", names.stem(path))
        beside = bare != names.stem(path) and any(
            files.find(f"{names.folder(path)}/{bare}{end}") for end in names.PICTURES
        )
        endings = _MASK_ENDINGS + _JPEG
        if (in_folder or beside) and names.ending(path) in endings:
            for stem in {names.stem(path), bare}:
                masks.setdefault(stem, []).append(path)
        else:
            shown.append(path)
    pairs, alone, used = [], [], set()
    for path in shown:
        split = names.split_of(path)
        fitting = masks.get(names.stem(path), [])
        fitting = [one for one in fitting if names.split_of(one) in (split, None)] or fitting
        if fitting:
            pairs.append((path, min(fitting, key=_rank)))
            used.update(fitting)
        else:
            alone.append(path)
    return pairs, alone, sorted({one for found in masks.values() for one in found} - used)


def _rank(mask):
    """Classes come before instances where a folder has both, as VOC's does, and JPEG last."""
    return bool(_INSTANCES.search(mask)), names.ending(mask) in _JPEG, mask


def _scanned(files, pairs):
    """Look at every mask of classes: return the pairs that can be read, and {value: pixels}.

    A value is an int for an id, a tuple for a colour.
    """

    def values_of(pair):
        try:
            values, _ = pictures.read_mask(files.full(pair[1]))
        except DataError as error:
            return error
        chroma = _CHROMA if names.ending(pair[1]) in _JPEG else 0
        if values.ndim == 3 and np.ptp(values, axis=2).max(initial=0) <= chroma:
            values = values[..., 0]
        found, counts = np.unique(_numbers(values), return_counts=True)
        if values.ndim == 3:
            found = [(int(one) >> 16, int(one) >> 8 & 255, int(one) & 255) for one in found]
        else:
            found = [int(one) for one in found]
        some = list(zip(found, counts.tolist(), strict=True))[: 4 * _MOST_COLOURS]
        return collections.Counter(dict(some))

    kept, seen = [], collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for pair, values in zip(pairs, pool.map(values_of, pairs), strict=True):
            if isinstance(values, DataError):
                files.report(pair[1], None, str(values), "picture left out")
            else:
                kept.append(pair)
                if len(seen) < 4 * _MOST_COLOURS:
                    seen.update(values)
    return kept, seen


def _two_tone(counts):
    """Return what reads masks of two classes, their names, and the share that is unclear.

    None for masks of more classes. The share is None where no value lies in between.

    Args:
        counts: {value: number of pixels} of all masks.
    """
    two = ("background", "object")
    values = set(counts)
    if values in ({0, 1}, {0, VOID}):  # 0 and 255 is how painting programs write two classes
        return _reader({0: 0, max(values): 1}), two, None
    if not values <= set(range(256)):
        return None
    black = [one for one in values if one < _BLACK]
    white = [one for one in values if one >= _WHITE]
    # Where values are ids of classes, 255 alone is at the white end.
    if not black or len(white) < 2:
        return None
    clear = sum(counts[one] for one in black + white) / counts.total()
    if clear < _CLEAR:
        return None
    ends = {one: 0 for one in range(_BLACK)} | {one: 1 for one in range(_WHITE, 256)}
    return _reader(ends), two, 1 - clear


def _names_of_two(files):
    """Return the names of background and object if a file tells, else None."""
    given = list((_given_names(files) or {}).values())
    return {1: ("background", *given), 2: tuple(given)}.get(len(given))


def _label_reader(files, values, notes):
    given = _given_names(files)
    if given is None:
        ids = sorted(value for value in values if value != VOID or len(values) < 3)
        given = {one: "background" if one == 0 else str(one) for one in ids}
        if len(ids) > 1:
            notes.append(
                f"no file names the classes: each of {len(ids)} values, {ids[0]} to {ids[-1]}, "
                "taken as one; a classes.txt, a name a line, says more"
            )
    elif 0 not in given and 0 in values:
        given = {0: "background"} | given
    ids = np.array(sorted(given)[:VOID] or [0])
    found = tuple(given.get(one, "background") for one in ids)
    for value in sorted(values - set(ids.tolist()) - {VOID})[:20]:
        files.report("", None, f"the masks have an unknown class {value}", "read as unlabelled")
    return _reader({one: place for place, one in enumerate(ids.tolist())}), found


def _colour_reader(files, colours):
    table = _given_colours(files)
    if table is None:
        if len(colours) > _MOST_COLOURS:
            files.report(
                "", None, f"the masks have more than {_MOST_COLOURS} colours: were they saved as "
                "JPEG, or are they photographs?", "the first colours taken",
            )  # fmt: skip
        table = {one: "background" if one == (0, 0, 0) else "#{:02x}{:02x}{:02x}".format(*one)
                 for one in sorted(colours)[:_MOST_COLOURS]}  # fmt: skip
    else:
        for one in sorted(set(colours) - set(table))[:20]:
            files.report("", None, f"the masks have an unknown colour {one}", "read as unlabelled")
    listed = tuple(dict.fromkeys(table.values()))
    coded = {(red << 16) + (green << 8) + blue: listed.index(name)
             for (red, green, blue), name in table.items()}  # fmt: skip
    return _reader(coded, colours=True), listed


def _reader(labels, colours=False):
    values = sorted(labels)
    return ClassReader(np.array(values), np.array([labels[one] for one in values]), colours)


def _numbers(values):
    if values.ndim == 2:
        return values.astype(np.int64)
    red, green, blue = np.moveaxis(values.astype(np.int64), 2, 0)
    return (red << 16) + (green << 8) + blue


def _given_names(files):
    """Return {id: name} if a file tells, else None."""
    for path in files.called("classes.txt"):
        if lines := _lines_of(files, path):
            return dict(enumerate(lines))
    for path in files.paths:
        if names.ending(path) in (".yaml", ".yml") and path.count("/") < 2:
            try:
                content = yaml.safe_load(files.text(path, 1_000_000))
            except (DataError, yaml.YAMLError, ValueError, RecursionError):
                files.report(path, None, "no YAML", "file left out")
                continue
            given = content if isinstance(content, dict) else {}
            given = given.get("classes", given.get("names"))
            given = dict(enumerate(given)) if isinstance(given, list) else given
            if isinstance(given, dict) and given and all(type(key) is int for key in given):
                return {key: _text(value, key) for key, value in given.items()}
    return None


def _text(value, otherwise):
    """Return a name from a YAML file as text; aliases could make a list endlessly long."""
    return str(value if isinstance(value, str | int | float) else otherwise)


def _given_colours(files):
    """Return {(red, green, blue): name} if a table of the folder tells, else None."""
    for path in files.paths:
        if names.ending(path) not in (".csv", ".txt") or path.count("/") > 1:
            continue
        table = {}
        for line in _lines_of(files, path):
            words = [word for word in re.split(r"[,;\s]+", line) if word]
            numbers = [int(word) for word in words if re.fullmatch(r"[0-9]{1,3}", word)]
            others = [word for word in words if not re.fullmatch(r"[0-9]+", word)]
            if len(numbers) == 3 and len(others) == 1 and max(numbers) < 256:
                table[tuple(numbers)] = others[0]
        if len(table) >= 2:
            return dict(list(table.items())[:_MOST_COLOURS])
    return None


def _lines_of(files, path):
    try:
        return [line.strip() for line in files.text(path, 1_000_000).splitlines() if line.strip()]
    except DataError as error:
        files.report(path, None, str(error), "file left out")
        return []
