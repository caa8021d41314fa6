"""Streets: the course's rendered street world.

Every sample is a picture of a street with pedestrians, cars and motorcycles, with boxes, per-pixel
labels and instance masks. It is a pure function of (seed, split, index, settings), so nothing is
stored or downloaded. `data/README.md` is its data card.

Source: the classes are those of lectures P131 to P140 (pedestrian, car, motorcycle).
"""

import functools
import math
import random

from course_utils.worlds import (
    batches,
    lens,
    street_scene,
    street_settings,
    street_traffic,
)
from course_utils.worlds.camera import Camera, Light
from course_utils.worlds.settings import seed_of, whole
from course_utils.worlds.street_layout import Street
from course_utils.worlds.street_settings import CLASS_NAMES

import numpy as np

PIXEL_LABELS = ("sky", "building", "road", "pavement", "tree", *CLASS_NAMES)
_LAYOUTS = 12
_LARGE = 1000 * 128**2  # pixels from which on a batch is drawn on all cores


def render(
    index,
    split="train",
    seed=0,
    size=128,
    objects=(0, 6),
    object_height=None,
    occlusion=0.5,
    light=(0.0, 1.0),
    noise=(0.004, 0.022),
    classes=CLASS_NAMES,
):
    """Render one sample.

    Args:
        index: number of the sample in its split, 0 or more.
        split: "train", "validation" or "test"; splits never share a sample.
        seed: another seed is another world, 0 or more.
        size: side of the square picture, pixels, 32 to 1024.
        objects: least and most objects in a picture, a pair or one number. The most is always
            kept; the least as long as the street has room for them.
        object_height: least and most height of a whole object as a share of the picture's
            height, a pair within 0.05..1; None is (0.1, 0.6).
        occlusion: the largest share of an object that others, trees, posts and the border may
            hide, 0..1. Objects less than a quarter visible are never placed.
        light: a number or a pair within 0..1: 0 is late dusk, 1 full daylight.
        noise: a number or a pair, 0..0.3: standard deviation of the sensor's noise.
        classes: names out of `CLASS_NAMES` to draw objects from, each as often as the others.

    Returns:
        A dict that Keras' image preprocessing layers take (`bounding_box_format="xyxy"`):

        - `images`: (size, size, 3) float32, 0..1.
        - `bounding_boxes`: {"boxes": (n, 4) float32, x1, y1, x2, y2 in pixels from the top left
          corner, x2 and y2 exclusive; "labels": (n,) int32, indices of `CLASS_NAMES`}. A box
          holds the object's whole silhouette, parts hidden by others included, cut at the
          picture's border.
        - `segmentation_masks`: (size, size, 1) uint8, indices of `PIXEL_LABELS`.
        - `instance_masks`: (size, size, 1) uint8, 0 for no object, i + 1 for object i.
        - `visibility`: (n,) float32, the visible share of each object's whole silhouette.

    Raises:
        TypeError: if a setting has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        >>> from course_utils.worlds import streets
        >>> sample = streets.render(0, objects=(2, 2))
        >>> sample["images"].shape, sample["bounding_boxes"]["boxes"].shape
        ((128, 128, 3), (2, 4))
    """
    settings = street_settings.checked(
        size=size, objects=objects, object_height=object_height, occlusion=occlusion,
        light=light, noise=noise, classes=classes,
    )  # fmt: skip
    batch = _batch(whole("index", index, 0), 1, split, seed_of(split, seed), settings)
    sample = {key: values[0] for key, values in batch.items()}
    found = int((sample["labels"] >= 0).sum())
    boxes = {"boxes": sample.pop("boxes")[:found], "labels": sample.pop("labels")[:found]}
    visibility = sample.pop("visibility")[:found]
    return sample | {"bounding_boxes": boxes, "visibility": visibility}


def load(count, split="train", start=0, seed=0, progress=False, **settings):
    """Render samples `start` to `start + count - 1` of a split as one batch.

    A large batch, such as 1000 samples of 128x128, is drawn on all cores.

    Args:
        count: number of samples, 1 or more.
        split: "train", "validation" or "test".
        start: index of the first sample.
        seed: another seed is another world.
        progress: whether to show a progress bar.
        **settings: what `render` takes: size, objects, object_height, occlusion, light, noise,
            classes.

    Returns:
        The dict of `render` with a leading batch axis. Each sample has room for the most objects
        allowed: unused boxes and visibilities are 0, unused labels -1.

    Raises:
        TypeError: if a setting is unknown or has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        >>> from course_utils.worlds import streets
        >>> batch = streets.load(2, objects=(0, 3), size=64)
        >>> batch["images"].shape, batch["bounding_boxes"]["boxes"].shape
        ((2, 64, 64, 3), (2, 3, 4))
    """
    chosen = street_settings.checked(**settings)
    whole("count", count, 1)
    start = whole("start", start, 0)
    seed = seed_of(split, seed)
    draw = functools.partial(_batch, split=split, seed=seed, settings=chosen)
    large = count * chosen.size**2 >= _LARGE
    batch = batches.drawn(draw, start, count, large, progress)
    boxes = {"boxes": batch.pop("boxes"), "labels": batch.pop("labels")}
    return batch | {"bounding_boxes": boxes}


