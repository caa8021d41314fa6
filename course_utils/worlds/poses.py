"""What people do: standing, walking, running, sitting, waving, lifting, within the joints' limits.

A pose is a table of angles in degrees; `posed` turns it into a skeleton of 14 joints by forward
kinematics, so a person's bones keep their lengths whatever the pose.
"""

import math
from typing import NamedTuple

from course_utils.worlds import bodies

import numpy as np

POSE_NAMES = ("standing", "walking", "running", "sitting", "waving", "lifting")

# Least and most of every angle, degrees; 0 everywhere is a person who stands with hanging arms.
LIMITS = {
    "trunk_bend": (-15, 75),  # forward
    "trunk_lean": (-20, 20),  # to the right
    "trunk_twist": (-35, 35),  # to the right
    "neck_nod": (-30, 40),  # forward
    "neck_tilt": (-25, 25),  # to the right
    "neck_turn": (-60, 60),  # to the right
    "shoulder_raise": (-50, 180),  # forward and up
    "shoulder_spread": (-5, 150),  # away from the body
    "shoulder_turn": (-90, 80),  # inwards
    "elbow_bend": (0, 145),
    "hip_raise": (-25, 120),  # forward
    "hip_spread": (-8, 45),  # away from the other leg
    "hip_turn": (-20, 40),  # outwards
    "knee_bend": (0, 140),
    "ankle_bend": (-45, 25),  # toes up
}
_SIDED = tuple(name for name in LIMITS if not name.startswith(("trunk", "neck")))
SIDES = {"right": 1, "left": -1}


class Pose(NamedTuple):
    """A person's skeleton, coordinates (forward, right, up) in metres, the ground at 0.

    Attributes:
        joints: (14, 3), in the order of `bodies.JOINTS`.
        toes: (2, 3), the tips of the right and the left foot.
        chest, face: (3, 3), columns are the forward, right and up directions of trunk and head.
        angles: dict of degrees, the names of `LIMITS`; of arms and legs for each side, such as
            "right_knee_bend".
    """

    joints: np.ndarray
    toes: np.ndarray
    chest: np.ndarray
    face: np.ndarray
    angles: dict


