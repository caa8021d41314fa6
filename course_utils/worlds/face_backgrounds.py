"""What is behind the people of Faces, out of focus."""

from course_utils.worlds import face_paint
from course_utils.worlds.face_geometry import pick, soft
from course_utils.worlds.face_nuisance import BACKGROUNDS
from course_utils.worlds.face_wear import cloth

import numpy as np

_DISCS = 4
_GREEN = np.array((0.10, 0.17, 0.05), np.float32).reshape(3, 1, 1, 1)


def painted(kind, free, size):
    """Return backgrounds (3, samples, size, size), linear light.

    Args:
        kind: (samples,) int, places in `BACKGROUNDS`.
        free: 20 numbers 0..1, each (samples, 1, 1).
        size: side of the picture, pixels.
    """
    kind = kind[:, None, None]
    bokeh, leaves, room, street = (kind == BACKGROUNDS.index(name) for name in BACKGROUNDS[1:])
    across = ((np.arange(size, dtype=np.float32) + 0.5) / size)[None, None, :]
    down = ((np.arange(size, dtype=np.float32) + 0.5) / size)[None, :, None]
    first = cloth(free[0], free[1], 0.55 + 0.45 * free[2])
    second = cloth(free[0] + 0.3 * (free[3] - 0.5), free[4], 0.5 + 0.5 * free[2])
    first = pick(leaves, _GREEN * (0.4 + 2.2 * free[1]), first)
    second = pick(leaves, _GREEN[[1, 0, 2]] * (0.2 + 2.0 * free[4]), second)
    share = (free[5] - 0.5) * 2 * (across - 0.5) + (free[6] - 0.5) * 2 * (down - 0.5) + 0.5
    clouds = 0 * share
    for number, frequency in ((7, 9.0), (9, 19.0)):
        turn = np.sin(frequency * (across + free[number] + 0.35 * np.sin(6 * down + 6 * free[17])))
        clouds = clouds + turn * np.sin(0.8 * frequency * (down + free[number + 1] + 0.3 * across))
    clouds *= 0.3
    share = share + pick(leaves, 0.9, pick(bokeh, 0.5, 0.15)) * clouds
    for number in (9, 11):  # furniture, or houses
        edge = soft(across - free[number], 0.02 + 0.08 * free[number + 1])
        lower = pick(street, 1, soft(down - free[number + 1], 0.04))
        share = share + edge * (lower * (free[number] - 0.5) * 2.4 * (room | street))
    np.clip(share, 0, 1, out=share)
    colours = first + (second - first) * share
    rows = np.flatnonzero((bokeh | leaves)[:, 0, 0])
    if rows.size:
        for disc in range(_DISCS):
            a, b, c = (free[(number * 3 + disc * 2) % 20][rows] for number in (1, 2, 3))
            distance = np.sqrt((across - a) ** 2 + (down - b) ** 2)
            glow = soft(0.05 + 0.09 * c - distance, 0.025) * (0.15 + 0.35 * a)
            tone = second[:, rows] * 0.7 + 0.35 * cloth(c, 0.9, 0.4)
            light = colours[:, rows]
            face_paint.lay(light, tone, glow)
            colours[:, rows] = light
    return colours
