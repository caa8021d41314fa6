"""The benchmark on photographs: each part runs from end to end; without its folder it says so."""

import importlib.util
import re
import sys
from pathlib import Path

import course_utils  # noqa: F401  (before Keras)

import numpy as np
import pytest
import small_folders as small
import tensorflow as tf

PATH = Path(__file__).parents[2] / "benchmarks" / "photographs.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("photographs", PATH)
    module = sys.modules["photographs"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["photographs"]


@pytest.fixture
def eager():
    """For two steps of training, building their graph would take most of the time."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def cells(root):
    for split in ("train", "val", "test"):
        small.picture(root / f"images/{split}/a.png")
        small.text(root / f"labels/{split}/a.txt", small.yolo_line(0) + small.yolo_line(1))
    splits = "".join(f"{split}: images/{split}\n" for split in ("train", "val", "test"))
    small.text(root / "data.yaml", f"{splits}names: [red, white]\n")


def vehicles(root):
    small.voc(root)
    for split, name in (("train", "a"), ("val", "b"), ("test", "c")):
        small.text(root / f"ImageSets/Main/{split}.txt", f"{name}\n")


def nuclei(root):
    for number in range(12):
        small.picture(root / f"images/{number}.png")
        small.picture(root / f"instance_masks/{number}.png", small.instance_mask())


def faces(root):
    small.people(root, [f"s{number}" for number in range(1, 41)])


@pytest.mark.parametrize(
    ("part", "maker", "counts", "scores"),
    [
        ("blood_cells_yolo", cells, "1 / 1 / 1", ["AP50", "AP50 red", "AP50 white"]),
        ("vehicles_voc", vehicles, "1 / 1 / 1", ["AP50", "AP50 car"]),
        ("nuclei", nuclei, "8 / 1 / 3", ["IoU of the foreground"]),
        ("orl_faces", faces, "48 / 12 / 20", ["AUC", "AUC of raw pixels"]),
    ],
)
@pytest.mark.usefixtures("eager")
def test_a_part_runs_from_end_to_end(
    benchmark, tmp_path, monkeypatch, capsys, part, maker, counts, scores
):
    maker(tmp_path / part)
    monkeypatch.setattr(benchmark, "SECONDS", 0.01)
    monkeypatch.setattr(sys, "argv", ["photographs.py", str(tmp_path), part])
    benchmark.main()
    printed = capsys.readouterr().out
    first, *others = [line for line in printed.splitlines() if re.search(r"[01]\.\d{3} │$", line)]
    assert part in first and counts in first
    for line, score in zip([first, *others], scores, strict=True):
        cells = [cell.strip() for cell in line.strip("│").split("│")]
        assert cells[-3] == score
        assert all(0 <= float(cell) <= 1 for cell in cells[-2:])


def test_what_the_detector_should_give_is_read_back_as_the_boxes(benchmark):
    boxes = np.array([[[10, 20, 50, 44], [60, 30, 70, 60], [0, 0, 0, 0]]], np.float32)
    given = {"boxes": boxes, "labels": np.array([[1, 0, -1]])}
    wanted = np.asarray(benchmark._wanted(given, (64, 96), 2))
    assert wanted.shape == (1, 8, 12, 7)
    assert np.argwhere(wanted[0, ..., :2] == 1).tolist() == [[4, 3, 1], [5, 8, 0]]
    heat, box = wanted[..., :2], wanted[..., 2:6]
    cells = benchmark._cells((64, 96))
    sides = np.concatenate([cells - box[..., :2], box[..., 2:] - cells], axis=-1)
    raw = np.log(np.maximum(sides, 1) / benchmark.REACH)
    perfect = np.concatenate([20 * heat - 10, raw], axis=-1).astype(np.float32)
    found = benchmark._found(perfect, 2)
    surest = np.argsort(-np.asarray(found["scores"][0]))[:2]
    order = surest[np.argsort(-found["labels"][0][surest])]
    assert found["labels"][0][order].tolist() == [1, 0]
    np.testing.assert_allclose(np.asarray(found["boxes"][0])[order], boxes[0, :2], atol=1e-3)
    shifted = np.roll(perfect, 1, axis=2)
    losses = [float(benchmark._detection_loss(2, wanted, one)) for one in (perfect, shifted)]
    assert losses[0] < 0.05 < 1 < losses[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Which folder are the sets in"),
        (["{folder}/nowhere"], "no folder .*nowhere/blood_cells_yolo.*don't come with the course"),
        (["{folder}", "nuclei"], "no pictures in .*nuclei"),
        (["{folder}", "cats"], "no part 'cats': choose from blood_cells_yolo"),
    ],
)
def test_without_its_folder_it_says_so(benchmark, tmp_path, monkeypatch, words, says):
    (tmp_path / "nuclei").mkdir()
    words = [word.format(folder=tmp_path) for word in words]
    monkeypatch.setattr(sys, "argv", ["photographs.py", *words])
    with pytest.raises(SystemExit, match=says):
        benchmark.main()
