"""Average precision as COCO defines it, equal to `pycocotools`.

Predictions are taken by falling score, and each takes the true box of its class that it overlaps
most, if the overlap reaches the threshold and no better prediction has taken that box. So every
prediction is right or wrong; precision is the share of right ones among the first few, recall the
share of true boxes that these have found. Average precision is the mean of the precision at 101
recalls, at each the best that this or a higher recall reaches.

Source: Lin et al. 2014, "Microsoft COCO: Common Objects in Context"; lectures P137 and P139.
"""

import itertools

from course_utils import boxes

import numpy as np

IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
AREAS = {
    "all": (0, 1e10),
    "small": (0, 32**2),
    "medium": (32**2, 96**2),
    "large": (96**2, 1e10),
}
"""Ranges of the area of an object in squared pixels, both ends included."""

MOST = 100  # predictions of a class in a picture; others are not looked at
_CLASSES = 10_000  # more than that are taken for a mistake, unless they are named
_RANGES = np.array(list(AREAS.values()), np.float64)
_PAIRS = 1_000_000  # overlaps computed at once
_SIDES = ("left", "right")


def average_precision(truth, predicted, classes=None):
    """Score predicted boxes by COCO's average precision and average recall.

    Args:
        truth: the true boxes, in one of two forms. Either a list with a dict for each picture:
            "boxes": (n, 4), xyxy in pixels; "labels": (n,), whole numbers from 0 on; and if
            wanted "crowd": (n,) bool, True for a box around a crowd, in which predictions count
            neither as right nor as wrong; "ignore": (n,) bool, True for an object that no one is
            asked to find, such as PASCAL VOC's difficult ones: it doesn't count, nor does the one
            prediction that takes it if no other object fits; "areas": (n,), squared pixels, where
            the area of the object (its mask) and not of its box decides whether it is small. Or one
            dict of the same arrays with a leading axis of pictures, as `bounding_boxes` of a world
            has it; a negative label marks a row that holds no box.
        predicted: the predicted boxes of the same pictures in the same order, in either form:
            "boxes", "labels" and "scores": (n,), higher is surer.
        classes: number of classes; None takes the largest label of the truth and adds 1.

    Returns:
        A dict of floats in 0..1, as the COCO challenge names them:

        - "ap": mean over the IoU thresholds 0.5, 0.55, ... 0.95; "ap50", "ap75": at 0.5 and 0.75;
        - "ap_small", "ap_medium", "ap_large": "ap" of the objects below 32 x 32 pixels, up to
          96 x 96, and above;
        - "ar_1", "ar_10", "ar_100": recall, mean over the thresholds, of the 1, 10 and 100 surest
          predictions of a class in a picture; "ar_small", "ar_medium", "ar_large": of 100.

        Each is the mean over the classes that have a true object (of that size). It is nan where
        none has one; `pycocotools` writes -1 there. A class without predictions scores 0. Besides:

        - "per_class": a dict of the same keys, each an array (classes,), nan where a class has no
          true object (of that size);
        - "precision": (10, 101, classes), the best precision at each of `IOU_THRESHOLDS` and
          `RECALLS`, for drawing the curve; nan where a class has no true object.

    Raises:
        TypeError: if boxes, scores or labels are not numbers of the right kind.
        ValueError: if shapes or numbers of pictures differ, a label is too large, a score is nan.

    >>> truth = [{"boxes": [[0, 0, 10, 10]], "labels": [0]}]
    >>> found = [{"boxes": [[0, 0, 10, 8]], "labels": [0], "scores": [0.9]}]
    >>> scores = average_precision(truth, found)
    >>> round(scores["ap50"], 3), round(scores["ap"], 3)  # the IoU is 0.8: 7 of 10 thresholds
    (1.0, 0.7)
    """
    truth, predicted = _pictures(truth, "truth"), _pictures(predicted, "predicted", "scores")
    if len(truth) != len(predicted):
        raise ValueError(
            f"expected predictions for each picture, got {len(truth)} pictures of truth, "
            f"{len(predicted)} of predictions"
        )
    if not truth:
        raise ValueError("expected at least one picture, got none")
    classes = _class_count(truth, predicted, classes)
    columns = {key: np.full(classes, np.nan) for key in _KEYS}
    precision = np.full((len(IOU_THRESHOLDS), len(RECALLS), classes), np.nan)
    true, found = _together(truth, classes), _surest(_together(predicted, classes))
    uncounted = true["crowd"] | true["ignore"] | _outside(true["areas"])  # (areas, n)
    right, ignored = _match(true, found, uncounted)
    for label in np.unique(true["labels"]):
        counts = ~uncounted[:, true["labels"] == label]
        start, end = np.searchsorted(found["labels"], [label, label + 1])
        ours = {key: found[key][start:end] for key in ("scores", "ranks")}
        one = _scored(counts.sum(axis=1), ours, right[..., start:end], ignored[..., start:end])
        precision[:, :, label] = one.pop("precision", np.nan)
        for key, value in one.items():
            columns[key][label] = value
    means = {key: _mean(column) for key, column in columns.items()}
    return means | {"per_class": columns, "precision": precision}


