"""One body, two painters: what Streets paints flat is what a ray meets in Figures."""

import math
import random

from course_utils.worlds import bodies, flesh, motorcycles, poses
from course_utils.worlds.camera import Camera, Light, Place
from course_utils.worlds.figure_light import shaded
from course_utils.worlds.outlines import Outlines
from course_utils.worlds.rounded import Part, Parts, Seen, squashed
from course_utils.worlds.sprites import drawn

import numpy as np
import pytest
from PIL import Image

AHEAD, BEHIND, SIDE = math.pi, 0.0, math.pi / 2
SIZE = 160
ROUND = (((0, 0, 1.0), 1.0),)
COLOURS = {
    "skin": (240, 40, 40), "hair": (30, 30, 30), "top": (40, 40, 240), "bottom": (40, 200, 40),
    "shoes": (230, 230, 40), "second": (230, 60, 230), "leather": (120, 70, 30),
    "helmet": (40, 220, 220), "visor": (90, 90, 90),
}  # fmt: skip


def person(pose, seed=1, **looks):
    """Return (Parts, palette) of a person in a pose of that name."""
    dice = random.Random(seed)
    looks = bodies.dressed(dice) | {"bag": "none", "hat": False, "style": "plain"} | looks
    parts = flesh.parts(poses.drawn(dice, pose, 1.72), looks, flesh.FAR)
    return parts, looks | COLOURS


def rider(kind):
    """Return (Parts, palette) of a rider without the motorcycle."""
    looks = bodies.dressed(random.Random(2)) | {"helmet": True, "cut": "trousers", "bag": "none"}
    return flesh.parts(motorcycles.riding(kind), looks, flesh.FAR), looks | COLOURS


def place(heading, height=105, lens=1.6):
    """Return where a person of 1.72 m is `height` pixels high, behind a longer or shorter lens."""
    focal = lens * SIZE
    camera = Camera(SIZE, focal, 0.3 * SIZE, 0.0, 1.5, 0.0)
    return Place(camera, Light(random.Random(7), 1.0), 0.2, focal * 1.72 / height, heading)


def met(where, parts):
    """Return the exact picture: (colours with a cover of 1 or 0, share of each pixel covered)."""
    seen = Seen(where.camera, 2)
    seen.add(where, parts)
    return seen


def painted(where, parts, palette):
    """Return the flat picture at full size, (SIZE, SIZE, 4) in 0..255."""
    sprite = drawn(where, 0, [(Outlines(parts), palette)])
    picture = Image.new("RGBA", (SIZE, SIZE))
    picture.paste(sprite.colours, sprite.corner)
    return np.asarray(picture, float)


# Who, which way they face, at what share of the pixels both painters must show the same, and why.
PEOPLE = [
    (person("standing", 1), AHEAD, 0.88, "the plainest: limbs that hang"),
    (person("standing", 6, cut="coat"), BEHIND, 0.87, "a coat: squashed parts with a straight hem"),
    (person("walking", 2), SIDE, 0.90, "long limbs across the picture"),
    (person("walking", 3, cut="skirt", long_hair=True), AHEAD + 0.8, 0.84, "a skirt and long hair"),
    (person("running", 4, cut="shorts"), SIDE + 0.6, 0.84, "limbs that point at the camera"),
    (person("running", 5), AHEAD, 0.84, "feet and forearms seen along their axes"),
    (person("sitting", 7), AHEAD - 0.7, 0.70, "thighs that point at the camera"),
    (person("sitting", 8, bag="backpack"), -SIDE, 0.83, "a backpack behind the trunk"),
    (person("standing", 9, bag="handbag", hat=True), AHEAD + 0.4, 0.88, "thin straps and a cap"),
    (rider("sport"), SIDE, 0.85, "a rider who lies on the tank"),
    (rider("scooter"), AHEAD + 0.3, 0.75, "a rider with helmet and visor"),
]
NAMES = [reason for *_, reason in PEOPLE]


@pytest.mark.parametrize(("who", "heading", "agreed", "_reason"), PEOPLE, ids=NAMES)
def test_both_painters_show_the_same_silhouette(who, heading, agreed, _reason):
    where = place(heading)
    seen = met(where, who[0])
    exact = seen.reduced(seen.owner >= 0) >= 0.5
    flat = painted(where, *who)[..., 3] >= 128
    assert 1500 < exact.sum() < 5000, "the case needs a person of about 105 pixels"
    assert (exact & flat).sum() > 0.94 * (exact | flat).sum()


@pytest.mark.parametrize(("who", "heading", "agreed", "_reason"), PEOPLE, ids=NAMES)
def test_both_painters_show_the_same_parts_in_the_same_light(who, heading, agreed, _reason):
    """At a share `agreed` of the pixels the same part is nearest, in the same mean colour."""
    where, (parts, palette) = place(heading), who
    seen = met(where, parts)
    exact, cover = shaded(seen, where, palette)
    flat = painted(where, parts, palette)
    both = (cover[..., 0] > 0.99) & (flat[..., 3] > 250)
    exact, flat = exact[both], flat[both][:, :3]
    same = np.abs(exact - flat).max(axis=1) < 60
    assert same.mean() > agreed, "another part is in front"
    names = np.array([*(part.colour for part in seen.parts), ""])[seen.owner][::2, ::2][both]
    for name in ("skin", "top", "bottom"):
        inside = same & (names == name)
        if inside.sum() > 60:
            away = exact[inside].mean(axis=0) - flat[inside].mean(axis=0)
            assert np.abs(away).max() < 25, name


