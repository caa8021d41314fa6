"""Figures: true to the joints' limits and to their labels, the same everywhere."""

import hashlib
import math
import random
import subprocess
import sys

from course_utils.worlds import bodies, figures, flesh, poses
from course_utils.worlds.camera import Camera, Light, Place
from course_utils.worlds.rounded import Part, Parts, Seen

import numpy as np
import pytest

RIGHT_ARM, LEFT_ARM = (8, 7, 6), (9, 10, 11)
RIGHT_LEG, LEFT_LEG = (2, 1, 0), (3, 4, 5)
SHIN, FOREARM = bodies.BONES["shin"], bodies.BONES["forearm"]


def many_poses(count=60):
    for name in figures.POSE_NAMES:
        for seed in range(count):
            yield name, poses.drawn(random.Random(seed), name, 1.7)


def between(first, second):
    """Return the angle of two vectors, degrees."""
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


# Poses


def test_no_pose_breaks_the_limits_of_the_joints():
    least, most = {}, {}
    for name, pose in many_poses():
        assert set(pose.angles) == set(poses.angle_names())
        for key, value in pose.angles.items():
            low, high = poses.limits(key)
            assert low <= value <= high, f"{name}: {key} is {value:.0f}, allowed {low} to {high}"
            least[key], most[key] = min(value, least.get(key, 0)), max(value, most.get(key, 0))
    for key in ("right_knee_bend", "left_elbow_bend", "right_hip_raise", "left_shoulder_raise"):
        assert most[key] > 0.7 * poses.limits(key)[1], f"{key} is hardly used"


def test_knees_and_elbows_bend_one_way_only():
    """Measured on the joints themselves, whatever the angles say."""
    bent = 0
    for name, pose in many_poses():
        joints = pose.joints
        for hip, knee, ankle in (RIGHT_LEG, LEFT_LEG):
            thigh, shin = joints[knee] - joints[hip], joints[ankle] - joints[knee]
            angle = between(thigh, shin)
            assert angle <= 140.01, f"{name}: a knee bent by {angle:.0f} degrees"
            if angle > 10:
                # Seen from the side of the person the shin lies behind the line of the thigh.
                assert thigh[0] * shin[2] - thigh[2] * shin[0] < 0, f"{name}: a knee the wrong way"
                bent += 1
        for shoulder, elbow, wrist in (RIGHT_ARM, LEFT_ARM):
            angle = between(joints[elbow] - joints[shoulder], joints[wrist] - joints[elbow])
            assert angle <= 145.01, f"{name}: an elbow bent by {angle:.0f} degrees"
        pointed = [between(pose.toes[k] - joints[a], joints[a] - joints[b])
                   for k, (a, b) in enumerate(((0, 1), (5, 4)))]  # fmt: skip
        assert 20 < min(pointed) and max(pointed) < 140, f"{name}: a foot turned backwards"
    assert bent > 200


def test_an_elbow_lifts_the_forearm_forward():
    pose = poses.posed(1.7, {"right_elbow_bend": 90, "left_elbow_bend": 90})
    for _, elbow, wrist in (RIGHT_ARM, LEFT_ARM):
        forearm = pose.joints[wrist] - pose.joints[elbow]
        np.testing.assert_allclose(forearm, (FOREARM * 1.7, 0, 0), atol=1e-9)


@pytest.mark.parametrize(
    ("angle", "joint", "start", "direction"),
    [
        ("right_shoulder_raise", 7, 8, (1, 0, 0)),
        ("left_shoulder_raise", 10, 9, (1, 0, 0)),
        ("right_shoulder_spread", 7, 8, (0, 1, 0)),
        ("left_shoulder_spread", 10, 9, (0, -1, 0)),
        ("right_hip_raise", 1, 2, (1, 0, 0)),
        ("left_knee_bend", 5, 4, (-1, 0, 0)),
        ("trunk_bend", 12, None, (1, 0, 0)),
    ],
)
def test_a_right_angle_at_one_joint(angle, joint, start, direction):
    joints = poses.posed(1.7, {angle: 90}).joints
    middle = (joints[2] + joints[3]) / 2 if start is None else joints[start]
    bone = joints[joint] - middle
    np.testing.assert_allclose(bone / np.linalg.norm(bone), direction, atol=0.04)


