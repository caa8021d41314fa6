"""Faces: the course's rendered people.

A person is an identity: traits of skull, eyes, nose, mouth, skin and hair. A photograph of a person
adds nuisance, drawn apart from it: pose, light, expression, hair style, beard, glasses, hat,
background, crop, blur, noise. Every sample is a pure function of (seed, split, index, settings),
so nothing is stored or downloaded. `data/README.md` is its data card.

Source: lectures P132 (landmarks) and P145 to P149 (face recognition).
"""

import functools

from course_utils.worlds import (
    batches,
    face_decoys,
    face_lens,
    face_nuisance,
    face_people,
    face_picture,
    face_settings,
)
from course_utils.worlds.face_expressions import EXPRESSIONS
from course_utils.worlds.face_nuisance import (
    BACKGROUNDS,
    BEARDS,
    CHOICES,
    GLASSES,
    HAIR_STYLES,
    HATS,
    NUMBERS,
)
from course_utils.worlds.face_people import TRAITS
from course_utils.worlds.face_picture import PIXEL_LABELS
from course_utils.worlds.face_settings import PEOPLE
from course_utils.worlds.settings import SPLITS, seed_of, whole

import numpy as np

__all__ = [
    "BACKGROUNDS", "BEARDS", "CHOICES", "EXPRESSIONS", "GLASSES", "HAIR_STYLES", "HATS", "NUMBERS",
    "PEOPLE", "PIXEL_LABELS", "SPLITS", "TRAITS", "load", "looks", "render",
]  # fmt: skip

NUISANCE = (*CHOICES, *NUMBERS)
_LOOKS = ("skin", "undertone", "ruddiness", "hair_lightness", "hair_redness", "hair_grey")
_LARGE = 1500 * 64**2  # pixels from which on a batch is drawn on all cores
_CHUNK = 10 * 64**2  # pixels drawn at a time: their arrays stay in the cache


def render(index, split="train", seed=0, **settings):
    """Render one sample.

    Args:
        index: number of the sample in its split, 0 or more.
        split: "train", "validation" or "test"; splits never share a sample or a person.
        seed: another seed is another world, 0 or more.
        **settings: what `load` takes.

    Returns:
        The dict of `load` without its leading axis.

    Raises:
        TypeError: if a setting is unknown or has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        >>> from course_utils.worlds import faces
        >>> sample = faces.render(0, expression="happy", glasses="none")
        >>> sample["images"].shape, sample["landmarks"].shape
        ((64, 64, 3), (64, 2))
    """
    whole("index", index, 0)
    batch = load(1, split, index, seed, **settings)
    nuisance = {name: values[0] for name, values in batch.pop("nuisance").items()}
    return {key: values[0] for key, values in batch.items()} | {"nuisance": nuisance}


def load(count, split="train", start=0, seed=0, progress=False, **settings):
    """Render samples `start` to `start + count - 1` of a split as one batch.

    A large batch, such as 2000 samples of 64x64, is drawn on all cores.

    Args:
        count: number of samples, 1 or more.
        split: "train", "validation" or "test".
        start: index of the first sample.
        seed: another seed is another world.
        progress: whether to show a progress bar.
        **settings: any of

            - `size`: side of the square picture, pixels, 32 to 512; 64 by default.
            - `faces`: share of the samples that show a face, 0..1; 1 by default. The others
              show something else, or a decoy that looks a little like a face.
            - `pictures`: how many samples in a row show the same person, 1 by default.
            - `identities`: who is shown: one identity, or a list with one for each sample.
            - each name of `CHOICES` (expression, hair_style, beard, glasses, hat, background): a
              name, or a list with one for each sample.
            - each name of `NUMBERS` (yaw, pitch, roll, strength, light_side, light_height,
              contrast, brightness, warmth, zoom, shift_x, shift_y, blur, noise): a number; a
              tuple (low, high); or a list with one number for each sample.
            - each name of `TRAITS`: a number -1..1, or a list: everyone gets this trait.

            What isn't given is drawn for each sample. Fixing one thing leaves the others as
            they were.

    Returns:
        A dict of arrays:

        - `images`: (count, size, size, 3) float32, 0..1.
        - `faces`: (count,) float32, 1 for a face, 0 for none.
        - `landmarks`: (count, 64, 2) float32, x, y in pixels from the top left corner of the
          picture: 0-12 jaw line from the left of the picture by the chin, 13-17 and 18-22
          brows, 23-26 bridge of the nose, 27-31 its base, 32-37 and 38-43 eyes (from the left
          corner, clockwise), 44-55 outer and 56-63 inner outline of the lips. The order of the
          68 points of iBUG with 13 instead of 17 on the jaw line. Hidden points are given too.
        - `identities`: (count,) int32, different for all people of all splits.
        - `traits`: (count, traits) float32, -1..1, in the order of `TRAITS`.
        - `expressions`: (count,) int32, places in `EXPRESSIONS`.
        - `segmentation_masks`: (count, size, size, 1) uint8, places in `PIXEL_LABELS`.
        - `nuisance`: {name: (count,)} for each of `CHOICES` (int32, its place) and `NUMBERS`.

        Where there is no face, landmarks, traits and masks are 0, identities and expressions -1.

    Raises:
        TypeError: if a setting is unknown or has the wrong type.
        ValueError: if a setting is out of range.

    Example:
        The same person with other hair and a beard, and a stranger with the same hair and skin:

        >>> from course_utils.worlds import faces
        >>> anchor = faces.load(2, size=48)
        >>> who = anchor["identities"]
        >>> same = faces.load(2, size=48, identities=who, hair_style="bun", beard="full")
        >>> stranger = faces.load(2, start=9, size=48, **faces.looks(anchor))
        >>> bool((same["identities"] == who).all()), bool((stranger["identities"] == who).any())
        (True, False)
    """
    count = whole("count", count, 1)
    start, seed = whole("start", start, 0), seed_of(split, seed)
    chosen = face_settings.checked(count, split, **settings)
    draw = functools.partial(_batch, split=split, seed=seed, settings=chosen, origin=start)
    large = count * chosen.size**2 >= _LARGE
    batch = batches.drawn(draw, start, count, large, progress)
    nuisance = {name: batch.pop(name) for name in NUISANCE}
    return batch | {"nuisance": nuisance}


