"""What check cells accept as an answer, and the advice for what they refuse."""

import random
from collections import namedtuple

from course_utils import checks

import keras
import numpy as np
import pytest
import tensorflow as tf


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
    (EqualToAll(), "should give numbers, but gave a EqualToAll", "equal to all"),
    ("0.5", "should give numbers, but gave the text '0.5'", "text"),
    (["a", "b"], "should give numbers, but gave a list that holds text, such as 'a'", "texts"),
    ([1, "b"], "should give numbers, but gave a list that holds text, such as '1'", "one text"),
    ([1, None], "should give numbers, but gave a list that holds a NoneType", "a hole"),
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


def test_nan_is_told_with_its_place():
    with pytest.raises(AssertionError, match=r"f\(x\) holds nan at \[1, 0\]\. A division by zero"):
        checks.array([[1, 2], [np.nan, 4]], "f(x)")


Pair = namedtuple("Pair", "first second")


def put_zero(box, scores=None):
    box[0] = 0
    return 7


CHANGED = [
    (put_zero, (np.ones(3),), {}, "put_zero changes its input `box`. Leave it", "an array"),
    (put_zero, ([1, 2],), {}, "changes its input `box`", "a list"),
    (put_zero, ({0: 1},), {}, "changes its input `box`", "a dict"),
    (lambda *many: many[1].sort(), (1, [2, 1]), {}, "changes its input 2", "one of many"),
    (lambda a: a[0].fill(0), ([np.ones(2)],), {}, "changes its input `a`", "an array in a list"),
    (lambda a: a["x"].append(1), ({"x": []},), {}, "input `a`", "a list in a dict"),
    (lambda a: a.first.fill(0), (Pair(np.ones(2), 1),), {}, "input `a`", "an array in a tuple"),
    (lambda a: a.sort(), (), {"a": [2, 1]}, "changes its input `a`", "an input by name"),
    (lambda a: a.__setitem__(0, np.nan), (np.ones(2),), {}, "input `a`", "nan is put in"),
    (lambda a: a.__setitem__(0, True), ([1, 2],), {}, "input `a`", "True for 1"),
    (lambda a: a.resize((2, 2)), (np.ones(4),), {}, "input `a`", "the shape"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "inputs", "keywords", "advice"),
    [r[:4] for r in CHANGED],
    ids=[r[4] for r in CHANGED],
)
def test_a_changed_input_is_refused(function, inputs, keywords, advice):
    before = repr((inputs, keywords))
    with pytest.raises(AssertionError) as error:
        checks.call(function, *inputs, **keywords)
    assert advice in str(error.value)
    assert repr((inputs, keywords)) == before, "later checks need the inputs as they were"


def test_a_call_gives_the_answer_and_leaves_the_rest_as_it_is():
    tensor, layer = tf.ones(3), keras.layers.Flatten()
    inputs = [tensor, layer, 2, "text", None, np.array([np.nan]), np.ones((3, 2)).T, Pair(1, [2])]
    answer = checks.call(lambda *given, name: (given, name), *inputs, name={"a": (1, 2)})
    given, name = answer
    assert given[0] is tensor and given[1] is layer and given[2:5] == (2, "text", None)
    assert given[6].shape == (2, 3) and given[7] == Pair(1, [2]) and name == {"a": (1, 2)}


def test_an_error_of_the_learners_comes_through():
    with pytest.raises(ZeroDivisionError):
        checks.call(lambda x: x / 0, 1)


EQUAL = [
    (1 / 6, np.float32(1 / 6), "a float32 of a float64"),
    (0.5, [0.5], "a list of one number for a number"),
    (0, 9e-7, "within atol"),
    (1e6, 1e6 + 5, "within rtol"),
    ([1, 2], keras.ops.convert_to_tensor([1, 2]), "a tensor"),
    ([np.nan, np.inf, 1], [np.nan, np.inf, 1], "nan and infinity where they are expected"),
    (np.zeros((0, 4)), np.zeros((0, 4)), "no boxes"),
    ([True, False], [1, 0], "truth values"),
]


@pytest.mark.parametrize(
    ("expected", "answer"), [row[:2] for row in EQUAL], ids=[row[2] for row in EQUAL]
)
def test_equal_answers(expected, answer):
    found = checks.equal(answer, expected, "case")
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


