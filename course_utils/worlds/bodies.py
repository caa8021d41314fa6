"""People: a skeleton of 14 joints in three dimensions, posed, dressed and drawn.

Poses are arrays of shape (14, 3) in metres, coordinates (forward, right, up) of the person, in
the order of `JOINTS`. `solid` works for any pose and any view.
"""

import math

from course_utils.worlds.camera import mix
from course_utils.worlds.sprites import Material, Solid

import numpy as np

JOINTS = (
    "right_ankle",
    "right_knee",
    "right_hip",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_wrist",
    "right_elbow",
    "right_shoulder",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "neck",
    "head_top",
)

# Lengths of the bones and heights of the joints of a standing person, as shares of the height;
# hips and shoulders lie so far from the middle.
BONES = {
    "thigh": 0.25, "shin": 0.235, "upper_arm": 0.165, "forearm": 0.15, "head": 0.135,
    "hip": 0.05, "shoulder": 0.108, "ankle_height": 0.045, "hip_height": 0.53,
    "shoulder_height": 0.82, "neck_height": 0.865,
}  # fmt: skip

SKINS = ((244, 208, 180), (226, 180, 146), (198, 146, 108), (150, 102, 72), (104, 68, 48))
HAIRS = ((30, 24, 22), (62, 42, 28), (110, 76, 44), (196, 158, 92), (140, 134, 130), (138, 60, 34))
TOPS = (
    (188, 40, 44), (36, 66, 128), (240, 238, 232), (44, 46, 52), (60, 112, 74), (222, 168, 44),
    (120, 124, 132), (204, 120, 140), (86, 58, 104), (210, 196, 168), (40, 130, 146),
    (226, 104, 44),
)  # fmt: skip
BOTTOMS = (
    (42, 54, 84), (34, 36, 42), (92, 92, 96), (150, 130, 100), (66, 84, 112), (104, 74, 54),
    (190, 182, 168), (120, 40, 48),
)  # fmt: skip


def riding(lean=0.2, seat=0.80, reach=0.52):
    """Return the pose of a motorcycle's rider, hands on the handlebar, feet on the pegs.

    Args:
        lean: of the back from upright towards the handlebar, radians.
        seat: height of the seat, metres.
        reach: how far forward of the seat the handlebar is, metres.
    """
    hip, bar = -0.22, 0.2 + seat
    neck_forward, neck_up = hip + 0.56 * math.sin(lean), seat + 0.06 + 0.56 * math.cos(lean)
    joints = np.zeros((14, 3))
    for side, leg, arm in ((1, (2, 1, 0), (8, 7, 6)), (-1, (3, 4, 5), (9, 10, 11))):
        joints[list(leg)] = (
            (hip, side * 0.10, seat + 0.05),
            (hip + 0.42, side * 0.21, seat - 0.12),
            (hip + 0.16, side * 0.17, seat - 0.50),
        )
        shoulder = np.array([neck_forward - 0.02, side * 0.19, neck_up - 0.07])
        hand = np.array([hip + reach + 0.14, side * 0.33, bar])
        joints[list(arm)] = shoulder, (shoulder + hand) / 2 + (-0.04, side * 0.09, -0.07), hand
    joints[12] = neck_forward, 0, neck_up
    joints[13] = neck_forward + 0.06, 0, neck_up + 0.27
    return joints


def dressed(dice):
    """Draw the looks of a person: build, colours and cut of the clothes, hair, bags."""
    bottom = dice.choice(BOTTOMS)
    return {
        "skin": dice.choice(SKINS),
        "hair": dice.choice(HAIRS),
        "top": _varied(dice, dice.choice(TOPS)),
        "bottom": _varied(dice, bottom),
        "shoes": dice.choice(((28, 26, 26), (230, 230, 228), (92, 60, 40), (150, 40, 40))),
        "build": dice.uniform(0.85, 1.22),
        "sleeves": dice.random() < 0.65,
        "cut": dice.choice(("trousers", "trousers", "trousers", "shorts", "skirt", "coat")),
        "long_hair": dice.random() < 0.4,
        "hat": dice.random() < 0.12,
        "bag": dice.choice(("none", "none", "backpack", "handbag")),
        "helmet": None,
        "visor": (34, 38, 46),
        "leather": mix(bottom, (96, 52, 40), 0.5),
    }


