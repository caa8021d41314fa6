"""How fast IoU and average precision are: `python benchmarks/metrics.py [part ...]`.

Parts: `overlap`, `precision`; both when none is named.

Protocol. Both ways run in one process on the same data, in turns, 9 times (3 where one takes more
than a second); the table shows the median CPU time of each and their ratio. What comes out must be
equal: IoU bit by bit, average precision to 1e-12.

- overlap: `boxes.iou` of 1,000 x 1,000 random boxes, and `boxes.paired_iou` of 1,000,000, against
  NumPy written column by column, and against torchvision where it is installed.
- precision: `average_precision` of 500 pictures with 20 true boxes each, found again with moved
  corners beside 20 strays, of 1, 3, 20 and 80 classes, against pycocotools: what its COCO object,
  loadRes, evaluate and accumulate take together, and the last two alone. Goal: a fifth of these at
  most, and with 80 classes less than they.
"""

import contextlib
import importlib
import importlib.util
import io
import statistics
import sys
import time

from course_utils import boxes
from course_utils.metrics import average_precision

import numpy as np
from rich.console import Console
from rich.table import Table

ROUNDS = 9
BOXES, ROWS, PICTURES = 1_000, 1_000_000, 500


def medians(*ways):
    """Run functions in turns: the median CPU seconds of each, and what each returned last."""
    seconds = [[] for _ in ways]
    results = [None] * len(ways)
    for turn in range(ROUNDS):
        for place, way in enumerate(ways):
            begin = time.process_time()
            results[place] = way()
            seconds[place].append(time.process_time() - begin)
        if turn == 2 and max(map(max, seconds)) > 1:
            break
    return [statistics.median(one) for one in seconds], results


def overlap():
    """IoU of all pairs and of rows, in float32 and float64."""
    rng = np.random.default_rng(0)
    rows = []
    for name, count, ours, theirs in (
        (f"iou, {BOXES:,} x {BOXES:,}", BOXES, boxes.iou, _columns),
        (f"paired_iou, {ROWS:,}", ROWS, boxes.paired_iou, _paired_columns),
    ):
        for dtype in ("float32", "float64"):
            a, b = (_random_boxes(rng, count).astype(dtype) for _ in range(2))
            ways = [lambda a=a, b=b, f=ours: f(a, b), lambda a=a, b=b, f=theirs: f(a, b)]
            (mine, other), (first, second) = medians(*ways)
            if not np.array_equal(first, second):
                raise ValueError(f"{name}, {dtype}: expected what NumPy by columns gives")
            rows.append((f"{name}, {dtype}", "NumPy by columns", mine, other))
            if ours is boxes.iou and importlib.util.find_spec("torchvision"):
                rows.append((f"{name}, {dtype}", "torchvision", *_torchvision(a, b)))
    return rows


def precision():
    """Average precision by the number of classes."""
    rows = []
    for classes in (1, 3, 20, 80):
        truth, found = _pictures(np.random.default_rng(classes), PICTURES, 20, classes)
        content, results = _as_coco(truth, found, classes)
        prepared = _coco(content, results)
        (mine, whole, scoring), (ours, _, theirs) = medians(
            lambda truth=truth, found=found, n=classes: average_precision(truth, found, n),
            lambda content=content, results=results: _score(*_coco(content, results)),
            lambda prepared=prepared: _score(*prepared),
        )
        expected = np.where(theirs == -1, np.nan, theirs)
        np.testing.assert_allclose(ours["precision"], expected, rtol=0, atol=1e-12)
        name = f"average_precision, {classes} class{'es' if classes > 1 else ''}"
        rows.append((name, "pycocotools", mine, whole))
        rows.append((name, "its evaluate, accumulate", mine, scoring))
    return rows


def _columns(a, b):
    return _ratio(*(a[:, None, k] for k in range(4)), *(b[None, :, k] for k in range(4)))


def _paired_columns(a, b):
    return _ratio(*a.T, *b.T)


def _ratio(ax1, ay1, ax2, ay2, bx1, by1, bx2, by2):
    wide = np.maximum(np.minimum(ax2, bx2) - np.maximum(ax1, bx1), 0)
    high = np.maximum(np.minimum(ay2, by2) - np.maximum(ay1, by1), 0)
    shared = wide * high
    return shared / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared)


def _torchvision(a, b):
    torch = importlib.import_module("torch")
    box_iou = importlib.import_module("torchvision.ops").box_iou
    torch.set_num_threads(1)
    theirs = torch.from_numpy(a), torch.from_numpy(b)
    return medians(lambda: boxes.iou(a, b), lambda: box_iou(*theirs))[0]


def _random_boxes(rng, count):
    corner = rng.uniform(0, 500, (count, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 200, (count, 2))], axis=1)


def _pictures(rng, pictures, count, classes):
    truth, found = [], []
    for _ in range(pictures):
        true, labels = _random_boxes(rng, count), rng.integers(0, classes, count)
        moved = true + rng.normal(0, 4, true.shape)
        moved[:, 2:] = np.maximum(moved[:, :2], moved[:, 2:])
        guesses = np.concatenate([labels, rng.integers(0, classes, count)])
        found.append(
            {
                "boxes": np.concatenate([moved, _random_boxes(rng, count)]),
                "labels": guesses,
                "scores": rng.random(2 * count),
            }
        )
        truth.append({"boxes": true, "labels": labels})
    return truth, found


def _as_coco(truth, found, classes):
    """The same as pycocotools takes it: lists of dicts, which JSON files would hold."""
    objects, results = [], []
    for pictures, to in ((truth, objects), (found, results)):
        for image, one in enumerate(pictures):
            for row, (x1, y1, x2, y2) in enumerate(one["boxes"].tolist()):
                entry = {"image_id": image, "category_id": int(one["labels"][row])}
                entry["bbox"] = [x1, y1, x2 - x1, y2 - y1]
                if "scores" in one:
                    entry["score"] = float(one["scores"][row])
                to.append(entry)
    for number, entry in enumerate(objects, 1):
        area = entry["bbox"][2] * entry["bbox"][3]
        entry.update(id=number, area=area, iscrowd=0)
    images = [{"id": image} for image in range(len(truth))]
    categories = [{"id": label} for label in range(classes)]
    content = {"info": {}, "images": images, "annotations": objects, "categories": categories}
    return content, results


def _coco(content, results):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = importlib.import_module("pycocotools.coco").COCO()
        coco.dataset = content
        coco.createIndex()
        return coco, coco.loadRes([dict(one) for one in results])


def _score(coco, results):
    with contextlib.redirect_stdout(io.StringIO()):
        module = importlib.import_module("pycocotools.cocoeval")
        evaluation = module.COCOeval(coco, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    return evaluation.eval["precision"][:, :, :, 0, 2]


PARTS = {"overlap": overlap, "precision": precision}


def main(names):
    """Print the table of the named parts, all of them when none is named."""
    if unknown := set(names) - set(PARTS):
        sys.exit(f"expected parts out of {', '.join(PARTS)}; got {', '.join(sorted(unknown))}")
    table = Table(box=None, pad_edge=False)
    for column in ("what", "ours, ms", "against", "theirs, ms", "ours / theirs"):
        table.add_column(column, justify="right" if "/" in column or "ms" in column else "left")
    for name in names or PARTS:
        for what, other, mine, theirs in PARTS[name]():
            times = f"{mine * 1e3:.1f}", other, f"{theirs * 1e3:.1f}", f"{mine / theirs:.2f}"
            table.add_row(what, *times)
    Console(highlight=False, width=110).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
