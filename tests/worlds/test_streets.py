"""Streets: the same everywhere, true to its labels, true to its settings."""

import concurrent.futures
import hashlib
import itertools
import json
import subprocess
import sys

import course_utils  # noqa: F401  (before Keras)
from course_utils.worlds import streets
from course_utils.worlds.settings import SPLITS

import numpy as np
import pytest
from worlds import pace

CROWDED = {"size": 96, "objects": (3, 6)}


def flat(record):
    """Return the arrays of a record by name."""
    arrays = {key: value for key, value in record.items() if key != "bounding_boxes"}
    return arrays | record["bounding_boxes"]


def assert_same(first, second):
    first, second = flat(first), flat(second)
    assert first.keys() == second.keys()
    for key in first:
        np.testing.assert_array_equal(first[key], second[key], err_msg=key)


@pytest.fixture(scope="module")
def crowded():
    return [streets.render(index, **CROWDED) for index in range(30)]


def test_shapes_dtypes_and_ranges():
    sample = streets.render(3, size=64, objects=(2, 2))
    expected = {
        "images": ((64, 64, 3), np.float32),
        "boxes": ((2, 4), np.float32),
        "labels": ((2,), np.int32),
        "segmentation_masks": ((64, 64, 1), np.uint8),
        "instance_masks": ((64, 64, 1), np.uint8),
        "visibility": ((2,), np.float32),
    }
    found = {key: (value.shape, value.dtype) for key, value in flat(sample).items()}
    assert found == expected
    assert 0 <= sample["images"].min() < 0.4 < sample["images"].max() <= 1
    assert sample["images"].flags.writeable


def test_a_sample_without_objects():
    sample = streets.render(0, objects=0)
    assert sample["bounding_boxes"]["boxes"].shape == (0, 4)
    assert sample["bounding_boxes"]["labels"].shape == sample["visibility"].shape == (0,)
    assert sample["instance_masks"].max() == 0
    assert sample["segmentation_masks"].max() < streets.PIXEL_LABELS.index("pedestrian")


def test_a_batch_is_its_samples_padded():
    batch = streets.load(5, start=7, objects=(0, 4), size=64)
    assert batch["bounding_boxes"]["boxes"].shape == (5, 4, 4)
    counts = set()
    for row in range(5):
        sample = streets.render(7 + row, objects=(0, 4), size=64)
        found = len(sample["visibility"])
        counts.add(found)
        for key in ("images", "segmentation_masks", "instance_masks"):
            np.testing.assert_array_equal(batch[key][row], sample[key])
        for key, padding in (("boxes", 0), ("labels", -1)):
            values = batch["bounding_boxes"][key][row]
            np.testing.assert_array_equal(values[:found], sample["bounding_boxes"][key])
            assert (values[found:] == padding).all()
        assert (batch["visibility"][row, found:] == 0).all()
    assert len(counts) > 1, "the case needs samples of different length"


def test_a_sample_depends_on_nothing_but_its_name():
    alone = streets.render(5, **CROWDED)
    streets.load(3, seed=9, size=48)
    assert_same(alone, streets.render(5, **CROWDED))


def test_batches_of_any_size_hold_the_same_samples():
    whole = flat(streets.load(7, start=30, size=48))
    parts = [flat(streets.load(count, start=30 + first, size=48)) for first, count in SPANS]
    for key, values in whole.items():
        joined = np.concatenate([part[key] for part in parts])
        np.testing.assert_array_equal(values, joined, err_msg=key)


SPANS = ((0, 1), (1, 4), (5, 2))