MANY = np.arange(40.0).reshape(5, 8)
DIFFERENT = [
    (0.5, 1, "case: expected 0.5, got 1", "a number"),
    (1 / 6, 0.1667, "case: expected 0.16667, got 0.1667", "never the same text twice"),
    (1, 1.0001, "case: expected 1, got 1.0001", "a whole number beside a fraction"),
    (True, False, "case: expected 1, got 0", "truth values"),
    ([1, 2, 3], [1, 2, 4], "case: expected [1, 2, 3], got [1, 2, 4]. They differ at [2]", "one"),
    ([[1, 2], [3, 4]], [[1, 3], [2, 9]],
     "case: expected [[1, 2], [3, 4]], got [[1, 3], [2, 9]]. They differ most at [1, 1]", "many"),
    ([np.inf, 1], [5, 1], "case: expected [inf, 1], got [5, 1]. They differ at [0]", "no infinity"),
    ([np.nan, 1], [5, 3], "They differ most at [0]", "no nan"),
    (MANY, MANY + np.eye(5, 8) * 0.5,
     "case: at [0, 0] expected 0, got 0.5. 5 of 40 numbers differ, this one most", "a large array"),
    (MANY, MANY + (MANY == 39) * 1e-2, "at [4, 7] expected 39, got 39.01. 1 of 40 number", "rtol"),
    ([1, 2], [1, 2, 3], "case: expected shape (2,), got shape (3,): [1, 2, 3], not [1, 2]", "long"),
    (MANY, MANY.T, "case: expected shape (5, 8), got shape (8, 5)", "rows and columns"),
    (np.zeros((0, 4)), [], "case: expected shape (0, 4), got shape (0,)", "empty, without columns"),
    ([1], 1, "case: expected shape (1,), got shape (): 1, not [1]", "a number for an array"),
    (1, None, "case: your answer gave None: does the function", "nothing"),
    (1, np.nan, "case: your answer holds nan. A division", "nan"),
    (1, EqualToAll(), "case: your answer should give numbers, but gave a EqualTo", "equal to all"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "answer", "advice"), [r[:3] for r in DIFFERENT], ids=[r[3] for r in DIFFERENT]
)
def test_different_answers_say_where(expected, answer, advice):
    with pytest.raises(AssertionError) as error:
        checks.equal(answer, expected, "case")
    assert advice in str(error.value)


def test_tolerances_may_be_named():
    checks.equal(1.05, 1, "case", atol=0.1)
    with pytest.raises(AssertionError, match=r"expected 1, got 1\.000001"):
        checks.equal(1.000001, 1, "case", atol=1e-9, rtol=0)


@pytest.mark.parametrize("answer", [np.ones(2), tf.ones(2), np.array(1.0)])
def test_arrays_are_arrays(answer):
    assert checks.is_array(answer, "label") is answer


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ([1, 2], "label should be an array, but is a list: np.array"),
        (1.0, "but is a float"),
        (np.float32(1), "but is a float32"),
        (None, "label gave None"),
    ],
)
def test_what_is_no_array(answer, advice):
    with pytest.raises(AssertionError, match=advice):
        checks.is_array(answer, "label")


ROWS = np.random.default_rng(0).random((3, 4))
STOPS = [
    (lambda x: x if keras.ops.sum(x) > 0 else -x, "An `if`, `and`, `max`", "an if"),
    (lambda x: max(0, x[0, 0]), "An `if`, `and`, `max` or `min`", "Python's max"),
    (lambda x: sum(row for row in x), "A loop goes over a tensor", "a loop over rows"),
    (lambda x: [x[i] for i in range(len(x))], "A loop goes over a tensor", "len"),
    (lambda x: np.maximum(x, 0), "NumPy cannot use them", "NumPy"),
    (lambda x: x.numpy(), "NumPy cannot use them", "numpy()"),
    (lambda x: float(x[0, 0]), "No float(), int() or math", "float"),
    (lambda x: sum(x[i] for i in range(x.shape[0])), "shape[0] is None", "a loop over the shape"),
    (lambda x: keras.ops.reshape(x, (x.shape[0], 2, 2)), "shape[0] is None", "reshape"),
    (lambda x: x * np.ones(x.shape), "shape[0] is None", "an array of the shape"),
]


