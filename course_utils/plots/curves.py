"""Curves of a training run."""

import itertools

from course_utils.plots.style import PALETTE

import matplotlib.pyplot as plt


def training_curves(histories, metric="loss", ax=None):
    """Draw how a metric changed over the epochs, training and validation.

    Args:
        histories: dict of name to `keras.callbacks.History`, or one `History`.
        metric: the key in the history, like "loss".
        ax: Matplotlib axes, or None for a new figure.

    Returns:
        The axes.

    Raises:
        KeyError: if a history does not have the metric.
    """
    if not isinstance(histories, dict):
        histories = {"": histories}
    ax = ax or plt.subplots(figsize=(4.5, 2.8))[1]
    for color, (name, history) in zip(itertools.cycle(PALETTE), histories.items(), strict=False):
        for key, line in ((metric, "-"), (f"val_{metric}", "--")):
            if key in history.history:
                values = history.history[key]
                kind = "validation" if key.startswith("val_") else "training"
                label = f"{name}, {kind}" if name else kind
                ax.plot(range(1, len(values) + 1), values, line, color=color, label=label)
            elif line == "-":
                raise KeyError(f"the history has no {metric!r}, only {sorted(history.history)}")
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    ax.xaxis.get_major_locator().set_params(integer=True)  # no half epochs
    ax.grid(True)
    ax.legend()
    return ax
