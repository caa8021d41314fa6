"""What the check cells of the lessons share: a learner's answer, called, compared, or refused.

A check converts an answer with these before it compares, so that a NumPy array, a Keras tensor and
a plain number are all accepted, and an object that claims to equal everything is not. What is
refused is refused with an AssertionError that says the case, what was expected and what came.
"""

import contextlib
import inspect
import sys

import numpy as np

SHOWN = 12  # arrays of more numbers are shown only where they differ most


def call(function, *inputs, **keywords):
    """Call a learner's function with copies of the inputs, and see that it leaves them alone.

    Arrays are copied, also inside lists, tuples and dicts. Everything else goes in as it is.

    Args:
        function: the learner's function.
        *inputs: what to call it with.
        **keywords: the same, by name.

    Returns:
        What the function returns.

    Raises:
        AssertionError: with advice, if an input was changed.
        Exception: whatever the learner's code raises.

    >>> call(sorted, [3, 1, 2])
    [1, 2, 3]
    >>> call(list.sort, [3, 1, 2])
    Traceback (most recent call last):
    ...
    AssertionError: sort changes its input `self`. Leave it as it was: work on a copy
    """
    given, given_keywords = _copy(inputs), _copy(keywords)
    answer = function(*given, **given_keywords)
    changed = [
        *(place for place in range(len(inputs)) if not _same(inputs[place], given[place])),
        *(name for name in keywords if not _same(keywords[name], given_keywords[name])),
    ]
    if changed:
        raise AssertionError(
            f"{_name(function)} changes its {_input_name(function, changed[0])}. "
            "Leave it as it was: work on a copy"
        )
    return answer


def number(answer, name):
    """Turn an answer that should be one number into a float.

    Args:
        answer: what the learner's code returned.
        name: how to call it in the advice, like "iou(a, b)".

    Returns:
        A finite float.

    Raises:
        AssertionError: with advice, if it is not one finite number.

    >>> number(np.float32(0.5), "iou(a, b)")
    0.5
    """
    value = array(answer, name)
    if value.size != 1:
        raise AssertionError(f"{name} should be one number, but has shape {value.shape}")
    return float(value.reshape(()))


def array(answer, name, shape=None, finite=True):
    """Turn an answer that should be an array of numbers into a float64 NumPy array.

    Args:
        answer: what the learner's code returned.
        name: how to call it in the advice, like "iou_matrix(a, b)".
        shape: the shape that it should have, or None for any.
        finite: False if nan and infinity are allowed.

    Returns:
        float64 array, a copy.

    Raises:
        AssertionError: with advice, if it is something else.

    >>> array([[1, 2]], "boxes", shape=(1, 2))
    array([[1., 2.]])
    """
    if answer is None:
        raise AssertionError(f"{name} gave None: does the function end in a return?")
    if answer is NotImplemented:
        raise AssertionError(f"{name} gave NotImplemented: is it still to be written?")
    try:
        value = np.array(answer)
    except Exception as error:
        kind = type(answer).__name__
        raise AssertionError(f"{name} should give numbers, but gave a {kind} ({error})") from None
    if not (np.issubdtype(value.dtype, np.number) or value.dtype == bool):
        raise AssertionError(f"{name} should give numbers, but gave {_what_else(answer, value)}")
    if np.iscomplexobj(value):
        raise AssertionError(f"{name} should give real numbers, but gave complex ones")
    if shape is not None and value.shape != tuple(shape):
        raise AssertionError(f"{name} should have shape {tuple(shape)}, but has {value.shape}")
    value = value.astype(np.float64)
    if finite and not np.isfinite(value).all():
        place = _first(~np.isfinite(value))
        at = f" at {_index(place)}" if place else ""
        raise AssertionError(
            f"{name} holds {value[place]:g}{at}. A division by zero or a logarithm of 0 does that"
        )
    return value


def _what_else(answer, value):
    """Words for an answer that is no number."""
    kind = type(answer).__name__
    if value.ndim == 0:
        return f"the text {answer!r:.40}" if value.dtype.kind in "US" else f"a {kind}"
    if value.dtype.kind in "US":
        return f"a {kind} that holds text, such as {str(value.ravel()[0])!r:.40}"
    numbers = (int, float, np.number, np.bool_)
    others = [type(one).__name__ for one in value.ravel() if not isinstance(one, numbers)]
    return f"a {kind} that holds a {others[0]}" if others else f"a {kind} of {value.dtype}"