def test_another_process_renders_the_same_in_any_order():
    program = (
        "import hashlib, json, sys\n"
        "from course_utils.worlds import streets\n"
        "for index in (23, 20, 22, 21):\n"
        "    sample = streets.render(index, 'test', seed=3, size=64)\n"
        "    arrays = {**sample.pop('bounding_boxes'), **sample}\n"
        "    sums = {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in arrays.items()}\n"
        "    print(index, json.dumps(sums, sort_keys=True))\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    here = {}
    for index in range(20, 24):
        arrays = flat(streets.render(index, "test", seed=3, size=64))
        here[index] = {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in arrays.items()}
    for lines in printed:
        there = dict(line.split(" ", 1) for line in lines.splitlines())
        assert {int(index): json.loads(sums) for index, sums in there.items()} == here


@pytest.fixture
def hasty_threads():
    """Threads take turns so often that they meet in the middle of everything."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_render_the_same():
    """`tf.data` calls from several threads at once."""
    settings = {"split": "test", "size": 64, "seed": 5}
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda index: streets.render(index, **settings), range(8, 24)))
    for index, sample in enumerate(together, start=8):
        assert_same(sample, streets.render(index, **settings))


def test_splits_seeds_and_indices_never_share_a_sample():
    names = [(split, seed, index) for split in SPLITS for seed in (0, 1) for index in range(8)]
    pictures = {
        streets.render(index, split, seed, size=32, noise=0)["images"].tobytes()
        for split, seed, index in names
    }
    assert len(pictures) == len(names)


def still(sample):
    """Return the labels of a sample where it shows no object, 255 elsewhere."""
    pixels = sample["segmentation_masks"][..., 0]
    return np.where(pixels < streets.PIXEL_LABELS.index("pedestrian"), pixels, 255)


def alike(first, second):
    """Return the share of the pixels without objects at which two samples have the same label."""
    first, second = still(first), still(second)
    both = (first < 255) & (second < 255)
    return (first == second)[both].mean()


def test_four_samples_in_a_row_are_taken_in_one_street():
    streets_seen = [
        [streets.render(4 * row + k, objects=(0, 2)) for k in range(4)] for row in (3, 4)
    ]
    for first, *others in streets_seen:
        assert [alike(first, other) for other in others] == [1, 1, 1]
        assert not np.array_equal(first["images"], others[0]["images"])
    assert alike(streets_seen[0][0], streets_seen[1][0]) < 0.98


def test_moments_is_how_many_samples_share_a_street():
    alone = streets.load(3, size=64, objects=0, moments=1)["segmentation_masks"]
    for first, second in itertools.combinations(alone, 2):
        assert (first == second).mean() < 0.98
    many = streets.load(9, size=64, objects=0, moments=8)["segmentation_masks"]
    assert [(first == many[0]).all() for first in many] == 8 * [True] + [False]


def test_a_street_belongs_to_one_split_and_seed():
    """No street of the training split is seen again in another split, or with another seed."""
    worlds = [(split, seed) for split in SPLITS for seed in (0, 1)]
    first = [streets.render(0, *world, objects=0) for world in worlds]
    for one, other in itertools.combinations(first, 2):
        assert alike(one, other) < 0.98


def test_a_sample_without_room_gets_a_street_of_its_own():
    """Six objects of nearly half the height seldom find room: the street that has most is shown."""
    settings = {"size": 64, "objects": 6, "object_height": (0.4, 0.5)}
    batch = streets.load(40, **settings)
    found = (batch["bounding_boxes"]["labels"] >= 0).sum(axis=1)
    assert found.mean() > 3.5, found
    for row in (1, 2, 3):
        assert_same(
            {key: values[row] for key, values in flat(batch).items() if key == "images"}
            | {"bounding_boxes": {}},
            {"images": streets.render(row, **settings)["images"], "bounding_boxes": {}},
        )


def test_boxes_masks_and_labels_agree(crowded):
    first = streets.PIXEL_LABELS.index(streets.CLASS_NAMES[0])
    fully_visible = 0
    for sample in crowded:
        boxes, labels = sample["bounding_boxes"]["boxes"], sample["bounding_boxes"]["labels"]
        instances, pixels = sample["instance_masks"][..., 0], sample["segmentation_masks"][..., 0]
        assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= 96).all()
        assert (boxes[:, :2] < boxes[:, 2:]).all()
        np.testing.assert_array_equal(instances > 0, pixels >= first)
        assert set(np.unique(instances)) == set(range(len(labels) + 1)), "an object without pixels"
        for number, (box, label) in enumerate(zip(boxes, labels, strict=True), start=1):
            rows, columns = np.nonzero(instances == number)
            seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert (box[:2] <= seen[:2]).all() and (seen[2:] <= box[2:]).all()
            assert (pixels[rows, columns] == first + label).all()
            if sample["visibility"][number - 1] == 1:
                np.testing.assert_array_equal(box, seen)
                fully_visible += 1
    assert fully_visible > 10, "too few objects that are fully visible to check tight boxes on"


def contrast_across(edges, image):
    """Return how much the picture changes, on average, from one column to the next at edges."""
    return abs(np.diff(image.mean(axis=2), axis=1))[edges].mean()


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("sky", ("building",), 3),
        ("sky", ("tree",), 3),
        *((name, (), 2.2) for name in streets.CLASS_NAMES),
    ],
    ids=["roofs", "trees", *streets.CLASS_NAMES],
)
def test_labels_lie_on_what_the_picture_shows(one, other, times):
    """Where the label changes the colour changes, `times` as much as two pixels beside it.

    Labels that are moved by a single pixel stay below.
    """
    first, *seconds = map(streets.PIXEL_LABELS.index, (one, *other))
    on, beside = [], []
    for index in range(40):
        sample = streets.render(index, size=128, objects=(1, 4), noise=0, light=1)
        for turned in (False, True):
            pixels, image = sample["segmentation_masks"][..., 0], sample["images"]
            if turned:
                pixels, image = pixels.T, image.transpose(1, 0, 2)
            left, right = pixels[:, :-1], pixels[:, 1:]
            edges = (left == first) != (right == first)
            if other:
                edges &= np.isin(left, [first, *seconds]) & np.isin(right, [first, *seconds])
            for shift in (-2, 2):
                moved = np.roll(edges, shift, axis=1) & ~edges
                moved[:, :3] = moved[:, -3:] = False
                if moved.any():
                    beside.append(contrast_across(moved, image))
                    on.append(contrast_across(edges, image))
    assert len(on) > 20
    assert np.mean(on) > times * np.mean(beside), f"{np.mean(on):.3f}, {np.mean(beside):.3f}"


def test_visibility_is_the_share_of_the_silhouette(crowded):
    visibility = np.concatenate([sample["visibility"] for sample in crowded])
    assert 0.5 <= visibility.min() < 0.9, "by default up to half of an object may be hidden"
    assert visibility.max() == 1


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({"objects": 0}, {0}),
        ({"objects": (0, 1)}, {0, 1}),
        ({"objects": (1, 1), "object_height": (0.3, 0.8)}, {1}),
        ({"objects": 3}, {3}),
        ({"objects": (1, 2), "occlusion": 0}, {1, 2}),
    ],
    ids=["none", "none or one", "one large", "one number", "none hidden"],
)
def test_number_of_objects(settings, counts):
    samples = [streets.render(index, size=64, **settings) for index in range(14)]
    assert {len(sample["visibility"]) for sample in samples} == counts


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.15), (0.3, 0.5), (0.6, 0.8)])
def test_object_height(low, high):
    for index in range(12):
        sample = streets.render(index, size=96, objects=1, object_height=(low, high), occlusion=0)
        assert len(sample["visibility"]) == 1
        for box in sample["bounding_boxes"]["boxes"]:
            assert low * 96 - 1 <= box[3] - box[1] <= high * 96 + 1


@pytest.mark.parametrize("occlusion", [0, 0.3, 1])
def test_occlusion_limits_what_is_hidden(occlusion):
    batch = streets.load(25, size=64, objects=(2, 6), occlusion=occlusion)
    visibility = batch["visibility"][batch["bounding_boxes"]["labels"] >= 0]
    assert visibility.min() >= max(0.25, 1 - occlusion) - 1e-6
    if occlusion:
        assert visibility.min() < 1 - 0.6 * min(0.75, occlusion), "the limit is hardly used"


def test_classes_are_those_asked_for_and_balanced():
    batch = streets.load(25, size=48, objects=(1, 3), classes=("car", "motorcycle"))
    assert set(np.unique(batch["bounding_boxes"]["labels"])) == {-1, 1, 2}
    labels = streets.load(150, size=48, objects=(1, 1))["bounding_boxes"]["labels"]
    counts = np.bincount(labels.ravel(), minlength=3)
    assert counts.min() > 30, f"classes are drawn unevenly: {counts}"


def test_light_and_noise_change_the_picture_alone():
    day, dusk = (streets.load(12, size=48, light=light, noise=0) for light in (1, 0))
    assert day["images"].mean() > dusk["images"].mean() + 0.1
    for index in range(4):
        noisy, clean = (streets.render(index, size=64, noise=noise) for noise in (0.1, 0))
        np.testing.assert_array_equal(noisy["segmentation_masks"], clean["segmentation_masks"])
        middling = (clean["images"] > 0.3) & (clean["images"] < 0.7)
        deviation = (noisy["images"] - clean["images"])[middling]
        assert 0.09 < deviation.std() < 0.11


@pytest.mark.parametrize("size", [32, 97, 256, 1024])
def test_every_size(size):
    sample = streets.render(1, size=size, objects=(1, 3))
    assert sample["images"].shape == (size, size, 3)
    assert np.isfinite(sample["images"]).all()


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({"objects": (10, 20), "object_height": (0.05, 0.1)}, 10),
        ({"objects": (6, 6), "object_height": (0.9, 1.0), "occlusion": 0}, 0),
        ({"objects": (4, 4), "object_height": 0.05, "size": 32, "occlusion": 1}, 0),
        ({"objects": (2, 4), "object_height": (0.05, 1.0), "light": 0, "noise": 0.3}, 3),
    ],
    ids=["crowd", "no room", "specks", "widest ranges"],
)
def test_extreme_settings_still_give_a_street(settings, least):
    counts = []
    for index in range(8):
        sample = streets.render(index, **settings)
        counts.append(len(sample["visibility"]))
        assert 0 <= sample["images"].min() <= sample["images"].max() <= 1
    assert least <= max(counts) <= settings["objects"][1]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"split": "dev"}, ValueError, "'train', 'validation', 'test'"),
        ({"index": -1}, ValueError, "index must be at least 0"),
        ({"index": 1.5}, TypeError, "index must be a whole number"),
        ({"seed": -3}, ValueError, "seed must be at least 0"),
        ({"size": 8}, ValueError, "size must be from 32 to 1024"),
        ({"size": True}, TypeError, "size must be a whole number"),
        ({"objects": (3, 1)}, ValueError, "least <= most"),
        ({"objects": (1, 2, 3)}, ValueError, "a pair"),
        ({"objects": "many"}, TypeError, "objects must be a whole number"),
        ({"object_height": (0.5, 0.2)}, ValueError, "0.05 <= low <= high <= 1"),
        ({"object_height": 0.01}, ValueError, "object_height"),
        ({"occlusion": 1.5}, ValueError, "occlusion"),
        ({"occlusion": (0.1, 0.4)}, TypeError, "occlusion must be a number"),
        ({"light": "day"}, TypeError, "light must be a number"),
        ({"noise": float("nan")}, ValueError, "noise"),
        ({"classes": ("bicycle",)}, ValueError, "'bicycle'"),
        ({"classes": ()}, ValueError, "at least one"),
        ({"moments": 0}, ValueError, "moments must be at least 1"),
        ({"moments": 2.5}, TypeError, "moments must be a whole number"),
    ],
)
def test_wrong_settings_are_named(arguments, error, words):
    with pytest.raises(error, match=words.replace("(", r"\(")):
        streets.render(**{"index": 0} | arguments)


def test_load_names_its_wrong_settings():
    with pytest.raises(TypeError, match="unknown setting 'objcts'"):
        streets.load(1, objcts=3)
    with pytest.raises(ValueError, match="count must be at least 1"):
        streets.load(0)
    with pytest.raises(TypeError, match="count must be a whole number"):
        streets.load(2.0)
    with pytest.raises(ValueError, match="start must be at least 0"):
        streets.load(1, start=-1)
    with pytest.raises(ValueError, match="split must be one of"):
        streets.load(1, split="dev")


def test_keras_layers_take_the_record_and_keep_boxes_on_their_pixels():
    import keras

    batch = streets.load(8, size=64, objects=(1, 3), occlusion=0)
    flipped = keras.layers.RandomFlip("horizontal", bounding_box_format="xyxy", seed=2)(
        {
            key: dict(value) if isinstance(value, dict) else value
            for key, value in batch.items()
            if key not in ("visibility", "instance_masks")
        }
        | {"segmentation_masks": batch["instance_masks"]}
    )
    instances = np.array(flipped["segmentation_masks"])[..., 0]
    assert (instances != batch["instance_masks"][..., 0]).any(), "nothing was flipped"
    checked = 0
    for row in range(8):
        for number, label in enumerate(batch["bounding_boxes"]["labels"][row]):
            if label >= 0:
                _, columns = np.nonzero(instances[row] == number + 1)
                box = np.array(flipped["bounding_boxes"]["boxes"])[row, number]
                assert (box[0], box[2]) == (columns.min(), columns.max() + 1)
                checked += 1
    assert checked >= 8


def test_progress_is_silent_by_default(capfd):
    streets.load(2, size=32)
    assert capfd.readouterr() == ("", "")
    streets.load(2, size=32, progress=True)
    assert "Rendering" in capfd.readouterr().out


def test_a_sample_takes_milliseconds(capsys):
    streets.load(150, size=128)
    milliseconds, loops = pace.measured(
        lambda count, start: streets.load(count, start=start, size=128), 40, range(0, 160, 40)
    )
    with capsys.disabled():
        print(f" {milliseconds:.1f} ms, {loops:.2f} loops a sample", end="")
    assert loops < 0.45