def looks(batch):
    """Return the settings that give others the hair and skin of people of a batch.

    Args:
        batch: what `load` returned.

    Returns:
        A dict of settings for `load` with the same number of samples: hair style, beard, and
        the traits that colour hair and skin.

    Example:
        >>> from course_utils.worlds import faces
        >>> sorted(faces.looks(faces.load(1, size=32)))[:3]
        ['beard', 'hair_grey', 'hair_lightness']
    """
    traits = {name: batch["traits"][:, TRAITS.index(name)] for name in _LOOKS}
    return traits | {name: batch["nuisance"][name] for name in ("hair_style", "beard")}


def _batch(start, count, split, seed, settings, origin):
    """Return samples of checked settings as one flat dict of arrays."""
    step = max(1, _CHUNK // settings.size**2)
    parts = [
        _chunk(
            np.arange(first, min(first + step, start + count)), split, seed,
            settings.of(first - origin, min(step, start + count - first)),
        )
        for first in range(start, start + count, step)
    ]  # fmt: skip
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _chunk(indices, split, seed, settings):
    number = SPLITS.index(split)
    size = settings.size
    streams = [
        np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, number, 1, index))))
        for index in indices.tolist()
    ]
    dice = np.stack([stream.random(face_nuisance.DRAWS + 2, np.float32) for stream in streams])
    shown = dice[:, 0] < settings.faces
    people = settings.identities
    if people is None:
        people = number * PEOPLE + indices // settings.pictures % PEOPLE
    drawn = [face_people.drawn(seed, number, int(who) % PEOPLE) for who in people]
    traits, offsets = (np.stack(part) for part in zip(*drawn, strict=True))
    for name, values in settings.traits.items():
        traits[:, TRAITS.index(name)] = values
    nuisance, moves, details = face_nuisance.settled(dice[:, 2:], settings.ranges, settings.fixed)
    decoys = face_decoys.kinds(dice[:, 1])
    turned = ~shown & (decoys == face_decoys.BEHIND)
    nuisance["yaw"] = np.where(turned, nuisance["yaw"] + np.float32(180), nuisance["yaw"])
    nuisance["glasses"] = np.where(turned, np.int32(0), nuisance["glasses"])
    linear, behind, landmarks, labels = face_picture.drawn(
        traits, offsets, nuisance, moves, details, size
    )
    nothing = np.flatnonzero(~shown)
    for row in nothing:
        linear[row] = face_decoys.drawn(decoys[row], streams[row], split, linear[row], behind[row])
    people = people.astype(np.int32)
    for values, empty in (
        (landmarks, 0), (labels, 0), (traits, 0), (people, -1), (nuisance["expression"], -1),
    ):  # fmt: skip
        values[nothing] = empty
    images = face_lens.photographed(linear, nuisance["blur"], nuisance["noise"], streams)
    return {
        "images": images,
        "faces": shown.astype(np.float32),
        "landmarks": landmarks,
        "identities": people,
        "traits": traits,
        "expressions": nuisance["expression"],
        "segmentation_masks": labels[..., None],
    } | nuisance