def _varied(dice, colour):
    factor = dice.uniform(0.75, 1.12)
    return tuple(min(255.0, channel * factor) for channel in colour)


def solid(place, joints, looks):
    """Return a person as a Solid, to be drawn in the palette `looks` at `place`.

    Args:
        place: the Place where the person stands; round parts are turned to its camera.
        joints: pose, (14, 3) in metres, see `JOINTS`.
        looks: what `dressed` returned.
    """
    body = Solid()
    joints = joints.tolist()
    tall = (joints[13][2] - joints[12][2]) / 0.135
    build = looks["build"]
    pelvis = [(a + b) / 2 for a, b in zip(joints[2], joints[3], strict=True)]
    distance = math.hypot(place.eye[0], place.eye[1])
    # Where the camera is (1 ahead, -1 behind), and where the picture's right is, seen from here.
    towards = place.eye[0] / distance
    aside = (place.eye[1] / distance, -towards)
    _legs(body, joints, looks, tall, build, place)
    _trunk(body, pelvis, joints[12], looks, tall, build, place, towards, aside)
    for shoulder, elbow, wrist, side in ((8, 7, 6, 1), (9, 10, 11, -1)):
        nearer = 0.06 if side * place.eye[1] > -0.05 * distance else -0.06
        sleeve = Material("top", mixed=0.07)
        lower = sleeve if looks["sleeves"] else _SKIN
        body.limb(
            joints[shoulder],
            joints[elbow],
            0.033 * build * tall,
            0.026 * build * tall,
            sleeve,
            nearer,
        )
        body.limb(joints[elbow], joints[wrist], 0.024 * build * tall, 0.018 * tall, lower, nearer)
        body.disc(joints[wrist], 0.021 * tall, 0.023 * tall, _SKIN, nearer + 0.001)
    _head(body, joints[12], joints[13], looks, tall, towards, aside)
    _bag(body, pelvis, joints, looks, tall, towards)
    return body


_SKIN = Material("skin")


def _legs(body, joints, looks, tall, build, place):
    bare = looks["cut"] in ("shorts", "skirt")
    under = -0.3 if looks["cut"] in ("coat", "skirt") else 0.0  # legs stay behind the cloth
    for hip, knee, ankle, side in ((2, 1, 0, 1), (3, 4, 5, -1)):
        cloth = Material("bottom", mixed=0.2 if side * place.eye[1] < 0 else 0.0)
        hip, knee, ankle = joints[hip], joints[knee], joints[ankle]
        body.limb(
            knee, ankle, 0.031 * build * tall, 0.022 * tall, _SKIN if bare else cloth, under - 0.04
        )
        body.limb(hip, knee, 0.047 * build * tall, 0.034 * build * tall, cloth, under - 0.03)
        heel = (ankle[0] - 0.01 * tall, ankle[1], ankle[2] - 0.02 * tall)
        toe = (ankle[0] + 0.075 * tall, ankle[1] + side * 0.01, ankle[2] - 0.028 * tall)
        body.limb(toe, heel, 0.017 * tall, 0.024 * tall, Material("shoes"), under - 0.035)


