"""The settings of Faces, and what is said when one is wrong."""

import dataclasses
import difflib

from course_utils.worlds.face_nuisance import CHOICES, NUMBERS
from course_utils.worlds.face_people import TRAITS
from course_utils.worlds.settings import SPLITS, whole

import numpy as np

PEOPLE = 10_000_000  # persons of a split; identity = place of the split * PEOPLE + person


@dataclasses.dataclass
class Settings:
    """Checked settings; see `faces.load` for their meaning.

    `ranges` narrows numbers, `fixed` and `traits` hold one value for each sample.
    """

    size: int
    faces: float
    pictures: int
    identities: np.ndarray | None
    ranges: dict
    fixed: dict
    traits: dict

    def of(self, first, count):
        """Return the settings of `count` samples from the place `first` of a batch on."""
        span = slice(first, first + count)
        return dataclasses.replace(
            self,
            identities=None if self.identities is None else self.identities[span],
            fixed={name: values[span] for name, values in self.fixed.items()},
            traits={name: values[span] for name, values in self.traits.items()},
        )


def checked(count, split, size=64, faces=1.0, pictures=1, identities=None, **given):
    """Return the Settings of a batch, or raise an error that names the wrong one.

    Args:
        count: number of samples.
        split: one of `SPLITS`.
        size: side of the picture, pixels, 32 to 512.
        faces: share of the samples that show a face, 0..1.
        pictures: number of samples in a row that show one person.
        identities: who is shown: one identity, or one for each sample.
        **given: nuisance and traits by name.
    """
    size = whole("size", size, 32, 512)
    pictures = whole("pictures", pictures, 1)
    faces = _number("faces", faces, 0.0, 1.0)
    ranges, fixed, traits = {}, {}, {}
    for name, value in given.items():
        if value is None:
            continue
        if name in CHOICES:
            fixed[name] = _chosen(name, value, count)
        elif name in NUMBERS:
            least, most = NUMBERS[name][1]
            if isinstance(value, tuple):
                ranges[name] = _pair(name, value, least, most)
            else:
                fixed[name] = _values(name, value, count, least, most)
        elif name in TRAITS:
            traits[name] = _values(name, value, count, -1.0, 1.0)
        else:
            raise TypeError(_unknown(name))
    if identities is not None:
        identities = _people(identities, count, split)
    return Settings(size, faces, pictures, identities, ranges, fixed, traits)


def _unknown(name):
    names = ["size", "faces", "pictures", "identities", *CHOICES, *NUMBERS, *TRAITS]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see faces.load for their names."
    return f"unknown setting {name!r}; {hint}"


def _people(identities, count, split):
    """Return the identities of the samples, (count,) int64, after a look at their split."""
    array = np.asarray(identities)
    if array.dtype.kind not in "iu":
        raise TypeError(f"identities must be whole numbers; got {identities!r}.")
    array = _spread("identities", array, count).astype(np.int64)
    first = SPLITS.index(split) * PEOPLE
    strangers = array[(array < first) | (array >= first + PEOPLE)]
    if strangers.size:
        raise ValueError(
            f"the people of split {split!r} have identities from {first} to "
            f"{first + PEOPLE - 1}; got {strangers[0]}."
        )
    return array


def _chosen(name, value, count):
    """Return places in the list of names of a choice, (count,) int32."""
    options = CHOICES[name][0]
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        array = _spread(name, array, count)
        if array.min() < 0 or array.max() >= len(options):
            raise ValueError(
                f"{name} must be from 0 to {len(options) - 1} or one of {options}; got {value!r}."
            )
        return array.astype(np.int32)
    if array.dtype.kind != "U":
        raise TypeError(f"{name} must be one of {options}, or a list of them; got {value!r}.")
    for one in array.ravel():
        if one not in options:
            raise ValueError(f"{name} must be one of {options}; got {str(one)!r}.")
    places = np.array([options.index(one) for one in array.ravel()], np.int32)
    return _spread(name, places.reshape(array.shape), count)


def _values(name, value, count, least, most):
    """Return numbers within limits, (count,) float32."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must be a number, a pair (low, high) or a list with one number for each "
            f"sample; got {value!r}."
        )
    array = _spread(name, array, count).astype(np.float32)
    wrong = array[~((array >= least) & (array <= most))]
    if wrong.size:
        raise ValueError(f"{name} must be from {least} to {most}; got {wrong[0]}.")
    return array


def _spread(name, array, count):
    """Return one value for each sample."""
    if array.ndim == 0:
        return np.broadcast_to(array, (count,))
    if array.shape != (count,):
        raise ValueError(
            f"{name} must be one value, or one for each of the {count} samples; "
            f"got an array of shape {array.shape}."
        )
    return array


def _number(name, value, least, most):
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        raise TypeError(f"{name} must be a number from {least} to {most}; got {value!r}.")
    if not least <= value <= most:
        raise ValueError(f"{name} must be from {least} to {most}; got {value}.")
    return float(value)


def _pair(name, value, least, most):
    if len(value) != 2:
        raise ValueError(f"{name} must be a number or a pair (low, high); got {value!r}.")
    low, high = (_number(name, number, least, most) for number in value)
    if low > high:
        raise ValueError(f"{name} must be a pair (low, high) with low <= high; got {value!r}.")
    return low, high