_KEYS = ("ap", "ap50", "ap75", *(f"ap_{size}" for size in list(AREAS)[1:]))
_KEYS += ("ar_1", "ar_10", "ar_100", *(f"ar_{size}" for size in list(AREAS)[1:]))


def _together(pictures, classes):
    """Put the boxes of all pictures into one dict of arrays, sorted by class, then by picture.

    "groups" numbers each class in each picture, and rises along the rows. Labels beyond the
    classes are left out.
    """
    joined = {key: np.concatenate([one[key] for one in pictures]) for key in pictures[0]}
    joined["groups"] = np.repeat(np.arange(len(pictures)), [len(one["labels"]) for one in pictures])
    joined = _rows(joined, joined["labels"] < classes)
    joined["groups"] += joined["labels"] * len(pictures)
    return _rows(joined, np.argsort(joined["groups"], kind="stable"))


def _surest(found):
    """Sort the predictions of each group by falling score, and leave out what is not looked at.

    "ranks" is the place of each in its group.
    """
    found = _rows(found, np.lexsort((-found["scores"], found["groups"])))
    found["ranks"] = _places(found["groups"])
    return _rows(found, found["ranks"] < MOST)


def _rows(arrays, which):
    return {key: values[which] for key, values in arrays.items()}


def _places(rising):
    """The place of each number among its equals, of numbers that rise."""
    return np.arange(len(rising)) - np.searchsorted(rising, rising)


def _scored(total, found, right, ignored):
    """Score one class: a dict of each of `_KEYS`, and "precision", (10, 101).

    Args:
        total: (areas,), how many true objects count.
        found: the m predictions: their "scores" and "ranks", (m,).
        right: whether each is right, (areas, thresholds, m).
        ignored: whether it doesn't count, likewise.
    """
    if not total.any():
        return {}
    order = np.argsort(-found["scores"], kind="stable")
    right, ignored, ranks = right[..., order], ignored[..., order], found["ranks"][order]
    wrong = ~right & ~ignored
    right = right & ~ignored
    hits = np.cumsum(right, axis=-1)
    precision = hits / (hits + np.cumsum(wrong, axis=-1) + np.spacing(1))
    curves = _at_recalls(precision, hits, total)  # (areas, thresholds, recalls)
    curves[total == 0] = np.nan
    result = {"precision": curves[0], "ap50": curves[0, 0].mean(), "ap75": curves[0, 5].mean()}
    for row, size in enumerate(AREAS):
        suffix = "" if size == "all" else f"_{size}"
        result[f"ap{suffix}"] = curves[row].mean()
        result[f"ar{suffix or '_100'}"] = _recall(right[row], total[row])
    for most in (1, 10):
        result[f"ar_{most}"] = _recall(right[0][:, ranks < most], total[0])
    return result


