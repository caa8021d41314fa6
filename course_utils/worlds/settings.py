"""Settings of any world: splits, names and numbers, and what is said when one is wrong."""

import dataclasses

import numpy as np

SPLITS = ("train", "validation", "test")


def seed_of(split, seed):
    """Return the seed as an int, or say what is wrong with the split or the seed."""
    if split not in SPLITS:
        raise ValueError(f"split must be one of {SPLITS}; got {split!r}.")
    return whole("seed", seed, 0)


def named(kind, given):
    """Return settings with lists and arrays as tuples, or say which name is unknown.

    Args:
        kind: a dataclass of settings.
        given: dict of what was given, by name; the rest keeps its default.
    """
    names = {field.name for field in dataclasses.fields(kind)}
    unknown = sorted(set(given) - names)
    if unknown:
        raise TypeError(
            f"unknown setting {unknown[0]!r}; the settings are {', '.join(sorted(names))}."
        )
    return kind(**{
        name: tuple(v) if isinstance(v, (list, np.ndarray)) else v for name, v in given.items()
    })  # fmt: skip


def whole(name, value, least, most=None):
    """Return `value` as an int, or raise an error that says which whole numbers are taken."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number; got {value!r}.")
    if value < least or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be {limits}; got {value}.")
    return int(value)


def number(name, value, most=1.0):
    """Return `value` as a float from 0 to `most`, or raise an error that says so."""
    if isinstance(value, tuple):
        raise TypeError(f"{name} must be a number from 0 to {most:g}; got {value!r}.")
    return pair(name, value, 0.0, most)[1]


def pair(name, value, least, most):
    """Return (low, high) within least..most of a pair or one number, or raise an error."""
    ends = value if isinstance(value, tuple) else (value, value)
    for end in ends:
        if isinstance(end, bool) or not isinstance(end, (int, float, np.floating, np.integer)):
            raise TypeError(f"{name} must be a number or a pair of numbers; got {value!r}.")
    if len(ends) != 2 or not least <= ends[0] <= ends[1] <= most:
        raise ValueError(
            f"{name} must be a number or a pair (low, high) with "
            f"{least} <= low <= high <= {most}; got {value}."
        )
    return float(ends[0]), float(ends[1])
