"""Streams: the same records in batches, whatever the batch; broken pictures do not stop them."""

import subprocess
import sys
import time

import course_utils  # noqa: F401  (before Keras)
from course_utils.datasets import fitting, folders, pictures, streaming
from course_utils.datasets.problems import DataError
from course_utils.worlds import streets

import keras
import numpy as np
import pytest
import small_folders as small
from PIL import Image


def flat(batch):
    boxes = batch.get("bounding_boxes", {})
    return {key: value for key, value in batch.items() if key != "bounding_boxes"} | boxes


@pytest.mark.parametrize("name", small.MAKERS)
def test_a_stream_gives_the_records_in_order(tmp_path, name):
    folder = folders.read(small.MAKERS[name](tmp_path))
    batches = list(streaming.stream(folder, (32, 48), batch_size=2).as_numpy_iterator())
    assert sum(len(batch["images"]) for batch in batches) == len(folder)
    row = 0
    for batch in map(flat, batches):
        for place in range(len(batch["images"])):
            record = fitting.fitted(folder.raw(folder.samples[row]), (32, 48), "letterbox")
            record = flat(record | {"images": record["images"] / np.float32(255)})
            assert record.keys() == batch.keys()
            for key, value in record.items():
                np.testing.assert_allclose(batch[key][place][: len(value)] if value.ndim else
                                           batch[key][place], value, err_msg=key)  # fmt: skip
            row += 1


def test_a_batch_is_like_one_of_streets(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/train/b.txt", small.yolo_line() * 3)
    batch = streaming.load(folders.read(tmp_path), 32)
    street = streets.load(2, size=32, objects=(0, 3))
    for key in ("boxes", "labels"):
        mine, theirs = batch["bounding_boxes"][key], street["bounding_boxes"][key]
        assert (mine.dtype, mine.ndim) == (theirs.dtype, theirs.ndim)
    assert batch["images"].dtype == street["images"].dtype
    assert batch["bounding_boxes"]["labels"][:2].tolist() == [[0, -1, -1], [0, 0, 0]]
    assert (batch["bounding_boxes"]["boxes"][0, 1:] == 0).all()


def test_masks_of_labels_have_no_boxes(tmp_path):
    small.masks(tmp_path, folder="masks")
    batch = streaming.load(folders.read(tmp_path), 32)
    assert sorted(batch) == ["images", "segmentation_masks"]
    assert sorted(np.unique(batch["segmentation_masks"])) == [0, 1, 2, 255]


def test_broken_pictures_are_left_out_and_reported(tmp_path):
    small.people(tmp_path)
    for name in ("ann/0.png", "cy/1.png"):
        (tmp_path / name).write_bytes(b"no picture")
    folder = folders.read(tmp_path)
    stream = streaming.stream(folder, 16, batch_size=2)
    for _ in range(2):
        identities = [batch["identities"].tolist() for batch in stream.as_numpy_iterator()]
        assert identities == [[0], [1, 1], [2]]
    assert [problem.file for problem in folder.problems] == ["ann/0.png", "cy/1.png"]


def test_a_batch_of_broken_pictures_holds_the_next_one_instead(tmp_path):
    small.people(tmp_path)
    for number in range(2):
        (tmp_path / f"cy/{number}.png").write_bytes(b"no picture")
    stream = streaming.stream(folders.read(tmp_path), 16, batch_size=2)
    assert len(stream) == 3
    assert [batch["identities"].tolist() for batch in stream.as_numpy_iterator()] == [
        [0, 0], [1, 1], [0],
    ]  # fmt: skip


def test_nothing_that_can_be_read(tmp_path):
    small.plain(tmp_path)
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="no picture that can be read"):
        streaming.load(folders.read(tmp_path), 16)


def test_room_keeps_the_largest_boxes(tmp_path):
    small.yolo(tmp_path)
    lines = [small.yolo_line(1, (0, 0, side, side)) for side in (10, 30, 4, 20)]
    small.text(tmp_path / "labels/train/a.txt", "".join(lines))
    batch = streaming.load(folders.read(tmp_path), small.SIZE, room=2)
    boxes = batch["bounding_boxes"]["boxes"][0]
    np.testing.assert_allclose(boxes, [[0, 0, 30, 30], [0, 0, 20, 20]], atol=1e-3)