def test_bones_keep_their_length_whatever_the_pose():
    lengths = {}
    for _, pose in many_poses(20):
        for pair in figures.BONES[:-2]:  # the last two span the trunk, which bends
            first, second = pose.joints[list(pair)]
            lengths.setdefault(pair, []).append(np.linalg.norm(first - second))
    for pair, found in lengths.items():
        assert np.ptp(found) < 1e-9, f"the bone {pair} stretches"


def test_feet_stand_on_the_ground():
    for name, pose in many_poses(20):
        lowest = min(pose.joints[[0, 5], 2].min() - 0.045 * 1.7, pose.toes[:, 2].min() - 0.02)
        assert -0.01 < lowest < (0.22 if name == "running" else 0.02), name


def test_poses_are_what_their_names_say():
    for seed in range(40):
        drawn = {name: poses.drawn(random.Random(seed), name, 1.7) for name in poses.POSE_NAMES}
        joints = {name: pose.joints for name, pose in drawn.items()}
        assert joints["standing"][13, 2] > 1.55
        sitting = joints["sitting"]
        assert sitting[[2, 3], 2].max() < 0.62 and sitting[[1, 4], 0].min() > 0.3
        waving = joints["waving"]
        assert (waving[[6, 11], 2] > waving[[8, 9], 2]).any()
        lifting = joints["lifting"]
        assert np.linalg.norm(lifting[6] - lifting[11]) < 0.75
        assert abs(lifting[6, 2] - lifting[11, 2]) < 0.12
        running = drawn["running"].angles
        assert min(running["right_elbow_bend"], running["left_elbow_bend"]) > 70


# Samples


def test_shapes_dtypes_and_ranges():
    sample = figures.render(3, size=48)
    found = {key: (np.shape(value), np.asarray(value).dtype) for key, value in sample.items()}
    assert found == {
        "images": ((48, 48, 3), np.float32),
        "joints": ((14, 2), np.float32),
        "joint_visibility": ((14,), np.float32),
        "poses": ((), np.int32),
        "segmentation_masks": ((48, 48, 1), np.uint8),
    }
    assert 0 <= sample["images"].min() < 0.5 < sample["images"].max() <= 1
    assert len(figures.JOINTS) == 14 and figures.JOINTS[0] == "right_ankle"


def assert_same(first, second):
    assert first.keys() == second.keys()
    for key in first:
        np.testing.assert_array_equal(first[key], second[key], err_msg=key)


def test_batches_of_any_size_hold_the_same_samples():
    whole = figures.load(7, start=30, size=40)
    parts = [figures.load(n, start=30 + first, size=40) for first, n in ((0, 1), (1, 4), (5, 2))]
    joined = {key: np.concatenate([part[key] for part in parts]) for key in whole}
    assert_same(whole, joined)
    figures.render(2, seed=8, size=96)
    assert_same({key: value[3] for key, value in whole.items()}, figures.render(33, size=40))


def test_a_batch_drawn_on_all_cores_is_the_same(monkeypatch):
    alone = figures.load(4, size=32)
    monkeypatch.setattr(figures, "_LARGE", 1)
    assert_same(alone, figures.load(4, size=32))


def test_another_process_renders_the_same():
    program = (
        "import hashlib\n"
        "from course_utils.worlds import figures\n"
        "for index in (11, 10):\n"
        "    for key, value in figures.render(index, 'test', seed=3).items():\n"
        "        print(index, key, hashlib.sha256(value.tobytes()).hexdigest())\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "5", "PATH": ""},
    ).stdout  # fmt: skip
    here = {
        f"{index} {key} {hashlib.sha256(value.tobytes()).hexdigest()}"
        for index in (10, 11)
        for key, value in figures.render(index, "test", seed=3).items()
    }
    assert set(printed.splitlines()) == here