def _trunk(body, pelvis, neck, looks, tall, build, place, towards, aside):
    """A stack of elliptical sections along the spine: broad from ahead, narrow from the side."""
    spine = [b - a for a, b in zip(pelvis, neck, strict=True)]
    lean = spine[0] * aside[0] + spine[1] * aside[1]
    length = math.hypot(lean, spine[2])
    across, rise = spine[2] / length, -lean / length

    (f0, r0, u0), (f1, r1, u1) = pelvis, spine
    forward, right = aside[0] * across, aside[1] * across
    towards, sideways = towards * build * tall, aside[0] * build * tall

    def stack(sections, material, nearer, shift=0.0):
        left, other = [], []
        for height, broad, deep in sections:
            half = math.hypot(broad * towards, deep * sideways)
            f, r, u = f0 + f1 * height, r0 + r1 * height, u0 + u1 * height
            for edge, reach in ((left, shift - half), (other, shift + half)):
                edge.append((f + forward * reach, r + right * reach, u + rise * reach))
        body.polygon(left + other[::-1], material, nearer)

    sections = [
        (-0.10, 0.088, 0.066), (0.05, 0.094, 0.070), (0.35, 0.080, 0.060), (0.70, 0.104, 0.072),
        (0.88, 0.116, 0.062), (0.96, 0.070, 0.045), (1.04, 0.032, 0.032),
    ]  # fmt: skip
    if looks["cut"] == "coat":
        sections = [(-0.75, 0.118, 0.095), (-0.3, 0.106, 0.085), *sections[1:]]
    elif looks["cut"] == "skirt":
        skirt = [(-0.62, 0.125, 0.11), (0.0, 0.092, 0.07), (0.22, 0.082, 0.062)]
        stack(skirt, Material("bottom"), 0.01)
    stack(sections, Material("top"), 0.02)
    # The half away from the sun is darker.
    from_sun = -1 if place.sun[0] * aside[0] + place.sun[1] * aside[1] > 0 else 1
    half = [(height, broad * 0.5, deep * 0.5) for height, broad, deep in sections[:-1]]
    shift = from_sun * 0.042 * math.hypot(towards, 0.7 * sideways)
    stack(half, Material("top", mixed=0.2 - 0.1 * place.light.clouds), 0.021, shift)


def _head(body, neck, crown, looks, tall, towards, aside):
    radius = 0.062 * tall
    middle = [a + 0.52 * (b - a) for a, b in zip(neck, crown, strict=True)]
    nose = aside[0]  # 1 when the nose points right in the picture, -1 left

    def at(across, up):
        reach = across * radius
        return middle[0] + aside[0] * reach, middle[1] + aside[1] * reach, middle[2] + up * radius

    body.limb(neck, middle, radius * 0.5, radius * 0.5, _SKIN, 0.03)
    if looks["helmet"]:
        body.disc(
            at(0, 0), radius * 1.32, radius * 1.36, Material("helmet", (0, 0, 0.8), 0.2), 0.06
        )
        if towards > -0.5:
            wide = 0.5 + 0.4 * max(0.0, towards)
            visor = Material("visor", gloss=0.25)
            body.disc(at(nose * 0.6, -0.1), radius * wide, radius * 0.46, visor, 0.14)
        return
    hair = Material("hair")
    if looks["long_hair"]:
        behind = 0.03 if towards > 0 else 0.08
        body.limb(
            at(-nose * 0.5, 0.1), at(-nose * 0.6, -1.3), radius * 0.95, radius * 0.75, hair, behind
        )
    body.disc(at(-nose * 0.18, 0.16), radius * 0.98, radius * 1.16, hair, 0.06)
    if towards > -0.45:
        wide = 0.55 + 0.25 * max(0.0, towards)
        body.disc(at(nose * 0.32, -0.22), radius * wide, radius * 0.92, _SKIN, 0.16)
    if looks["hat"]:
        cap = Material("bottom")
        body.disc(at(0, 0.62), radius * 1.05, radius * 0.66, cap, 0.22)
        body.disc(at(nose * 0.8, 0.3), radius * 0.7, radius * 0.2, cap, 0.22)


def _bag(body, pelvis, joints, looks, tall, towards):
    leather = Material("leather")
    if looks["bag"] == "backpack":
        back = [0.75 * a + 0.25 * b for a, b in zip(joints[12], pelvis, strict=True)]
        width = (0.085 if abs(towards) > 0.5 else 0.065) * tall
        forward = back[0] - 0.105 * tall
        top, low = (forward, 0, back[2] + 0.08 * tall), (forward, 0, back[2] - 0.12 * tall)
        body.limb(top, low, width * 0.9, width, leather)
    elif looks["bag"] == "handbag":
        forward, right, up = joints[6]
        outline = ((0.06, -0.05), (0.07, -0.15), (-0.07, -0.15), (-0.06, -0.05))
        corners = [(forward + f * tall, right + 0.015, up + u * tall) for f, u in outline]
        body.polygon(corners, leather, 0.08)
        body.limb(corners[1], corners[2], 0.02 * tall, 0.02 * tall, leather, 0.08)
