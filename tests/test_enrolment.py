"""The registry of encodings: what is stored comes back, whatever happens in between."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

from course_utils import enrolment
from course_utils.enrolment import Enrolment, EnrolmentError, version_of

import filelock
import h5py
import numpy as np
import pytest


@pytest.fixture
def door(tmp_path):
    return Enrolment(tmp_path / "door.h5", "paper", "1", numbers=3)


def full(door):
    door.enrol_all(["Alex", "Bo", "陈"], np.eye(3))
    return door


def test_enrol_list_remove(door):
    assert door.names() == [] and door.load()[1].shape == (0, 3)
    full(door)
    door.enrol("Dani", [0.25, 0.5, 1])
    assert door.names() == ["Alex", "Bo", "陈", "Dani"]
    door.remove("Bo")
    names, encodings = door.load()
    assert names == ["Alex", "陈", "Dani"]
    assert encodings.dtype == np.float32
    assert encodings.tolist() == [[1, 0, 0], [0, 0, 1], [0.25, 0.5, 1]]
    for name in names:
        door.remove(name)
    assert door.names() == [] and door.path.exists()
    door.enrol("Bo", [0, 0, 1])
    assert door.names() == ["Bo"]


def test_stored_equals_fresh_to_the_bit(tmp_path):
    fresh = np.random.default_rng(1).normal(size=(200, 64)).astype(np.float32)
    names = [f"person {n}" for n in range(200)]
    door = Enrolment(tmp_path / "door.h5", "paper", "1")
    door.enrol_all(names, fresh)
    again = Enrolment(tmp_path / "door.h5", "paper", "1").load()
    assert again[0] == names
    np.testing.assert_array_equal(again[1], fresh)


def test_removed_leaves_no_trace(door):
    full(door)
    door.enrol("Dani", [0.123456, 0.5, 1])
    mark = np.float32(0.123456).tobytes()
    assert mark in door.path.read_bytes() and b"Dani" in door.path.read_bytes()
    door.remove("Dani")
    assert mark not in door.path.read_bytes() and b"Dani" not in door.path.read_bytes()


@pytest.mark.parametrize(
    ("encoding", "threshold", "expected"),
    [
        ([1, 0, 0], 0.1, ("Alex", 0)),  # the very same
        ([0, 0.5, 0], 0.25, ("Bo", 0.25)),  # on the threshold: let in
        ([0, 0.5, 0], 0.2, (None, 0.25)),  # just above: nobody, but how far is told
        ([0.5, 0.5, 0], 1, ("Alex", 0.5)),  # two as near: the first
        ([9, 9, 9], 1, (None, 226)),  # far from all
    ],
)
def test_identify(door, encoding, threshold, expected):
    assert full(door).identify(encoding, threshold) == expected


def test_identify_among_nobody(door):
    assert door.identify([0, 0, 0], 4) == (None, float("inf"))


def test_verify(door):
    full(door)
    assert door.verify("Bo", [0, 0.5, 0], 0.25) == (True, 0.25)
    assert door.verify("Bo", [1, 0, 0], 0.25) == (False, 2)
    assert door.verify("Bo", [0, 0.5, 0], np.float32(0.25))[0] is True  # no NumPy bool
    with pytest.raises(KeyError, match="'Sam' is not enrolled, only Alex, Bo, 陈"):
        door.verify("Sam", [1, 0, 0], 1)


def test_replace_keeps_the_place(door):
    full(door)
    with pytest.raises(ValueError, match="Bo: enrolled already"):
        door.enrol("Bo", [0, 0, 0.5])
    assert door.load()[1].tolist() == np.eye(3).tolist()
    door.enrol("Bo", [0, 0, 0.5], replace=True)
    assert door.names() == ["Alex", "Bo", "陈"]
    assert door.verify("Bo", [0, 0, 0.5], 0) == (True, 0)


@pytest.mark.parametrize(
    ("name", "encoding", "error", "words"),
    [
        (7, [1, 2, 3], TypeError, "expected text"),
        ("  ", [1, 2, 3], ValueError, "expected a name"),
        ("a\0b", [1, 2, 3], ValueError, "expected a name"),
        ("Sam", [1, 2], ValueError, r"expected shape \(1, 3\), got \(1, 2\)"),
        ("Sam", [[1, 2, 3]], ValueError, r"expected shape \(1, 3\), got \(1, 1, 3\)"),
        ("Sam", [1, 2, np.nan], ValueError, "nan or infinity"),
        ("Sam", [1, 2, 1e39], ValueError, "nan or infinity"),  # too large for float32
        ("Sam", ["a", "b", "c"], TypeError, "expected numbers"),
        ("Sam", [1j, 2, 3], TypeError, "expected numbers"),
    ],
)
def test_what_cannot_be_enrolled(door, name, encoding, error, words):
    full(door)
    before = door.path.read_bytes()
    with pytest.raises(error, match=words):
        door.enrol(name, encoding)
    assert door.path.read_bytes() == before


def test_all_or_none(door):
    full(door)
    with pytest.raises(ValueError, match="Sam twice"):
        door.enrol_all(["Sam", "Sam"], np.ones((2, 3)))
    with pytest.raises(ValueError, match="Bo: enrolled"):
        door.enrol_all(["Sam", "Bo"], np.ones((2, 3)))
    assert door.names() == ["Alex", "Bo", "陈"]
    with pytest.raises(KeyError, match="'Sam' is not enrolled"):
        door.remove("Sam")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model": "other"}, r"another model: expected other, the file has paper\. Name that"),
        ({"version": "2"}, r"another version: expected 2, the file has 1\. Load those weights"),
        ({"numbers": 4}, r"another numbers: expected 4, the file has 3"),
    ],
)
def test_a_file_of_another_model(door, settings, words):
    before = full(door).path.read_bytes()
    other = Enrolment(door.path, **({"model": "paper", "version": "1", "numbers": 3} | settings))
    ones = np.ones(other.numbers)
    for use in (other.names, lambda: other.enrol("Sam", ones), lambda: other.remove("Bo")):
        with pytest.raises(EnrolmentError, match=words):
            use()
    assert door.path.read_bytes() == before


def test_a_file_of_another_format(door, monkeypatch):
    full(door)
    monkeypatch.setattr(enrolment, "FORMAT", 2)
    with pytest.raises(EnrolmentError, match="another format: expected 2, the file has 1"):
        door.names()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),  # power failed, another program
        lambda path: path.write_bytes(path.read_bytes()[:-900]),  # cut off
        lambda path: path.write_bytes(b"name,encoding\n"),  # no HDF5
        lambda path: path.write_bytes(  # a flipped bit in an encoding
            path.read_bytes().replace(np.float32(0.7).tobytes(), np.float32(0.6).tobytes())
        ),
        lambda path: h5py.File(path, "w").close(),  # HDF5 of something else
    ],
)
def test_a_damaged_file_is_told_and_left(door, damage):
    full(door).enrol("Dani", [0.7, 0.2, 0.1])
    damage(door.path)
    before = door.path.read_bytes()
    with pytest.raises(EnrolmentError, match=r"damaged, or no file of encodings.*enrol the people"):
        door.enrol("Sam", [1, 2, 3])
    assert door.path.read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"model": ""}, ValueError),
        ({"model": 3}, TypeError),
        ({"version": 1}, TypeError),
        ({"numbers": 0}, ValueError),
        ({"numbers": 1.5}, ValueError),
        ({"path": "no/such/folder/door.h5"}, ValueError),
    ],
)
def test_settings(door, settings, error):
    with pytest.raises(error, match=next(iter(settings))):
        Enrolment(**({"path": door.path, "model": "paper", "version": "1"} | settings))


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_an_error_while_writing_changes_nothing(door, monkeypatch, step):
    before = full(door).path.read_bytes()

    def fails(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fails)
        with pytest.raises(OSError, match="no space"):
            door.enrol("Sam", [1, 2, 3])
    assert door.path.read_bytes() == before
    assert not list(door.path.parent.glob(".*.part"))
    door.enrol("Sam", [1, 2, 3])
    assert len(door.names()) == 4


DIES = """
import os, sys
from course_utils.enrolment import Enrolment
door = Enrolment(sys.argv[1], "paper", "1", numbers=3)
def dies(*_):
    print("dying", flush=True)
    os.kill(os.getpid(), 9) if os.name != "nt" else os._exit(9)