@pytest.mark.parametrize("heading", [0.0, 1.0, 2.2, 4.0])
@pytest.mark.parametrize(
    ("limb", "stretch", "least"),
    [
        (((0, 0, 1.0), (0, 0, 1.001), 0.4, 0.4), ROUND, 0.91),
        (((0, 0, 0.8), (0, 0.2, 1.3), 0.3, 0.1), ROUND, 0.91),
        (((-0.1, 0, 1.0), (0.1, 0, 0.9), 0.3, 0.2), ROUND, 0.87),
        (((0.1, 0, 0.9), (-0.1, 0, 1.0), 0.2, 0.3), ROUND, 0.87),
        (((0, 0, 0.7), (0, 0, 1.3), 0.3, 0.2), (((1.0, 0, 0), 0.4),), 0.91),
        (
            ((0, -0.2, 0.8), (0, 0.3, 1.1), 0.3, 0.2),
            (((0, 0.6, 0.8), 0.3), ((1.0, 0, 0), 0.6)),
            0.91,
        ),
    ],
    ids=["ball", "cone", "end within the other", "start within the other", "flat", "flat, tilted"],
)
def test_the_outline_of_one_part(limb, stretch, least, heading):
    parts, where = Parts(), place(heading)
    parts.limb(*limb, Part("one", "skin"), squashed(*stretch))
    seen = met(where, parts)
    exact = seen.reduced(seen.owner >= 0) >= 0.5
    flat = painted(where, parts, COLOURS)[..., 3] >= 128
    assert (exact & flat).sum() > least * (exact | flat).sum()


@pytest.mark.parametrize("along", [-0.8, -0.3, 0.8], ids=["sunny", "half", "against the sun"])
def test_small_people_are_as_bright_as_large_ones(along):
    """Small people have one tone, large ones two; on average those are what Figures shows."""
    ratios = []
    for seed in range(12):
        parts, palette = person("standing", seed)
        for height in (105, 20):
            where = place(AHEAD + seed, height)
            where.light.direction = (math.sqrt(0.75 - along**2), 0.5, along)
            if height == 105:
                exact, cover = shaded(met(where, parts), where, palette)
                exact = exact[cover[..., 0] > 0.99].mean()
            flat = painted(where, parts, palette)
            ratios.append(flat[flat[..., 3] > 250, :3].mean() / exact)
    np.testing.assert_allclose(np.reshape(ratios, (-1, 2)).mean(axis=0), 1, atol=0.1)
    assert 0.8 < min(ratios) < max(ratios) < 1.2


@pytest.mark.parametrize(("sun", "brighter"), [(0.9, "right"), (-0.9, "left")])
def test_the_bright_tone_lies_towards_the_sun(sun, brighter):
    where, parts = place(2.0), Parts()
    where.light.direction = (sun, 0.3, -math.sqrt(1 - 0.09 - sun**2))
    where.light.sun = (1.0, 1.0, 1.0)
    parts.limb((0, 0, 0.5), (0, 0, 1.5), 0.3, 0.3, Part("one", "shoes"))
    picture = painted(where, parts, COLOURS)
    columns = np.flatnonzero(picture[80, :, 3] > 250)
    left, right = (half.mean() for half in np.array_split(picture[80, columns, 0], 2))
    assert (right > 1.1 * left) if brighter == "right" else (left > 1.1 * right)


def test_a_part_behind_another_is_hidden():
    for heading, skin in ((AHEAD, True), (BEHIND, False)):
        parts, palette = person("standing", 1, cut="trousers", long_hair=True, bun=False)
        picture = painted(place(heading), parts, palette)
        rows = np.flatnonzero(picture[..., 3].max(axis=1) > 250)
        head = picture[rows[0] : rows[0] + 15]
        red = (head[..., 3] > 250) & (head[..., 0] > 2 * head[..., 1])
        assert (red.sum() > 20) == skin, "a face is seen from ahead, hair from behind"


@pytest.mark.parametrize("cut", ["trousers", "shorts", "skirt", "coat"])
@pytest.mark.parametrize("style", ["plain", "striped", "open", "print"])
def test_far_people_fill_what_near_ones_fill(cut, style):
    """Leaving out the smaller parts does not change the outline by more than a pixel or so."""
    dice = random.Random(11)
    looks = bodies.dressed(dice) | {"cut": cut, "style": style}
    pose, where = poses.drawn(dice, "walking", 1.72), place(AHEAD + 0.7)
    far, near = (
        painted(where, flesh.parts(pose, looks, detail), looks)[..., 3] >= 128
        for detail in (flesh.FAR, flesh.NEAR)
    )
    assert len(flesh.parts(pose, looks, flesh.FAR).round) < 30
    assert (far & near).sum() > 0.93 * (far | near).sum()


@pytest.mark.parametrize("kind", ["naked", "sport", "scooter"])
def test_riders_have_bones_of_one_length(kind):
    pose = motorcycles.riding(kind)
    bones = {name: share * motorcycles._TALL for name, share in bodies.BONES.items()}
    for first, second, bone in ((2, 1, "thigh"), (1, 0, "shin"), (8, 7, "upper_arm"),
                                (7, 6, "forearm")):  # fmt: skip
        for side in (lambda joint: joint, lambda joint: 5 - joint if joint < 6 else 17 - joint):
            length = np.linalg.norm(pose.joints[side(first)] - pose.joints[side(second)])
            assert length == pytest.approx(bones[bone], rel=0.02)


def test_the_height_is_that_of_the_flesh():
    for seed in range(8):
        parts, palette = person("standing", seed)
        where = place(SIDE, lens=30.0)
        rows = np.flatnonzero(painted(where, parts, palette)[..., 3].max(axis=1) >= 128)
        drawn_high = (rows[-1] + 1 - rows[0]) / where.scale
        assert drawn_high == pytest.approx(Outlines(parts).height, rel=0.03)
