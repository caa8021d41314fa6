"""The flesh of people: a posed skeleton becomes limbs, hands, feet, a head, clothes and bags.

All are round parts, coloured by the names of the looks. `rounded.Seen` meets them with rays, for
Figures; `outlines.Outlines` paints them flat, for Streets.
"""

import math

from course_utils.worlds import bodies
from course_utils.worlds.rounded import Part, Parts, squashed

import numpy as np

# The pieces at which each joint counts as visible: the joint's own, and what is worn over it.
PIECES = {
    **{
        f"{side}_{joint}": {"worn", *(f"{side}_{piece}" for piece in pieces)}
        for side in ("right", "left")
        for joint, pieces in {
            "ankle": ("shin", "foot"), "knee": ("thigh", "shin"), "hip": ("thigh", "trunk"),
            "wrist": ("forearm", "hand"), "elbow": ("upper_arm", "forearm"),
            "shoulder": ("upper_arm",),
        }.items()
    },
    "neck": {"trunk", "neck", "head", "worn"},
    "head_top": {"head", "worn"},
}  # fmt: skip
for _side in ("right", "left"):
    PIECES[f"{_side}_shoulder"].add("trunk")
    PIECES[f"{_side}_hip"].add("trunk")
BODY = frozenset().union(*PIECES.values())
FAR, NEAR, FACE = range(3)
LARGE = 90  # height of a person in pixels from which on the smaller parts show