def equal(answer, expected, case, atol=1e-6, rtol=1e-5):
    """See that an answer has the expected shape and, nearly, the expected values.

    Args:
        answer: what the learner's code returned: an array, a tensor, lists or a number.
        expected: what it should be. For one number any array of one number is accepted.
        case: the case in words, with its input where that is short, like "two equal boxes".
        atol: how far a value may be off.
        rtol: how far it may be off besides, as a part of the expected value.

    Returns:
        The answer as float64 array.

    Raises:
        AssertionError: with the case, what was expected, what came, and where they differ most.

    >>> equal([1, 2, 4], [1, 2, 3], "three boxes")
    Traceback (most recent call last):
    ...
    AssertionError: three boxes: expected [1, 2, 3], got [1, 2, 4]. They differ at [2]
    """
    expected = np.asarray(expected).astype(np.float64)
    value = array(answer, f"{case}: your answer", finite=bool(np.isfinite(expected).all()))
    if expected.shape == () and value.size == 1:
        value = value.reshape(())
    if value.shape != expected.shape:
        raise AssertionError(
            f"{case}: expected shape {expected.shape}, got shape {value.shape}"
            + (f": {show(value)}, not {show(expected)}" if 0 < value.size <= SHOWN else "")
        )
    wrong = ~np.isclose(value, expected, atol=atol, rtol=rtol, equal_nan=True)
    if not wrong.any():
        return value
    with np.errstate(invalid="ignore"):
        off = np.where(wrong, np.abs(value - expected), -1.0)
    place = _first(off == np.max(np.where(np.isnan(off), np.inf, off))) or _first(wrong)
    if expected.ndim == 0:
        wanted, got = show_apart(expected, value, wrong)
        raise AssertionError(f"{case}: expected {wanted}, got {got}")
    count = int(wrong.sum())
    if value.size <= SHOWN:
        wanted, got = show_apart(expected, value, wrong)
        most = "They differ" if count == 1 else "They differ most"
        raise AssertionError(f"{case}: expected {wanted}, got {got}. {most} at {_index(place)}")
    wanted, got = show_apart(expected[place], value[place], np.True_)
    numbers = "number differs" if count == 1 else "numbers differ"
    raise AssertionError(
        f"{case}: at {_index(place)} expected {wanted}, got {got}. "
        f"{count} of {value.size} {numbers}" + (", this one most" if count > 1 else "")
    )


def is_array(answer, name):
    """See that an answer is an array or a tensor: later cells index it, or ask for its shape.

    Args:
        answer: what the learner's code returned.
        name: how to call it in the advice.

    Returns:
        The answer as it is.

    Raises:
        AssertionError: with advice, if it is a list, a number or something else.

    >>> is_array([1, 2], "label")
    Traceback (most recent call last):
    ...
    AssertionError: label should be an array, but is a list: np.array(...) makes one of it
    """
    array(answer, name, finite=False)
    is_one = hasattr(answer, "dtype") and hasattr(answer, "shape")
    if not is_one or isinstance(answer, np.generic):
        raise AssertionError(
            f"{name} should be an array, but is a {type(answer).__name__}: "
            "np.array(...) makes one of it"
        )
    return answer


def in_graph(function, *inputs):
    """Call a learner's function as `fit` does: on tensors without values, of unknown batch size.

    Args:
        function: the learner's function.
        *inputs: arrays and tensors, also inside lists, tuples and dicts, become tensors (float64
            becomes float32) whose first axis is unknown. Everything else goes in as it is.

    Returns:
        What the function returns, as NumPy.

    Raises:
        AssertionError: with advice, if the function only works on tensors with values.
        Exception: whatever the learner's code raises on tensors with values.

    >>> in_graph(lambda x: x * 2, np.ones(3)).tolist()
    [2.0, 2.0, 2.0]
    """
    import tensorflow as tf

    inputs = _map(_tensor, inputs)
    leaves = [leaf for leaf in tf.nest.flatten(inputs) if tf.is_tensor(leaf)]
    signature = [
        tf.TensorSpec([None, *leaf.shape[1:]] if leaf.shape.rank else [], leaf.dtype)
        for leaf in leaves
    ]

    def traced(*tensors):
        rest = iter(tensors)
        given = tf.nest.map_structure(
            lambda leaf: next(rest) if tf.is_tensor(leaf) else leaf, inputs
        )
        return function(*given)

    try:
        # not by calling it: TensorFlow warns of many functions that are called once
        graph = tf.function(traced, autograph=False).get_concrete_function(*signature)
    except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
        function(*inputs)  # an error that has nothing to do with `fit` comes up here as well
        words = str(error).strip().split("\n")[0]
        raise AssertionError(
            f"{_name(function)} works on numbers, but not inside `fit`: there it gets tensors "
            f"without values. {_graph_advice(words)}\n{type(error).__name__}: {words[:200]}"
        ) from None
    answer = graph(*leaves)
    return tf.nest.map_structure(
        lambda leaf: np.array(leaf) if tf.is_tensor(leaf) else leaf, answer
    )


