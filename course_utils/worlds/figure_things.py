"""What people sit on and lift, and what stands before them."""

import math

from course_utils.worlds.camera import Place, mix
from course_utils.worlds.rounded import Part, Parts, squashed

import numpy as np

OCCLUDER_NAMES = ("post", "plant", "crate", "bench", "bush")
_WOODS = ((150, 104, 66), (112, 74, 48), (196, 156, 108), (70, 54, 44), (206, 200, 190))
_PAINTS = (
    (186, 50, 46), (44, 84, 140), (222, 176, 60), (70, 120, 84), (60, 62, 68), (224, 222, 216),
)  # fmt: skip
_CARDBOARD = (186, 146, 100)
_LEAVES = ((78, 122, 62), (96, 140, 78), (62, 100, 58), (120, 148, 72))


def seat(dice, pose):
    """Return the Parts of a chair, stool, box or bench below a sitting person."""
    top = float(pose.joints[2, 2] + pose.joints[3, 2]) / 2 - 0.105
    colour = dice.choice(_WOODS + _PAINTS)
    wood = Part("thing", colour)
    kind = dice.choice(("chair", "chair", "bench", "box", "stool"))
    axes, parts = np.eye(3), Parts()
    wide = dice.uniform(0.8, 1.2) if kind == "bench" else dice.uniform(0.21, 0.25)
    if kind == "box":
        parts.box((0.02, 0, top / 2), axes, (0.22, wide, top / 2), wood)
        return parts
    parts.box((0.03, 0, top - 0.02), axes, (0.22, wide, 0.02), wood)
    darker = Part("thing", mix(colour, (20, 20, 20), 0.25))
    for forward in (-0.16, 0.22):
        for right in (-wide + 0.03, wide - 0.03):
            parts.limb((forward, right, top - 0.03), (forward, right, 0.02), 0.019, 0.016, darker)
    if kind == "chair" or (kind == "bench" and dice.random() < 0.6):
        tilt = dice.uniform(0.05, 0.2)
        leaning = np.array([[math.cos(tilt), 0, math.sin(tilt)], [0, 1, 0],
                            [-math.sin(tilt), 0, math.cos(tilt)]])  # fmt: skip
        high = dice.uniform(0.32, 0.46)
        for right in (-wide + 0.03, wide - 0.03):
            parts.limb((-0.18, right, top - 0.02), (-0.18 - tilt * high, right, top + high), 0.018,
                       0.015, darker)  # fmt: skip
        back = (-0.18 - tilt * high * 0.75, 0, top + 0.72 * high)
        parts.box(back, leaning, (0.014, wide - 0.02, 0.28 * high), wood)
    return parts


def load(dice, pose):
    """Return the Parts of the box, crate, dumb-bell or ball between a lifting person's hands."""
    parts = Parts()
    wrists, elbows = pose.joints[[6, 11]], pose.joints[[7, 10]]
    reach = wrists - elbows
    hands = wrists + 0.065 * reach / np.linalg.norm(reach, axis=1, keepdims=True)
    middle, across = hands.mean(axis=0), hands[0] - hands[1]
    apart = float(np.linalg.norm(across))
    right = across / apart
    forward = np.array([right[1], -right[0], 0.0])
    forward *= np.sign(forward[0]) / max(1e-6, float(np.linalg.norm(forward)))
    up = np.cross(forward, right)
    up *= np.sign(up[2])
    kind = dice.choice(("box", "box", "crate", "bar", "ball"))
    if kind == "bar":
        steel, half = Part("thing", (96, 98, 104)), apart / 2 + dice.uniform(0.18, 0.3)
        parts.limb(middle - half * right, middle + half * right, 0.014, 0.014, steel)
        plate, radius = Part("thing", dice.choice(_PAINTS)), dice.uniform(0.09, 0.16)
        for end in (-1, 1):
            at = middle + end * (half - 0.03) * right
            parts.ball(at, radius, plate, squashed((right, 0.28)))
        return parts
    inner = max(0.05, apart / 2 - 0.022)
    if kind == "ball":
        parts.ball(middle, inner, Part("thing", dice.choice(_PAINTS)))
        return parts
    colour = _CARDBOARD if kind == "box" else dice.choice(_WOODS + _PAINTS)
    deep, high = min(inner, dice.uniform(0.1, 0.16)), dice.uniform(0.09, 0.17)
    axes = np.stack([forward, right, up])
    lower = middle - (high - dice.uniform(0.03, 0.07)) * up if pose.joints[6, 2] < 1.3 else middle
    lower[2] = max(lower[2], high + 0.01)
    parts.box(lower + 0.02 * forward, axes, (deep, inner, high), Part("thing", colour))
    stripe = Part("thing", mix(colour, (60, 40, 20), 0.3))
    parts.box(lower + 0.02 * forward, axes, (deep + 0.002, inner * 0.12, high + 0.002), stripe)
    return parts


