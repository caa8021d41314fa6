"""The page `data/plots.md`: one picture for each function of `course_utils.plots`.

`python -m course_utils.plots.gallery` writes the page and its pictures anew.
"""

import contextlib
import inspect
import io
import textwrap
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from course_utils import plots
from course_utils.worlds import faces, figures, streets

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

DATA = Path(__file__).parents[2] / "data"
_HEAD = """# Plots: one picture for each function

`from course_utils import plots`. Types, shapes and errors: see the docstrings, `plots.show_mask?`.
Truth is solid and green (`plots.TRUTH`), a prediction is dashed and orange (`plots.PREDICTION`).
`plots.LABEL_COLORS` are the colours of Streets' labels. `plots.check_sheet_name` belongs to contact
sheets and draws nothing. Written by `python -m course_utils.plots.gallery`.

Below, `street` and `scenes` come from `streets.load`, `people` from `faces.load`, `dancers` from
`figures.load`.
"""


# The samples that the examples name; see `_load`.
street = scenes = people = dancers = None


def show():
    """A figure with its caption."""
    plots.show_picture(plt.subplots(figsize=(3, 3))[1], street["images"][0])
    plots.show("A street. The caption stands below the picture and is its alternative text.")


def show_picture():
    """A picture without axes."""
    plots.show_picture(plt.subplots(figsize=(2.4, 2.6))[1], street["images"][0], "a street")


def draw_boxes():
    """Truth, predictions, captions, a tinted inside."""
    _, ax = plt.subplots(figsize=(3.4, 3.4))
    plots.show_picture(ax, street["images"][0])
    boxes = street["bounding_boxes"]["boxes"][0]
    names = [streets.CLASS_NAMES[label] for label in street["bounding_boxes"]["labels"][0]]
    plots.draw_boxes(ax, boxes, names, fill=0.2)
    plots.draw_boxes(ax, boxes + np.array([3, 4, -4, 3]), color=plots.PREDICTION, dashed=True)


def picture_grid():
    """Pictures in rows."""
    plots.picture_grid(people["images"], ["one", "two", "three", "four"], columns=4, size=1.2)


def predictions():
    """Pictures with the true boxes and the predicted ones."""
    truth = scenes["bounding_boxes"]["boxes"]
    shifts = np.random.default_rng(1).normal(0, 3, truth.shape)
    plots.predictions(scenes["images"], truth, truth + shifts * (truth > 0), columns=4, size=1.9)


def show_mask():
    """Labels of pixels, alone and over the picture."""
    image, mask = street["images"][0], street["segmentation_masks"][0]
    _, axes = plt.subplots(1, 3, figsize=(6.6, 2.4))
    plots.show_picture(axes[0], image, "picture")
    plots.show_mask(axes[1], mask, title="labels")
    plots.show_mask(axes[2], mask, image, title="labels over the picture")


def mask_legend():
    """Which colour is which label, below the panels."""
    figure, axes = plots.picture_grid(scenes["images"], columns=4, size=1.7)
    for ax, mask in zip(axes, scenes["segmentation_masks"], strict=True):
        plots.show_mask(ax, mask)
    plots.mask_legend(figure)


def draw_landmarks():
    """Points on a face: truth as dots, predictions as crosses."""
    _, axes = plots.picture_grid(people["images"][:2], ["truth", "truth and prediction"], size=2.6)
    for ax, points in zip(axes, people["landmarks"], strict=False):
        plots.draw_landmarks(ax, points)
    shifts = np.random.default_rng(2).normal(0, 1.5, people["landmarks"][1].shape)
    plots.draw_landmarks(axes[1], people["landmarks"][1] + shifts, dashed=True)


def draw_joints():
    """Skeletons; hidden joints are hollow."""
    titles = ["truth", "truth", "prediction"]
    _, axes = plots.picture_grid(dancers["images"], titles, size=2.2)
    for ax, joints, seen, title in zip(
        axes, dancers["joints"], dancers["joint_visibility"], titles, strict=True
    ):
        plots.draw_joints(ax, joints, visible=seen, dashed=title == "prediction")


def heat_map():
    """A grid of values, alone and over the picture."""
    y, x = np.mgrid[:8, :8]
    values = np.exp(-((x - 5) ** 2 + (y - 4) ** 2) / 6)
    _, axes = plt.subplots(1, 2, figsize=(6, 2.6))
    plots.heat_map(axes[0], values, title="score of each square")
    plots.heat_map(axes[1], values, street["images"][0], title="over the picture")


