"""Landmarks and joints: by hand and invariants."""

from course_utils import metrics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

FACE = np.array([[[1, 5], [3, 5], [8, 5], [10, 5], [6, 9]]], float)  # two corners an eye, a mouth
EYES = (slice(0, 2), slice(2, 4))  # centres at x = 2 and 9: 7 apart
BODY = np.array([[[0, 0], [30, 40], [0, 100]]], float)


def moved(points, *shifts):
    points = points.copy()
    for place, x, y in shifts:
        points[0, place] += x, y
    return points


@pytest.mark.parametrize(
    ("shifts", "expected", "why"),
    [
        ([], 0, "perfect"),
        ([(4, 0, 7)], 0.2, "one of five off by the distance between the eyes"),
        ([(4, 3, 4), (0, 0, 2)], 0.2, "distances 5 and 2, over 5 points and 7"),
        ([(p, 0.7, 0) for p in range(5)], 0.1, "all off by a tenth: the truth's eyes measure"),
    ],
)
def test_landmark_error_by_hand(shifts, expected, why):
    errors = metrics.landmark_error(FACE, moved(FACE, *shifts), EYES)
    assert errors == pytest.approx([expected]), why
    assert errors.shape == (1,)


@pytest.mark.parametrize("eyes", [([0, 1], [2, 3]), (slice(2, 4), slice(0, 2)), ((0, 1), (2, 3))])
def test_eyes_are_named_in_any_way(eyes):
    found = ops.convert_to_tensor(moved(FACE, (4, 0, 7)))
    assert metrics.landmark_error(FACE, found, eyes) == pytest.approx([0.2])
    corners = metrics.landmark_error(FACE, found, (0, 3))
    assert corners == pytest.approx([7 / 5 / 9])


@given(st.floats(0.1, 50), st.floats(-9, 9), st.floats(0, 6.3))
def test_scores_know_no_unit_place_or_turn(scale, shift, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = moved(FACE, (4, 3, 4), (0, 0, 2))
    errors = metrics.landmark_error(FACE @ turn * scale + shift, found @ turn * scale + shift, EYES)
    assert errors == pytest.approx([0.2])
    found = moved(BODY, (0, 0, 9), (1, 0, 11))
    assert metrics.pck(BODY * scale + shift, found * scale + shift) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("shifts", "settings", "expected", "why"),
    [
        ([], {}, 1, "perfect"),
        ([(0, 6, 8)], {}, 1, "10 of 100 is allowed"),
        ([(0, 6, 8.01)], {}, 2 / 3, "more is not"),
        ([(0, 6, 8.01)], {"share": 0.2}, 1, "but in PCK@0.2"),
        ([(0, 6, 8.01)], {"visible": [[0, 1, 1]]}, 1, "hidden joints don't count"),
        ([(0, 6, 8)], {"size": [50]}, 2 / 3, "another measure of the body"),
        ([], {"visible": np.zeros((1, 3), bool)}, np.nan, "nothing visible"),
    ],
)
def test_pck_by_hand(shifts, settings, expected, why):
    score = metrics.pck(BODY, moved(BODY, *shifts), **settings)
    assert score == pytest.approx(expected, nan_ok=True), why
    assert type(score) is float


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.integers(0, 999))
def test_pck_grows_with_the_share(one, other, seed):
    generator = np.random.default_rng(seed)
    truth, found = generator.normal(size=(2, 4, 14, 2))
    low, high = sorted([one, other])
    assert metrics.pck(truth, found, share=low) <= metrics.pck(truth, found, share=high)


@pytest.mark.parametrize(
    ("truth", "found", "error", "says"),
    [
        (FACE, FACE[:, :3], ValueError, r"one shape .*\(1, 5, 2\) of truth, \(1, 3, 2\) predicted"),
        (FACE[0], FACE[0], ValueError, "one shape"),
        (FACE[:0], FACE[:0], ValueError, "n at least 1"),
        (FACE, FACE * np.nan, ValueError, "predicted: expected finite points"),
        (FACE.astype(str), FACE, TypeError, "truth: expected numbers"),
    ],
)
def test_refuses_points(truth, found, error, says):
    with pytest.raises(error, match=says):
        metrics.landmark_error(truth, found, EYES)
    with pytest.raises(error, match=says):
        metrics.pck(truth, found)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"visible": [True]}, r"visible: expected shape \(1, 3\), got \(1,\)"),
        ({"size": 5}, r"size: expected shape \(1,\), above 0"),
        ({"size": [0]}, "above 0"),
        ({"share": 0}, "share: expected a number above 0"),
    ],
)
def test_pck_refuses(settings, says):
    with pytest.raises(ValueError, match=says):
        metrics.pck(BODY, BODY, **settings)


def test_faces_without_eyes_are_refused():
    with pytest.raises(ValueError, match="face 0: expected a distance between the eyes above 0"):
        metrics.landmark_error(FACE, FACE, (0, 0))