@pytest.mark.parametrize(
    ("function", "advice"), [row[:2] for row in STOPS], ids=[row[2] for row in STOPS]
)
def test_what_stops_inside_fit(function, advice):
    function(tf.constant(ROWS))  # works on numbers
    with pytest.raises(AssertionError) as error:
        checks.in_graph(function, ROWS)
    assert "not inside `fit`" in str(error.value) and advice in str(error.value)


def test_in_a_graph_the_answer_is_the_same():
    def loss(pair, settings, factor, name):
        true, predicted = pair
        assert name == "loss" and true.dtype == "float32" and true.shape[0] is None
        return keras.ops.mean((true - predicted) ** 2, axis=-1) * factor + settings["add"]

    found = checks.in_graph(
        loss, (ROWS, ROWS.astype("float32") + 1), {"add": np.float32(1)}, 2, "loss"
    )
    assert isinstance(found, np.ndarray)
    np.testing.assert_allclose(found, [3, 3, 3], atol=1e-5)


def test_in_a_graph_many_answers_come_back():
    first, rest = checks.in_graph(lambda x: (x, {"labels": x + 1, "none": None}), np.arange(3))
    assert first.tolist() == [0, 1, 2] and rest["labels"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("error", [TypeError("two inputs"), ValueError("so"), KeyError("k")])
def test_in_a_graph_other_errors_come_through(error):
    def wrong(x):
        raise error

    with pytest.raises(type(error)) as found:
        checks.in_graph(wrong, ROWS)
    assert found.value is error


def test_gradient():
    found = checks.gradient(lambda a, x: keras.ops.sum(a * x**2), ROWS, np.ones((3, 4)))
    np.testing.assert_allclose(found, 2 * ROWS, rtol=1e-6)
    assert checks.gradient(lambda x: x[1] * 3, np.arange(3)).tolist() == [0, 3, 0]
    variable = keras.Variable([1.0, 2.0])
    assert checks.gradient(lambda x: x * x, variable).tolist() == [2, 4]
    picked = checks.gradient(lambda x: keras.ops.sum(keras.ops.take(x, [1], axis=0)), ROWS)
    assert picked.sum() == 4


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (lambda x: float(keras.ops.sum(x)), "gives a number, but no slope"),
        (lambda x: np.sum(x), "gives a number, but no slope"),
        (lambda x: keras.ops.sum(keras.ops.round(x)), "gives a number, but no slope"),
        (lambda x: keras.ops.argmax(x), "gives a number, but no slope"),
        (lambda x: None, "The function gave None"),
    ],
)
def test_no_gradient(function, advice):
    with pytest.raises(AssertionError, match=advice):
        checks.gradient(function, ROWS)


def draw():
    """From every global source, also through a layer's initialiser."""
    return [
        random.random(),
        np.random.rand(),  # noqa: NPY002
        float(tf.random.normal(())),
        float(tf.random.get_global_generator().normal(())),
        float(keras.random.normal(())),
        keras.layers.Dense(1)(np.ones((1, 1), np.float32)).numpy().item(),
    ]


def test_random_state_kept():
    keras.utils.set_random_seed(3)
    draw()
    state = checks.random_state()
    with checks.random_state_kept():
        inside = draw()
        keras.utils.set_random_seed(5)
        draw()
    assert checks.random_state() == state
    assert draw() == inside
    assert checks.random_state() != state


def test_random_state_is_kept_when_a_check_fails():
    state = checks.random_state()
    with pytest.raises(AssertionError), checks.random_state_kept():
        draw()
        raise AssertionError
    assert checks.random_state() == state


def test_a_global_generator_that_was_not_there_is_not_there_after():
    keras.utils.clear_session()
    keras.utils.set_random_seed(3)
    with checks.random_state_kept():
        first = float(keras.random.normal(()))
    assert float(keras.random.normal(())) == first


@pytest.mark.parametrize(("points", "line"), [(1, "passed: 1 point\n"), (3, "passed: 3 points\n")])
def test_passed(points, line, capsys):
    checks.passed(points)
    assert capsys.readouterr().out == line
