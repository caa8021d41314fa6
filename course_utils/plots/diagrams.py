"""A diagram of a network: blocks for tensors, arrows for layers."""

import matplotlib.pyplot as plt


def network(model_or_rows, title=""):
    """Draw a network from left to right (first version: boxes of the same size)."""
    if hasattr(model_or_rows, "layers"):
        rows = [("input", model_or_rows.input_shape[1:])]
        rows += [(layer.name, layer.output.shape[1:]) for layer in model_or_rows.layers]
    else:
        rows = list(model_or_rows)
    figure, ax = plt.subplots(figsize=(10, 2))
    for place, (name, shape) in enumerate(rows):
        ax.text(place, 0.5, f"{name}\n" + "×".join(map(str, shape)), ha="center", fontsize=8)
    ax.set(xlim=(-1, len(rows)), ylim=(0, 1), title=title)
    ax.axis("off")
    return figure, ax
