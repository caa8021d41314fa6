"""Streets: the course's rendered street world.

Every sample is a picture of a street with pedestrians, cars and motorcycles, with boxes, per-pixel
labels and instance masks. It is a pure function of (seed, split, index, settings), so nothing is
stored or downloaded. Four samples in a row are four moments of one street. `data/README.md` is
its data card.

Source: the classes are those of lectures P131 to P140 (pedestrian, car, motorcycle).
"""

import functools
import random

from course_utils.worlds import batches, lens, street_settings
from course_utils.worlds.settings import seed_of, whole
from course_utils.worlds.street_settings import CLASS_NAMES
from course_utils.worlds.street_traffic import Traffic
from course_utils.worlds.street_views import View

import numpy as np

PIXEL_LABELS = ("sky", "building", "road", "pavement", "tree", *CLASS_NAMES)
_LAYOUTS = 24
_LARGE = 1000 * 128**2  # pixels from which on a batch is drawn on all cores
_LEAST = 128  # side below which a sample takes hardly less time


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
    moments=4,
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
        moments: how many samples in a row, 1 or more, are taken in one street by one camera in one
            light, with other traffic. 1 gives every sample a street of its own, and takes about
            1.6 times as long.

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
        light=light, noise=noise, classes=classes, moments=moments,
    )  # fmt: skip
    batch = _batch(whole("index", index, 0), 1, split, seed_of(split, seed), settings)
    sample = {key: values[0] for key, values in batch.items()}
    found = int((sample["labels"] >= 0).sum())
    boxes = {"boxes": sample.pop("boxes")[:found], "labels": sample.pop("labels")[:found]}
    visibility = sample.pop("visibility")[:found]
    return sample | {"bounding_boxes": boxes, "visibility": visibility}


def load(count, split="train", start=0, seed=0, progress=False, **settings):
    """Render samples `start` to `start + count - 1` of a split as one batch.

    A large batch, such as 1000 samples of 128x128 or less, is drawn on all cores.

    Args:
        count: number of samples, 1 or more.
        split: "train", "validation" or "test".
        start: index of the first sample.
        seed: another seed is another world.
        progress: whether to show a progress bar.
        **settings: what `render` takes: size, objects, object_height, occlusion, light, noise,
            classes, moments.

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
    large = count * max(chosen.size, _LEAST) ** 2 >= _LARGE
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
        index = start + row
        dice, cast = _cast(seed, split, index, settings)
        traffic = _laid_out(dice, cast, seed, split, index, settings)
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


def _cast(seed, split, index, settings):
    """Return a sample's dice and the (share of the picture's height, class) of its objects."""
    dice = random.Random(f"{seed} {split} {index}")
    number = dice.randint(*settings.objects)
    return dice, _sized(dice, [dice.choice(settings.classes) for _ in range(number)], settings)


def _sized(dice, names, settings):
    """Return the cast of these classes; the largest comes first, it has the fewest places."""
    low, high = settings.object_height
    low, high = low * 1.02, high * 0.98
    heights = sorted((low * (high / low) ** dice.random() for _ in names), reverse=True)
    return list(zip(heights, names, strict=True))


@functools.lru_cache(maxsize=1)
def _shared_view(seed, split, first, settings):
    """Return the View in which the samples from `first` on are taken."""
    samples = range(first, first + settings.moments)
    casts = [_cast(seed, split, index, settings)[1] for index in samples]
    return _view(random.Random(f"{seed} {split} street {first}"), casts, settings)


def _view(dice, casts, settings):
    largest = [cast[0] for cast in casts if cast]
    return View(dice, settings.size, dice.uniform(*settings.light), largest)


def _laid_out(dice, cast, seed, split, index, settings):
    """Return the first traffic that holds enough of the cast, or the fullest of a few."""
    enough = max(settings.objects[0], len(cast) - 1 - len(cast) // 4)
    view, best = _shared_view(seed, split, index - index % settings.moments, settings), None
    for _ in range(_LAYOUTS):
        traffic = Traffic(dice, view, settings)
        for height, name in cast:
            traffic.add(CLASS_NAMES.index(name), height * settings.size)
        if best is None or len(traffic.things) > len(best.things):
            best = traffic
        if len(best.things) >= enough:
            break
        # Where the shared street has no room, the sample gets a street and sizes of its own.
        cast = _sized(dice, [name for _, name in cast], settings)
        view = _view(dice, [cast], settings)
    return best


def _photographed(dice, traffic, settings, pixels):
    """Write the picture to `pixels`, (size, size, 3) float32, and return its labels, L."""
    image, labels, ground = traffic.view.painted
    image, labels = image.copy(), labels.copy()
    ground.shade(image, traffic.things)
    for sprite, _ in traffic.layers:
        sprite.paste(image, labels)
    lens.exposed(image, traffic.light, dice, dice.uniform(*settings.noise), pixels)
    return labels
