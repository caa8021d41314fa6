"""The people of Faces: who someone is, as fifty traits, and the shape and colours that follow."""

from types import SimpleNamespace

import numpy as np

TRAITS = (
    "head_width", "head_height", "forehead_height", "hairline_curve", "temple_width",
    "jaw_width", "jaw_drop", "chin_width", "chin_length", "chin_forward",
    "cheekbone_width", "cheekbone_height", "cheek_fullness", "neck_width",
    "eye_spacing", "eye_height", "eye_width", "eye_opening", "eye_tilt", "eye_depth", "lid_fold",
    "brow_height", "brow_thickness", "brow_arch", "brow_length", "brow_tilt", "brow_darkness",
    "brow_ridge",
    "nose_length", "nose_width", "nose_bridge", "nose_tip", "nose_upturn", "nostril_size",
    "mouth_width", "mouth_height", "upper_lip", "lower_lip", "lip_bow", "lip_colour",
    "ear_size", "ear_angle",
    "skin", "undertone", "ruddiness", "freckles", "skin_texture", "age",
    "eye_colour", "eye_lightness", "hair_lightness", "hair_redness", "hair_grey",
)  # fmt: skip

# Colours in sRGB, lightest to darkest skin; the work is done on their squares (linear light).
_SKIN = ((250, 221, 203), (236, 191, 160), (208, 152, 115), (164, 108, 74), (110, 68, 46),
         (66, 42, 32))  # fmt: skip
_HAIR = ((24, 19, 18), (56, 36, 26), (98, 64, 40), (158, 112, 66), (222, 186, 128))
_RED_HAIR = (150, 62, 26)
_GREY_HAIR = (188, 186, 184)
_IRIS = ((54, 32, 20), (98, 62, 32), (112, 104, 60), (92, 122, 104), (92, 130, 164))
_TEXTURE_OFFSETS = 3


def drawn(seed, split_number, person):
    """Return a person's traits, -1..1 each, and where the skin's texture starts, 0..1.

    Args:
        seed: seed of the world.
        split_number: place of the split in `faces.SPLITS`.
        person: number of the person in the split.

    Returns:
        Two float32 arrays, (traits,) in the order of `TRAITS` and (3,).
    """
    sequence = np.random.SeedSequence((seed, split_number, 0, person))
    numbers = np.random.Generator(np.random.PCG64(sequence)).random(
        len(TRAITS) + _TEXTURE_OFFSETS, np.float32
    )
    return 2 * numbers[: len(TRAITS)] - 1, numbers[len(TRAITS) :]


def named(traits):
    """Return the columns of (samples, traits) by name, each (samples, 1, 1)."""
    return SimpleNamespace(
        **{name: traits[:, column, None, None] for column, name in enumerate(TRAITS)}
    )


def palette(colours, place):
    """Return the colour at `place` (0..1, (samples, 1, 1)) of a row of colours, squared.

    Returns:
        (3, samples, 1, 1) float32, linear light.
    """
    colours = (np.array(colours, np.float32) / 255) ** 2
    place = np.clip(place, 0, 1) * (len(colours) - 1)
    low = np.minimum(place.astype(np.int32), len(colours) - 2)
    share = (place - low.astype(np.float32))[None]
    first, second = (np.moveaxis(colours[low + step], -1, 0) for step in (0, 1))
    return first + (second - first) * share


def colours(t):
    """Return the colours of people from their traits (see `named`): skin, hair, iris, lips.

    Returns:
        A namespace of (3, samples, 1, 1) float32, linear light.
    """
    melanin = 0.5 + 0.5 * t.skin
    skin = palette(_SKIN, melanin)
    tint = np.array((0.05, -0.02, -0.12), np.float32).reshape(3, 1, 1, 1)
    skin = skin * (1 + tint * t.undertone)
    lightness = (0.5 + 0.5 * t.hair_lightness) * (1 - 0.55 * melanin)
    hair = palette(_HAIR, lightness)
    red = np.maximum(t.hair_redness - 0.35, 0) * 1.3 * (1 - 0.7 * melanin)
    hair = hair + (palette((_RED_HAIR, _RED_HAIR), red) - hair) * red
    grey = np.clip(1.6 * (t.hair_grey - 0.35), 0, 1)
    hair = hair + (palette((_GREY_HAIR, _GREY_HAIR), grey) - hair) * grey
    bright = (0.5 + 0.5 * t.eye_colour) * (1 - 0.8 * melanin)
    iris = palette(_IRIS, bright) * (1.1 + 0.4 * t.eye_lightness)
    rosy = np.array((1.0, 0.44, 0.42), np.float32).reshape(3, 1, 1, 1)
    pale = np.array((0.92, 0.66, 0.62), np.float32).reshape(3, 1, 1, 1)
    lips = skin * (pale + (rosy - pale) * (0.5 + 0.5 * t.lip_colour))
    return SimpleNamespace(skin=skin, hair=hair, iris=iris, lips=lips)
