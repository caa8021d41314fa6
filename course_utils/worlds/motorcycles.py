"""Motorcycles as solids, mostly with a rider."""

import functools
import math
import random

from course_utils.worlds import bodies, flesh
from course_utils.worlds.outlines import Outlines
from course_utils.worlds.poses import Pose
from course_utils.worlds.sprites import Material, Solid
from course_utils.worlds.vehicles import PAINTS, circle, lamps, varied

import numpy as np

LENGTH, WIDTH, HEIGHT = 2.05, 0.75, 1.2
_LEAN = {"naked": 0.3, "sport": 0.62, "scooter": 0.18}  # of the rider's back, radians
_RIDERS = 20  # bodies to choose a rider from
_TALL, _SEAT = 1.74, 0.87  # height of a rider who stands, and of the hips on the seat, metres


def chosen(dice, lamps_on):
    """Draw a motorcycle: its kind, the palette it is drawn in, its rider (None when parked)."""
    rider = bodies.dressed(dice) | {"helmet": varied(dice, dice.choice(PAINTS))}
    rider["body"] = dice.randrange(_RIDERS)
    return {
        "kind": dice.choice(("naked", "sport", "scooter")),
        "top_case": dice.random() < 0.25,
        "rider": rider if dice.random() < 0.88 else None,
        "paint": varied(dice, dice.choice(PAINTS)),
        "black": (28, 28, 30), "steel": (132, 134, 138), "rim": (96, 98, 102), "tyre": (24, 24, 26),
        "screen": (60, 70, 80), "plate": (236, 236, 230),
        **lamps(lamps_on),
    }  # fmt: skip


def height(motorcycle):
    """Return the height of a motorcycle, or of its rider, metres."""
    rider = motorcycle["rider"]
    return _rider(motorcycle["kind"], rider["body"], flesh.FAR).height if rider else HEIGHT


def solids(place, motorcycle):
    """Return pairs of Solid and palette: the motorcycle, and its rider if it has one."""
    kind = motorcycle["kind"]
    ahead, right = place.eye[0] > 0, place.eye[1] > 0
    machine = _built(kind, motorcycle["top_case"], ahead, right, place.scale > 26)
    if not motorcycle["rider"]:
        return [(machine, motorcycle)]
    rider, large = motorcycle["rider"], place.scale * _TALL >= flesh.LARGE
    detail = flesh.NEAR if large else flesh.FAR
    return [(machine, motorcycle), (_rider(kind, rider["body"], detail), rider)]


@functools.cache
def _rider(kind, number, detail):
    """One of the riders' bodies on a motorcycle of that kind, always the same."""
    dice = random.Random(f"rider {number}")
    looks = bodies.dressed(dice) | {
        "helmet": True, "cut": "trousers", "bag": dice.choice(("none", "none", "backpack")),
        "build": dice.uniform(1.0, 1.2),
    }  # fmt: skip
    return Outlines(flesh.parts(riding(kind), looks, detail))


def riding(kind):
    """Return the Pose of a rider: hands at the handlebar, feet on the pegs, on the seat between."""
    lean = _LEAN[kind]
    sin, cos = math.sin(lean), math.cos(lean)
    chest = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    bones = {name: share * _TALL for name, share in bodies.BONES.items()}
    grips = np.array([(0.40, side * 0.31, 1.03) for side in (1, -1)])
    drop = bones["shoulder_height"] - bones["hip_height"]
    shoulders = [chest @ (0, side * bones["shoulder"], drop) for side in (1, -1)]
    shoulders += np.array((0, 0, _SEAT))
    # The rider sits where the arms are nearly straight.
    _, aside, up = grips[0] - shoulders[0]
    arm = 0.95 * (bones["upper_arm"] + bones["forearm"])
    sits = grips[0, 0] - shoulders[0, 0] - math.sqrt(arm**2 - aside**2 - up**2)
    shoulders[:, 0] += sits
    hips = np.array((sits, 0, _SEAT))
    joints, toes = np.zeros((14, 3)), np.zeros((2, 3))
    joints[12] = hips + chest @ (0, 0, bones["neck_height"] - bones["hip_height"])
    joints[13] = joints[12] + np.array((0.01 * _TALL, 0, bones["head"]))
    for row, side, leg, arm in ((0, 1, (2, 1, 0), (8, 7, 6)), (1, -1, (3, 4, 5), (9, 10, 11))):
        hip, peg, toes[row] = hips + np.array(
            [(0, side * bones["hip"], 0), (0.14, side * 0.19, -0.5), (0.32, side * 0.21, -0.55)]
        )
        knee = _bent(hip, peg, bones["thigh"], bones["shin"], (1, 0.25 * side, 0.3))
        shoulder, wrist = shoulders[row], grips[row]
        elbow = _bent(shoulder, wrist, bones["upper_arm"], bones["forearm"], (-0.3, side, -0.8))
        joints[list(leg)] = hip, knee, peg
        joints[list(arm)] = shoulder, elbow, wrist
    return Pose(joints, toes, chest, np.eye(3), {})