def _batch(start, count, split, seed, settings):
    """Return samples of checked settings as one flat dict of arrays."""
    size, room = settings.size, settings.objects[1]
    batch = {
        "images": np.empty((count, size, size, 3), np.float32),
        "segmentation_masks": np.empty((count, size, size, 1), np.uint8),
        "instance_masks": np.empty((count, size, size, 1), np.uint8),
        "visibility": np.zeros((count, room), np.float32),
        "boxes": np.zeros((count, room, 4), np.float32),
        "labels": np.full((count, room), -1, np.int32),
    }
    for row in range(count):
        dice = random.Random(f"{seed} {split} {start + row}")
        number = dice.randint(*settings.objects)
        wanted = [dice.choice(settings.classes) for _ in range(number)]
        light = Light(dice, dice.uniform(*settings.light))
        traffic = _laid_out(dice, wanted, light, settings)
        labels = _photographed(dice, traffic, settings, batch["images"][row])
        batch["segmentation_masks"][row, ..., 0] = np.asarray(labels)
        batch["instance_masks"][row, ..., 0] = np.asarray(traffic.instances)
        for place, thing in enumerate(traffic.things):
            left, top, right, bottom = thing.sprite.extent()
            box = max(left, 0), max(top, 0), min(right, size), min(bottom, size)
            batch["boxes"][row, place] = box
            batch["labels"][row, place] = thing.kind
            batch["visibility"][row, place] = traffic.visibility[place]
    return batch


def _laid_out(dice, wanted, light, settings):
    """Return the first street with room enough for the wanted classes, or the fullest of a few."""
    low, high = settings.object_height
    low, high = low * 1.02, high * 0.98
    enough = max(settings.objects[0], len(wanted) - 1 - len(wanted) // 4)
    best = None
    for _ in range(_LAYOUTS):
        # The largest comes first: it has the least choice of places.
        heights = sorted((low * (high / low) ** dice.random() for _ in wanted), reverse=True)
        street = Street(dice, light)
        camera = _camera(
            dice, street, settings.size, *((heights[0], wanted[0]) if wanted else (0.0, None))
        )
        standing = street_scene.standing(street, camera, light)
        traffic = street_traffic.Traffic(dice, street, camera, light, settings, standing)
        for height, name in zip(heights, wanted, strict=True):
            traffic.add(CLASS_NAMES.index(name), height * settings.size)
        if best is None or len(traffic.things) > len(best.things):
            best = traffic
        if len(best.things) >= enough:
            break
    return best


def _camera(dice, street, size, share, name):
    """Draw a camera that can hold an object of class `name` at `share` of the picture's height."""
    focal = size * dice.uniform(0.85, 1.5)
    height = dice.uniform(1.2, 2.6)
    yaw = math.radians(
        dice.gauss(0, 14) if dice.random() < 0.68 else dice.choice((-1, 1)) * dice.uniform(25, 68)
    )
    horizon = size * dice.uniform(0.38, 0.54)
    if name:
        # A large object fits between the borders only with the lens low and the horizon high.
        tall = {"pedestrian": 1.72, "car": 1.5, "motorcycle": 1.6}[name]
        focal *= 1 + max(0.0, share - 0.3)
        if name == "car":
            focal = max(focal, 2.6 * share * size)  # far enough for its length
        height = min(height, max(0.75, tall * 0.62 / share))
        metre = share * size / tall
        lowest, highest = (tall - height) * metre + 0.02 * size, 0.97 * size - height * metre
        horizon = max(min(horizon, highest), min(lowest, 0.8 * size), 0.1 * size)
    turned = math.sin(yaw)
    left, right = street.walls
    x = dice.uniform(left + 1, right - 1) * (1 - abs(turned))
    x += -turned * 0.85 * (right if turned < 0 else -left)
    return Camera(size, focal, horizon, x, height, yaw)


def _photographed(dice, traffic, settings, pixels):
    """Write the picture to `pixels`, (size, size, 3) float32, and return its labels, L."""
    light = traffic.light
    image, labels = street_scene.Painter(traffic.street, traffic.camera, light).paint(dice)
    image = lens.shadowed(image, labels, traffic)
    sprites = [thing.sprite for thing in traffic.things] + traffic.standing
    for sprite in sorted(sprites, key=lambda sprite: -sprite.depth):
        image.paste(sprite.colours, sprite.corner, sprite.cover)
        labels.paste(sprite.label, sprite.corner, sprite.solid)
    lens.exposed(image, light, dice, dice.uniform(*settings.noise), pixels)
    return labels
