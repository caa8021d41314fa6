"""Faces: the same everywhere, true to its labels, a person apart from the photograph."""

import hashlib
import json
import subprocess
import sys

import course_utils  # noqa: F401  (before Keras)
from course_utils.worlds import face_landmarks, face_lens, faces, sheets

import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from worlds import pace

PLAIN = {
    "hair_style": "short", "beard": "none", "glasses": "none", "hat": "none", "yaw": 0, "roll": 0,
    "pitch": 0, "noise": 0, "blur": 0,
}  # fmt: skip
EVEN = {"light_side": 0, "light_height": 20, "contrast": 0.4, "brightness": 1, "warmth": 0}


def flat(record):
    """Return the arrays of a record by name."""
    return {key: value for key, value in record.items() if key != "nuisance"} | record["nuisance"]


def sums(record):
    return {
        key: hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
        for key, value in flat(record).items()
    }


def assert_same(first, second):
    first, second = flat(first), flat(second)
    assert first.keys() == second.keys()
    for key in first:
        np.testing.assert_array_equal(first[key], second[key], err_msg=key)


@pytest.fixture(scope="module")
def crowd():
    return faces.load(60, size=64, faces=0.8)


def test_shapes_dtypes_and_ranges(crowd):
    expected = {
        "images": ((60, 64, 64, 3), np.float32),
        "faces": ((60,), np.float32),
        "landmarks": ((60, 64, 2), np.float32),
        "identities": ((60,), np.int32),
        "traits": ((60, len(faces.TRAITS)), np.float32),
        "expressions": ((60,), np.int32),
        "segmentation_masks": ((60, 64, 64, 1), np.uint8),
    }
    found = {key: (crowd[key].shape, crowd[key].dtype) for key in expected}
    assert found == expected
    assert set(crowd) == {*expected, "nuisance"}
    for name in faces.NUISANCE:
        kind = np.int32 if name in faces.CHOICES else np.float32
        assert crowd["nuisance"][name].dtype == kind and crowd["nuisance"][name].shape == (60,)
    assert 0 <= crowd["images"].min() < 0.1 and 0.9 < crowd["images"].max() <= 1
    assert crowd["images"].flags.writeable
    assert len(faces.TRAITS) == len(set(faces.TRAITS)) >= 48


def test_render_is_a_sample_of_load():
    batch = faces.load(3, "test", start=4, size=40)
    for row in range(3):
        sample = faces.render(4 + row, "test", size=40)
        for key, values in flat(batch).items():
            np.testing.assert_array_equal(flat(sample)[key], values[row], err_msg=key)


@pytest.mark.parametrize("size", [33, 64])
def test_batches_of_any_size_hold_the_same_samples(size):
    whole = flat(faces.load(29, start=30, size=size, faces=0.7))
    joined = {}
    for first, count in ((0, 1), (1, 17), (18, 11)):
        part = flat(faces.load(count, start=30 + first, size=size, faces=0.7))
        for key, values in part.items():
            joined.setdefault(key, []).append(values)
    for key, values in whole.items():
        np.testing.assert_array_equal(values, np.concatenate(joined[key]), err_msg=key)


def test_lists_of_settings_stay_with_their_samples_across_chunks():
    yaw = np.linspace(-30, 30, 90)
    who = [5, 7, 9] * 30
    batch = faces.load(90, start=3, size=32, yaw=yaw, identities=who, hat=["none", "cap"] * 45)
    np.testing.assert_allclose(batch["nuisance"]["yaw"], yaw, atol=1e-5)
    assert batch["identities"].tolist() == who
    assert batch["nuisance"]["hat"].tolist() == [0, faces.HATS.index("cap")] * 45
    alone = faces.load(1, start=3 + 71, size=32, yaw=yaw[71], identities=who[71], hat="cap")
    np.testing.assert_array_equal(alone["images"][0], batch["images"][71])


def test_large_batches_on_all_cores_hold_the_same_samples(monkeypatch):
    few = faces.load(60, size=32)
    monkeypatch.setattr(faces, "_LARGE", 1)
    assert_same(faces.load(60, size=32), few)