def posed(height, angles, lift=0.0, breadth=1.0):
    """Return the Pose of a person.

    Args:
        height: of the person who stands upright, metres.
        angles: dict of degrees, the names as in `Pose.angles`; missing ones are 0.
        lift: how high the lower foot is above the ground, metres.
        breadth: of shoulders and hips, 1 is average.
    """
    angles = {name: angles.get(name, 0.0) for name in angle_names()}
    radians = {name: math.radians(value) for name, value in angles.items()}
    bones = bodies.BONES
    joints, toes = np.zeros((14, 3)), np.zeros((2, 3))
    chest = (
        _turned(radians["trunk_twist"])
        @ _spread(radians["trunk_lean"])
        @ _raised(-radians["trunk_bend"])
    )
    hips = np.array([0.0, 0.0, bones["hip_height"]])
    spine = bones["neck_height"] - bones["hip_height"]
    neck = hips + chest @ (0.01, 0, spine)
    face = (
        chest
        @ _turned(radians["neck_turn"])
        @ _spread(radians["neck_tilt"])
        @ _raised(-radians["neck_nod"])
    )
    joints[12] = neck
    joints[13] = neck + face @ (0.01, 0, bones["head"])
    for (name, side), leg, arm in zip(
        SIDES.items(), ((2, 1, 0), (3, 4, 5)), ((8, 7, 6), (9, 10, 11)), strict=True
    ):
        at = {part: radians[f"{name}_{part}"] for part in _SIDED}
        thigh = (
            _spread(-side * at["hip_spread"]) @ _raised(at["hip_raise"])
            @ _turned(side * at["hip_turn"])
        )  # fmt: skip
        shin = thigh @ _raised(-at["knee_bend"])
        hip = hips + np.array([0, side * breadth * bones["hip"], 0])
        knee = hip - bones["thigh"] * thigh[:, 2]
        ankle = knee - bones["shin"] * shin[:, 2]
        foot = shin @ _raised(at["ankle_bend"])
        joints[list(leg)] = hip, knee, ankle
        toes[(1 - side) // 2] = ankle + foot @ (0.105, side * 0.012, -0.030)
        upper = (
            chest @ _spread(-side * at["shoulder_spread"]) @ _raised(at["shoulder_raise"])
            @ _turned(-side * at["shoulder_turn"])
        )  # fmt: skip
        lower = upper @ _raised(at["elbow_bend"])
        drop = bones["shoulder_height"] - bones["neck_height"]
        shoulder = neck + chest @ (-0.005, side * breadth * bones["shoulder"], drop)
        elbow = shoulder - bones["upper_arm"] * upper[:, 2]
        joints[list(arm)] = shoulder, elbow, elbow - bones["forearm"] * lower[:, 2]
    lowest = min(joints[0, 2] - bones["ankle_height"], joints[5, 2] - bones["ankle_height"],
                 toes[0, 2] - 0.012, toes[1, 2] - 0.012)  # fmt: skip
    joints[:, 2] -= lowest
    toes[:, 2] -= lowest
    up = np.array([0.0, 0.0, lift])
    return Pose(joints * height + up, toes * height + up, chest, face, angles)


def angle_names():
    """Return the names of all angles of a pose."""
    both = [f"{side}_{name}" for side in SIDES for name in _SIDED]
    return [name for name in LIMITS if name not in _SIDED] + both


def limits(name):
    """Return (least, most) in degrees of an angle, such as "right_knee_bend"."""
    side, _, rest = name.partition("_")
    return LIMITS[rest if side in SIDES else name]


def _raised(angle):
    """Turn about the right axis: what hangs swings forward."""
    sin, cos = math.sin(angle), math.cos(angle)
    return np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])


def _spread(angle):
    """Turn about the forward axis: what stands leans to the right, what hangs swings left."""
    sin, cos = math.sin(angle), math.cos(angle)
    return np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])


