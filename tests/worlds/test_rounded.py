"""Round parts and boxes: depth and normals as worked out by hand, near ones hide far ones."""

import random

from course_utils.worlds.camera import Camera, Light, Place
from course_utils.worlds.rounded import Part, Parts, Seen, squashed

import numpy as np
import pytest

PART = Part("one", (200, 100, 50))
SIZE, FOCAL, FAR, HEIGHT = 41, 82.0, 4.0, 1.0
HALF = 20.5  # the row and column of the optical axis


def seen(*adds):
    """Return what a level camera 1 m high sees of parts 4 m away, one sample a pixel."""
    camera = Camera(SIZE, FOCAL, HALF, 0.0, HEIGHT, 0.0)
    place = Place(camera, Light(random.Random(0), 1.0), 0.0, FAR, 0.0)
    result = Seen(camera, 1)
    for add in adds:
        parts = Parts()
        add(parts)
        result.add(place, parts)
    return result


def ball(parts):
    parts.ball((0, 0, 1.0), 0.5, PART)


@pytest.mark.parametrize(
    ("add", "depth"),
    [
        (ball, 3.5),
        (lambda p: p.limb((0, 0, 0.8), (0, 0, 1.2), 0.3, 0.3, PART), 3.7),
        (lambda p: p.limb((0, 0, 0.5), (0, 0, 1.5), 0.2, 0.2, PART), 3.8),
        (lambda p: p.limb((0.3, 0, 1.0), (-0.6, 0, 1.0), 0.4, 0.1, PART), 3.3),
        (lambda p: p.ball((0, 0, 1.0), 0.5, PART, squashed(((1.0, 0, 0), 0.4))), 3.8),
        (lambda p: p.box((0, 0, 1.0), np.eye(3), (0.25, 0.3, 0.3), PART), 3.75),
    ],
    ids=["ball", "limb", "long limb", "limb that points at the camera", "squashed", "box"],
)
def test_depth_on_the_axis(add, depth):
    middle = seen(add)
    assert middle.depth[20, 20] == pytest.approx(depth, abs=1e-3)
    rows, columns, owners, points, normals = middle.surface()
    centre = np.flatnonzero((rows == 20) & (columns == 20))[0]
    np.testing.assert_allclose(normals[centre], (0, 0, -1), atol=1e-2)
    assert points[centre][2] == pytest.approx(depth, abs=1e-3)
    assert owners[centre] == 0


def test_a_ball_fills_the_circle_of_its_tangents():
    whole = seen(ball)
    rows, columns = np.indices((SIZE, SIZE)) + 0.5
    away = np.hypot(rows - HALF, columns - HALF) / FOCAL
    tangent = 0.5 / np.sqrt(FAR**2 - 0.5**2)
    np.testing.assert_array_equal(whole.owner == 0, away < tangent)


def test_points_lie_on_the_ball_and_normals_point_away():
    _, _, _, points, normals = seen(ball).surface()
    away = points - (0, 0, FAR)  # the camera is 1 m high, as the ball's centre
    np.testing.assert_allclose(np.linalg.norm(away, axis=1), 0.5, atol=1e-3)
    np.testing.assert_allclose(normals, away / 0.5, atol=3e-3)


def test_a_cone_narrows_and_has_round_ends():
    cone = seen(lambda p: p.limb((0, 0, 0.6), (0, 0, 1.4), 0.25, 0.1, PART))
    widths = (cone.owner == 0).sum(axis=1)
    filled = np.flatnonzero(widths)
    assert widths[filled[0]] < widths[filled[3]] < widths[28]
    high = (filled[-1] - filled[0] + 1) / FOCAL * FAR
    assert high == pytest.approx(0.8 + 0.25 + 0.1, abs=0.08)


def test_near_parts_hide_far_ones_in_any_order():
    near = lambda p: p.ball((-1.0, 0, 1.0), 0.2, PART)  # noqa: E731
    for adds, owner in (((ball, near), 1), ((near, ball), 0)):
        assert seen(*adds).owner[20, 20] == owner
        assert seen(*adds).owner[20, 29] == 1 - owner, "beside the near one the far one shows"


def test_boxes_turn():
    turned = np.array([[1, 1, 0], [-1, 1, 0], [0, 0, np.sqrt(2)]]) / np.sqrt(2)
    box = seen(lambda p: p.box((0, 0, 1.0), turned, (0.3, 0.3, 0.3), PART))
    assert box.depth[20, 20] == pytest.approx(FAR - 0.3 * np.sqrt(2), abs=0.05)
    rows, columns, _, _, normals = box.surface()
    left = normals[(rows == 20) & (columns == 17)][0]
    np.testing.assert_allclose(left, (-np.sqrt(0.5), 0, -np.sqrt(0.5)), atol=1e-9)


def test_what_lies_outside_the_picture_is_not_drawn():
    def outside(parts):
        parts.ball((0, 30.0, 1.0), 0.5, PART)
        parts.ball((-9.0, 0, 1.0), 0.5, PART)

    assert (seen(outside).owner == -1).all()


def test_reduced_is_the_mean_of_each_pixel():
    camera = Camera(4, 8.0, 2.0, 0.0, 1.0, 0.0)
    samples = np.arange(64.0).reshape(8, 8)
    means = Seen(camera, 2).reduced(samples)
    np.testing.assert_allclose(means, samples.reshape(4, 2, 4, 2).mean(axis=(1, 3)))
