"""Batches: the same in one process and in many, from any kind of program."""

import os
import subprocess
import sys

from course_utils.worlds import batches, streets

import joblib
import numpy as np
import pytest


def numbered(start, count):
    """Samples that tell their index, their place in the task, and the process they came from."""
    indices = np.arange(start, start + count)
    return {
        "index": indices,
        "task": np.full((count, 2), start),
        "process": indices * 0 + os.getpid(),
    }


@pytest.mark.parametrize("count", [1, 49, 50, 51, 120])
def test_every_sample_comes_once_and_in_order(count):
    batch = batches.drawn(numbered, 7, count, parallel=False, progress=False)
    np.testing.assert_array_equal(batch["index"], np.arange(7, 7 + count))
    assert batch["task"].shape == (count, 2)
    assert set(batch["process"]) == {os.getpid()}


def test_a_large_batch_is_drawn_elsewhere_and_is_the_same(monkeypatch):
    settings = {"size": 32, "split": "test", "start": 3}
    alone = streets.load(110, **settings)
    seen = []
    drawn = batches.drawn
    monkeypatch.setattr(batches, "drawn", lambda *given: seen.append(given[3]) or drawn(*given))
    monkeypatch.setattr(streets, "_LARGE", 110 * 32**2)
    together = streets.load(110, **settings)
    assert seen == [True]
    for key in ("images", "segmentation_masks", "instance_masks", "visibility"):
        np.testing.assert_array_equal(alone[key], together[key])
    for key in ("boxes", "labels"):
        np.testing.assert_array_equal(alone["bounding_boxes"][key], together["bounding_boxes"][key])
    batch = drawn(numbered, 0, 200, True, False)
    np.testing.assert_array_equal(batch["index"], np.arange(200))
    if joblib.cpu_count() > 1:
        assert os.getpid() not in batch["process"]


PROGRAM = """
import sys
import course_utils
from course_utils.worlds import streets
streets._LARGE = 0
batch = streets.load(60, size=32, objects=1)
print(batch["images"].shape, "TensorFlow" if "tensorflow" in sys.modules else "no TensorFlow")
"""


def test_a_script_needs_no_guard(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "(60, 32, 32, 3) no TensorFlow\n", "the program ran more than once"


def test_a_failure_elsewhere_is_told(monkeypatch):
    monkeypatch.setattr(streets, "_LARGE", 0)
    with pytest.raises(ValueError, match="split must be one of"):
        streets.load(60, split="dev")
    with pytest.raises(ZeroDivisionError):
        batches.drawn(failing, 0, 60, parallel=True, progress=False)


def failing(start, count):
    return {"index": np.full(count, 1 // (start - 50))}