def test_another_process_renders_the_same_in_any_order():
    program = (
        "import hashlib, json\n"
        "from course_utils.worlds import faces\n"
        "for index in (23, 20, 22, 21):\n"
        "    sample = faces.render(index, 'test', seed=3, size=48, faces=0.5)\n"
        "    arrays = {**sample.pop('nuisance'), **sample}\n"
        "    sums = {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in arrays.items()}\n"
        "    print(index, json.dumps(sums))\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "1", "PATH": ""},
    ).stdout  # fmt: skip
    there = dict(line.split(" ", 1) for line in printed.splitlines())
    here = {i: sums(faces.render(i, "test", seed=3, size=48, faces=0.5)) for i in range(20, 24)}
    assert {int(index): json.loads(found) for index, found in there.items()} == here


def test_splits_and_seeds_share_no_sample_and_no_person():
    names = [(split, seed) for split in faces.SPLITS for seed in (0, 1)]
    batches = [faces.load(25, split, seed=seed, size=32, noise=0) for split, seed in names]
    pictures = {image.tobytes() for batch in batches for image in batch["images"]}
    people = {traits.tobytes() for batch in batches for traits in batch["traits"]}
    poses = np.unique([batch["nuisance"]["yaw"] for batch in batches])
    assert len(pictures) == len(people) == len(poses) == 25 * len(names)
    for split in faces.SPLITS:
        others = [b for b, (name, _) in zip(batches, names, strict=True) if name != split]
        mine = [b for b, (name, _) in zip(batches, names, strict=True) if name == split]
        taken = {int(who) for batch in others for who in batch["identities"]}
        assert taken.isdisjoint({int(who) for batch in mine for who in batch["identities"]})