def _bent(start, end, first, second, towards):
    """Return the joint between two bones of those lengths, bent in the direction `towards`."""
    along = end - start
    distance = float(np.linalg.norm(along))
    along = along / distance
    share = (distance**2 + first**2 - second**2) / (2 * distance)
    aside = np.array(towards) - along * (along @ towards)
    aside /= np.linalg.norm(aside)
    return start + share * along + math.sqrt(first**2 - share**2) * aside


_PAINT = Material("paint", (0, 0, 0.8), 0.15)
_LOWER = Material("paint", mixed=0.35)
_BLACK = Material("black")
_STEEL = Material("steel", (0, 0, 0.7), 0.1)


@functools.cache
def _built(kind, top_case, ahead, right, fine):
    solid = Solid()
    wheel, base = (0.26, 0.62) if kind == "scooter" else (0.32, 0.72)
    for axle in (base, -base):
        solid.slab(circle(axle, wheel, wheel), 0.06, Material("tyre"))
        solid.slab(circle(axle, wheel, 0.68 * wheel), 0.045, Material("rim"), 0.02)
        solid.slab(circle(axle, wheel, 0.58 * wheel), 0.04, Material("black", mixed=0.2), 0.03)
        if not fine:
            continue
        for share in ((0.9, 0.1), (-0.1, 0.9), (-0.8, -0.6)):
            f, u = share[0] * 0.5 * wheel, share[1] * 0.5 * wheel
            hub, rim = (axle, 0.0, wheel), (axle + f, 0.0, wheel + u)
            solid.limb(hub, rim, 0.02, 0.015, Material("rim"), 0.10)
        solid.slab(circle(axle, wheel, 0.20 * wheel, 8), 0.06, _STEEL, 0.04)
    _scooter(solid) if kind == "scooter" else _motorbike(solid, kind, right)
    seat = [(0.06, 0.78), (-0.62, 0.76), (-0.78, 0.84), (-0.62, 0.88), (-0.10, 0.84)]
    solid.slab(seat, 0.13, _BLACK)
    for side in (-0.09, 0.09):
        solid.limb((base, side, wheel), (0.50, side, 0.98), 0.034, 0.028, _STEEL)
    solid.limb((0.48, -0.34, 1.02), (0.48, 0.34, 1.02), 0.025, 0.025, _BLACK)
    for side in (-0.40, 0.40) if fine else ():
        solid.limb((0.50, side * 0.7, 1.02), (0.48, side, 1.17), 0.012, 0.012, _BLACK)
        solid.disc((0.48, side, 1.18), 0.055, 0.045, _BLACK)
    if top_case:
        solid.slab([(-0.55, 0.90), (-0.95, 0.90), (-0.95, 1.22), (-0.60, 1.22)], 0.20, _BLACK)
    headlamp = Material("headlamp", glowing=True)
    tail_lamp = Material("tail_lamp", glowing=True)
    solid.disc((0.66, 0, 0.86), 0.10, 0.10, _STEEL if ahead else _BLACK, 0.05)
    if ahead:
        solid.disc((0.70, 0, 0.86), 0.085, 0.085, headlamp, 0.2)
    else:
        solid.disc((-0.92, 0, 0.80), 0.07, 0.04, tail_lamp, 0.2)
        plate = [(-0.95, 0.50), (-0.95, 0.66), (-0.93, 0.66), (-0.93, 0.50)]
        corners = [
            (-0.95, r, u) for r, u in ((-0.09, 0.5), (0.09, 0.5), (0.09, 0.66), (-0.09, 0.66))
        ]
        solid.slab(plate, 0.09, Material("plate"), 0.1)
        solid.polygon(corners, Material("plate"), 0.12)
    return solid


