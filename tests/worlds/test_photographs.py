"""Photographs: they are there without a network, as described, and credited as documented."""

import inspect
import socket
from importlib.metadata import files
from pathlib import Path

from course_utils.worlds import photographs

import numpy as np
import pytest
import sklearn.datasets
from skimage import data


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a photograph asked for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


SHAPES = {
    "astronaut": (512, 512, 3),
    "chelsea": (300, 451, 3),
    "china": (427, 640, 3),
    "coffee": (400, 600, 3),
    "flower": (427, 640, 3),
    "motorcycle": (500, 741, 3),
    "rocket": (427, 640, 3),
}


def test_every_photograph_is_described():
    assert set(photographs.NAMES) == set(SHAPES)


@pytest.mark.parametrize("name", photographs.NAMES)
def test_record(name):
    record = photographs.load(name)
    image, found = record["images"], record["bounding_boxes"]
    assert image.shape == SHAPES[name] and image.dtype == np.float32
    assert 0 <= image.min() < 0.2 and 0.8 < image.max() <= 1  # a photograph has dark and light
    assert found["boxes"].dtype == np.float32 and found["labels"].dtype == np.int32
    assert found["boxes"].shape == (len(found["labels"]), 4)
    height, width, _ = image.shape
    assert (found["boxes"] >= 0).all() and (found["boxes"] <= [width, height] * 2).all()
    assert (found["boxes"][:, 2:] - found["boxes"][:, :2] > 20).all()


def test_every_class_is_on_a_photograph_and_every_label_is_a_class():
    labels = [photographs.load(name)["bounding_boxes"]["labels"] for name in photographs.NAMES]
    assert set(np.concatenate(labels)) == set(range(len(photographs.CLASS_NAMES)))
    assert list(photographs.CLASS_NAMES) == sorted(set(photographs.CLASS_NAMES))


def test_a_record_is_the_readers_own():
    photographs.load("coffee")["images"][:] = 0
    assert photographs.load("coffee")["images"].max() > 0.8


def test_the_rockets_box_holds_its_bright_plume():
    """The brightest pixels of the launch are in the drawn box' columns: it is not mirrored."""
    record = photographs.load("rocket")
    x1, y1, x2, y2 = record["bounding_boxes"]["boxes"][0].astype(int)
    inside = record["images"][y1:y2, x1:x2].mean()
    left = record["images"][y1:y2, x1 - 60 : x1].mean()
    right = record["images"][y1:y2, x2 : x2 + 60].mean()
    assert inside > 1.15 * max(left, right)


SHIPPED = {
    "astronaut": "skimage/data/astronaut.png",
    "chelsea": "skimage/data/chelsea.png",
    "china": "sklearn/datasets/images/china.jpg",
    "coffee": "skimage/data/coffee.png",
    "flower": "sklearn/datasets/images/flower.jpg",
    "motorcycle": "skimage/data/motorcycle_left.png",
    "rocket": "skimage/data/rocket.jpg",
    "faces": "skimage/data/lfw_subset.npy",
}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_library_ships_the_file(name):
    """Otherwise scikit-image would download it, and a filled cache would hide that."""
    library = "scikit-learn" if SHIPPED[name].startswith("sklearn") else "scikit-image"
    assert SHIPPED[name] in {str(file).replace("\\", "/") for file in files(library)}
    if name != "faces":
        assert f"shipped by {library}" in photographs.credit(name)


def documented(name):
    """What the library that ships a photograph says about it."""
    if SHIPPED[name].startswith("sklearn"):
        folder = Path(inspect.getfile(sklearn.datasets)).parent / "images"
        text = (folder / "README.txt").read_text(encoding="utf-8")
        return text.split("Image: ")[1 + ["china", "flower"].index(name)]
    return inspect.getdoc(data.stereo_motorcycle if name == "motorcycle" else getattr(data, name))


# What the credit says, and the words of the library's own documentation that bear it out.
CREDITS = [
    ("astronaut", "Eileen Collins, NASA", "Eileen Collins"),
    ("astronaut", "NASA", "downloaded from the NASA Great Images database"),
    ("astronaut", "public domain", "released into the public domain"),
    ("chelsea", "Stefan van der Walt; CC0", "CC0 by the photographer (Stefan van der Walt)"),
    ("china", "danielbuechele on Flickr", "flickr.com/photos/danielbuechele/6061409035"),
    ("china", "CC BY 2.0", "creativecommons.org/licenses/by/2.0"),
    ("coffee", "Rachel Michetti", "CC0 by the photographer (Rachel Michetti)"),
    ("coffee", "courtesy of Pikolo Espresso Bar", "courtesy of Pikolo Espresso Bar"),
    ("coffee", "CC0", "CC0"),
    ("flower", "vultilion on Flickr", "flickr.com/photos/vultilion/6056698931"),
    ("flower", "CC BY 2.0", "creativecommons.org/licenses/by/2.0"),
    ("motorcycle", "Middlebury's stereo benchmark of 2014", "Middlebury 2014 stereo benchmark"),
    ("motorcycle", "Nesic, Westling, Wang", "Nera Nesic, Porter Westling, Xi Wang"),
    ("rocket", "Falcon 9 carrying DSCOVR, SpaceX", "Launch photo of DSCOVR on Falcon 9 by SpaceX"),
    ("rocket", "public domain", "released in the public domain"),
]


@pytest.mark.parametrize(("name", "ours", "theirs"), CREDITS)
def test_credit_is_what_the_library_documents(name, ours, theirs):
    assert ours in photographs.credit(name)
    assert theirs in documented(name)


def test_every_photograph_is_credited():
    assert {name for name, _, _ in CREDITS} == set(photographs.NAMES)


def test_faces_come_first():
    record = photographs.faces()
    images, labels = record["images"], record["faces"]
    assert images.shape == (200, 25, 25, 1) and images.dtype == np.float32
    assert 0 <= images.min() < 0.1 and 0.9 < images.max() <= 1
    assert labels.dtype == np.float32 and labels.tolist() == [1] * 100 + [0] * 100
    # Faces are alike: each resembles the mean of all faces, patches of anything do not.
    flat = images.reshape(200, -1)
    alike = [np.corrcoef(patch, flat[:100].mean(axis=0))[0, 1] for patch in flat]
    assert np.median(alike[:100]) > 0.5 > np.quantile(alike[100:], 0.9)


@pytest.mark.parametrize("function", [photographs.load, photographs.credit])
@pytest.mark.parametrize("name", ["moon", "", "Astronaut"])
def test_unknown_names_are_told_the_known_ones(function, name):
    with pytest.raises(ValueError, match=f"no photograph '{name}': choose one of astronaut, chel"):
        function(name)
