"""What cars and motorcycles share: paints, lamps, wheels."""

import math

PAINTS = (
    (196, 34, 36), (28, 62, 128), (238, 238, 236), (236, 236, 232), (34, 36, 40), (44, 46, 50),
    (158, 162, 168), (110, 114, 120), (190, 194, 198), (30, 92, 74), (222, 178, 40), (120, 36, 44),
    (92, 140, 180), (204, 196, 178), (214, 98, 36),
)  # fmt: skip


def circle(forward, up, radius, points=14):
    """Return the outline of a wheel as (forward, up) points, metres."""
    step = 2 * math.pi / points
    return [
        (forward + radius * math.cos(step * k), up + radius * math.sin(step * k))
        for k in range(points)
    ]


def varied(dice, colour):
    """Return the colour somewhat darker or lighter."""
    factor = dice.uniform(0.8, 1.1)
    return tuple(min(255.0, channel * factor) for channel in colour)


def lamps(on):
    """Return the palette of a vehicle's lamps."""
    if on:
        return {"headlamp": (255, 246, 214), "tail_lamp": (255, 52, 40)}
    return {"headlamp": (206, 210, 212), "tail_lamp": (150, 22, 26)}
