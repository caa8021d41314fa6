"""What training shows while it runs."""

import time

import keras


class EpochLines(keras.callbacks.Callback):
    """Print one line an epoch, with the model's metrics and the seconds it took.

    A line is `epoch  3 of 18  loss 0.123  validation loss 0.145  4 s`.

    Args:
        every: print each of these many epochs, and the last one.
    """

    def __init__(self, every=1):
        super().__init__()
        if every < 1:
            raise ValueError(f"every is a number of epochs from 1, not {every}")
        self.every = every
        self._began = 0.0

    def on_train_begin(self, logs=None):
        """Start the clock."""
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Print the line of an epoch."""
        epochs = self.params["epochs"]
        if (epoch + 1) % self.every and epoch + 1 != epochs:
            return
        seconds = time.perf_counter() - self._began
        self._began = time.perf_counter()
        print(epoch_line(epoch + 1, epochs, logs or {}, seconds), flush=True)


def epoch_line(epoch, epochs, logs, seconds):
    """One line on an epoch.

    Args:
        epoch: its number, from 1.
        epochs: how many there are.
        logs: dict of metrics, as Keras gives them to a callback.
        seconds: since the line before.

    Returns:
        The line.

    >>> epoch_line(3, 18, {"loss": 0.1234, "val_loss": 0.145}, 4.2)
    'epoch  3 of 18  loss 0.123  validation 0.145  4 s'
    >>> epoch_line(3, 4, {"accuracy": 0.5, "loss": 1.0, "val_accuracy": 0.4, "val_loss": 2.0}, 0.26)
    'epoch 3 of 4  loss 1  accuracy 0.5  validation 2  validation accuracy 0.4  0.3 s'
    """
    width = len(str(epochs))
    parts = [f"epoch {epoch:{width}} of {epochs}"]
    for key in sorted(logs, key=_rank):
        if key == "learning_rate":
            continue
        name = key.removeprefix("val_").replace("_", " ")
        if key == "val_loss":
            name = "validation"
        elif key.startswith("val_"):
            name = f"validation {name}"
        parts.append(f"{name} {float(logs[key]):.3g}")
    parts.append(f"{seconds:.0f} s" if seconds >= 0.95 else f"{seconds:.1f} s")
    return "  ".join(parts)


def _rank(key):
    """Training before validation, and the loss that is minimised before its parts and metrics."""
    name = key.removeprefix("val_")
    return name != key, name != "loss", not name.endswith("loss")
