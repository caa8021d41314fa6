"""People: the joints and bones of their skeleton, and how they look.

`poses` bends the skeleton, `flesh` clothes it with round parts; every world draws those.
"""

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


def dressed(dice):
    """Draw the looks of a person: build, cut of the clothes, hair, bags, and all colours.

    The looks are the palette too: names in them, such as "skin", are what parts are coloured by.
    """
    bottom = dice.choice(BOTTOMS)
    looks = {
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
        "style": dice.choice(("plain", "plain", "striped", "open", "print")),
        "second": dice.choice(TOPS),
    }
    return looks | {
        "belly": dice.uniform(0.85, 1.25) * looks["build"] ** 0.5,
        "waist": dice.uniform(0.86, 1.06),
        "breadth": dice.uniform(0.92, 1.08),
        "bald": dice.random() < 0.07,
        "beard": dice.random() < 0.2 and not looks["long_hair"],
        "bun": dice.random() < 0.3,
        "loose": dice.uniform(0.9, 1.25),
        "helmet": None,
        "visor": (34, 38, 46),
        "leather": mix(bottom, (96, 52, 40), 0.5),
        "lips": mix(looks["skin"], (170, 84, 80), 0.6),
        "chin": mix(looks["skin"], (60, 20, 16), 0.35),
        "white": (236, 232, 226),
        "dark": (40, 32, 30),
    }


def _varied(dice, colour):
    factor = dice.uniform(0.75, 1.12)
    return tuple(min(255.0, channel * factor) for channel in colour)
