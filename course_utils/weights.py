"""Weights that lessons train and later lessons load.

A lesson offers its model after the held-out score, a later one builds the same layers and loads:

    weights.offer("car_window", model, accuracy=accuracy)  # P133; does nothing in a normal run
    weights.load_into(model, "car_window")                 # P134

`make weights P133` runs the lesson and stores what it offers: `data/weights/car_window.h5` (HDF5,
float16, gzip) and an entry in `data/registry.json` with the file's SHA-256, the lesson, the scores
of the float32 model, its number of parameters and the date.
"""

import json
import math
import os
import re
from pathlib import Path

from course_utils import registry
from course_utils.registry import WeightsError

import h5py
import numpy as np

FOLDER = "weights"  # below data/
VARIABLE = "COURSE_STORE_WEIGHTS"  # names the folder into which `offer` writes
MOST_BYTES = 1_000_000
_ENDING = ".h5"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def trained():
    """What the lessons have stored.

    Returns:
        Dict of name to the registry's entry: `sha256`, `lesson`, `scores`, `parameters`, `date`.
    """
    return {
        name.removesuffix(_ENDING): entry
        for name, entry in registry.entries().items()
        if "lesson" in entry
    }


def load(name):
    """Load the arrays of a stored model.

    Args:
        name: the name under which its lesson offered it.

    Returns:
        List of arrays in the order of `model.get_weights()`; floats are float32, rounded to the
        digits of float16.

    Raises:
        WeightsError: if there is no such model, or its file is missing, damaged or another one.
    """
    known = trained()
    if name not in known:
        raise WeightsError(
            f"There are no weights {name!r}, only {', '.join(known) or 'none'}",
            "The lesson that trains them stores them: `make weights P139`.",
        )
    with h5py.File(registry.verified(name + _ENDING)) as file:
        arrays = [file[str(place)][()] for place in range(len(file))]
    return [array.astype(np.float32) if array.dtype.kind == "f" else array for array in arrays]


def load_into(model, name):
    """Load a stored model's weights into a model of the same layers.

    Args:
        model: a built `keras.Model`; names of its layers don't matter, their order does.
        name: the name under which a lesson offered the weights.

    Returns:
        The model.

    Raises:
        WeightsError: as `load`, or if the model's arrays have other shapes. It is then unchanged.
    """
    arrays = load(name)
    stored, wanted = ([tuple(one.shape) for one in many] for many in (arrays, model.weights))
    if stored != wanted:
        raise WeightsError(
            f"{name} does not fit this model: {_difference(stored, wanted)}",
            f"Build the model as lesson {trained()[name]['lesson']} does, with the same sizes.",
        )
    model.set_weights(arrays)
    return model


def offer(name, model, **scores):
    """Offer a trained model to later lessons: `make weights` stores it, a normal run does nothing.

    Args:
        name: of the weights, snake_case; a later lesson loads them by it.
        model: the trained `keras.Model`.
        **scores: what the lesson has measured with it on held-out data, one number or more.

    Raises:
        ValueError: if the name or a score is none, or the model can't be stored: more than
            1 MB, or numbers that float16 cannot hold.

    >>> offer("car_window", None, accuracy=0.97)
    """
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise ValueError(f"name: expected a name like 'car_window', got {name!r}")
    scores = {key: float(f"{np.reshape(value, ()):.6g}") for key, value in scores.items()}
    if not scores or not all(map(math.isfinite, scores.values())):
        raise ValueError(f"scores: expected a number or more, like accuracy=0.97, got {scores}")
    if os.environ.get(VARIABLE):
        _store(Path(os.environ[VARIABLE]) / name, model, scores)


def _store(path, model, scores):
    """Write the model's arrays to `path`.h5, and what is known of them to `path`.json."""
    file_path = path.with_suffix(_ENDING)
    arrays = model.get_weights()
    # libver: of the 2 KB that each packed array costs otherwise, few are left
    with h5py.File(file_path, "w", libver="latest") as file:
        for place, (array, variable) in enumerate(zip(arrays, model.weights, strict=True)):
            if array.dtype.kind == "f":
                with np.errstate(over="ignore"):
                    array = array.astype(np.float16)
                if not np.isfinite(array).all():
                    raise ValueError(f"{variable.path}: expected numbers within 65,504 (float16)")
            packed = {"compression": "gzip", "shuffle": True} if array.ndim else {}
            file.create_dataset(str(place), data=array, **packed)
    size = file_path.stat().st_size
    if size > MOST_BYTES:
        raise ValueError(
            f"{path.name}: expected {MOST_BYTES:,} bytes at most, got {size:,}: make it smaller"
        )
    known = {"scores": scores, "parameters": sum(array.size for array in arrays)}
    path.with_suffix(".json").write_text(json.dumps(known), encoding="utf-8")


def _difference(stored, wanted):
    """Say where two lists of shapes differ first."""
    for place, (have, want) in enumerate(zip(stored, wanted, strict=False)):
        if have != want:
            return f"expected the shape {want} of array {place}, the file has {have}"
    return f"expected {len(wanted)} arrays, the file has {len(stored)}"