def test_pictures_of_one_person_differ_in_nuisance_alone():
    batch = faces.load(12, size=32, pictures=4)
    assert batch["identities"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    for who in range(3):
        rows = slice(4 * who, 4 * who + 4)
        assert (batch["traits"][rows] == batch["traits"][4 * who]).all()
        assert len({image.tobytes() for image in batch["images"][rows]}) == 4
        assert len(np.unique(batch["nuisance"]["yaw"][rows])) == 4
    assert len(np.unique(batch["traits"][::4], axis=0)) == 3


def test_the_same_person_with_other_hair_and_a_beard():
    before = faces.load(6, size=48)
    after = faces.load(6, size=48, identities=before["identities"], hair_style="bob", beard="full")
    for key in ("traits", "identities", "landmarks", "expressions"):
        np.testing.assert_array_equal(before[key], after[key])
    changed = [n for n in faces.NUISANCE if (before["nuisance"][n] != after["nuisance"][n]).any()]
    assert set(changed) == {"hair_style", "beard"}
    assert (abs(before["images"] - after["images"]).max(axis=(1, 2, 3)) > 0.1).all()


def test_a_stranger_with_the_same_hair_and_skin():
    anchor = faces.load(8, size=64, **PLAIN | {"hair_style": ["short", "curly"] * 4} | EVEN)
    other = faces.load(8, start=50, size=64, **PLAIN | EVEN | faces.looks(anchor))
    assert not set(anchor["identities"]) & set(other["identities"])
    same = [n for i, n in enumerate(faces.TRAITS)
            if (anchor["traits"][:, i] == other["traits"][:, i]).all()]  # fmt: skip
    assert set(same) == {
        "skin", "undertone", "ruddiness", "hair_lightness", "hair_redness", "hair_grey",
    }  # fmt: skip
    for label in ("face", "hair"):
        colours = []
        for batch in (anchor, other):
            there = batch["segmentation_masks"][..., 0] == faces.PIXEL_LABELS.index(label)
            colours.append([np.median(image[mask], axis=0) for image, mask in
                            zip(batch["images"], there, strict=True)])  # fmt: skip
        one, two = map(np.array, colours)
        apart = abs(one - np.roll(two, 1, axis=0)).mean()
        assert abs(one - two).mean() < 0.05 < apart, label


@pytest.mark.parametrize("name", sorted(faces.CHOICES))
def test_every_choice_is_respected_and_leaves_the_rest(name):
    options = faces.CHOICES[name][0]
    free = faces.load(len(options), size=32)
    fixed = faces.load(len(options), size=32, **{name: list(options)})
    assert fixed["nuisance"][name].tolist() == list(range(len(options)))
    for other in faces.NUISANCE:
        if other != name:
            np.testing.assert_array_equal(free["nuisance"][other], fixed["nuisance"][other])
    np.testing.assert_array_equal(free["traits"], fixed["traits"])
    pictures = faces.load(len(options), size=32, identities=3, yaw=0, **{name: list(options)})
    assert len({image.tobytes() for image in pictures["images"]}) == len(options)


@pytest.mark.parametrize("name", sorted(faces.NUMBERS))
def test_every_number_is_drawn_from_its_range(name):
    (low, high), (least, most) = faces.NUMBERS[name]
    values = faces.load(60, size=32)["nuisance"][name]
    assert low <= values.min() < low + 0.35 * (high - low)
    assert high - 0.35 * (high - low) < values.max() <= high
    for bound in (least, most):
        sample = faces.render(1, size=32, **{name: bound})
        assert np.isfinite(sample["images"]).all() and np.isfinite(sample["landmarks"]).all()
        assert sample["nuisance"][name] == np.float32(bound)
    middle = (low + 0.4 * (high - low), low + 0.6 * (high - low))
    narrow = faces.load(20, size=32, **{name: middle})["nuisance"][name]
    assert middle[0] - 1e-5 <= narrow.min() < narrow.max() <= middle[1] + 1e-5


@pytest.mark.parametrize("name", faces.TRAITS)
def test_every_trait_shows(name):
    looks = PLAIN | EVEN | {"expression": "happy", "strength": 1, "hair_style": "receding"}
    looks |= {"skin": -0.5, "age": 0.5, "freckles": 0.3} | {name: [-1, 1]}
    plain, other = faces.load(2, size=96, identities=4, **looks)["images"]
    same = faces.load(1, size=96, identities=4, **looks | {name: -1})["images"][0]
    np.testing.assert_array_equal(same, plain)
    changed = (abs(plain - other).max(axis=2) > 0.02).mean()
    assert changed > 0.0005, f"{name} changes {changed:.5f} of the picture"


def test_choices_are_drawn_as_often_as_they_should_be():
    batch = faces.load(300, size=32)
    for name, (options, weights) in faces.CHOICES.items():
        counts = np.bincount(batch["nuisance"][name], minlength=len(options))
        expected = 300 * np.array(weights) / sum(weights)
        assert (abs(counts - expected) < 4.5 * np.sqrt(expected) + 1).all(), name


def sampled(images, points):
    """Return the colours of pictures (n, size, size, 3) at points (n, k, 2)."""
    size = images.shape[1]
    places = np.clip(points.astype(int), 0, size - 1)
    return images[np.arange(len(images))[:, None], places[..., 1], places[..., 0]]


def test_landmarks_lie_on_the_face_that_is_drawn():
    batch = faces.load(40, size=96, hat="none", glasses="none", hair_style="buzz", yaw=(-20, 20))
    points, labels = batch["landmarks"], batch["segmentation_masks"][..., 0]
    inner = sampled(labels[..., None], points[:, 23:])[..., 0]
    assert (inner == faces.PIXEL_LABELS.index("face")).mean() > 0.995
    middle = points[:, 13:].mean(axis=1, keepdims=True)
    jaw = points[:, face_landmarks.JAW]
    out = sampled(labels[..., None], middle + 1.25 * (jaw - middle))[..., 0]
    within = sampled(labels[..., None], middle + 0.88 * (jaw - middle))[..., 0]
    assert (within == faces.PIXEL_LABELS.index("face")).mean() > 0.95
    assert (out == faces.PIXEL_LABELS.index("face")).mean() < 0.25


def test_the_jaw_line_is_the_outline_of_a_face_seen_from_the_front():
    batch = faces.load(30, size=128, **PLAIN | {"hair_style": "buzz"})
    face = batch["segmentation_masks"][..., 0] == faces.PIXEL_LABELS.index("face")
    errors = []
    for mask, points in zip(face, batch["landmarks"], strict=True):
        chin = points[6]
        column = np.flatnonzero(mask[:, int(chin[0])])
        errors.append(column.max() + 1 - chin[1])
        for side, place in ((1, 3), (-1, 9)):
            x, y = points[place]
            row = np.flatnonzero(mask[int(y)])
            errors.append(row.min() - x if side > 0 else row.max() + 1 - x)
    assert np.median(np.abs(errors)) < 2 and np.percentile(np.abs(errors), 90) < 5, errors


@pytest.mark.parametrize("yaw", [0, -30, 30])
def test_eyes_and_mouth_are_where_the_landmarks_say(yaw):
    """White of the eye, red of the lips and dark of the brows, moved by 4 pixels they are gone."""
    looks = PLAIN | EVEN | {"yaw": yaw, "skin": -0.2, "lip_colour": 1, "hair_lightness": -1,
                            "brow_thickness": 1, "brow_darkness": 1, "hair_grey": -1,
                            "hair_redness": -1, "upper_lip": 1, "lower_lip": 1}  # fmt: skip
    surprised = faces.load(16, size=128, expression="surprised", **looks)
    neutral = faces.load(16, size=128, expression="neutral", **looks)

    def red(batch, points):
        colours = sampled(batch["images"], points)
        return (colours[..., 0] / (colours[..., 1] + 0.02)).mean()

    def dark(batch, points):
        return -sampled(batch["images"], points).mean()

    points = surprised["landmarks"]
    near = 0 if yaw == 0 else (1 if yaw < 0 else 0)  # the eye on the near side of the head
    eye = points[:, face_landmarks.EYES[near]]
    corners = (eye[:, [0, 3]] + eye.mean(axis=1, keepdims=True)) / 2
    skin = np.stack([eye[:, 4:].mean(axis=1) + np.array((0, 7))], axis=1)
    grey = [sampled(surprised["images"], p) for p in (corners, skin)]
    grey = [(c[..., 2] / (c[..., 0] + 0.02)).mean() for c in grey]
    assert grey[0] > 1.1 * grey[1], "the eye is not whiter than the cheek"
    mouth = neutral["landmarks"][:, face_landmarks.MOUTH]
    lips = (mouth[:, [8, 9, 10]] + mouth[:, [19, 18, 17]]) / 2
    assert red(neutral, lips) > 1.1 * red(neutral, lips + np.array((0, 9))), "the lower lip"
    brow = neutral["landmarks"][:, 13:18][:, 1:4] if near == 0 else (
        neutral["landmarks"][:, 18:23][:, 1:4])  # fmt: skip
    for shift in ((0, -6), (0, 6)):
        assert dark(neutral, brow) > dark(neutral, brow + shift) + 0.08, "the brow"
    opening = points[:, face_landmarks.MOUTH][:, 12:].mean(axis=1, keepdims=True)
    assert dark(surprised, opening) > dark(surprised, opening + np.array((0, 24))) + 0.1, (
        "the mouth"
    )


def test_mirrored_names_the_counterparts():
    batch = faces.load(5, size=64, yaw=0, roll=0, shift_x=0)
    points = batch["landmarks"]
    mirrored = points[:, face_landmarks.MIRRORED] * (-1, 1) + np.array((64, 0))
    np.testing.assert_allclose(mirrored, points, atol=0.01)
    assert sorted(face_landmarks.MIRRORED) == list(range(64))
    assert (points[:, 0, 0] < points[:, 12, 0]).all(), "the jaw starts at the left"
    assert (points[:, 6, 1] == points[:, :13, 1].max(axis=1)).all(), "the chin is the lowest"
    assert (points[:, 13:23, 1].max(axis=1) < points[:, 32:44, 1].max(axis=1)).all()


@pytest.mark.parametrize(
    ("angle", "sign_x", "sign_y"), [("yaw", 1, 0), ("pitch", 0, -1)], ids=["yaw", "pitch"]
)
def test_the_nose_follows_the_turn_of_the_head(angle, sign_x, sign_y):
    less, more = faces.load(2, size=64, identities=2, **PLAIN | {angle: [-20, 20]})["landmarks"]
    moved = more[26] - less[26] - (more[[0, 12]] - less[[0, 12]]).mean(axis=0)
    if sign_x:
        assert moved[0] > 8
    else:
        assert moved[1] < -8


def test_roll_and_crop_move_the_landmarks_as_they_say():
    straight = faces.render(0, size=100, **PLAIN, shift_x=0, shift_y=0, zoom=1)["landmarks"]
    tilted = faces.render(0, size=100, **PLAIN | {"roll": 30}, shift_x=0, shift_y=0, zoom=1)
    across = [p[face_landmarks.EYES[1]].mean(0) - p[face_landmarks.EYES[0]].mean(0)
              for p in (straight, tilted["landmarks"])]  # fmt: skip
    turned = np.degrees(np.arctan2(*across[1][::-1]) - np.arctan2(*across[0][::-1]))
    assert abs(turned - 30) < 0.5
    moved = faces.render(0, size=100, **PLAIN, shift_x=0.1, shift_y=-0.2, zoom=1)["landmarks"]
    np.testing.assert_allclose(moved - straight, [[10, -20]] * 64, atol=0.01)
    wide = faces.render(0, size=100, **PLAIN, shift_x=0, shift_y=0, zoom=1.5)["landmarks"]
    np.testing.assert_allclose(np.diff(wide, axis=0), 1.5 * np.diff(straight, axis=0), atol=0.01)


def test_light_comes_from_the_side_it_says():
    looks = PLAIN | {"contrast": 0.8, "light_height": 10, "identities": 6, "background": "studio"}
    left, right = faces.load(2, size=64, light_side=[-70, 70], **looks)["images"]
    assert left[20:45, 16:30].mean() > 1.3 * right[20:45, 16:30].mean()
    assert right[20:45, 34:48].mean() > 1.3 * left[20:45, 34:48].mean()


def test_noise_blur_and_brightness():
    clean, noisy = faces.load(2, size=64, identities=1, **PLAIN | {"noise": [0, 0.1]})["images"]
    clean = faces.load(2, start=1, size=64, identities=1, **PLAIN)["images"][0]
    middling = (clean > 0.3) & (clean < 0.7)
    assert 0.09 < (noisy - clean)[middling].std() < 0.11
    sharp, soft = (faces.render(0, size=64, **PLAIN | {"blur": blur}) for blur in (0, 2))
    np.testing.assert_array_equal(sharp["landmarks"], soft["landmarks"])
    contrast = [abs(np.diff(s["images"], axis=0)).mean() for s in (sharp, soft)]
    assert contrast[1] < 0.65 * contrast[0]
    dark, bright = (faces.render(0, brightness=b)["images"].mean() for b in (0.5, 1.5))
    assert bright > 1.4 * dark


def test_the_blur_is_as_wide_as_it_says():
    for sigma in (0.5, 1.5, 4.0):
        picture = np.zeros((65, 65, 3), np.float32)
        picture[32, 32] = 1
        face_lens._blur(picture, sigma)
        spread = (picture[..., 0] * (np.arange(65) - 32) ** 2).sum()
        assert abs(picture.sum() - 3) < 1e-4 and abs(np.sqrt(spread) - sigma) < 0.02


def test_hats_glasses_and_beards_are_labelled_and_seen():
    looks = {"size": 64, "identities": 8, "yaw": 0, "roll": 0, "pitch": 0, "shift_y": 0}
    bare = faces.render(0, hat="none", glasses="none", beard="none", **looks)
    assert (bare["segmentation_masks"] != faces.PIXEL_LABELS.index("hat")).all()
    for hat in faces.HATS[1:]:
        sample = faces.render(0, hat=hat, glasses="none", beard="none", **looks)
        hatted = sample["segmentation_masks"][..., 0] == faces.PIXEL_LABELS.index("hat")
        assert hatted.sum() > 250, hat
        moved = abs(sample["images"] - bare["images"]).max(axis=2) > 0.04
        assert moved[hatted].mean() > 0.6, hat
    eyes = bare["landmarks"][32:44].mean(axis=0).astype(int)
    chin = ((bare["landmarks"][6] + 3 * bare["landmarks"][53]) / 4).astype(int)
    for settings, (x, y) in (({"glasses": "sun"}, eyes), ({"beard": "full"}, chin)):
        sample = faces.render(0, **{"hat": "none", "glasses": "none", "beard": "none"} | settings,
                              **looks)  # fmt: skip
        window = np.s_[y - 5 : y + 6, x - 9 : x + 10]
        change = abs(sample["images"] - bare["images"])
        assert change[window].mean() > 0.02, settings
        assert change[:6].max() < 0.01, settings


def test_expressions_can_be_told_from_landmarks_of_strangers():
    def upright(points):
        flat_points = points[..., 0] + 1j * points[..., 1]
        left, right = (flat_points[:, e].mean(axis=1, keepdims=True) for e in face_landmarks.EYES)
        moved = (flat_points - (left + right) / 2) / (right - left)
        return np.concatenate([moved.real, moved.imag], axis=1)

    train, test = faces.load(700, size=32), faces.load(200, "test", size=32)
    model = LinearDiscriminantAnalysis().fit(upright(train["landmarks"]), train["expressions"])
    assert model.score(upright(test["landmarks"]), test["expressions"]) >= 0.95
    weak = faces.load(100, "test", size=32, strength=0)
    told = model.predict(upright(weak["landmarks"]))
    assert (told == 0).mean() > 0.9, "without strength every face is neutral"


def test_without_a_face_there_is_nothing_to_point_at(crowd):
    none = crowd["faces"] == 0
    assert 3 <= none.sum() <= 25
    assert (crowd["landmarks"][none] == 0).all() and (crowd["traits"][none] == 0).all()
    assert (crowd["identities"][none] == -1).all() and (crowd["expressions"][none] == -1).all()
    assert (crowd["segmentation_masks"][none] == 0).all()
    assert (crowd["identities"][~none] == np.flatnonzero(~none)).all()
    assert (crowd["landmarks"][~none] != 0).all()
    assert faces.load(20, size=32, faces=0)["faces"].sum() == 0


def test_a_share_of_faces_leaves_the_others_as_they_are():
    every, some = faces.load(30, size=32), faces.load(30, size=32, faces=0.5)
    shown = some["faces"] == 1
    assert 5 < shown.sum() < 25
    np.testing.assert_array_equal(every["images"][shown], some["images"][shown])
    assert (abs(every["images"] - some["images"]).max(axis=(1, 2, 3)) > 0.05)[~shown].all()


@pytest.mark.parametrize("size", [32, 97, 256, 512])
@pytest.mark.parametrize("yaw", [-60, 60])
def test_extreme_sizes_and_poses(size, yaw):
    batch = faces.load(2, size=size, yaw=yaw, pitch=[-35, 35], roll=[45, -45], faces=1)
    assert batch["images"].shape == (2, size, size, 3)
    assert np.isfinite(batch["images"]).all() and np.isfinite(batch["landmarks"]).all()
    face = batch["segmentation_masks"] == faces.PIXEL_LABELS.index("face")
    assert (face.mean(axis=(1, 2, 3)) > 0.05).all()


def test_a_larger_picture_shows_the_same():
    small, large = (faces.render(5, size=size, noise=0, blur=0) for size in (64, 128))
    np.testing.assert_allclose(large["landmarks"], 2 * small["landmarks"], atol=0.05)
    halved = large["images"].reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert abs(halved - small["images"]).mean() < 0.03


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"split": "dev"}, ValueError, "'train', 'validation', 'test'"),
        ({"index": -1}, ValueError, "index must be at least 0"),
        ({"index": 1.5}, TypeError, "index must be a whole number"),
        ({"seed": -3}, ValueError, "seed must be at least 0"),
        ({"size": 8}, ValueError, "size must be from 32 to 512"),
        ({"size": True}, TypeError, "size must be a whole number"),
        ({"faces": 2}, ValueError, "faces must be from 0.0 to 1.0"),
        ({"faces": "all"}, TypeError, "faces must be a number"),
        ({"pictures": 0}, ValueError, "pictures must be at least 1"),
        ({"identities": 0.5}, TypeError, "identities must be whole numbers"),
        ({"identities": 10_000_000}, ValueError, "split 'train' have identities from 0"),
        ({"identities": -1}, ValueError, "got -1"),
        ({"identities": [1, 2]}, ValueError, "one for each of the 1 samples"),
        ({"expression": "bored"}, ValueError, "got 'bored'"),
        ({"expression": 7}, ValueError, "from 0 to 6"),
        ({"beard": 0.5}, TypeError, "beard must be one of"),
        ({"yaw": 90}, ValueError, "yaw must be from -60.0 to 60.0; got 90"),
        ({"yaw": (10, -10)}, ValueError, "low <= high"),
        ({"yaw": (0, 10, 20)}, ValueError, "a pair"),
        ({"yaw": float("nan")}, ValueError, "yaw must be from"),
        ({"blur": "much"}, TypeError, "blur must be a number"),
        ({"skin": 1.5}, ValueError, "skin must be from -1.0 to 1.0"),
        ({"jaw": 0.5}, TypeError, "unknown setting 'jaw'"),
        ({"hair_stile": "bob"}, TypeError, "did you mean 'hair_style'"),
    ],
)
def test_wrong_settings_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        faces.render(**{"index": 0} | arguments)


