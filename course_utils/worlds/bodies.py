"""People: a skeleton of 14 joints in three dimensions, posed, dressed and drawn.

Poses are arrays of shape (14, 3) in metres, coordinates (forward, right, up) of the person, in
the order of `JOINTS`. `draw` works for any pose and any view.
"""

import math

import numpy as np

from course_utils.worlds.camera import mix

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

_PELVIS = 14  # drawn between the hips, after the joints

SKINS = ((244, 208, 180), (226, 180, 146), (198, 146, 108), (150, 102, 72), (104, 68, 48))
HAIRS = ((30, 24, 22), (62, 42, 28), (110, 76, 44), (196, 158, 92), (140, 134, 130), (138, 60, 34))
TOPS = (
    (188, 40, 44), (36, 66, 128), (240, 238, 232), (44, 46, 52), (60, 112, 74), (222, 168, 44),
    (120, 124, 132), (204, 120, 140), (86, 58, 104), (210, 196, 168), (40, 130, 146), (226, 104, 44),
)  # fmt: skip
BOTTOMS = (
    (42, 54, 84), (34, 36, 42), (92, 92, 96), (150, 130, 100), (66, 84, 112), (104, 74, 54),
    (190, 182, 168), (120, 40, 48),
)  # fmt: skip


def walking(height, phase, stride, breadth=1.0):
    """Return the pose of a walking person; a stride of 0 stands still.

    Args:
        height: of the person, metres.
        phase: where in the gait, radians.
        stride: swing of the legs, radians.
        breadth: of shoulders and hips, 1 is average.
    """
    swing = stride * math.sin(phase)
    hips, shoulders = 0.05 * breadth, 0.108 * breadth
    joints = np.zeros((14, 3))
    for side, angle, leg, arm in (
        (1, swing, (2, 1, 0), (8, 7, 6)),
        (-1, -swing, (3, 4, 5), (9, 10, 11)),
    ):
        lifting = side * math.cos(phase)
        bend = 0.12 * stride + 1.1 * stride * max(0.0, lifting) + max(0.0, -angle) * 0.5
        hip = np.array([0, side * hips, 0.53])
        knee = hip + 0.25 * _down(angle)
        ankle = knee + 0.235 * _down(angle - bend)
        joints[list(leg)] = hip, knee, ankle
        shoulder = np.array([0.005, side * shoulders, 0.82])
        elbow = shoulder + 0.165 * _down(-0.8 * angle) + (0, side * 0.025, 0)
        wrist = elbow + 0.15 * _down(-0.8 * angle + 0.25 + 0.6 * stride) + (0, side * 0.01, 0)
        joints[list(arm)] = shoulder, elbow, wrist
    joints[12] = 0.01, 0, 0.865
    joints[13] = 0.02, 0, 1.0
    joints[:, 2] += 0.045 - min(joints[0, 2], joints[5, 2])
    return joints * (height / joints[13, 2])


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


def _down(angle):
    return np.array([math.sin(angle), 0.0, -math.cos(angle)])


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
    }


def _varied(dice, colour):
    factor = dice.uniform(0.75, 1.12)
    return tuple(min(255.0, channel * factor) for channel in colour)


