"""ROC: by hand, invariants, and parity with scikit-learn."""

from course_utils import metrics

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from keras import ops
from scipy.interpolate import interp1d
from scipy.optimize import brentq


@st.composite
def verdicts(draw):
    n = draw(st.integers(2, 40))
    truth = np.array(draw(st.permutations([0, 1, *draw(st.lists(st.integers(0, 1), max_size=n))])))
    score = st.sampled_from(np.linspace(-1, 1, 9)) | st.floats(-1, 1)  # with ties
    return truth, np.array(draw(st.lists(score, min_size=len(truth), max_size=len(truth))))


@given(verdicts())
def test_is_scikit_learns(pair):
    curve = metrics.roc_curve(*pair)
    theirs = sklearn.metrics.roc_curve(*pair, drop_intermediate=False)
    for one, other in zip(curve, theirs, strict=True):
        np.testing.assert_allclose(one, other)
    assert metrics.roc_auc(*pair) == pytest.approx(sklearn.metrics.roc_auc_score(*pair))
    line = interp1d(theirs[0], theirs[1]) if len(set(theirs[0])) == len(theirs[0]) else None
    if line is not None:  # a curve with upright steps is no function of the false positive rate
        crossing = brentq(lambda rate: 1 - rate - line(rate), 0, 1)
        assert metrics.equal_error_rate(*pair) == pytest.approx(crossing, abs=1e-9)


@given(verdicts())
def test_invariants(pair):
    truth, scores = pair
    auc, rate = metrics.roc_auc(truth, scores), metrics.equal_error_rate(truth, scores)
    assert metrics.roc_auc(truth, -scores) == pytest.approx(1 - auc)
    assert metrics.roc_auc(1 - truth, -scores) == pytest.approx(auc)
    assert metrics.equal_error_rate(truth, -scores) == pytest.approx(1 - rate)
    assert metrics.equal_error_rate(truth, scores * 4) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("truth", "scores", "auc", "rate", "why"),
    [
        ([0, 0, 1, 1], [1, 2, 3, 4], 1, 0, "every yes above every no"),
        ([0, 0, 1, 1], [4, 3, 2, 1], 0, 1, "the wrong way round"),
        ([0, 1], [5, 5], 0.5, 0.5, "no difference at all"),
        ([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 3, 6, 4, 5, 7, 8], 0.875, 0.25, "one of four each way"),
        ([0, 0, 1], [1, 3, 2], 0.5, 0.5, "1 of 2 noes above; the curve crosses halfway up"),
    ],
)
def test_by_hand(truth, scores, auc, rate, why):
    assert metrics.roc_auc(truth, scores) == pytest.approx(auc), why
    assert metrics.equal_error_rate(truth, scores) == pytest.approx(rate), why
    tensors = ops.convert_to_tensor(truth), ops.convert_to_tensor(np.float32(scores))
    assert metrics.roc_auc(*tensors) == pytest.approx(auc)


@pytest.mark.parametrize("only", [0, 1])
def test_one_class_only_is_nan(only):
    truth = [only] * 3
    false_positive, true_positive, _ = metrics.roc_curve(truth, [1, 2, 3])
    assert np.isnan(true_positive if only == 0 else false_positive).all()
    assert np.isfinite(false_positive if only == 0 else true_positive).all()
    assert np.isnan(metrics.roc_auc(truth, [1, 2, 3]))
    assert np.isnan(metrics.equal_error_rate(truth, [1, 2, 3]))


@pytest.mark.parametrize(
    ("truth", "scores", "error", "says"),
    [
        ([], [], ValueError, "at least one score"),
        ([0, 1], [1], ValueError, r"one shape \(n,\), got \(2,\) and \(1,\)"),
        ([[0, 1]], [[1, 2]], ValueError, r"one shape \(n,\)"),
        ([1, 2], [1, 2], ValueError, "expected 0 for no and 1 for yes"),
        ([0, 1], [1, np.nan], ValueError, "got nan"),
        ([0, 1], ["a", "b"], TypeError, "scores: expected numbers"),
    ],
)
@pytest.mark.parametrize("score", [metrics.roc_curve, metrics.roc_auc, metrics.equal_error_rate])
def test_refuses(score, truth, scores, error, says):
    with pytest.raises(error, match=says):
        score(truth, scores)


def test_verification_is_the_auc_of_all_pairs():
    random = np.random.default_rng(3)
    who = np.repeat(np.arange(6), 4)
    encodings = random.normal(size=(6, 5))[who] + random.normal(size=(24, 5))
    pairs = [(i, j) for i in range(24) for j in range(i)]
    same = [who[i] == who[j] for i, j in pairs]
    near = [-np.linalg.norm(encodings[i] - encodings[j]) for i, j in pairs]
    expected = sklearn.metrics.roc_auc_score(same, near)
    assert 0.6 < expected < 0.99
    assert metrics.verification_auc(encodings, who) == pytest.approx(expected)
    assert np.isnan(metrics.verification_auc(encodings, np.arange(24)))


@pytest.mark.parametrize("shapes", [((3, 2), (2,)), ((3,), (3,)), ((1, 2), (1,))])
def test_verification_refuses(shapes):
    with pytest.raises(ValueError, match=r"expected shapes \(n, d\) and \(n,\)"):
        metrics.verification_auc(*map(np.zeros, shapes))