def squared_paper():
    """Numbers on squared paper, with a window on them."""
    image = np.array([[10, 10, 10, 0, 0, 0]] * 4)
    grid = [[None, 0.25, -1], [1, 0.5, None]]
    sky, road = plots.LABEL_COLORS[0], plots.LABEL_COLORS[2]
    colors = [[None, sky, sky], [road, plots.BLUE, None]]
    _, axes = plt.subplots(1, 2, figsize=(6, 2.2), width_ratios=(6, 5))
    plots.squared_paper(axes[0], image, window=(0, 1, 3, 3), title="a window of 3×3")
    plots.squared_paper(axes[1], grid, faces=colors, title="squares with colours", digits=".2f")


def step_strip():
    """Steps in a row, with arrows between them."""
    _, axes = plots.step_strip(3)
    image = street["images"][0]
    for ax, title, step in zip(axes, ("picture", "half", "quarter"), (1, 2, 4), strict=True):
        plots.show_picture(ax, image[::step, ::step], title)


def score_table():
    """A table of scores as text."""
    rows = {"one box a cell": [0.7123, 12, None], "anchors": [0.8, 3456, "all"]}
    plots.score_table(rows, ["ap50", "false alarms", "classes"], title="Held-out pictures")


def training_curves():
    """A metric over the epochs."""
    epochs = np.arange(8)
    losses = {"loss": 0.9**epochs, "val_loss": 0.2 + 0.85**epochs}
    plots.training_curves({"with mask": SimpleNamespace(history=losses)})


def network():
    """A network, from a list or from a Keras model; a skip is an arc."""
    import keras
    from keras import layers

    image = keras.Input((64, 64, 3))
    x = skip = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(32, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2DTranspose(16, 3, strides=2, padding="same")(x)
    x = layers.Concatenate()([skip, x])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(4, activation="softmax")(x)
    plots.network(keras.Model(image, x), "A made-up network with a skip")


EXAMPLES = (
    show, show_picture, draw_boxes, picture_grid, predictions, show_mask, mask_legend,
    draw_landmarks, draw_joints, heat_map, squared_paper, step_strip, score_table, training_curves,
    network,
)  # fmt: skip


def _load():
    """Make the samples that the examples name."""
    global street, scenes, people, dancers
    looks = {"split": "test", "size": 128, "noise": 0, "moments": 1, "light": (0.9, 1.0)}
    street = streets.load(1, objects=(2, 2), seed=4, **looks)
    scenes = streets.load(4, objects=(1, 3), seed=11, **looks)
    people = faces.load(4, "test", size=96, noise=0, hat="none", glasses="none")
    dancers = figures.load(
        3, "test", size=112, noise=0, occlusion=0.25, figure_height=(0.8, 0.95), seed=3
    )


def write(folder=DATA):
    """Write the page and its pictures.

    Args:
        folder: `Path` of an existing folder, for `plots.md` and the folder `plots`.

    Returns:
        The bytes of all pictures together.
    """
    matplotlib.use("agg")
    _load()
    pictures = folder / "plots"
    pictures.mkdir(exist_ok=True)
    page, total = [_HEAD], 0
    for example in EXAMPLES:
        name = example.__name__
        page.append(f"## {name}\n\n{example.__doc__}\n\n```python\n{_body(example)}\n```\n")
        text, picture = _run(example)
        if picture is None:
            page.append(f"```text\n{text}```\n")
        else:
            path = pictures / f"{name}.png"
            picture.save(path, optimize=True)
            total += path.stat().st_size
            page.append(f"![{example.__doc__}](plots/{name}.png)\n")
        if picture is not None and text:
            page.append(f"*{text.strip()}*\n")
    (folder / "plots.md").write_text("\n".join(page), encoding="utf-8")
    return total


def _body(example):
    """The lines of an example without its head."""
    source = inspect.getsource(example).split('"""', 2)[2]
    return textwrap.dedent(source.strip("\n")).rstrip()


def _run(example):
    """What an example prints, and its figure in 256 colours (None if it draws none)."""
    plt.close("all")
    printed, drawn = io.StringIO(), io.BytesIO()
    with contextlib.redirect_stdout(printed), mock.patch.object(plt, "close"):
        example()  # `show` closes its figure, which is still to be saved
    if not plt.get_fignums():
        return printed.getvalue(), None
    plt.gcf().savefig(drawn, format="png", bbox_inches="tight", dpi=100)
    plt.close("all")
    picture = Image.open(drawn).convert("RGB")
    return printed.getvalue(), picture.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=4)


if __name__ == "__main__":
    size = write()
    print(f"{DATA / 'plots.md'}: {len(EXAMPLES)} functions, {size / 1000:.0f} kB of pictures")
