"""The settings of the street world, and what is said when one is wrong."""

import dataclasses
import functools

import numpy as np

CLASS_NAMES = ("pedestrian", "car", "motorcycle")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the samples look like; see `streets.render` for the meaning of each field."""

    size: int = 128
    objects: tuple = (0, 6)
    object_height: tuple = (0.10, 0.60)
    occlusion: float = 0.5
    light: tuple = (0.0, 1.0)
    noise: tuple = (0.004, 0.022)
    classes: tuple = CLASS_NAMES


def checked(**given):
    """Return the Settings, every pair spelt out, or raise an error that names the wrong one."""
    names = {field.name for field in dataclasses.fields(Settings)}
    unknown = sorted(set(given) - names)
    if unknown:
        raise TypeError(
            f"unknown setting {unknown[0]!r}; the settings are {', '.join(sorted(names))}."
        )
    if given.get("object_height", ()) is None:
        del given["object_height"]
    frozen = {
        name: tuple(v) if isinstance(v, (list, np.ndarray)) else v for name, v in given.items()
    }
    return _validated(Settings(**frozen))


@functools.lru_cache(maxsize=256)
def _validated(settings):
    """Return the settings with every pair spelt out, or say which one is wrong."""
    size = whole("size", settings.size, 32, 1024)
    objects = settings.objects
    if not isinstance(objects, tuple):
        objects = (objects, objects)
    if len(objects) != 2:
        raise ValueError(f"objects must be a pair (least, most) or one number; got {objects}.")
    objects = tuple(whole("objects", number, 0, 20) for number in objects)
    if objects[0] > objects[1]:
        raise ValueError(f"objects must be (least, most) with least <= most; got {objects}.")
    classes = settings.classes
    if isinstance(classes, str):
        classes = (classes,)
    for name in classes:
        if name not in CLASS_NAMES:
            raise ValueError(f"classes must be names out of {CLASS_NAMES}; got {name!r}.")
    if not classes:
        raise ValueError(f"classes must hold at least one of {CLASS_NAMES}; got none.")
    return Settings(
        size=size,
        objects=objects,
        object_height=pair("object_height", settings.object_height, 0.05, 1.0),
        occlusion=number("occlusion", settings.occlusion),
        light=pair("light", settings.light, 0.0, 1.0),
        noise=pair("noise", settings.noise, 0.0, 0.3),
        classes=tuple(classes),
    )


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
