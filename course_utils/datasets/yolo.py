"""YOLO: one text file a picture, a line a box: class, then centre and sides as shares of it.

Lines with more numbers are outlines, as for segmentation: their box is taken. Where `data.yaml` has
`kpt_shape`, or the numbers show it, they are keypoints behind a box and are left out. The labels of
`images/a.jpg` are in `labels/a.txt`, otherwise beside the picture; a picture without them shows
nothing. Classes and splits stand in `data.yaml` (or names in `classes.txt`).
"""

import re

from course_utils.datasets import files as names
from course_utils.datasets.problems import DataError
from course_utils.datasets.records import Folder
from course_utils.datasets.samples import SHARES, Sample, fitting_boxes

import numpy as np
import yaml

NAME = "yolo"
_MOST_CLASSES = 10_000


def matches(files):
    """Whether there is a YAML file with YOLO's keys, or texts of boxes beside pictures."""
    if any("train" in head or "nc" in head for head in _settings_files(files).values()):
        return True
    texts = (_labels(files, picture) for picture in files.pictures[:50])
    return any(text and _looks_right(files.head(text)) for text in texts)


def read(files):
    """Read a folder; see `folders.read`."""
    settings, place = _settings(files)
    class_names = _class_names(files, settings, place)
    splits = _splits(files, settings, place)
    keypoints = _keypoints(files, settings, place)
    boxes, notes = [], []
    for picture, split in splits:
        source = _labels(files, picture)
        boxes.append((picture, split, source, *_boxes(files, source, class_names, keypoints)))
    if any(posed for *_, posed in boxes):
        notes.append("keypoints left out: only their boxes are read")
    if class_names is None:
        most = max((max(labels, default=-1) for *_, labels, _, _ in boxes), default=-1)
        class_names = tuple(str(number) for number in range(most + 1))
    samples = []
    for picture, split, source, corners, labels, lines, _ in boxes:
        sample = Sample(
            picture, split, np.array(corners).reshape(-1, 4), np.array(labels, np.int32), SHARES,
            source or "", tuple(lines),
        )  # fmt: skip
        samples.append(fitting_boxes(files.report, sample, SHARES))
    if bare := sum(source is None for _, _, source, *_ in boxes):
        notes.append(f"{bare} pictures without a file of labels: nothing on them")
    if others := len(set(files.pictures) - {picture for picture, _ in splits}):
        notes.append(f"{others} pictures in no split left out")
    _report_lost(files)
    return Folder(files, NAME, tuple(samples), class_names or ("object",), notes=tuple(notes))


def _report_lost(files):
    """Report texts of boxes, beside others or in a folder `labels`, whose picture is missing."""
    used = {_labels(files, picture) for picture in files.pictures} - {None}
    places = {names.folder(path) for path in used}
    for path in files.paths:
        if names.ending(path) == ".txt" and path not in used:
            near = names.folder(path) in places or "labels" in names.folder(path).split("/")
            if near and _looks_right(files.head(path)):
                text = f"there is no picture called {names.stem(path)}"
                files.report(path, None, text, "labels left out")


def _keypoints(files, settings, place):
    """Return how many numbers a row has for keypoints, behind its box; 0 if it isn't said."""
    given = settings.get("kpt_shape")
    if given is None:
        return 0
    if isinstance(given, list) and len(given) == 2 and all(type(one) is int for one in given):
        if 0 < given[0] < 10_000 and given[1] in (2, 3):
            return given[0] * given[1]
    text = f"kpt_shape: number of points and 2 or 3 expected, got {given!r}"
    files.report(place, None, text, "left out")
    return 0


def _settings_files(files):
    """Return the YAML files that speak of names, with the text at their beginning."""
    heads = {
        path: files.head(path) for path in files.paths
        if names.ending(path) in (".yaml", ".yml") and path.count("/") < 2
    }  # fmt: skip
    return {path: head for path, head in heads.items() if "names" in head}


def _settings(files):
    """Return what the YAML file says, and its path; {} and None if there is none."""
    for path in _settings_files(files):
        try:
            settings = yaml.safe_load(files.text(path, 1_000_000))
        except DataError as error:
            files.report(path, None, str(error), "file left out")
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            files.report(path, mark and mark.line + 1, "no YAML", "file left out")
        else:
            if isinstance(settings, dict) and "names" in settings:
                return settings, path
            files.report(path, None, "expected keys and values, `names` too", "file left out")
    return {}, None


def _class_names(files, settings, place):
    given = settings.get("names")
    if isinstance(given, dict) and all(type(key) is int and key >= 0 for key in given):
        if max(given, default=0) < _MOST_CLASSES:
            given = [given.get(number, str(number)) for number in range(max(given, default=-1) + 1)]
    if isinstance(given, list) and 0 < len(given) <= _MOST_CLASSES:
        if all(isinstance(one, str | int | float) for one in given):
            return tuple(str(one) for one in given)
    if given is not None:
        files.report(place, None, "names: a list of names, or number: name, expected", "left out")
    for path in files.called("classes.txt"):
        try:
            listed = [line.strip() for line in files.text(path).splitlines() if line.strip()]
        except DataError as error:
            files.report(path, None, str(error), "file left out")
        else:
            return tuple(listed) or None
    return None