def test_splits_seeds_and_indices_never_share_a_person():
    names = [(s, seed, index) for s in figures.SPLITS for seed in (0, 1) for index in range(8)]
    samples = [figures.render(index, s, seed, size=32) for s, seed, index in names]
    assert len({sample["images"].tobytes() for sample in samples}) == len(names)
    assert len({sample["joints"].tobytes() for sample in samples}) == len(names)


# Labels


@pytest.fixture(scope="module")
def people():
    return figures.load(60, size=96, noise=0)


def grown(mask):
    """Return the mask with one pixel more all around."""
    padded = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    rows, columns = mask.shape[1:]
    return np.any(
        [padded[:, r : r + rows, c : c + columns] for r in range(3) for c in range(3)], axis=0
    )


def on(mask, joints, visible):
    """Return the share of the joints on a mask, (n, rows, columns)."""
    row = np.arange(len(mask))[:, None].repeat(joints.shape[1], axis=1)
    place = np.floor(joints).astype(int).clip(0, mask.shape[1] - 1)
    return mask[row, place[..., 1], place[..., 0]][visible].mean()


def test_visible_joints_lie_on_the_person(people):
    mask, visible = people["segmentation_masks"][..., 0] > 0, people["joint_visibility"] > 0
    body = people["joints"][:, :13], visible[:, :13]  # the crown is at the person's edge
    assert on(grown(mask), *body) == 1
    crown = people["joints"].copy()[:, 13:] + (0, 2)
    assert on(grown(mask), crown, visible[:, 13:]) == 1
    assert on(mask, body[0] + (8, 0), body[1]) < 0.75, "the test would not notice moved joints"
    assert 0.6 < visible.mean() < 0.95


def test_the_picture_differs_where_the_mask_begins(people):
    """Across the mask's edge the colour changes, twice as much as two pixels beside it."""
    mask, image = people["segmentation_masks"][..., 0] > 0, people["images"].mean(axis=3)
    change = abs(np.diff(image, axis=2))
    edges = mask[:, :, 1:] != mask[:, :, :-1]
    for shift in (-3, 3):
        beside = np.roll(edges, shift, axis=2) & ~edges
        assert change[edges].mean() > 1.8 * change[beside].mean()


def standing(turn, height=1.7, horizon=40.0, angles=None, size=80):
    """Return (place, pose, seen) of a person before a camera."""
    light = Light(random.Random(1), 1.0)
    camera = Camera(size, 1.6 * size, horizon, 0.0, 0.9, 0.0)
    place = Place(camera, light, 0.0, 3.6, math.pi - math.radians(turn))
    pose = poses.posed(height, angles or {})
    seen = Seen(camera, 2)
    looks = bodies.dressed(random.Random(3)) | {"bag": "none", "cut": "trousers"}
    seen.add(place, flesh.parts(pose, looks, flesh.NEAR))
    return place, pose, seen


def visibility(place, pose, seen):
    joints, depth = figures._projected(place, pose.joints)
    found = figures._visibility(seen, joints, depth, 1.7)
    return dict(zip(figures.JOINTS, found, strict=True))


def test_moving_the_camera_moves_joints_with_pixels():
    first, second = standing(30), standing(30, horizon=46.0)
    np.testing.assert_array_equal(first[2].owner[:-12], second[2].owner[12:])
    joints = [figures._projected(place, pose.joints)[0] for place, pose, _ in (first, second)]
    np.testing.assert_allclose(joints[0] + (0, 6), joints[1])