def draw(sketch, place, joints, looks):
    """Add a person to a sketch.

    Args:
        sketch: the `Sketch` to draw into.
        place: the `Place` where the person stands.
        joints: pose, (14, 3) in metres, see `JOINTS`.
        looks: what `dressed` returned.
    """
    pelvis = (joints[2] + joints[3]) / 2
    us, vs, depths = place.project(np.vstack([joints, pelvis]))
    tall = float(joints[13, 2] - joints[12, 2]) / 0.135
    metre, build = place.scale, looks["build"]
    skin, top, bottom = (place.shade(looks[name]) for name in ("skin", "top", "bottom"))
    shoes = place.shade(looks["shoes"])
    sun_side = place.sun[0] * place.eye[1] - place.sun[1] * place.eye[0]

    def bone(start, end, r0, r1, colour, nearer=0.0):
        depth = (depths[start] + depths[end]) / 2 - nearer
        width = metre * tall
        sketch.limb(us[start], vs[start], r0 * width, us[end], vs[end], r1 * width, colour, depth)

    bare_legs = looks["cut"] in ("shorts", "skirt")
    for hip, knee, ankle, side in ((2, 1, 0, 1), (3, 4, 5, -1)):
        far = depths[knee] > depths[_PELVIS] + 0.02
        cloth = tuple(int(c * 0.8) for c in bottom) if far else bottom
        shin = skin if bare_legs else cloth
        bone(knee, ankle, 0.030 * build, 0.022, shin, -0.04)
        bone(hip, knee, 0.046 * build, 0.033 * build, cloth, -0.03)
        toe_u, toe_v, toe_depth = place.project(
            [joints[ankle] + (0.07 * tall, side * 0.01, -0.03 * tall)]
        )
        sketch.limb(
            us[ankle], vs[ankle] + 0.015 * tall * metre, 0.024 * tall * metre,
            toe_u[0], toe_v[0], 0.017 * tall * metre, shoes, depths[ankle] + 0.03,
        )  # fmt: skip

    # The trunk is a stack of elliptical sections: broad from the front, narrow from the side.
    distance = math.hypot(place.eye[0], place.eye[1])
    front, flank = abs(place.eye[0]) / distance, abs(place.eye[1]) / distance
    along_u, along_v = us[12] - us[14], vs[12] - vs[14]
    length = math.hypot(along_u, along_v) or 1.0
    normal_u, normal_v = -along_v / length, along_u / length

    def trunk(sections, colour, nearer=0.0, shift=0.0):
        left, right = [], []
        for height, broad, deep in sections:
            half = math.hypot(broad * front, deep * flank) * build * tall * metre
            u = us[14] + along_u * height + normal_u * shift
            v = vs[14] + along_v * height + normal_v * shift
            left += (u + normal_u * half, v + normal_v * half)
            right = [u - normal_u * half, v - normal_v * half, *right]
        sketch.polygon(left + right, colour, depths[14] - nearer)
        return left, right

    sections = [
        (-0.10, 0.088, 0.066), (0.05, 0.094, 0.070), (0.35, 0.080, 0.060), (0.70, 0.104, 0.072),
        (0.88, 0.116, 0.062), (0.96, 0.070, 0.045), (1.04, 0.032, 0.032),
    ]  # fmt: skip
    if looks["cut"] == "coat":
        sections = [(-0.75, 0.118, 0.095), (-0.3, 0.106, 0.085), *sections[1:]]
    elif looks["cut"] == "skirt":
        trunk([(-0.62, 0.125, 0.11), (0.0, 0.092, 0.07), (0.22, 0.082, 0.062)], bottom, 0.01)
    trunk(sections, top, 0.02)
    # The half of the trunk away from the sun is darker.
    dark = tuple(int(c * (0.80 + 0.1 * place.light.clouds)) for c in top)
    turned = 1 if sun_side > 0 else -1
    half = [(height, broad * 0.5, deep * 0.5) for height, broad, deep in sections[:-1]]
    trunk(
        half, dark, 0.021, shift=turned * 0.5 * 0.085 * build * tall * metre * (front + 0.7 * flank)
    )

    towards = place.eye[0] / distance
    for shoulder, elbow, wrist in ((8, 7, 6), (9, 10, 11)):
        nearer = 0.06 if depths[elbow] < depths[14] + 0.05 else -0.06
        sleeve = tuple(int(c * 0.93) for c in top)
        bone(shoulder, elbow, 0.033 * build, 0.027 * build, sleeve, nearer)
        bone(elbow, wrist, 0.025 * build, 0.019, sleeve if looks["sleeves"] else skin, nearer)
        hand = metre * 0.021 * tall
        sketch.disc(us[wrist], vs[wrist], hand, hand, skin, depths[wrist] - nearer)

    _draw_head(sketch, place, us, vs, depths, tall, looks, skin, towards)
    _draw_bag(sketch, place, joints, looks, tall, towards)


