"""Figures: rendered people in poses, with their 14 joints.

Every sample is a picture of one person with the joints in pixels and whether each is visible. It
is a pure function of (seed, split, index, settings), so nothing is stored or downloaded. Bodies,
streets and light are those of `streets`. `data/README.md` is its data card.
"""

import dataclasses
import functools
import math
import random

from course_utils.worlds import (
    batches,
    bodies,
    figure_light,
    figure_scenes,
    figure_things,
    flesh,
    lens,
    poses,
)
from course_utils.worlds.bodies import JOINTS
from course_utils.worlds.figure_scenes import BACKGROUND_NAMES
from course_utils.worlds.poses import POSE_NAMES
from course_utils.worlds.rounded import Parts, Seen
from course_utils.worlds.settings import SPLITS, named, number, pair, seed_of, whole

import numpy as np
from PIL import Image

PIXEL_LABELS = ("background", "person")
# Pairs of joints to draw a skeleton with, indices of `JOINTS`.
BONES = (
    (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (6, 7), (7, 8), (8, 12), (12, 9), (9, 10), (10, 11),
    (12, 13), (2, 8), (3, 9),
)  # fmt: skip
_LARGE = 2000 * 64**2  # pixels from which on a batch is drawn on all cores
_DEEP = 0.13  # how far a visible joint may lie below the surface, share of the height
_FINER = 2  # samples a pixel along each side
_BELOW_CROWN = 0.15  # where the top of the head is looked for, share of the head


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the samples look like; see `render` for the meaning of each field."""

    size: int = 64
    poses: tuple = POSE_NAMES
    backgrounds: tuple = BACKGROUND_NAMES
    figure_height: tuple = (0.65, 0.95)
    turn: tuple = (-180.0, 180.0)
    occlusion: float = 0.3
    crop: float = 0.03
    light: tuple = (0.25, 1.0)
    noise: tuple = (0.004, 0.022)


def render(
    index,
    split="train",
    seed=0,
    size=64,
    poses=POSE_NAMES,
    backgrounds=BACKGROUND_NAMES,
    figure_height=(0.65, 0.95),
    turn=(-180.0, 180.0),
    occlusion=0.3,
    crop=0.03,
    light=(0.25, 1.0),
    noise=(0.004, 0.022),
):
    """Render one sample.

    Args:
        index: number of the sample in its split, 0 or more.
        split: "train", "validation" or "test"; splits never share a sample or a person.
        seed: another seed is another world, 0 or more.
        size: side of the square picture, pixels, 32 to 1024.
        poses: names out of `POSE_NAMES`, each as often as the others.
        backgrounds: names out of `BACKGROUND_NAMES`, each as often as the others.
        figure_height: a number or a pair within 0.2..1: the longer side of the box about the
            person, as a share of the picture.
        turn: a number or a pair within -180..180: where the person faces, degrees. 0 looks into
            the camera, 90 to the picture's right, 180 or -180 away from the camera.
        occlusion: the share of pictures with a thing before the person, 0..1.
        crop: the largest share of the box about the person, along either side, that may lie
            outside the picture, 0..0.5.
        light: a number or a pair within 0..1: 0 is late dusk, 1 full daylight.
        noise: a number or a pair, 0..0.3: standard deviation of the sensor's noise.

    Returns:
        A dict:

        - `images`: (size, size, 3) float32, 0..1.
        - `joints`: (14, 2) float32, x to the right and y down in pixels from the top left corner,
          the order of `JOINTS` (that of the Leeds Sports Poses). Right and left are the person's
          own. Joints outside the picture have coordinates outside it.
        - `joint_visibility`: (14,) float32, 1 where the picture shows the joint, under clothes too,
          0 where another part of the body or a thing hides it, or where it is outside the picture.
        - `poses`: int32, index of `POSE_NAMES`.
        - `segmentation_masks`: (size, size, 1) uint8, places in `PIXEL_LABELS`.

    Raises:
        TypeError: if a setting has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        >>> from course_utils.worlds import figures
        >>> sample = figures.render(0, poses="waving")
        >>> sample["images"].shape, sample["joints"].shape, sample["joint_visibility"].shape
        ((64, 64, 3), (14, 2), (14,))
    """
    settings = _settings(
        size=size, poses=poses, backgrounds=backgrounds, figure_height=figure_height, turn=turn,
        occlusion=occlusion, crop=crop, light=light, noise=noise,
    )  # fmt: skip
    index, seed = whole("index", index, 0), seed_of(split, seed)
    return _render(index, split, seed, settings)


def load(count, split="train", start=0, seed=0, progress=False, **settings):
    """Render samples `start` to `start + count - 1` of a split as one batch.

    A large batch, such as 2000 samples of 64x64, is drawn on all cores.

    Args:
        count: number of samples, 1 or more.
        split: "train", "validation" or "test".
        start: index of the first sample.
        seed: another seed is another world.
        progress: whether to show a progress bar.
        **settings: what `render` takes: size, poses, backgrounds, figure_height, turn, occlusion,
            crop, light, noise.

    Returns:
        The dict of `render` with a leading batch axis.

    Raises:
        TypeError: if a setting is unknown or has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        >>> from course_utils.worlds import figures
        >>> batch = figures.load(2, size=48)
        >>> batch["images"].shape, batch["joints"].shape, batch["poses"].shape
        ((2, 48, 48, 3), (2, 14, 2), (2,))
    """
    chosen = _settings(**settings)
    whole("count", count, 1)
    start, seed = whole("start", start, 0), seed_of(split, seed)
    draw = functools.partial(_batch, split=split, seed=seed, settings=chosen)
    return batches.drawn(draw, start, count, count * chosen.size**2 >= _LARGE, progress)


def _batch(start, count, split, seed, settings):
    samples = [_render(index, split, seed, settings) for index in range(start, start + count)]
    return {key: np.stack([sample[key] for sample in samples]) for key in samples[0]}


def _settings(**given):
    """Return the Settings, or raise an error that names the wrong one."""
    settings = named(Settings, given)
    return Settings(
        size=whole("size", settings.size, 32, 1024),
        poses=_names("poses", settings.poses, POSE_NAMES),
        backgrounds=_names("backgrounds", settings.backgrounds, BACKGROUND_NAMES),
        figure_height=pair("figure_height", settings.figure_height, 0.2, 1.0),
        turn=pair("turn", settings.turn, -180.0, 180.0),
        occlusion=number("occlusion", settings.occlusion),
        crop=number("crop", settings.crop, 0.5),
        light=pair("light", settings.light, 0.0, 1.0),
        noise=pair("noise", settings.noise, 0.0, 0.3),
    )


def _names(setting, names, known):
    names = (names,) if isinstance(names, str) else names
    if not isinstance(names, tuple):
        raise TypeError(f"{setting} must be names out of {known}; got {names!r}.")
    for name in names:
        if name not in known:
            raise ValueError(f"{setting} must be names out of {known}; got {name!r}.")
    if not names:
        raise ValueError(f"{setting} must hold at least one of {known}; got none.")
    return names


def _render(index, split, seed, settings):
    sequence = np.random.SeedSequence((seed, SPLITS.index(split), index, 14))
    dice = random.Random(int.from_bytes(sequence.generate_state(4, np.uint64).tobytes(), "little"))
    name = dice.choice(settings.poses)
    looks, height = bodies.dressed(dice), dice.gauss(1.72, 0.09)
    pose = poses.drawn(dice, name, height, looks["breadth"])
    things = Parts()
    if name == "sitting":
        things, looks["bag"] = figure_things.seat(dice, pose), "none"
    elif name == "lifting":
        things = figure_things.load(dice, pose)
    size = settings.size
    # A person who looks into the camera has the heading of half a turn.
    heading = math.pi - math.radians(dice.uniform(*settings.turn))
    framing = _framed(dice, pose, heading, settings)
    scene = figure_scenes.drawn(
        dice, dice.choice(settings.backgrounds), dice.uniform(*settings.light), size, framing,
        heading,
    )  # fmt: skip
    place = scene.place
    tall = float(np.ptp(pose.joints[:, 2]))
    large = place.scale * height >= flesh.LARGE
    body = flesh.parts(pose, looks, flesh.FACE if large else flesh.NEAR)
    layers = [(place, body), (place, things)]
    if dice.random() < settings.occlusion:
        layers.append(figure_things.before(dice, place, tall, dice.uniform(0.25, 0.6)))
    seen = Seen(place.camera, _FINER)
    for where, parts in layers:
        seen.add(where, parts)
    colours, cover = figure_light.shaded(seen, place, looks)
    image = np.asarray(scene.image, np.float32)
    image = image * figure_light.shadows(layers, scene.floor)
    image = Image.fromarray((image * (1 - cover) + colours).clip(0, 255).astype(np.uint8))
    picture = np.empty((size, size, 3), np.float32)
    lens.exposed(image, place.light, dice, dice.uniform(*settings.noise), picture)
    joints, depth = _projected(place, pose.joints)
    return {
        "images": picture,
        "joints": joints.astype(np.float32),
        "joint_visibility": _visibility(seen, joints, depth, height),
        "poses": np.int32(POSE_NAMES.index(name)),
        "segmentation_masks": _mask(seen),
    }


def _projected(place, points):
    """Return (pixels (n, 2), depths (n,)) of points in a place's own coordinates."""
    u, v, depth = place.project(points.T)
    return np.stack([u, v], axis=1), depth


def _framed(dice, pose, heading, settings):
    """Draw a camera that holds the person as large as asked; see `figure_scenes.drawn`."""
    size = settings.size
    focal, eye = size * dice.uniform(1.3, 2.4), dice.uniform(0.7, 1.6)
    points = np.concatenate([pose.joints, pose.toes])
    sin, cos = math.sin(heading), math.cos(heading)
    forward, right, up = points.T
    across, behind = forward * sin + right * cos, forward * cos - right * sin
    target, depth = size * dice.uniform(*settings.figure_height), 4.0
    for _ in range(4):
        scale = focal / (depth + behind)
        u, v = across * scale, (eye - up) * scale
        margin = 0.07 * focal / depth  # flesh about the joints, metres in pixels
        low, high = np.array([u.min(), v.min()]) - margin, np.array([u.max(), v.max()]) + margin
        depth *= max(high - low) / target
    room = size - (high - low)
    over = settings.crop * (high - low)
    start = [
        dice.uniform(min(0, free) - more, max(0, free) + more)
        for free, more in zip(room, over, strict=True)
    ]
    shift = np.array(start) - low
    across = (shift[0] - size / 2) * depth / focal
    return focal, eye, float(shift[1]), float(across), float(depth)


def _visibility(seen, joints, depth, height):
    """Return for each joint whether the pixel where it lies shows it, (14,) float32."""
    visible = np.zeros(len(JOINTS), np.float32)
    side = len(seen.owner)
    looked_at = joints.copy()
    looked_at[13] += _BELOW_CROWN * (joints[12] - joints[13])  # the crown itself is an edge
    for joint, name in enumerate(JOINTS):
        column, row = np.floor(looked_at[joint] * seen.finer).astype(int)
        if not (0 <= row < side and 0 <= column < side):
            continue
        owner = seen.owner[row, column]
        if owner >= 0 and seen.parts[owner].piece in flesh.PIECES[name]:
            visible[joint] = depth[joint] - seen.depth[row, column] < _DEEP * height
    return visible


def _mask(seen):
    """Return where at least half of a pixel shows the person, (size, size, 1) uint8."""
    person = np.array([*(part.piece in flesh.BODY for part in seen.parts), False])
    return (seen.reduced(person[seen.owner]) >= 0.5).astype(np.uint8)[..., None]
