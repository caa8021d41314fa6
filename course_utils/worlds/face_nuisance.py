"""What changes from one photograph of a person to the next, drawn apart from who it is."""

from types import SimpleNamespace

from course_utils.worlds.face_expressions import EXPRESSIONS, MOVES

import numpy as np

HAIR_STYLES = (
    "bald", "buzz", "short", "quiff", "fringe", "receding", "curly", "afro", "bob", "long",
    "tied", "bun",
)  # fmt: skip
BEARDS = ("none", "stubble", "moustache", "goatee", "full")
GLASSES = ("none", "thin", "thick", "sun")
HATS = ("none", "beanie", "cap", "straw", "scarf")
BACKGROUNDS = ("studio", "bokeh", "leaves", "room", "street")

# name: (names to choose from, how often each)
CHOICES = {
    "expression": (EXPRESSIONS, (1,) * 7),
    "hair_style": (HAIR_STYLES, (4, 6, 13, 9, 10, 7, 9, 6, 11, 11, 7, 7)),
    "beard": (BEARDS, (66, 12, 6, 7, 9)),
    "glasses": (GLASSES, (75, 12, 10, 3)),
    "hat": (HATS, (86, 4, 4, 3, 3)),
    "background": (BACKGROUNDS, (1,) * 5),
}

# name: (default low and high, least and most that is taken)
NUMBERS = {
    "yaw": ((-28.0, 28.0), (-60.0, 60.0)),
    "pitch": ((-12.0, 12.0), (-35.0, 35.0)),
    "roll": ((-10.0, 10.0), (-45.0, 45.0)),
    "strength": ((0.65, 1.0), (0.0, 1.2)),
    "light_side": ((-60.0, 60.0), (-90.0, 90.0)),
    "light_height": ((0.0, 55.0), (-30.0, 80.0)),
    "contrast": ((0.3, 0.75), (0.0, 1.0)),
    "brightness": ((0.85, 1.2), (0.2, 3.0)),
    "warmth": ((-0.7, 0.7), (-2.0, 2.0)),
    "zoom": ((0.93, 1.07), (0.3, 2.0)),
    "shift_x": ((-0.04, 0.04), (-0.5, 0.5)),
    "shift_y": ((-0.04, 0.04), (-0.5, 0.5)),
    "blur": ((0.0, 0.5), (0.0, 4.0)),
    "noise": ((0.004, 0.018), (0.0, 0.3)),
}
_CENTRED = ("yaw", "pitch", "roll", "zoom", "shift_x", "shift_y")
# What changes too and can't be set: numbers 0..1.
_DETAILS = (
    "shirt_hue", "shirt_brightness", "shirt_grey", "shirt_pattern", "shirt_stripes",
    "lens_shape", "frame_hue", "frame_brightness", "frame_grey", "collar",
    "hat_hue", "hat_brightness", "hat_grey", "gaze_x", "gaze_y", "part",
)  # fmt: skip
_BACKGROUND = 20  # numbers from which a background is painted
DRAWS = len(CHOICES) + 2 * len(NUMBERS) + len(MOVES) + len(_DETAILS) + _BACKGROUND


def settled(dice, ranges, fixed):
    """Turn uniform numbers into nuisance.

    Args:
        dice: (samples, DRAWS) float32, 0..1.
        ranges: {name: (low, high)} for those of `NUMBERS` that are narrowed or fixed.
        fixed: {name: (samples,) values} for those that have one value a sample.

    Returns:
        Three: {name: (samples,)}, int32 places for `CHOICES` and float32 for `NUMBERS`; the dice
        of the moves, (samples, moves), -1..1; a namespace of the details, (samples, 1, 1) each,
        with `background`, a list of them.
    """
    nuisance, column = {}, 0
    for name, (_, weights) in CHOICES.items():
        steps = np.cumsum(np.array(weights, np.float64) / sum(weights))
        drawn = np.searchsorted(steps[:-1], dice[:, column], side="right").astype(np.int32)
        nuisance[name] = fixed.get(name, drawn).copy()
        column += 1
    for name, (default, _) in NUMBERS.items():
        low, high = ranges.get(name, default)
        share = dice[:, column]
        if name in _CENTRED:  # most often near the middle
            share = (share + dice[:, column + 1]) / 2
        nuisance[name] = fixed.get(name, low + (high - low) * share).astype(np.float32)
        column += 2
    moves = 2 * dice[:, column : column + len(MOVES)] - 1
    column += len(MOVES)
    free = [dice[:, place, None, None] for place in range(column, DRAWS)]
    details = SimpleNamespace(**dict(zip(_DETAILS, free, strict=False)))
    details.background = free[len(_DETAILS) :]
    return nuisance, moves, details
