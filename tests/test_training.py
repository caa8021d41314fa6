"""What training prints while it runs."""

import re

from course_utils.training import EpochLines, epoch_line

import keras
import numpy as np
import pytest


def fit(capsys, epochs, validation=True, **arguments):
    """Train a tiny net, and give the lines that were printed."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((4, 2), np.float32)
    held_out = (x, x[:, :1]) if validation else None
    lines = EpochLines(**arguments)
    model.fit(x, x[:, :1], epochs=epochs, verbose=0, validation_data=held_out, callbacks=[lines])
    return capsys.readouterr().out.splitlines()


def test_one_line_an_epoch(capsys):
    first, second = fit(capsys, 2)
    line = r"epoch {} of 2  loss \S+  mae \S+  validation \S+  validation mae \S+  \S+ s"
    assert re.fullmatch(line.format(1), first) and re.fullmatch(line.format(2), second)


def test_without_validation(capsys):
    [line] = fit(capsys, 1, validation=False)
    assert re.fullmatch(r"epoch 1 of 1  loss \S+  mae \S+  \S+ s", line)


@pytest.mark.parametrize(
    ("every", "epochs", "shown"),
    [(1, 3, [1, 2, 3]), (4, 10, [4, 8, 10]), (5, 10, [5, 10]), (9, 2, [2])],
)
def test_every_so_many_epochs_and_the_last(capsys, every, epochs, shown):
    lines = fit(capsys, epochs, every=every)
    assert [int(line.split()[1]) for line in lines] == shown


def test_every_is_at_least_one():
    with pytest.raises(ValueError, match="every is a number of epochs from 1, not 0"):
        EpochLines(every=0)


@pytest.mark.parametrize(
    ("epoch", "epochs", "logs", "seconds", "line"),
    [
        (3, 18, {"loss": 0.1234, "val_loss": 0.145}, 4.2,
         "epoch  3 of 18  loss 0.123  validation 0.145  4 s"),
        (1, 1, {"head_loss": 1, "iou": 0.5, "loss": 2, "learning_rate": 1e-3}, 0.04,
         "epoch 1 of 1  loss 2  head loss 1  iou 0.5  0.0 s"),
        (10, 10, {}, 61, "epoch 10 of 10  61 s"),
    ],
)  # fmt: skip
def test_epoch_line(epoch, epochs, logs, seconds, line):
    assert epoch_line(epoch, epochs, logs, seconds) == line