def before(dice, place, height, share):
    """Return (Place, Parts) of a thing that stands between the camera and a person.

    Args:
        dice: a `random.Random`.
        place: the person's Place.
        height: of the person as they are posed, metres.
        share: how much of the person it may hide, about, 0..1.
    """
    camera = place.camera
    depth = place.depth - dice.uniform(0.55, 0.9)
    side = dice.choice((-1, 1)) * dice.uniform(0.0, 0.28)
    u = camera.size / 2 + place.scale * (place.across + side)
    x, z = camera.ground(u, depth)
    where = Place(camera, place.light, x, z, camera.yaw, place.sunny)
    parts, kind = Parts(), dice.choice(OCCLUDER_NAMES)
    high = height * share * dice.uniform(0.6, 1.0)
    if kind == "post":
        colour = Part("thing", dice.choice(_WOODS + _PAINTS))
        radius = 0.02 + 0.09 * share * dice.uniform(0.3, 1.0)
        parts.limb((0, 0, 0), (0, 0, 2.6), radius, radius, colour)
    elif kind == "crate":
        colour = dice.choice((_CARDBOARD, *_WOODS))
        turn = dice.uniform(-0.5, 0.5)
        sin, cos = math.sin(turn), math.cos(turn)
        axes = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])
        halves = 0.2, dice.uniform(0.18, 0.3), 0.5 * high
        parts.box((0, 0, 0.5 * high), axes, halves, Part("thing", colour))
        rim = Part("thing", mix(colour, (30, 20, 10), 0.35))
        parts.box((0, 0, 0.78 * high), axes, (0.203, halves[1] + 0.003, 0.03 * high), rim)
    elif kind == "bench":
        wood, wide = Part("thing", dice.choice(_WOODS)), dice.uniform(0.5, 0.9)
        seat_top = min(0.46, high)
        for up in (seat_top, 0.72 * seat_top + 0.3 * high) if high > 0.5 else (seat_top,):
            parts.box((0, 0, up - 0.04), np.eye(3), (0.17 if up == seat_top else 0.02, wide, 0.04),
                      wood)  # fmt: skip
        for right in (-wide + 0.08, wide - 0.08):
            parts.box((0, right, seat_top / 2), np.eye(3), (0.15, 0.03, seat_top / 2), wood)
    else:
        _leafy(dice, parts, high, kind == "plant")
    return where, parts


def _leafy(dice, parts, high, potted):
    """A bush on the ground, or a plant in a pot."""
    low = 0.0
    if potted:
        pot, low = Part("thing", dice.choice(((170, 92, 62), (200, 196, 188), (70, 74, 80)))), 0.3
        low = min(0.3, 0.4 * high)
        parts.limb((0, 0, 0.02), (0, 0, low), 0.10, 0.14, pot, squashed(((0, 0, 1.0), 0.5)))
    green = dice.choice(_LEAVES)
    wide = 0.16 if potted else 0.26
    for _ in range(22):
        angle, share = dice.uniform(0, 2 * math.pi), dice.random()
        out = wide * dice.uniform(0.3, 1.0) * (0.6 + 0.4 * math.sin(math.pi * share))
        tip = np.array([out * math.cos(angle), out * math.sin(angle), low + (high - low) * share])
        root = np.array([0.3 * tip[0], 0.3 * tip[1], max(low * 0.8, tip[2] - 0.22)])
        leaf = tuple(channel * dice.uniform(0.75, 1.2) for channel in green)
        parts.limb(root, tip, 0.030, 0.012 + 0.02 * dice.random(), Part("thing", leaf, 0.8))