def _splits(files, settings, place):
    """Return (picture, split) pairs."""
    pairs = []
    base = names.folder(place) if place else ""
    for key in ("train", "val", "valid", "test"):
        entries = settings.get(key)
        entries = entries if isinstance(entries, list) else [entries] if entries else []
        for entry in entries:
            if not isinstance(entry, str):
                files.report(place, None, f"{key}: expected a path", "split left out")
                continue
            found = _listed(files, base, entry, settings.get("path"), place)
            pairs += [(picture, names.split_name(key)) for picture in found]
    if not pairs:
        pairs = [(path, names.split_of(path) or "all") for path in files.pictures]
    return list(dict.fromkeys(pairs))


def _listed(files, base, entry, above, place):
    """Return the pictures that an entry of the YAML file means: a folder, or a list in a file."""
    entry = entry.replace("\\", "/")
    # Roboflow writes ../train/images for train/images, and most name folders of their own disk.
    tails = [entry.removeprefix("./").rstrip("/")]
    tails.append(tails[0].replace("../", ""))
    if isinstance(above, str):
        tails.append(f"{above}/{tails[0]}".lstrip("./"))
    for tail in dict.fromkeys(f"{start}{tail}" for tail in tails for start in (f"{base}/", "")):
        below = tail.strip("/") + "/" if tail.strip("/.") else ""
        inside = [path for path in files.pictures if path.startswith(below)]
        if inside:
            return inside
        if (listing := files.find(tail)) and names.ending(listing) == ".txt":
            return _from_list(files, listing)
    files.report(place, None, f"{entry}: no pictures there, inside the folder", "split left out")
    return []


def _from_list(files, listing):
    found = []
    try:
        lines = files.text(listing).splitlines()
    except DataError as error:
        files.report(listing, None, str(error), "split left out")
        return found
    for number, line in enumerate(lines, 1):
        if not (line := line.strip()):
            continue
        beside = f"{names.folder(listing)}/{line.removeprefix('./')}"
        picture = files.find(line) or files.find(beside)
        if picture is None or names.ending(picture) not in names.PICTURES:
            files.report(listing, number, f"there is no picture {line}", "picture left out")
        else:
            found.append(picture)
    return found


def _labels(files, picture):
    """Return the path of a picture's text file, or None."""
    parts = names.folder(picture).split("/")
    text = names.stem(picture) + ".txt"
    if "images" in parts:
        last = len(parts) - 1 - parts[::-1].index("images")
        if found := files.find("/".join([*parts[:last], "labels", *parts[last + 1 :], text])):
            return found
    return files.find("/".join([*parts, text]))


def _looks_right(head):
    """Whether one of the first lines is a class and at least four shares."""
    return any(_is_row(line.split()) for line in head.strip().splitlines()[:20])


def _is_row(words):
    try:
        return len(words) >= 5 and words[0].isdigit() and all(0 <= float(x) <= 2 for x in words[1:])
    except ValueError:
        return False


def _boxes(files, source, class_names, keypoints):
    boxes, labels, lines, posed = [], [], [], False
    try:
        text = "" if source is None else files.text(source)
    except DataError as error:
        files.report(source, None, str(error), "labels left out")
        text = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not (words := line.split()):
            continue
        try:
            shown = _without_keypoints(words, keypoints)
            posed = posed or len(shown) < len(words)
            box, label = _box(shown, class_names)
        except DataError as error:
            files.report(source, number, str(error), "box left out")
        else:
            boxes.append(box)
            labels.append(label)
            lines.append(number)
    return boxes, labels, lines, posed


def _without_keypoints(words, keypoints):
    """Return the class and the box of a row with keypoints behind them, any other row whole."""
    if keypoints:
        if len(words) not in (5, 5 + keypoints):
            raise DataError(
                f"expected class, x, y, width, height and {keypoints} numbers for keypoints, "
                f"got {len(words)} words"
            )
        return words[:5]
    # Nothing says so: points are x, y, visibility. A visibility of 2 is no share, and an outline
    # has an even count of numbers.
    seen = {re.sub(r"\.0*$", "", word) for word in words[7::3]}
    points = len(words) > 5 and len(words) % 3 == 2 and seen <= {"0", "1", "2"}
    return words[:5] if points and ("2" in seen or len(words) % 2 == 0) else words


def _box(words, class_names):
    if len(words) != 5 and (len(words) < 7 or len(words) % 2 == 0):
        raise DataError(f"expected class, x, y, width, height, got {len(words)} words")
    try:
        label, values = float(words[0]), [float(word) for word in words[1:]]
    except ValueError as error:
        raise DataError(f"expected numbers, got {' '.join(words)!r}") from error
    most = _MOST_CLASSES if class_names is None else len(class_names)
    if label not in range(most):
        raise DataError(f"unknown class {words[0]}: expected 0 to {most - 1}")
    if len(words) > 5:
        return [min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2])], int(
            label
        )
    x, y, width, height = values
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2], int(label)