def _draw_head(sketch, place, us, vs, depths, tall, looks, skin, towards):
    radius = 0.062 * tall * place.scale
    u = us[12] + 0.52 * (us[13] - us[12])
    v = vs[12] + 0.52 * (vs[13] - vs[12])
    depth = depths[12] - 0.03
    # Which way the nose points in the picture: -1 left, 1 right, 0 towards or away.
    ahead = place.project([(0.0, 0.0, 1.5), (1.0, 0.0, 1.5)])[0]
    nose = (ahead[1] - ahead[0]) / place.scale
    nose = max(-1.0, min(1.0, nose))
    sketch.limb(us[12], vs[12], radius * 0.5, u, v, radius * 0.5, skin, depths[12])
    if looks["helmet"]:
        shell = place.shade(looks["helmet"], (0, 0, 0.8), 0.2)
        sketch.disc(u, v, radius * 1.32, radius * 1.36, shell, depth)
        if towards > -0.5:
            visor = place.shade((34, 38, 46), gloss=0.2)
            sketch.disc(
                u + nose * radius * 0.6, v + radius * 0.1,
                radius * (0.5 + 0.4 * max(0.0, towards)), radius * 0.46, visor, depth - 0.01,
            )  # fmt: skip
        return
    hair = place.shade(looks["hair"])
    if looks["long_hair"]:
        sketch.limb(
            u - nose * radius * 0.5, v - radius * 0.1, radius * 0.95,
            u - nose * radius * 0.6, v + radius * 1.3, radius * 0.75,
            hair, depth + (0.01 if towards > 0 else -0.02),
        )  # fmt: skip
    sketch.disc(
        u - nose * radius * 0.18, v - radius * 0.16, radius * 0.98, radius * 1.16, hair, depth
    )
    if towards > -0.45:
        face = radius * (0.55 + 0.25 * max(0.0, towards))
        sketch.disc(
            u + nose * radius * 0.32, v + radius * 0.22, face, radius * 0.92, skin, depth - 0.01
        )
    if looks["hat"]:
        cap = place.shade(looks["bottom"])
        sketch.disc(u, v - radius * 0.62, radius * 1.05, radius * 0.66, cap, depth - 0.02)
        sketch.disc(
            u + nose * radius * 0.8, v - radius * 0.3, radius * 0.7, radius * 0.2, cap, depth - 0.02
        )


def _draw_bag(sketch, place, joints, looks, tall, towards):
    colour = place.shade(mix(looks["bottom"], (96, 52, 40), 0.5))
    if looks["bag"] == "backpack":
        middle = 0.75 * joints[12] + 0.25 * joints[2] * (1, 0, 1)
        back = middle - (0.105 * tall, 0, 0.02 * tall)
        us, vs, depths = place.project([back + (0, 0, 0.1 * tall), back - (0, 0, 0.1 * tall)])
        width = (
            (0.085 + 0.01 * abs(towards)) * tall * place.scale * (1 if abs(towards) > 0.5 else 0.7)
        )
        sketch.limb(us[0], vs[0], width * 0.9, us[1], vs[1], width, colour, depths[0])
    elif looks["bag"] == "handbag":
        grip = joints[6]
        corners = [
            grip + (f * tall, 0.015, u * tall)
            for f, u in ((0.06, -0.05), (0.07, -0.15), (-0.07, -0.15), (-0.06, -0.05))
        ]
        us, vs, depths = place.project(corners)
        width = 0.02 * tall * place.scale
        points = [c for u, v in zip(us, vs, strict=True) for c in (u, v)]
        sketch.polygon(points, colour, depths[0] - 0.08)
        sketch.limb(us[1], vs[1], width, us[2], vs[2], width, colour, depths[0] - 0.08)