def parts(pose, looks, detail):
    """Return a person as `Parts`.

    Args:
        pose: a `poses.Pose`.
        looks: what `dressed` returned.
        detail: `FAR` leaves out what hardly shows on people of less than `LARGE` pixels, `FACE`
            adds eyes, brows and mouth to `NEAR`.
    """
    body = Parts()
    joints = pose.joints
    tall = float(np.linalg.norm(joints[13] - joints[12])) / math.hypot(0.01, bodies.BONES["head"])
    _trunk(body, pose, looks, tall, detail)
    for side, sign, leg, arm in (("right", 1, (2, 1, 0), (8, 7, 6)),
                                 ("left", -1, (3, 4, 5), (9, 10, 11))):  # fmt: skip
        _leg(body, side, *joints[list(leg)], pose.toes[(1 - sign) // 2], looks, tall, detail)
        _arm(body, side, *joints[list(arm)], looks, tall, detail)
    if looks["cut"] in ("coat", "skirt"):
        _hanging_cloth(body, joints, looks, tall)
    _head(body, pose, looks, tall, detail)
    if looks["bag"] == "handbag":
        _handbag(body, joints[6:8], tall)
    elif looks["bag"] == "backpack":
        middle = joints[12] + pose.chest @ (-0.085 * tall, 0, -0.15 * tall)
        half = pose.chest[:, 2] * 0.07 * tall
        leather, flat = Part("worn", "leather", 0.6), squashed((pose.chest[:, 0], 0.75))
        body.limb(middle - half, middle + half, 0.075 * tall, 0.066 * tall, leather, flat)
    return body


def _handbag(body, arm, tall):
    """A bag on straps in the right hand, or in the crook of a bent arm."""
    wrist, elbow = arm
    hand = wrist + 0.04 * tall * (wrist - elbow) / np.linalg.norm(wrist - elbow)
    grip = hand if wrist[2] < elbow[2] - 0.06 * tall else elbow
    leather, flat = Part("worn", "leather", 0.3), squashed(((0, 1.0, 0), 0.42))
    ends = [grip + np.array((forward, 0.01, -0.105)) * tall for forward in (-0.04, 0.04)]
    body.limb(*ends, 0.045 * tall, 0.045 * tall, leather, flat)
    for end in ends:
        body.limb(grip, end, 0.005 * tall, 0.005 * tall, leather)


def _trunk(body, pose, looks, tall, detail):
    joints, build = pose.joints, looks["build"]
    hips, neck = (joints[2] + joints[3]) / 2, joints[12]
    spine = neck - hips
    sections = ((0.0, 0.086), (0.16, 0.086), (0.38, 0.080), (0.62, 0.090), (0.78, 0.092),
                (0.90, 0.070))  # fmt: skip
    top, bottom = Part("trunk", "top", 1.0), Part("trunk", "bottom", 0.6)
    if looks["cut"] == "coat":
        bottom = top
    stretches, middles, radii = [], [], []
    up = spine / np.linalg.norm(spine)
    for share, broad in sections:
        # From the pelvis, which stays upright, to the chest the body turns gradually.
        forward = (1 - share) * np.array([1.0, 0, 0]) + share * pose.chest[:, 0]
        forward -= up * (forward @ up)
        forward /= np.linalg.norm(forward)
        belly = looks["belly"] - 1 if 0.1 < share < 0.5 else 0.0
        waist = looks["waist"] if 0.3 < share < 0.5 else 1.0
        middles.append(hips + share * spine + forward * belly * 0.06 * tall)
        radii.append(broad * (1 + 0.2 * belly) * build * tall * waist)
        # One stretch for all sections: where two meet their surfaces are smooth.
        stretches.append(squashed((forward, 0.76), (up, 0.5)))
    if detail > FAR or looks["cut"] not in ("coat", "skirt"):
        body.limb(joints[2], joints[3], 0.062 * build * tall, 0.062 * build * tall, bottom)
    other = top._replace(colour="second")
    if detail > FAR:
        body.limb(middles[0], middles[1], radii[0], radii[1], bottom, stretches[0])
    striped = looks["style"] == "striped"
    few = detail == FAR and not striped
    for index, after in ((1, 2), (2, 4), (4, 5)) if few else ((1, 2), (2, 3), (3, 4), (4, 5)):
        if striped and detail > FAR:
            _striped(body, middles, radii, index, (top, other), stretches[index])
        else:
            cloth = other if striped and index % 2 else top
            body.limb(middles[index], middles[after], radii[index], radii[after], cloth,
                      stretches[index])  # fmt: skip
    for shoulder in (8, 9):
        inner = neck - 0.018 * tall * up
        body.limb(inner, joints[shoulder] - 0.006 * tall * up, 0.036 * build**0.5 * tall,
                  0.034 * build**0.5 * tall, top)  # fmt: skip
    _front(body, pose, middles, radii, looks, tall, other, detail)


def _striped(body, middles, radii, index, pair, stretch):
    """One section of a striped shirt: four bands."""
    start, step = middles[index], (middles[index + 1] - middles[index]) / 4
    for band in range(4):
        r0, r1 = (
            radii[index] + (radii[index + 1] - radii[index]) * (band + more) / 4
            for more in (0, 1)
        )  # fmt: skip
        flat = squashed((step / np.linalg.norm(step), 0.1))[0] - np.eye(3) + stretch[0]
        body.limb(start + band * step, start + (band + 1) * step, r0, r1, pair[band % 2],
                  (flat, 1.0))  # fmt: skip


def _front(body, pose, middles, radii, looks, tall, other, detail):
    """What a shirt or jacket shows ahead: another shirt below, a print, a collar."""
    forward = pose.chest[:, 0]
    if detail > FAR:
        neck = pose.joints[12] - 0.03 * tall * pose.chest[:, 2]
        collar = other if looks["style"] == "open" else other._replace(colour="top")
        body.limb(neck, neck + 0.012 * tall * pose.chest[:, 2], 0.040 * tall, 0.036 * tall, collar)
    if looks["style"] == "open":
        shift = 0.040 * looks["build"] * tall * forward
        body.limb(middles[1] + shift * looks["belly"], middles[4] + shift, radii[1] * 0.38,
                  radii[4] * 0.45, other, squashed((pose.chest[:, 2], 0.5)))  # fmt: skip
    elif looks["style"] == "print":
        chest = middles[3] + 0.036 * looks["build"] * tall * forward
        body.ball(chest, radii[3] * 0.42, other)


def _leg(body, side, hip, knee, ankle, toe, looks, tall, detail):
    build, cut, loose = looks["build"] ** 0.7, looks["cut"], looks["loose"]
    skin, shoes = "skin", Part(f"{side}_foot", "shoes")
    bottom = Part(f"{side}_thigh", "bottom", 1.0)
    thick = build * tall
    bare = cut in ("shorts", "skirt")
    if cut == "skirt":
        body.limb(hip, knee, 0.05 * thick, 0.036 * thick, Part(f"{side}_thigh", skin))
    elif cut == "shorts":
        end = hip + 0.78 * (knee - hip)
        straight = squashed(((knee - hip) / np.linalg.norm(knee - hip), 0.3))
        body.limb(hip, end, 0.058 * thick, 0.049 * thick * loose, bottom, straight)
        body.limb(end, knee, 0.040 * thick, 0.034 * thick, Part(f"{side}_thigh", skin))
    else:
        body.limb(hip, knee, 0.058 * thick, 0.040 * thick * loose**0.5, bottom)
    shin = Part(f"{side}_shin", skin if bare else "bottom", 0.0 if bare else 1.0)
    down = ankle - knee
    length = np.linalg.norm(down)
    foot = toe - ankle
    back = foot - down * (foot @ down) / length**2
    back /= -max(1e-6, float(np.linalg.norm(back)))
    calf = knee + 0.30 * down + 0.008 * tall * back
    hem = knee + 0.94 * down
    heel = ankle + 0.018 * tall * back + 0.075 * tall * down / length * 0.28
    if detail == FAR:
        if bare:
            body.limb(knee, ankle, 0.034 * thick, 0.019 * tall, shin)
        else:
            body.limb(knee, hem, 0.038 * thick * loose**0.6, 0.027 * tall * loose, shin)
        body.limb(heel, toe, 0.024 * tall, 0.018 * tall, shoes)
        return
    if bare:
        body.limb(knee, calf, 0.031 * thick, 0.034 * thick, shin)
        body.limb(calf, ankle, 0.034 * thick, 0.019 * tall, shin)
        if looks["sleeves"]:
            sock = shin._replace(colour="white")
            body.limb(ankle - 0.2 * down, ankle, 0.024 * tall, 0.022 * tall, sock)
    else:
        body.limb(knee, calf, 0.037 * thick * loose**0.5, 0.038 * thick * loose**0.7, shin)
        body.limb(calf, hem, 0.037 * thick * loose**0.7, 0.027 * tall * loose, shin)
        body.limb(hem, ankle, 0.021 * tall, 0.021 * tall, Part(f"{side}_shin", "dark"))
    body.limb(ankle, heel, 0.023 * tall, 0.024 * tall, shoes)
    ball = heel + 0.62 * (toe - heel)
    body.limb(heel, ball, 0.024 * tall, 0.024 * tall, shoes)
    body.limb(ball, toe, 0.024 * tall, 0.015 * tall, shoes)


def _arm(body, side, shoulder, elbow, wrist, looks, tall, detail):
    build = looks["build"] ** 0.7 * tall
    top = Part(f"{side}_upper_arm", "top", 1.0)
    skin = Part(f"{side}_forearm", "skin")
    thicker = 1.12 if looks["cut"] == "coat" else 1.0
    if looks["sleeves"] or looks["cut"] == "coat":
        cuff = elbow + 0.93 * (wrist - elbow)
        body.limb(shoulder, elbow, 0.034 * build * thicker, 0.029 * build * thicker, top)
        sleeve = top._replace(piece=f"{side}_forearm")
        body.limb(elbow, cuff, 0.029 * build * thicker, 0.023 * tall * thicker, sleeve)
        if detail > FAR:
            body.limb(cuff, wrist, 0.016 * tall, 0.015 * tall, skin)
    else:
        end = shoulder + 0.62 * (elbow - shoulder)
        body.limb(shoulder, end, 0.034 * build, 0.033 * build, top)
        body.limb(end, elbow, 0.029 * build, 0.025 * build, skin._replace(piece=top.piece))
        bulge = elbow + 0.25 * (wrist - elbow)
        if detail > FAR:
            body.limb(elbow, bulge, 0.025 * build, 0.027 * build, skin)
            body.limb(bulge, wrist, 0.027 * build, 0.016 * tall, skin)
        else:
            body.limb(elbow, wrist, 0.027 * build, 0.016 * tall, skin)
    along = (wrist - elbow) / max(1e-6, float(np.linalg.norm(wrist - elbow)))
    hand = skin._replace(piece=f"{side}_hand")
    palm, tips = wrist + 0.034 * tall * along, wrist + 0.068 * tall * along
    if detail == FAR:
        body.limb(wrist, tips, 0.020 * tall, 0.014 * tall, hand)
        return
    body.limb(wrist, palm, 0.017 * tall, 0.021 * tall, hand)
    body.limb(palm, tips, 0.019 * tall, 0.012 * tall, hand)


def _hanging_cloth(body, joints, looks, tall):
    """The part of a skirt or coat that hangs about the thighs."""
    coat = looks["cut"] == "coat"
    cloth = Part("worn", "top" if coat else "bottom", 1.2)
    share, build = (0.72 if coat else 0.84), looks["build"] ** 0.7 * tall
    ends = [joints[hip] + share * (joints[knee] - joints[hip]) for hip, knee in ((2, 1), (3, 4))]
    middle, end = (joints[2] + joints[3]) / 2, (ends[0] + ends[1]) / 2
    for start, stop, r0, r1 in (
        (joints[2], ends[0], 0.064, 0.078),
        (joints[3], ends[1], 0.064, 0.078),
        (middle, end, 0.078, 0.088),
    ):
        along = stop - start
        flat = squashed((along / np.linalg.norm(along), 0.22))  # the hem is a straight edge
        body.limb(start, stop, r0 * build, r1 * build, cloth, flat)


def _head(body, pose, looks, tall, detail):
    neck, face = pose.joints[12], pose.face
    skin, hair = Part("head", "skin"), Part("head", "hair", 0.5)
    forward, right, up = face.T

    def at(ahead, across, above):
        return neck + face @ (ahead * tall, across * tall, above * tall)

    body.limb(neck - 0.05 * tall * pose.chest[:, 2], at(0.004, 0, 0.045), 0.034 * tall,
              0.031 * tall, skin._replace(piece="neck"))  # fmt: skip
    if looks["helmet"]:
        helmet, visor = Part("head", "helmet"), Part("head", "visor")
        body.ball(at(0.004, 0, 0.074), 0.078 * tall, helmet, squashed((right, 0.9), (up, 1.05)))
        body.limb(at(0.03, 0, 0.034), at(0.048, 0, 0.03), 0.042 * tall, 0.034 * tall, helmet)
        body.ball(at(0.040, 0, 0.078), 0.052 * tall, visor, squashed((right, 1.16), (up, 0.62)))
        return
    tallish = squashed((right, 0.86), (up, 1.16))
    if looks["bald"] and not looks["hat"]:
        body.ball(at(0.012, 0, 0.074), 0.052 * tall, skin, tallish)
    else:  # hair or a cap lies about what is above the brow
        body.ball(at(0.012, 0, 0.069), 0.050 * tall, skin, tallish)
    jaw = hair if looks["beard"] else skin
    body.limb(at(0.018, 0, 0.045), at(0.030, 0, 0.026), 0.037 * tall, 0.026 * tall, jaw,
              squashed((right, 0.9)))  # fmt: skip
    if looks["beard"]:
        body.ball(at(0.032, 0, 0.062), 0.036 * tall, skin, squashed((right, 0.94)))
    if detail > FAR:
        body.limb(at(0.062, 0, 0.072), at(0.069, 0, 0.058), 0.006 * tall, 0.0085 * tall, skin)
        for side in (-1, 1):
            body.ball(at(0.008, side * 0.046, 0.066), 0.013 * tall, skin, squashed((right, 0.5)))
    if detail == FACE:
        for side in (-1, 1):
            body.ball(at(0.0505, side * 0.0195, 0.078), 0.0085 * tall, Part("head", "white"),
                      squashed((up, 0.62)))  # fmt: skip
            body.ball(at(0.0556, side * 0.0195, 0.078), 0.0046 * tall, Part("head", "dark"))
            body.limb(at(0.0545, side * 0.011, 0.090), at(0.0475, side * 0.028, 0.089),
                      0.0035 * tall, 0.003 * tall, hair)  # fmt: skip
        for side in (-1, 1):
            body.limb(at(0.0605, 0, 0.036), at(0.0545, side * 0.015, 0.038), 0.0042 * tall,
                      0.002 * tall, Part("head", "lips"))  # fmt: skip
        body.ball(at(0.0585, 0, 0.029), 0.003 * tall, Part("head", "chin"))
    if looks["hat"]:
        cap = Part("head", "second", 0.3)
        body.ball(at(0.006, 0, 0.092), 0.057 * tall, cap, squashed((right, 0.9), (up, 0.85)))
        body.limb(at(0.045, 0, 0.098), at(0.085, 0, 0.092), 0.036 * tall, 0.026 * tall, cap,
                  squashed((up, 0.18)))  # fmt: skip
    elif not looks["bald"]:
        body.ball(at(-0.004, 0, 0.087), 0.0565 * tall, hair, squashed((right, 0.9), (up, 0.98)))
    if looks["long_hair"] and looks["bun"]:
        body.ball(at(-0.060, 0, 0.095), 0.027 * tall, hair)
    elif looks["long_hair"]:
        body.limb(at(-0.018, 0, 0.07), at(-0.042, 0, -0.035), 0.050 * tall, 0.036 * tall, hair,
                  squashed((forward, 0.72)))  # fmt: skip
