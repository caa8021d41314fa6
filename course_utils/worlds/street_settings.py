"""The settings of the street world, and what is said when one is wrong."""

import dataclasses
import functools

from course_utils.worlds.settings import named, number, pair, whole

CLASS_NAMES = ("pedestrian", "car", "motorcycle")
PEDESTRIAN, CAR, MOTORCYCLE = range(3)


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
    moments: int = 4


def checked(**given):
    """Return the Settings, every pair spelt out, or raise an error that names the wrong one."""
    if given.get("object_height", ()) is None:
        del given["object_height"]
    return _validated(named(Settings, given))


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
        moments=whole("moments", settings.moments, 1),
    )