os.{step} = dies
door.enrol("Sam", [1, 2, 3])
"""


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_killed_in_the_middle_of_a_write(door, step):
    """The file stays as it was, the lock is free again, the rest of the write is swept up."""
    before = full(door).path.read_bytes()
    command = [sys.executable, "-c", DIES.replace("{step}", step), door.path]
    died = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert died.stdout == "dying\n" and died.returncode in (-getattr(signal, "SIGKILL", 0), 9)
    assert door.path.read_bytes() == before
    assert len(list(door.path.parent.glob(".door.h5.*.part"))) == 1
    door.enrol("Sam", [1, 2, 3])
    assert door.names() == ["Alex", "Bo", "陈", "Sam"]
    assert not list(door.path.parent.glob(".*.part"))


def _enrols(path, who, count):
    door = Enrolment(path, "paper", "1", numbers=3, patience=60)
    for n in range(count):
        door.enrol(f"{who} {n}", [n, n, n])


def test_two_processes_write_and_nobody_is_lost(door):
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=_enrols, args=(door.path, who, 15)) for who in "ab"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):  # a reader always finds a whole file
        names, encodings = Enrolment(door.path, "paper", "1", 3, patience=60).load()
        assert [int(name.split()[1]) for name in names] == encodings[:, 0].tolist()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert sorted(door.names()) == sorted(f"{who} {n}" for who in "ab" for n in range(15))


def test_threads_write_and_nobody_is_lost(door):
    threads = [threading.Thread(target=_enrols, args=(door.path, who, 10)) for who in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(door.names()) == 30


def test_patience_ends(door):
    full(door)
    door.patience = 0.1
    with filelock.FileLock(f"{door.path}.lock"):
        start = time.monotonic()
        with pytest.raises(EnrolmentError, match=r"in use by another program for 0\.1 s"):
            door.names()
        assert time.monotonic() - start < 5
    assert len(door.names()) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_encodings_are_private(door):
    assert full(door).path.stat().st_mode & 0o077 == 0


def test_through_a_link(door, tmp_path):
    full(door)
    try:
        (tmp_path / "link.h5").symlink_to(door.path)
    except OSError:
        pytest.skip("no links here")
    Enrolment(tmp_path / "link.h5", "paper", "1", numbers=3).enrol("Sam", [1, 2, 3])
    assert (tmp_path / "link.h5").is_symlink() and "Sam" in door.names()


def test_version_follows_the_weights():
    class Model:
        def __init__(self, *arrays):
            self.get_weights = lambda: [np.array(array, np.float32) for array in arrays]

    version = version_of(Model([1, 2], [[3]]))
    assert len(version) == 16 and version == version_of(Model([1, 2], [[3]]))
    others = [Model([1, 2], [3]), Model([1, 2.0001], [[3]]), Model([1], [2, 3]), Model([[3]], [1])]
    assert version not in map(version_of, others)
