"""What the check cells of the lessons share: a learner's answer, made comparable or refused.

A check converts an answer with these before it compares, so that a NumPy array, a Keras tensor and
a plain number are all accepted, and an object that claims to equal everything is not.
"""

import numpy as np


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
        kind = type(answer).__name__
        raise AssertionError(f"{name} should give numbers, but gave a {kind} of {value.dtype}")
    if np.iscomplexobj(value):
        raise AssertionError(f"{name} should give real numbers, but gave complex ones")
    if shape is not None and value.shape != tuple(shape):
        raise AssertionError(f"{name} should have shape {tuple(shape)}, but has {value.shape}")
    value = value.astype(np.float64)
    if finite and not np.isfinite(value).all():
        raise AssertionError(f"{name} holds nan or infinity: do you divide by zero?")
    return value
