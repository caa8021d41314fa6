"""What check cells accept as an answer, and the advice for what they refuse."""

from course_utils import checks

import keras
import numpy as np
import pytest


class EqualToAll:
    """Passes every `==`, and no check."""

    def __eq__(self, other):
        return True

    __hash__ = None


NUMBERS = [
    (0.5, "a float"),
    (np.float32(0.5), "a NumPy number"),
    (np.array(0.5), "an array without axes"),
    (np.array([[0.5]]), "an array of one number"),
    ([0.5], "a list of one number"),
    (keras.ops.convert_to_tensor(0.5), "a Keras tensor"),
]


@pytest.mark.parametrize("answer", [row[0] for row in NUMBERS], ids=[row[1] for row in NUMBERS])
def test_numbers_of_any_kind_are_taken(answer):
    found = checks.number(answer, "f(x)")
    assert found == 0.5 and type(found) is float


def test_truth_values_and_whole_numbers_become_floats():
    assert checks.number(True, "f(x)") == 1
    assert checks.number(10**6, "f(x)") == 1e6


ARRAYS = [
    ([[1, 2], [3, 4]], "nested lists"),
    (np.array([[1, 2], [3, 4]], np.uint8), "small whole numbers"),
    (keras.ops.convert_to_tensor([[1.0, 2], [3, 4]]), "a Keras tensor"),
    ([keras.ops.convert_to_tensor([1.0, 2]), np.array([3, 4])], "a list of both"),
]


@pytest.mark.parametrize("answer", [row[0] for row in ARRAYS], ids=[row[1] for row in ARRAYS])
def test_arrays_of_any_kind_are_taken(answer):
    found = checks.array(answer, "f(x)", shape=(2, 2))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[1, 2], [3, 4]])


def test_the_answer_is_copied():
    answer = np.zeros(3)
    checks.array(answer, "f(x)")[0] = 9
    assert answer.tolist() == [0, 0, 0]


def test_nan_may_be_allowed():
    assert np.isnan(checks.array([np.nan], "f(x)", finite=False)).all()


REFUSED = [
    (None, "gave None: does the function end in a return?", "nothing returned"),
    (NotImplemented, "gave NotImplemented: is it still to be written?", "NotImplemented"),
    (EqualToAll(), "should give numbers, but gave a EqualToAll of object", "equal to all"),
    ("0.5", "should give numbers, but gave a str of <U3", "text"),
    (lambda x: x, "should give numbers, but gave a function", "a function that was not called"),
    ([[1, 2], [3]], "should give numbers, but gave a list", "rows of unequal length"),
    ({"a": 1}, "should give numbers, but gave a dict", "a dict"),
    (1 + 2j, "should give real numbers, but gave complex ones", "a complex number"),
    (float("nan"), "holds nan. A division by zero or a logarithm of 0 does that", "nan"),
    (np.inf, "holds inf. A division by zero or a logarithm of 0 does that", "infinity"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "advice"), [row[:2] for row in REFUSED], ids=[row[2] for row in REFUSED]
)
@pytest.mark.parametrize("check", [checks.number, checks.array])
def test_advice_names_the_call_and_says_what_came(check, answer, advice):
    with pytest.raises(AssertionError) as error:
        check(answer, "iou(a, b)")
    assert str(error.value).startswith("iou(a, b) " + advice)


@pytest.mark.parametrize(("answer", "shape"), [([1, 2], "(2,)"), ([], "(0,)"), ([[]], "(1, 0)")])
def test_more_or_less_than_one_number(answer, shape):
    with pytest.raises(AssertionError) as error:
        checks.number(answer, "iou(a, b)")
    assert str(error.value) == f"iou(a, b) should be one number, but has shape {shape}"


@pytest.mark.parametrize(
    ("answer", "shape"), [([1, 2], (2, 1)), ([[1, 2]], (2,)), (3, (1,)), ([1, 2, 3], (2,))]
)
def test_shapes_are_told(answer, shape):
    with pytest.raises(AssertionError) as error:
        checks.array(answer, "f(x)", shape=shape)
    assert str(error.value) == f"f(x) should have shape {shape}, but has {np.shape(answer)}"
