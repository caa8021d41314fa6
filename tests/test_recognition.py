"""Recognition: distances, pairs, triplets, losses; by hand, against loops, inside a graph."""

import itertools

from course_utils import checks, recognition
from course_utils.metrics import roc

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MARGIN = 0.2


def batch(seed, least=1, most=12, people=4):
    """Who is on each picture, and encodings of them, some equal."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(least, most))
    encodings = rng.normal(size=(count, 3)).astype("float32")
    if count > 2:
        encodings[1] = encodings[0]
    return rng.integers(0, people, count), encodings / 2


def test_equal_encodings_have_distance_zero_and_no_slope():
    encodings = np.repeat(np.random.default_rng(1).normal(size=(1, 64)) * 30, 25, axis=0)
    assert np.all(np.array(recognition.squared_distances(encodings, encodings)) == 0)
    slopes = checks.gradient(lambda e: recognition.squared_distances(e, e), encodings)
    assert np.all(slopes == 0)


@given(st.integers(0, 2**32 - 1))
def test_distances_are_those_of_a_loop(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3))
    table = np.array(recognition.squared_distances(a, b))
    for i, j in itertools.product(range(4), range(2)):
        assert table[i, j] == pytest.approx(((a[i] - b[j]) ** 2).sum(), abs=1e-5)


@given(st.lists(st.integers(0, 3), max_size=9))
def test_all_pairs_are_those_of_a_loop(who):
    found = set(zip(*(part.tolist() for part in recognition.all_pairs(who)), strict=True))
    pairs = itertools.combinations(range(len(who)), 2)
    assert found == {(i, j, float(who[i] == who[j])) for i, j in pairs}


@given(st.lists(st.integers(0, 3), min_size=3, max_size=9), st.integers(0, 99))
def test_drawn_pairs_are_pairs(who, seed):
    who = np.array([*who, who[0], 9])
    first, second, same = recognition.drawn_pairs(who, 40, np.random.default_rng(seed))
    assert np.all(first != second)
    assert np.array_equal(who[first] == who[second], same == 1)
    assert same.tolist() == [1, 0] * 20


def test_drawn_pairs_reach_every_pair():
    who = [0, 1, 0, 2, 0, 1]
    first, second, _ = recognition.drawn_pairs(who, 2000, np.random.default_rng(1))
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == set(
        itertools.permutations(range(6), 2)
    )


@pytest.mark.parametrize(
    ("who", "count", "says"),
    [
        ([1, 1, 2], 3, "even"),
        ([1, 1, 2], -2, "even"),
        ([1, 1, 1], 2, "two people"),
        ([1, 2, 3], 2, "one of them twice"),
        ([[1, 2]], 2, "shape"),
    ],
)
def test_pairs_that_cannot_be_drawn(who, count, says):
    with pytest.raises(ValueError, match=says):
        recognition.drawn_pairs(who, count, np.random.default_rng(1))


CONTRASTIVE = [
    (1, 0.0, 0.0, "the same picture"),
    (1, 0.49, 0.49, "the same person: d itself"),
    (0, 0.49, 0.09, "two people too near: (1 - 0.7)^2"),
    (0, 0.0, 1.0, "two people in one point"),
    (0, 1.0, 0.0, "two people at the margin"),
    (0, 4.0, 0.0, "two people far apart"),
]


@pytest.mark.parametrize(("same", "d", "loss"), [r[:3] for r in CONTRASTIVE],
                         ids=[r[3] for r in CONTRASTIVE])  # fmt: skip
def test_contrastive_loss_by_hand(same, d, loss):
    found = recognition.contrastive_loss([same], [d])
    np.testing.assert_allclose(found, [loss], atol=1e-5)


def test_contrastive_slopes_have_the_right_sign_and_are_finite():
    def slope(same, d):
        loss = lambda x: recognition.contrastive_loss(np.float32([same]), x)  # noqa: E731
        return checks.gradient(loss, np.array([d]))[0]

    assert slope(1, 0.3) > 0 > slope(0, 0.3)
    assert np.isfinite([slope(1, 0), slope(0, 0)]).all()


def test_triplet_loss_of_the_lecture():
    a, p = np.zeros((3, 2)), np.tile([0.5, 0.5], (3, 1))
    n = np.sqrt([[0.7, 0], [0.6, 0], [0.2, 0]])
    np.testing.assert_allclose(recognition.triplet_loss(a, p, n), [0, 0.1, 0.5], atol=1e-6)
    np.testing.assert_allclose(recognition.triplet_loss(a, a, a, 0), 0)
    np.testing.assert_allclose(recognition.triplet_loss(a, a, a), MARGIN)


def looped(who, encodings):
    """Every triplet by three loops: places and both distances."""
    for a, p, n in itertools.product(range(len(who)), repeat=3):
        if a != p and who[a] == who[p] and who[a] != who[n]:
            near, far = (((encodings[a] - encodings[o]) ** 2).sum() for o in (p, n))
            yield (a, p, n), near, far


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_mining_is_the_triple_loop(seed):
    who, encodings = batch(seed)
    mask = np.array(recognition.triplets(who))
    assert mask.shape == (len(who),) * 3
    assert set(zip(*(each.tolist() for each in mask.nonzero()), strict=True)) == {
        places for places, *_ in looped(who, encodings)
    }
    losses = [d - f + MARGIN for _, d, f in looped(who, encodings) if d < f < d + MARGIN]
    found = float(recognition.semi_hard_loss(who, encodings))
    assert found == pytest.approx(np.mean(losses or [0]), abs=1e-5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_hardest_is_that_of_a_loop(seed):
    who, encodings = batch(seed)
    by_anchor = {}
    for (a, _, _), near, far in looped(who, encodings):
        by_anchor.setdefault(a, []).append(near - far)
    losses = [max(max(gaps) + MARGIN, 0) for gaps in by_anchor.values()]
    found = float(recognition.mined_loss("hard")(who, encodings))
    assert found == pytest.approx(np.mean(losses or [0]), abs=1e-5)


@pytest.mark.parametrize(
    ("encodings", "loss"),
    [
        ([[0.0], [1.0], [-1.04], [-5.0]], (1 - 1.04**2 + 0.2 + 0) / 2),
        ([[0.0], [1.0], [0.5], [-0.5]], (1 - 0.25 + 0.2 + 0) / 2),
    ],
    ids=["the nearest that is farther", "all are nearer: the farthest"],
)
def test_semi_hard_choice_by_hand(encodings, loss):
    # the first two are one person; each of the others has no positive, so it is no anchor
    found = float(recognition.mined_loss("semi-hard")([5, 5, 6, 7], encodings))
    assert found == pytest.approx(loss, abs=1e-5)


@given(st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_random_lies_between_the_easiest_and_the_hardest(seed):
    who, encodings = batch(seed, 6)
    found = float(recognition.mined_loss("random", seed=seed)(who, encodings))
    assert 0 <= found <= float(recognition.mined_loss("hard")(who, encodings)) + 1e-5


def test_random_choices_differ_from_call_to_call_and_follow_the_seed():
    who, encodings = np.repeat(np.arange(6), 4), np.random.default_rng(1).normal(size=(24, 4))
    one, other = (recognition.mined_loss("random", seed=3) for _ in range(2))
    first, second = float(one(who, encodings)), float(one(who, encodings))
    assert first != second
    assert (float(other(who, encodings)), float(other(who, encodings))) == (first, second)


def test_a_way_that_is_not_there():
    with pytest.raises(ValueError, match="random, semi-hard, hard"):
        recognition.mined_loss("easy")


@pytest.mark.parametrize(
    "loss", [recognition.semi_hard_loss, *map(recognition.mined_loss, recognition.WAYS)]
)
def test_losses_work_in_a_graph(loss):
    who, encodings = np.repeat(np.arange(4), 3), np.random.default_rng(5).normal(size=(12, 4))
    value = checks.in_graph(loss, who, encodings.astype("float32") / 3)
    assert value.shape == () and value > 0
    slopes = checks.gradient(loss, who, encodings / 3)
    assert np.isfinite(slopes).all() and np.abs(slopes).max() > 0


def test_losses_of_nobody_and_of_one_person_are_zero():
    for loss in (recognition.semi_hard_loss, recognition.mined_loss("hard")):
        assert float(loss([4, 4], [[0.0], [1.0]])) == 0
        assert float(loss([4, 5], [[0.0], [1.0]])) == 0


def test_batches_hold_so_many_people_with_so_many_pictures():
    who = np.array([3, 1, 3, 1, 2, 3, 2, 9])
    places = recognition.batches_of_people(who, 2, 2, 30, np.random.default_rng(1))
    assert places.shape == (30, 4) and set(places.ravel()) == set(range(7))
    for each in places:
        assert len(set(each)) == 4
        assert who[each[0]] == who[each[1]] != who[each[2]] == who[each[3]]


def test_too_few_people_for_a_batch():
    with pytest.raises(ValueError, match="take fewer people or pictures"):
        recognition.batches_of_people([1, 1, 2], 2, 2, 1, np.random.default_rng(1))


def test_batches_for_fit_follow_the_seed_and_change_from_epoch_to_epoch():
    who = np.repeat(np.arange(9), 4)
    pictures = who[:, None] + np.arange(36)[:, None] / 100
    one, other = (recognition.PeopleBatches(pictures, who, 3, 2, 4, seed=5) for _ in range(2))
    assert len(one) == 4
    for step in range(4):
        for mine, theirs in zip(one[step], other[step], strict=True):
            np.testing.assert_array_equal(mine, theirs)
        assert np.array_equal(one[step][0][:, 0] // 1, one[step][1])
    one.on_epoch_end()
    assert not all(np.array_equal(one[step][0], other[step][0]) for step in range(4))


def test_batches_for_fit_are_changed_on_the_way():
    pictures, who = np.ones((6, 2)), [1, 1, 2, 2, 3, 3]
    batches = recognition.PeopleBatches(pictures, who, 2, 2, 1, seed=1, change=lambda x: x * 3)
    assert np.all(batches[0][0] == 3) and np.all(pictures == 1)


def test_interval_holds_the_auc_and_is_over_people():
    rng = np.random.default_rng(2)
    who = np.repeat(np.arange(30), 5)
    encodings = rng.normal(size=(30, 4))[who] + rng.normal(size=(150, 4)) * 0.8
    auc = roc.verification_auc(encodings, who)
    low, high = recognition.auc_interval(encodings, who, np.random.default_rng(3))
    assert low < auc < high and high - low > 0.01
    again = recognition.auc_interval(encodings, who, np.random.default_rng(3))
    assert again == (low, high)


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_one_draw_of_the_interval_is_the_auc_of_copies(seed):
    """Parity: people drawn twice count twice, and are no strangers to themselves."""
    who = np.array([0, 0, 1, 1, 2, 2, 2])
    encodings = np.array([[0.0], [0.375], [0.5], [1.0], [1.0], [1.25], [0.25]])
    times = np.bincount(np.random.default_rng(seed).integers(3, size=3), minlength=3)
    first, second, same = recognition.all_pairs(who)
    count = np.where(same == 1, times[who[first]], times[who[first]] * times[who[second]])
    scores = -((encodings[first] - encodings[second]) ** 2).sum(axis=1)
    wanted = roc.roc_auc(np.repeat(same, count), np.repeat(scores, count))
    found = recognition.auc_interval(encodings, who, np.random.default_rng(seed), resamples=1)
    assert found == pytest.approx((wanted, wanted), nan_ok=True)


@pytest.mark.parametrize("who", [[1, 1, 1], [1, 2, 3], []])
def test_no_interval_without_both_kinds_of_pairs(who):
    rng = np.random.default_rng(1)
    assert np.isnan(recognition.auc_interval(np.zeros((len(who), 2)), who, rng, 5)).all()


def test_a_collapsed_network_has_auc_one_half():
    who = np.repeat(np.arange(5), 5)
    encodings = np.repeat(np.random.default_rng(1).normal(size=(1, 64)), 25, axis=0)
    assert roc.verification_auc(encodings, who) == 0.5
    assert recognition.auc_interval(encodings, who, np.random.default_rng(1), 5) == (0.5, 0.5)


def test_the_loss_is_taken_by_fit():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", loss=recognition.semi_hard_loss)
    who, x = np.repeat(np.arange(4), 2), np.random.default_rng(1).normal(size=(8, 3))
    before = float(recognition.semi_hard_loss(who, model(x)))
    history = model.fit(x, who, batch_size=8, shuffle=False, verbose=0)
    assert history.history["loss"][0] == pytest.approx(before, abs=1e-4)