def _scooter(solid):
    shield = [(0.42, 0.30), (0.30, 0.30), (0.36, 0.95), (0.46, 0.95)]
    solid.slab(shield, 0.20, _PAINT)
    solid.polygon(
        [(0.47, -0.2, 0.3), (0.47, 0.2, 0.3), (0.5, 0.16, 0.95), (0.5, -0.16, 0.95)], _PAINT
    )
    solid.slab([(0.40, 0.26), (-0.35, 0.26), (-0.35, 0.36), (0.40, 0.36)], 0.16, _BLACK)
    tail = [(-0.05, 0.34), (-0.85, 0.42), (-0.90, 0.66), (-0.75, 0.76), (-0.10, 0.74)]
    solid.slab(tail, 0.16, _PAINT)
    solid.polygon(
        [(-0.9, -0.15, 0.42), (-0.9, 0.15, 0.42), (-0.85, 0.13, 0.74), (-0.85, -0.13, 0.74)], _LOWER
    )
    solid.slab([(-0.05, 0.34), (-0.80, 0.40), (-0.80, 0.52), (-0.08, 0.46)], 0.17, _LOWER, 0.01)
    solid.slab([(0.80, 0.52), (0.45, 0.60), (0.42, 0.50), (0.72, 0.46)], 0.09, _PAINT)


def _motorbike(solid, kind, right):
    solid.slab([(0.30, 0.28), (-0.28, 0.26), (-0.30, 0.52), (0.24, 0.60)], 0.17, _BLACK)
    solid.slab([(0.22, 0.36), (-0.10, 0.34), (-0.08, 0.52), (0.18, 0.54)], 0.18, _STEEL, 0.01)
    tank = [(0.34, 0.66), (-0.12, 0.66), (-0.10, 0.80), (0.10, 0.92), (0.34, 0.88)]
    solid.slab(tank, 0.15, _PAINT)
    tail = [(-0.55, 0.68), (-0.95, 0.84), (-0.92, 0.92), (-0.5, 0.80), (-0.10, 0.70)]
    solid.slab(tail, 0.11, _LOWER)
    solid.limb(
        (-0.10, 0.17, 0.30), (-0.85, 0.17, 0.42), 0.05, 0.06, _STEEL, 0.02 if right else -0.1
    )
    solid.slab([(0.98, 0.60), (0.66, 0.68), (0.50, 0.58), (0.72, 0.66)], 0.07, _PAINT)
    if kind == "sport":
        fairing = [
            (0.62, 0.40),
            (0.10, 0.30),
            (0.05, 0.50),
            (0.35, 0.80),
            (0.74, 0.92),
            (0.84, 0.78),
        ]
        solid.slab(fairing, 0.19, _PAINT, 0.02)
        front = [
            (0.80, -0.12, 0.55), (0.80, 0.12, 0.55), (0.82, 0.18, 0.82), (0.72, 0.14, 0.95),
            (0.72, -0.14, 0.95), (0.82, -0.18, 0.82),
        ]  # fmt: skip
        solid.polygon(front, _PAINT)
        solid.slab([(0.50, 0.46), (0.16, 0.38), (0.20, 0.50), (0.46, 0.60)], 0.20, _LOWER, 0.03)
        screen = [(0.74, 0.92), (0.56, 1.12), (0.48, 1.06), (0.56, 0.90)]
        solid.slab(screen, 0.14, Material("screen", gloss=0.4))