def test_load_names_its_wrong_settings():
    for settings, error, words in (
        ({"count": 0}, ValueError, "count must be at least 1"),
        ({"count": 2.0}, TypeError, "count must be a whole number"),
        ({"count": 1, "start": -1}, ValueError, "start must be at least 0"),
        ({"count": 3, "yaw": [1, 2]}, ValueError, "each of the 3 samples"),
        ({"count": 2, "hat": ["cap"] * 3}, ValueError, "each of the 2 samples"),
    ):
        with pytest.raises(error, match=words):
            faces.load(**settings)


def test_no_draw_is_used_twice():
    """Each nuisance has dice of its own: no two are tied to each other."""
    batch = faces.load(250, size=32)["nuisance"]
    names = [*faces.NUMBERS]
    related = np.corrcoef(np.stack([batch[name] for name in names])) - np.eye(len(names))
    assert abs(related).max() < 0.25


def test_the_sheet_shows_landmarks_on_the_seven_expressions():
    figure = sheets._faces()
    dotted = [bool(ax.collections) for ax in figure.axes]
    points = figure.axes[32].collections[0].get_offsets()
    plt.close(figure)
    assert dotted == [False] * 32 + [True] * 7 + [False] * 9
    assert points.shape == (64, 2) and 20 < points.mean() < 90


def test_progress_is_silent_by_default(capfd):
    faces.load(2, size=32)
    assert capfd.readouterr() == ("", "")
    faces.load(2, size=32, progress=True)
    assert "Rendering" in capfd.readouterr().out


def test_a_sample_takes_milliseconds(capsys):
    faces.load(20)
    milliseconds, loops = pace.measured(
        lambda count, start: faces.load(count, start=start), 50, range(0, 250, 50)
    )
    with capsys.disabled():
        print(f" {milliseconds:.1f} ms, {loops:.2f} loops a sample", end="")
    assert loops < 0.5
