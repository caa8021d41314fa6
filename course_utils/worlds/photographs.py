"""Real photographs that scikit-image and scikit-learn ship, so that no lesson downloads any.

The boxes were drawn by hand for this course, to within about three pixels.
"""

from dataclasses import dataclass

import numpy as np

CLASS_NAMES = ("cup", "face", "flower", "motorcycle", "rocket", "saucer")


@dataclass(frozen=True)
class _Photograph:
    """Where a photograph comes from, and the boxes on it (class name, xyxy in pixels)."""

    library: str
    credit: str
    boxes: tuple[tuple[str, tuple[int, int, int, int]], ...] = ()


_PHOTOGRAPHS = {
    "astronaut": _Photograph(
        "scikit-image", "Eileen Collins, NASA; public domain", (("face", (174, 72, 278, 176)),)
    ),
    "chelsea": _Photograph("scikit-image", "Chelsea the cat, Stefan van der Walt; CC0"),
    "china": _Photograph("scikit-learn", "danielbuechele on Flickr; CC BY 2.0"),
    "coffee": _Photograph(
        "scikit-image",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar; CC0",
        (("cup", (176, 17, 407, 306)), ("saucer", (77, 64, 478, 386))),
    ),
    "flower": _Photograph(
        "scikit-learn", "vultilion on Flickr; CC BY 2.0", (("flower", (168, 85, 447, 358)),)
    ),
    "motorcycle": _Photograph(
        "scikit-image",
        "left view of Middlebury's stereo benchmark of 2014, Nesic, Westling, Wang et al.",
        (("motorcycle", (94, 72, 684, 443)),),
    ),
    "rocket": _Photograph(
        "scikit-image",
        "Falcon 9 carrying DSCOVR, SpaceX; public domain",
        (("rocket", (309, 131, 336, 408)),),
    ),
}
NAMES = tuple(_PHOTOGRAPHS)


def load(name):
    """Load one photograph with the boxes that were drawn on it.

    Args:
        name: one of `NAMES`.

    Returns:
        The course's record: `images`, float32 of shape (height, width, 3) in 0..1, and
        `bounding_boxes` with `boxes`, float32 of shape (n, 4), xyxy in pixels from the top left
        corner, and `labels`, int32 of shape (n,), places in `CLASS_NAMES`. n may be 0.

    Raises:
        ValueError: if there is no photograph of that name.

    >>> record = load("astronaut")
    >>> record["images"].shape, CLASS_NAMES[record["bounding_boxes"]["labels"][0]]
    ((512, 512, 3), 'face')
    """
    boxes = _find(name).boxes
    labels = [CLASS_NAMES.index(class_name) for class_name, _ in boxes]
    return {
        "images": _pixels(name).astype(np.float32) / 255,
        "bounding_boxes": {
            "boxes": np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
            "labels": np.array(labels, np.int32),
        },
    }


def credit(name):
    """Say who took a photograph, under which licence, and which library ships it.

    Args:
        name: one of `NAMES`.

    Returns:
        A line to print under the picture.

    Raises:
        ValueError: if there is no photograph of that name.
    """
    photograph = _find(name)
    return f"{photograph.credit} (shipped by {photograph.library})"


def faces():
    """Load 100 real faces and 100 patches of photographs that show no whole face.

    The faces are of Labeled Faces in the Wild, cropped tightly and shrunk. Some of the others
    show part of a face.

    Returns:
        The course's record: `images`, float32 of shape (200, 25, 25, 1), grey, in 0..1, and
        `faces`, float32 of shape (200,), 1 for a face and 0 for none; faces come first.

    Source: `skimage.data.lfw_subset`, of Labeled Faces in the Wild (Huang, Mattar, Lee and
    Learned-Miller, Learning to align from scratch, 2012).
    """
    from skimage import data

    patches = data.lfw_subset().astype(np.float32)
    return {"images": patches[..., None], "faces": np.repeat([1, 0], 100).astype(np.float32)}


def _find(name):
    if name not in _PHOTOGRAPHS:
        raise ValueError(f"There is no photograph {name!r}: choose one of {', '.join(NAMES)}")
    return _PHOTOGRAPHS[name]


def _pixels(name):
    """The photograph as the library gives it: uint8 of shape (height, width, 3)."""
    if _PHOTOGRAPHS[name].library == "scikit-learn":
        from sklearn.datasets import load_sample_image

        return load_sample_image(f"{name}.jpg")
    from skimage import data

    return data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)()