@pytest.mark.parametrize("turn", [0, 45, 90, 160, -120])
def test_each_joint_lies_where_its_pieces_meet(turn):
    place, pose, seen = standing(turn, angles={"right_shoulder_spread": 40, "left_hip_raise": 25})
    joints, shown = figures._projected(place, pose.joints)[0], visibility(place, pose, seen)
    pieces = np.array([*(part.piece for part in seen.parts), "none"])[seen.owner]
    for number, name in enumerate(figures.JOINTS[:12]):
        if shown[name]:
            side, joint = name.split("_", 1)
            near = {"ankle": "foot", "wrist": "hand", "knee": "shin", "elbow": "forearm"}.get(
                joint, {"hip": "thigh", "shoulder": "upper_arm"}.get(joint)
            )
            rows, columns = np.nonzero(pieces == f"{side}_{near}")
            away = np.hypot(columns / 2 - joints[number, 0], rows / 2 - joints[number, 1])
            assert away.min() < 4, f"{name} is {away.min():.1f} pixels from its {near}"


def test_right_and_left_are_the_persons_own():
    for index in range(6):
        for turn, sign in ((0, 1), (180, -1)):
            joints = figures.render(index, poses="standing", turn=turn)["joints"]
            assert sign * (joints[9, 0] - joints[8, 0]) > 3
        for turn, sign in ((90, 1), (-90, -1)):
            joints = figures.render(index, poses="running", turn=turn)["joints"]
            assert sign * (joints[12, 0] - joints[[2, 3], 0].mean()) > 0, "people run forward"


def test_from_the_side_the_far_arm_and_leg_are_hidden():
    for turn, near, far in ((90, "right", "left"), (-90, "left", "right")):
        raised = {"right_shoulder_raise": 30, "left_shoulder_raise": 30}  # off the hips
        shown = visibility(*standing(turn, angles=raised))
        for joint in ("shoulder", "elbow", "hip", "knee"):
            assert shown[f"{near}_{joint}"] == 1, (turn, joint)
            assert shown[f"{far}_{joint}"] == 0, (turn, joint)
    assert min(visibility(*standing(0)).values()) == 1


def test_a_thing_before_a_person_hides_joints():
    place, pose, seen = standing(0)
    box = Parts()
    box.box((0.5, 0, 0.3), np.eye(3), (0.05, 0.6, 0.3), Part("thing", (90, 90, 90)))
    seen.add(place, box)
    hidden = {name for name, shown in visibility(place, pose, seen).items() if not shown}
    assert hidden == {"right_ankle", "right_knee", "left_knee", "left_ankle"}


def test_joints_outside_the_picture_are_not_visible():
    batch = figures.load(25, size=48, crop=0.5, figure_height=1.0)
    outside = ((batch["joints"] < 0) | (batch["joints"] >= 48)).any(axis=2)
    assert outside.mean() > 0.05
    assert (batch["joint_visibility"][outside] == 0).all()


# Settings


@pytest.mark.parametrize("height", [0.3, 0.6, 0.95])
def test_figure_height(height):
    batch = figures.load(18, size=80, figure_height=height, crop=0, occlusion=0)
    for mask, joints in zip(batch["segmentation_masks"][..., 0], batch["joints"], strict=True):
        rows, columns = np.nonzero(mask)
        side = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 0.82 * height < side / 80 < 1.06 * height
        assert (joints > 0).all() and (joints < 80).all()


def test_occlusion_is_the_share_of_pictures_with_a_thing_in_front():
    whole, hidden = (figures.load(30, occlusion=share, size=48) for share in (0, 1))
    assert hidden["joint_visibility"].mean() < whole["joint_visibility"].mean() - 0.05


def test_names_asked_for_are_drawn_evenly():
    labels = figures.load(80, size=32, poses=("sitting", "waving"), backgrounds="studio")["poses"]
    counts = np.bincount(labels, minlength=6)
    assert counts[[3, 4]].min() > 25 and counts.sum() == counts[[3, 4]].sum()