def _match(true, found, uncounted):
    """Decide which predictions are right.

    In turn n, the n-th prediction of every group chooses among the true boxes that are left.

    Args:
        true: the n true boxes, as `_together` gives them.
        found: the m predictions, as `_surest` gives them.
        uncounted: whether a true box doesn't count, (areas, n).

    Returns:
        Whether each prediction is right, and whether it doesn't count: (areas, thresholds, m).
    """
    near, overlap, who = _near(true, found)
    shape = len(_RANGES), len(IOU_THRESHOLDS)
    right, ignored = (np.zeros((*shape, len(found["labels"])), bool) for _ in range(2))
    free = np.ones((len(true["labels"]), *shape), bool)
    area, threshold = np.ogrid[: shape[0], : shape[1]]
    turns = _places(found["groups"][who])
    for turn in range(turns.max(initial=-1) + 1):
        members = np.flatnonzero(turns == turn)
        most = (overlap[members] > 0).sum(axis=1).max()
        chosen, share = near[members, :most], overlap[members, :most]  # (predictions, most)
        fits = (share[..., None, None] >= IOU_THRESHOLDS) & free[chosen]
        counted = fits & ~uncounted.T[chosen][..., None]
        # What counts goes before what doesn't; the first overlaps most.
        fits = np.where(counted.any(axis=1, keepdims=True), counted, fits)
        hit = fits.any(axis=1)  # (predictions, areas, thresholds)
        best = chosen[np.arange(len(members))[:, None, None], fits.argmax(axis=1)]
        free[best, area, threshold] &= ~hit | true["crowd"][best]
        right[..., who[members]] = np.moveaxis(hit, 0, -1)
        ignored[..., who[members]] = np.moveaxis(hit & uncounted[area, best], 0, -1)
    ignored |= ~right & _outside(boxes.area(found["boxes"]))[:, None]
    return right, ignored


def _near(true, found):
    """Find the true boxes that a prediction may take.

    Returns:
        For each of the k predictions that have any, their places by falling overlap, of equal
        ones the last first, as pycocotools has it, (k, most); the overlaps, 0 where there is none;
        and which predictions they are, (k,).
    """
    first, last = (np.searchsorted(true["groups"], found["groups"], side) for side in _SIDES)
    pieces = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))]
    for rows in _pieces(last - first):
        count = (last - first)[rows]
        mine = np.repeat(np.arange(rows.start, rows.stop), count)
        theirs = np.arange(count.sum()) + np.repeat(first[rows] - count.cumsum() + count, count)
        overlap = _overlap(found["boxes"][mine].T, true["boxes"][theirs].T, true["crowd"][theirs])
        enough = overlap >= IOU_THRESHOLDS[0]
        pieces.append((mine[enough], theirs[enough], overlap[enough]))
    mine, theirs, overlap = map(np.concatenate, zip(*pieces, strict=True))
    order = np.lexsort((-theirs, -overlap, mine))
    mine, theirs, overlap = mine[order], theirs[order], overlap[order]
    who, row = np.unique(mine, return_inverse=True)
    place = _places(mine)
    near = np.zeros((len(who), place.max(initial=-1) + 1), int)
    shares = np.zeros(near.shape)
    near[row, place], shares[row, place] = theirs, overlap
    return near, shares, who


def _pieces(counts):
    """Cut rows into slices of about `_PAIRS` pairs, where each row has a count of them."""
    piece = counts.cumsum() // _PAIRS
    edges = [0, *(np.flatnonzero(np.diff(piece)) + 1), len(counts)]
    return [slice(*edge) for edge in itertools.pairwise(edges)]


def _overlap(found, true, crowd):
    """IoU of found boxes with true ones, pair by pair; with a crowd, the share inside.

    Args:
        found: x1, y1, x2, y2, each (pairs,).
        true: likewise.
        crowd: whether the true box is around a crowd, (pairs,).
    """
    wide = np.minimum(found[2], true[2]) - np.maximum(found[0], true[0])
    high = np.minimum(found[3], true[3]) - np.maximum(found[1], true[1])
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    area, other = ((one[2] - one[0]) * (one[3] - one[1]) for one in (found, true))
    whole = np.where(crowd, area, area + other - shared)
    return np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)


def _outside(areas):
    """Whether areas, (n,), lie outside each of the ranges: (areas, n)."""
    return (areas < _RANGES[:, :1]) | (areas > _RANGES[:, 1:])


def _at_recalls(precision, hits, total):
    """Read the best precision at each of `RECALLS` or a higher recall off curves.

    Args:
        precision: of the first 1 to m predictions, (areas, thresholds, m).
        hits: how many of these are right, likewise.
        total: how many there are to find, (areas,).

    Returns:
        (areas, thresholds, 101).
    """
    best = np.maximum.accumulate(precision[..., ::-1], axis=-1)[..., ::-1]
    best = np.concatenate([best, np.zeros((*best.shape[:-1], 1))], axis=-1)  # beyond the last: 0
    needed = [np.searchsorted(np.arange(n + 1) / max(n, 1), RECALLS) for n in total]
    # All curves in one search: each is lifted above the one before it.
    curves, length = np.prod(hits.shape[:2]), hits.shape[2]
    row = np.arange(curves).reshape(*hits.shape[:2], 1)
    lift = row * (max(length, *total) + 2)
    place = np.searchsorted((hits + lift).ravel(), np.array(needed)[:, None] + lift) - row * length
    return np.take_along_axis(best, place, axis=-1)