def test_the_order_is_by_chance_anew_in_each_pass_and_the_seed_repeats_it(tmp_path):
    folder = folders.read(small.people(tmp_path, [f"p{n}" for n in range(12)], 1))

    def orders(seed):
        stream = streaming.stream(folder, 8, 5, shuffle=True, seed=seed)
        return [
            [int(one) for batch in stream for one in batch["identities"]] for _ in range(2)
        ]  # fmt: skip

    first, second = orders(1)
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second
    assert orders(1) == [first, second]
    assert orders(2)[0] != first


def test_pictures_are_read_when_their_batch_is_asked_for(tmp_path, monkeypatch):
    folder = folders.read(small.people(tmp_path, [f"p{n:03}" for n in range(200)], 1))
    opened = []
    whole = type(folder).raw
    monkeypatch.setattr(
        type(folder),
        "raw",
        lambda self, sample, *more: opened.append(sample) or whole(self, sample, *more),
    )
    stream = streaming.stream(folder, 8, batch_size=2)
    assert opened == []
    batches = iter(stream)
    next(batches)
    assert 2 <= len(opened) < 150
    # The next ones are read ahead, while no one asks.
    end = time.monotonic() + 30
    while len(opened) < 4 and time.monotonic() < end:
        time.sleep(0.01)
    assert 4 <= len(opened) < 150


@pytest.mark.filterwarnings("error:.*ran out of data")
def test_a_model_trains_on_a_stream(tmp_path):
    folder = folders.read(small.people(tmp_path))
    pairs = streaming.stream(folder, 8, 4).map(lambda batch: (batch["images"], batch["identities"]))
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    history = model.fit(pairs, epochs=2, verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()


def test_fitting_a_stream_says_nothing_on_stderr(tmp_path):
    """In a process of its own: what Keras warns of there would break the replay of a lesson."""
    program = f"""
import course_utils
from course_utils.datasets import folders, streaming
import keras

stream = streaming.stream(folders.read({str(small.people(tmp_path))!r}), 8, batch_size=4)
pairs = stream.map(lambda batch: (batch["images"], batch["identities"]))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(pairs, validation_data=pairs, epochs=2, verbose=0)
"""
    path = tmp_path / "fits.py"
    path.write_text(program, encoding="utf-8")
    run = subprocess.run([sys.executable, path], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("size, batch_size", [(0, 1), ((8, 0), 1), (8, 0)])
def test_sizes_that_are_none(tmp_path, size, batch_size):
    with pytest.raises(ValueError, match="start at 1"):
        streaming.stream(folders.read(small.plain(tmp_path)), size, batch_size)


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_boxes_fit_a_jpeg_that_was_decoded_smaller(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    box, size = np.array([(160, 80, 480, 320)]), (400, 640)
    small.picture(tmp_path / "images/a.jpg", small.painted(size, box[0]), exif=exif)
    shown = size if orientation == 1 else size[::-1]
    box = pictures.turned_boxes(box, orientation, size)[0]
    small.text(tmp_path / "labels/a.txt", small.yolo_line(0, box, shown))
    folder = folders.read(tmp_path)
    for fit in fitting.FITS:
        batch = streaming.load(folder, 64, fit)
        x1, y1, x2, y2 = np.round(batch["bounding_boxes"]["boxes"][0, 0]).astype(int)
        red = np.zeros((64, 64), bool)
        red[y1:y2, x1:x2] = True
        assert ((batch["images"][0, ..., 0] > 0.57) == red).mean() > 0.96, fit


def test_arrays_start_where_tensorflow_takes_them_over():
    for count in range(1, 30):
        array = streaming._empty((count, 3), np.float32)
        assert (array.shape, array.dtype) == ((count, 3), np.float32)
        assert array.ctypes.data % 64 == 0