def _turned(angle):
    """Turn about the upright axis: what looks forward looks to the right."""
    sin, cos = math.sin(angle), math.cos(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def drawn(dice, name, height, breadth=1.0):
    """Draw a Pose of that name.

    Args:
        dice: a `random.Random`.
        name: one of `POSE_NAMES`.
        height: of the person, metres.
        breadth: of shoulders and hips, 1 is average.
    """
    angles = {
        "trunk_bend": dice.gauss(3, 3), "trunk_lean": dice.gauss(0, 3),
        "trunk_twist": dice.gauss(0, 6), "neck_nod": dice.gauss(2, 8),
        "neck_tilt": dice.gauss(0, 5), "neck_turn": dice.gauss(0, 18),
    }  # fmt: skip
    lift = _POSES[name](dice, angles)
    for key in angle_names():
        low, high = limits(key)
        angles[key] = min(high, max(low, angles.get(key, 0.0)))
    return posed(height, angles, lift, breadth)


def _set(angles, side, **values):
    angles.update({f"{side}_{name}": value for name, value in values.items()})


def _hanging(dice, angles, side):
    _set(
        angles, side, shoulder_raise=dice.gauss(2, 8), shoulder_spread=dice.uniform(4, 16),
        shoulder_turn=dice.uniform(-10, 45), elbow_bend=dice.uniform(4, 30),
    )  # fmt: skip


def _resting(dice, angles, side):
    """An arm that does something quiet: hangs, akimbo, in the pocket, folded, at the chin."""
    kind = dice.choice(("hanging", "hanging", "hanging", "akimbo", "folded", "phone"))
    if kind == "hanging":
        _hanging(dice, angles, side)
    elif kind == "akimbo":
        _set(
            angles, side, shoulder_raise=dice.uniform(-25, -8),
            shoulder_spread=dice.uniform(38, 52), shoulder_turn=dice.uniform(55, 75),
            elbow_bend=dice.uniform(85, 110),
        )  # fmt: skip
    elif kind == "folded":
        _set(
            angles, side, shoulder_raise=dice.uniform(15, 35), shoulder_spread=dice.uniform(6, 16),
            shoulder_turn=dice.uniform(45, 75), elbow_bend=dice.uniform(85, 115),
        )  # fmt: skip
    else:
        _set(
            angles, side, shoulder_raise=dice.uniform(15, 50), shoulder_spread=dice.uniform(2, 14),
            shoulder_turn=dice.uniform(0, 30), elbow_bend=dice.uniform(75, 130),
        )  # fmt: skip


def _stand(dice, angles):
    weight = dice.choice(("right", "left", "both"))
    for side in SIDES:
        free = side != weight and weight != "both"
        bend = dice.uniform(8, 28) if free else dice.uniform(0, 5)
        _set(
            angles, side, hip_raise=0.55 * bend, knee_bend=bend, hip_spread=dice.uniform(0, 11),
            hip_turn=dice.uniform(0, 18), ankle_bend=0.45 * bend,
        )  # fmt: skip


def _standing(dice, angles):
    _stand(dice, angles)
    for side in SIDES:
        _resting(dice, angles, side)
    return 0.0


def _walking(dice, angles):
    phase, stride = dice.uniform(0, 2 * math.pi), dice.uniform(17, 30)
    angles["trunk_twist"] = 0.25 * stride * -math.sin(phase) + dice.gauss(0, 2)
    for side, sign in SIDES.items():
        swing = sign * math.sin(phase)
        lifted = max(0.0, sign * math.cos(phase))
        knee = 5 + 1.6 * stride * lifted**1.3 + max(0.0, -swing) * 0.7 * stride
        _set(
            angles, side, hip_raise=stride * swing + 0.35 * knee * lifted, knee_bend=knee,
            ankle_bend=swing * 8 - (14 if swing < -0.6 else 0), hip_turn=dice.uniform(0, 9),
            hip_spread=dice.uniform(-2, 3), shoulder_raise=-0.9 * stride * swing,
            shoulder_spread=dice.uniform(4, 12), shoulder_turn=dice.uniform(5, 35),
            elbow_bend=18 + 16 * max(0.0, -swing) + dice.uniform(-8, 14),
        )  # fmt: skip
    if dice.random() < 0.15:
        _resting(dice, angles, dice.choice(("right", "left")))
    return 0.0


def _running(dice, angles):
    phase, stride = dice.uniform(0, 2 * math.pi), dice.uniform(36, 52)
    angles["trunk_bend"] = dice.uniform(6, 17)
    angles["trunk_twist"] = -0.25 * stride * math.sin(phase)
    for side, sign in SIDES.items():
        swing = sign * math.sin(phase)
        lifted = max(0.0, sign * math.cos(phase))
        hip = 12 + stride * swing * (1.15 if swing > 0 else 0.75)
        knee = 18 + 70 * lifted + (28 if swing > 0 else 44) * abs(swing) + dice.uniform(0, 14)
        _set(
            angles, side, hip_raise=max(-24, hip), knee_bend=knee, hip_turn=dice.uniform(-4, 6),
            hip_spread=dice.uniform(-2, 3), ankle_bend=-22 * max(0.0, -swing) + 4,
            shoulder_raise=-1.05 * stride * swing, shoulder_spread=dice.uniform(6, 20),
            shoulder_turn=dice.uniform(10, 40), elbow_bend=dice.uniform(72, 108),
        )  # fmt: skip
    return dice.uniform(0.0, 0.12) * abs(math.sin(phase))


def _sitting(dice, angles):
    angles["trunk_bend"] = dice.choice((dice.uniform(-8, 6), dice.uniform(5, 30)))
    cross = dice.choice(("right", "left", None, None, None, None))
    shared = dice.uniform(2, 16)
    for side in SIDES:
        raised = dice.uniform(80, 92)
        knee = raised + dice.uniform(-22, 10)
        _set(
            angles, side, hip_raise=raised, knee_bend=knee, hip_spread=shared + dice.uniform(0, 6),
            hip_turn=dice.uniform(0, 12), ankle_bend=dice.uniform(-6, 6),
        )  # fmt: skip
        if side == cross:
            _set(angles, side, hip_raise=104, knee_bend=dice.uniform(70, 95), hip_spread=-8,
                 hip_turn=-4, ankle_bend=-12)  # fmt: skip
        if dice.random() < 0.65:  # the hand on the thigh
            _set(
                angles, side, shoulder_raise=dice.uniform(18, 34) + angles["trunk_bend"],
                shoulder_spread=dice.uniform(4, 14), shoulder_turn=dice.uniform(5, 35),
                elbow_bend=dice.uniform(48, 72),
            )  # fmt: skip
        else:
            _resting(dice, angles, side)
    return 0.0


def _waving(dice, angles):
    _stand(dice, angles)
    waving = dice.choice(("right", "left"))
    both = dice.random() < 0.15
    for side in SIDES:
        if side != waving and not both:
            _resting(dice, angles, side)
        elif dice.random() < 0.7:
            _set(
                angles, side, shoulder_raise=dice.uniform(-5, 25),
                shoulder_spread=dice.uniform(62, 112), shoulder_turn=dice.uniform(-90, -66),
                elbow_bend=dice.uniform(45, 120),
            )  # fmt: skip
        else:
            _set(
                angles, side, shoulder_raise=dice.uniform(140, 176),
                shoulder_spread=dice.uniform(2, 24), shoulder_turn=dice.uniform(-10, 40),
                elbow_bend=dice.uniform(5, 60),
            )  # fmt: skip
    return 0.0


def _lifting(dice, angles):
    """Both hands hold a thing: down at the floor, in front of the belly, or over the head."""
    kind = dice.choice(("floor", "carry", "overhead"))
    spread, turn = dice.uniform(2, 9), dice.uniform(0, 12)
    angles["trunk_twist"] *= 0.3
    if kind == "floor":
        deep = dice.uniform(0.35, 1.0)
        bend = dice.uniform(38, 68)
        legs = {"hip_raise": 95 * deep, "knee_bend": 112 * deep, "ankle_bend": 24 * deep,
                "hip_spread": dice.uniform(5, 14), "hip_turn": dice.uniform(4, 20)}  # fmt: skip
        arms = {"shoulder_raise": bend + dice.uniform(8, 20), "elbow_bend": dice.uniform(2, 18)}
        angles["neck_nod"] = dice.uniform(-25, 5)
    else:
        bend = dice.uniform(-8, 4)
        straight = dice.uniform(0, 14)
        legs = {"hip_raise": 0.55 * straight, "knee_bend": straight, "ankle_bend": 0.45 * straight,
                "hip_spread": dice.uniform(2, 11), "hip_turn": dice.uniform(0, 16)}  # fmt: skip
        if kind == "carry":
            arms = {"shoulder_raise": dice.uniform(5, 40), "elbow_bend": dice.uniform(55, 92)}
        else:
            arms = {"shoulder_raise": dice.uniform(150, 172), "elbow_bend": dice.uniform(8, 62)}
            spread += 10
    angles["trunk_bend"] = bend
    for side in SIDES:
        _set(angles, side, **legs, **arms, shoulder_spread=spread, shoulder_turn=turn)
    return 0.0


_POSES = {
    "standing": _standing, "walking": _walking, "running": _running, "sitting": _sitting,
    "waving": _waving, "lifting": _lifting,
}  # fmt: skip