def _graph_advice(words):
    """What to write instead, from what TensorFlow says."""
    if "`bool`" in words:
        return "An `if`, `and`, `max` or `min` asks for a value: use keras.ops, such as where"
    if "Iterating" in words or words.startswith("len "):
        return "A loop goes over a tensor: use keras.ops on all rows at once"
    if "numpy" in words.lower():
        return "NumPy cannot use them: use keras.ops"
    if words.startswith(("float()", "int()")) or "real number" in words:
        return "No float(), int() or math: use keras.ops"
    if "None" in words:
        return "The number of rows is not known, shape[0] is None: use -1, or keras.ops.shape(x)[0]"
    return "Use keras.ops; no `if` or loop over a tensor, no NumPy"


def gradient(function, *inputs):
    """Slopes of a learner's function with respect to its last input.

    Args:
        function: the learner's function. If it returns many numbers, their sum counts.
        *inputs: arrays and tensors, as for `in_graph`.

    Returns:
        float array of the last input's shape.

    Raises:
        AssertionError: with advice, if no slope comes back.
        Exception: whatever the learner's code raises.

    >>> gradient(lambda x: x * x, np.array([1.0, 2.0])).tolist()
    [2.0, 4.0]
    """
    import tensorflow as tf

    inputs = _map(_tensor, inputs)
    last = tf.convert_to_tensor(inputs[-1])
    last = last if last.dtype.is_floating else tf.cast(last, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(last)
        answer = function(*inputs[:-1], last)
    slopes = None
    if tf.is_tensor(answer) and answer.dtype.is_floating:
        slopes = tape.gradient(answer, last)
    else:
        array(answer, _name(function), finite=False)
    if slopes is None:
        raise AssertionError(
            f"{_name(function)} gives a number, but no slope: training could not follow it. Use "
            "keras.ops from the input to the return; no NumPy, no float(), no rounding"
        )
    return np.array(tf.convert_to_tensor(slopes))


def random_state():
    """The state of every global source of random numbers, to be compared or set again.

    Returns:
        A dict of plain values: of Python, NumPy, and, where imported, TensorFlow and Keras.
    """
    import random

    state = {"python": random.getstate(), "numpy": _plain(np.random.get_state())}  # noqa: NPY002
    if "tensorflow" in sys.modules:
        from tensorflow.python.eager import context
        from tensorflow.python.ops import stateful_random_ops

        seeds = context.context()
        inner = getattr(seeds, "_rng", None)
        state["op seeds"] = seeds._seed, inner and inner.getstate()
        generator = stateful_random_ops.global_generator
        state["tensorflow"] = generator and (generator, _plain(generator.state.numpy()))
    if "keras" in sys.modules:
        from keras.src.backend.common import global_state

        for key in ("global_seed_generator", "global_random_seed"):
            value = global_state.get_global_attribute(key)
            if hasattr(value, "state"):
                value = value, _plain(value.state.numpy())
            state[key] = value
    return state


@contextlib.contextmanager
def random_state_kept():
    """Set every global source of random numbers back at the end of the block.

    >>> import random
    >>> state = random.getstate()
    >>> with random_state_kept():
    ...     number = random.random()
    >>> random.getstate() == state
    True
    """
    import random

    state = random_state()
    try:
        yield
    finally:
        random.setstate(state["python"])
        np.random.set_state(state["numpy"])  # noqa: NPY002
        if "op seeds" in state:
            from tensorflow.python.eager import context
            from tensorflow.python.ops import stateful_random_ops

            seeds = context.context()
            if random_state()["op seeds"] != state["op seeds"] and seeds._context_handle:
                seeds.clear_kernel_cache()
            seeds._seed, inner = state["op seeds"]
            seeds._rng = inner and random.Random()
            if inner:
                seeds._rng.setstate(inner)
            generator, values = state["tensorflow"] or (None, None)
            stateful_random_ops.global_generator = generator
            if generator is not None:
                generator.state.assign(values)
        if "global_random_seed" in state:
            from keras.src.backend.common import global_state

            for key in ("global_seed_generator", "global_random_seed"):
                value = state[key]
                if isinstance(value, tuple):
                    value[0].state.assign(value[1])
                    value = value[0]
                global_state.set_global_attribute(key, value)


def passed(points):
    """Say that a check is passed: its last line.

    >>> passed(1), passed(3)
    passed: 1 point
    passed: 3 points
    (None, None)
    """
    print(f"passed: {points} point" + ("" if points == 1 else "s"))


def show(values, digits=3):
    """Write numbers shortly, in brackets where they have axes.

    >>> show(np.array([[1.0, 0.5]])), show(0.123456)
    ('[[1, 0.5]]', '0.123')
    """
    values = np.asarray(values)
    if values.ndim:
        return "[" + ", ".join(show(value, digits) for value in values) + "]"
    value = float(values)
    if value.is_integer() and abs(value) < 1e6:
        return f"{round(value)}"
    return f"{value:.{digits}g}"


def show_apart(expected, got, where):
    """Write two arrays with as many digits as it takes to tell them apart.

    Args:
        expected: array.
        got: array of the same shape.
        where: bool array, True where they differ.

    Returns:
        The two texts.

    >>> show_apart(np.array(1 / 6), np.array(0.16671), np.array(True))
    ('0.16667', '0.16671')
    """
    for digits in range(3, 18):
        pairs = zip(np.atleast_1d(expected)[np.atleast_1d(where)],
                    np.atleast_1d(got)[np.atleast_1d(where)], strict=True)  # fmt: skip
        if all(show(one, digits) != show(other, digits) for one, other in pairs):
            break
    return show(expected, digits), show(got, digits)


def _name(function):
    name = getattr(function, "__name__", None) or type(function).__name__
    return "The function" if name == "<lambda>" else name


def _input_name(function, place):
    """How to call an input: by its name, where the function tells it."""
    if isinstance(place, str):
        return f"input `{place}`"
    with contextlib.suppress(TypeError, ValueError, IndexError):
        parameter = list(inspect.signature(function).parameters.values())[place]
        if parameter.kind is not parameter.VAR_POSITIONAL:
            return f"input `{parameter.name}`"
    return f"input {place + 1}"


def _first(mask):
    """Place of the first True, as a tuple."""
    return tuple(int(axis) for axis in np.argwhere(mask)[0]) if mask.any() else ()


def _index(place):
    return "[" + ", ".join(str(axis) for axis in place) + "]"


def _plain(value):
    """Arrays as tuples, which `==` compares whole."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return tuple(value.tolist()) if isinstance(value, np.ndarray) else value


def _map(change, value):
    """Apply a change to what lists, tuples and dicts hold."""
    if isinstance(value, dict):
        return {key: _map(change, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_map(change, one) for one in value]
    if isinstance(value, tuple):
        parts = [_map(change, one) for one in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return change(value)


def _copy(value):
    return _map(lambda one: one.copy() if isinstance(one, np.ndarray) else one, value)


def _same(one, other):
    """Whether a copy is still what it was copied from."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return (
            isinstance(other, list | tuple)
            and len(one) == len(other)
            and all(map(_same, one, other))
        )
    return one is other or _equal_plain(one, other)


def _equal_plain(one, other):
    plain = (bool, int, float, complex, str, bytes)
    return type(one) is type(other) and isinstance(one, plain) and one == other


def _tensor(value):
    """An array or a tensor as a tensor, anything else as it is."""
    import keras
    import tensorflow as tf

    if isinstance(value, np.ndarray | np.generic):
        value = value.astype(np.float32) if value.dtype == np.float64 else value
        return tf.convert_to_tensor(value)
    is_variable = isinstance(value, tf.Variable | keras.Variable)
    return tf.convert_to_tensor(value) if is_variable else value