def _recall(found, total):
    """Mean over the thresholds of the share found, of right predictions (thresholds, n)."""
    return np.mean(found.sum(axis=-1) / total) if total else np.nan


def _mean(values):
    """Mean of what is not nan; nan if nothing is left."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _pictures(records, name, *more):
    """Turn either form of boxes into a list of dicts of checked arrays, one a picture."""
    if isinstance(records, dict):
        arrays = {key: np.asarray(values) for key, values in records.items()}
        lengths = {len(values) for values in arrays.values() if values.ndim}
        if len(lengths) != 1 or any(values.ndim < 2 for values in arrays.values()):
            shapes = {key: values.shape for key, values in arrays.items()}
            raise ValueError(
                f"{name}: expected arrays with a leading axis of pictures, got {shapes}; "
                "wrap the dict of a single picture in a list"
            )
        keys = arrays.keys()
        records = [
            dict(zip(keys, rows, strict=True)) for rows in zip(*arrays.values(), strict=True)
        ]
    return [_picture(one, f"{name}[{place}]", more) for place, one in enumerate(records)]


def _picture(record, name, more):
    """Check the boxes of one picture, and drop rows that hold none."""
    if not isinstance(record, dict):
        raise TypeError(f"{name}: expected a dict of boxes, got a {type(record).__name__}")
    missing = [key for key in ("boxes", "labels", *more) if key not in record]
    if missing:
        raise ValueError(f"{name}: {' and '.join(missing)} missing, got {', '.join(record)}")
    labels = np.asarray(record["labels"])
    if labels.size and labels.dtype.kind not in "iu":
        if labels.dtype.kind != "f" or (labels != np.round(labels)).any():
            raise TypeError(f"{name}: expected whole numbers as labels, got {labels.dtype}")
    if labels.ndim != 1:
        raise ValueError(f"{name}: expected labels of shape (n,), got {labels.shape}")
    real = labels >= 0
    found = np.asarray(record["boxes"])
    if not found.size and not labels.size:
        found = np.zeros((0, 4))
    if found.shape != (len(labels), 4):
        raise ValueError(f"{name}: expected boxes of shape {(len(labels), 4)}, got {found.shape}")
    result = {"labels": labels[real].astype(np.int64)}
    result["boxes"] = boxes.check_boxes(found[real], name).astype(np.float64)
    none = np.zeros(len(labels), bool)
    defaults = {"crowd": none, "ignore": none, "areas": None}
    for key in ("scores",) if more else defaults:
        values = record.get(key, defaults.get(key))
        values = boxes.area(result["boxes"]) if values is None else _column(values, real, name, key)
        result[key] = values.astype(np.float64 if key in ("areas", "scores") else bool)
    return result


def _column(values, real, name, key):
    values = np.asarray(values)
    if values.shape != real.shape:
        raise ValueError(f"{name}: expected {key} of shape {real.shape}, got {values.shape}")
    values = values[real]
    if values.size and values.dtype.kind not in "biuf":
        raise TypeError(f"{name}: expected numbers as {key}, got {values.dtype}")
    if np.isnan(values.astype(np.float64)).any():
        raise ValueError(f"{name}: expected numbers as {key}, got nan")
    return values


def _class_count(truth, predicted, classes):
    largest = [picture["labels"].max(initial=-1) for picture in truth]
    if classes is None:
        if max(largest) >= _CLASSES:
            raise ValueError(
                f"truth: the largest label is {max(largest)}; if there are so many classes, say "
                f"classes={max(largest) + 1}"
            )
        return int(max(largest)) + 1
    if isinstance(classes, bool) or not isinstance(classes, int | np.integer) or classes < 1:
        raise ValueError(f"classes: expected a number of classes of at least 1, got {classes!r}")
    largest += [picture["labels"].max(initial=-1) for picture in predicted]
    if max(largest) >= classes:
        raise ValueError(
            f"expected labels below {classes}, the number of classes, got {max(largest)}"
        )
    return classes