def test_backgrounds_are_different_places():
    """Grass in the park, and a studio smoother than a street."""
    found = {
        name: figures.load(10, size=48, backgrounds=name, noise=0, occlusion=0, light=1)
        for name in figures.BACKGROUND_NAMES
    }
    rough, green = {}, {}
    for name, batch in found.items():
        image = batch["images"]
        behind = ~grown(grown(batch["segmentation_masks"][..., 0] > 0))
        step = abs(np.diff(image.mean(axis=3), axis=2))
        rough[name] = step[behind[:, :, 1:] & behind[:, :, :-1]].mean()
        green[name] = (image[..., 1] - image[..., [0, 2]].max(axis=3))[behind].mean()
    assert rough["street"] > 3 * rough["studio"] and rough["room"] > 1.5 * rough["studio"]
    assert green["park"] > green["street"] + 0.02


def test_light_and_noise_change_the_picture_alone():
    day, dusk = (figures.load(12, size=48, light=light, noise=0) for light in (1, 0))
    assert day["images"].mean() > dusk["images"].mean() + 0.08
    np.testing.assert_array_equal(day["joints"], dusk["joints"])
    noisy, clean = (figures.render(4, noise=noise) for noise in (0.1, 0))
    middling = (clean["images"] > 0.3) & (clean["images"] < 0.7)
    assert 0.09 < (noisy["images"] - clean["images"])[middling].std() < 0.11


def test_large_people_have_faces():
    """Eyes are white and dark: ahead, near the top of the head, only when large enough."""
    place, pose, _ = standing(0)
    looks = bodies.dressed(random.Random(3))
    plain, detailed = (flesh.parts(pose, looks, detail) for detail in (flesh.NEAR, flesh.FACE))
    assert len(detailed.round) > len(plain.round) + 6
    assert place.scale * 1.7 < flesh.LARGE


@pytest.mark.parametrize("size", [32, 97, 512])
def test_every_size(size):
    sample = figures.render(1, size=size)
    assert sample["images"].shape == (size, size, 3)
    assert np.isfinite(sample["images"]).all()


@pytest.mark.parametrize(
    "settings",
    [
        {"size": 32, "figure_height": 0.2, "crop": 0.5},
        {"figure_height": (0.2, 1.0), "crop": 0.5, "occlusion": 1, "light": 0, "noise": 0.3},
        {"poses": ["lifting"], "turn": 180, "backgrounds": ["park", "street"]},
    ],
    ids=["specks", "widest ranges", "lists"],
)
def test_extreme_settings_still_give_people(settings):
    batch = figures.load(8, **settings)
    assert 0 <= batch["images"].min() <= batch["images"].max() <= 1
    assert np.isfinite(batch["joints"]).all()
    assert batch["segmentation_masks"].any(axis=(1, 2, 3)).mean() > 0.7


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"split": "dev"}, ValueError, "'train', 'validation', 'test'"),
        ({"index": -1}, ValueError, "index must be at least 0"),
        ({"seed": 0.5}, TypeError, "seed must be a whole number"),
        ({"size": 8}, ValueError, "size must be from 32 to 1024"),
        ({"poses": "flying"}, ValueError, "'flying'"),
        ({"poses": ()}, ValueError, "at least one"),
        ({"poses": 3}, TypeError, "poses must be names"),
        ({"backgrounds": ("moon",)}, ValueError, "'moon'"),
        ({"figure_height": 0.1}, ValueError, "figure_height"),
        ({"turn": (30, -30)}, ValueError, "turn must be"),
        ({"turn": 270}, ValueError, "turn must be"),
        ({"occlusion": (0, 1)}, TypeError, "occlusion must be a number"),
        ({"crop": 0.7}, ValueError, "crop must be"),
        ({"light": "day"}, TypeError, "light must be a number"),
        ({"noise": float("nan")}, ValueError, "noise"),
    ],
)
def test_wrong_settings_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        figures.render(**{"index": 0} | arguments)


def test_load_names_its_wrong_settings():
    with pytest.raises(TypeError, match="unknown setting 'pose'"):
        figures.load(1, pose="waving")
    with pytest.raises(ValueError, match="count must be at least 1"):
        figures.load(0)
    with pytest.raises(ValueError, match="start must be at least 0"):
        figures.load(1, start=-1)
