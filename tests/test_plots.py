"""Plots: what is drawn where, looked up in Matplotlib's own objects."""

import io
from types import SimpleNamespace

from course_utils import plots

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


@pytest.fixture(autouse=True)
def close_all():
    yield
    plt.close("all")


PICTURES = [
    (np.full((4, 6), 0.5), "grey without an axis for channels"),
    (np.full((4, 6, 1), 0.5), "grey with one"),
    (np.full((4, 6, 3), 0.5), "colours"),
    (np.full((4, 6, 3), 128, np.uint8), "bytes"),
    (np.ones((4, 6), bool), "a mask"),
]


@pytest.mark.parametrize("image", [row[0] for row in PICTURES], ids=[row[1] for row in PICTURES])
def test_pictures_of_every_kind(ax, image):
    plots.show_picture(ax, image, "a title")
    [drawn] = ax.images
    assert drawn.get_array().shape[:2] == (4, 6)
    assert ax.get_title() == "a title" and not ax.axison
    ax.figure.canvas.draw()


@pytest.mark.parametrize(
    ("image", "limits"),
    [(np.full((4, 6), 0.2), (0, 1)), (np.full((4, 6), 50, np.uint8), (0, 255))],
)
def test_grey_is_not_stretched(ax, image, limits):
    plots.show_picture(ax, image)
    assert ax.images[0].get_clim() == limits


def test_values_beyond_the_range_are_clipped(ax):
    plots.show_picture(ax, np.array([[[-0.5, 0.5, 1.5]]]))
    assert ax.images[0].get_array().tolist() == [[[0, 0.5, 1]]]


@pytest.mark.parametrize("shape", [(4,), (4, 6, 2), (4, 6, 4), (1, 4, 6, 3)])
def test_what_is_no_picture_is_refused(ax, shape):
    with pytest.raises(ValueError, match=r"image: expected \(height, width\[, 1 or 3\]\), got"):
        plots.show_picture(ax, np.zeros(shape))


def test_boxes_lie_around_their_pixels(ax):
    plots.show_picture(ax, np.zeros((20, 30)))
    plots.draw_boxes(ax, [[2, 3, 10, 15]])
    [outline] = ax.patches
    x1, y1, x2, y2 = outline.get_bbox().extents
    assert (x1, y1, x2, y2) == (1.5, 2.5, 9.5, 14.5)  # pixel 2 reaches from 1.5 to 2.5


def test_truth_is_solid_and_a_prediction_dashed(ax):
    plots.draw_boxes(ax, [0, 0, 2, 2])
    plots.draw_boxes(ax, [0, 0, 2, 2], color=plots.PREDICTION, dashed=True)
    truth, prediction = ax.patches
    assert (truth.get_linestyle(), prediction.get_linestyle()) == ("-", "--")
    assert to_hex(truth.get_edgecolor()).upper() == plots.TRUTH
    assert to_hex(prediction.get_edgecolor()).upper() == plots.PREDICTION


def test_every_box_has_a_halo_and_dashes_stay_dashes(ax):
    plots.draw_boxes(ax, [0, 0, 2, 2])
    plots.draw_boxes(ax, [0, 0, 2, 2], color=plots.PREDICTION, dashed=True)
    assert all(len(patch.get_path_effects()) == 2 for patch in ax.patches)
    ax.set(xlim=(-0.6, 1.6), ylim=(-0.6, 1.6))
    ax.patches[0].remove()
    ax.axis("off")
    ax.set_facecolor("black")
    ax.figure.set_facecolor("black")
    ax.figure.canvas.draw()
    pixels = np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].astype(int)
    row = pixels[pixels.shape[0] - 1 - round(ax.transData.transform((0, -0.5))[1])]
    orange = np.abs(row - [0xD5, 0x5E, 0x00]).sum(axis=1) < 30
    assert 10 < np.diff(orange.astype(int)).clip(0).sum() < 200  # as many dashes begin


def test_captions_stay_on_the_picture(ax):
    plots.show_picture(ax, np.zeros((100, 100)))
    plots.draw_boxes(ax, [[10, 50, 40, 90], [10, 1, 40, 40]], captions=["low", "high"])
    low, high = ax.texts
    assert (low.get_text(), low.get_va()) == ("low", "bottom")  # above its box
    assert (high.get_text(), high.get_va()) == ("high", "top")  # no room above: inside


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("red", ["#ff0000", "#ff0000"]),
        ((0, 0, 1), ["#0000ff", "#0000ff"]),
        (["red", (0, 0, 1)], ["#ff0000", "#0000ff"]),
        (np.array([[1, 0, 0], [0, 0, 1]]), ["#ff0000", "#0000ff"]),
    ],
)
def test_one_color_or_one_each(ax, color, expected):
    plots.draw_boxes(ax, [[0, 0, 2, 2], [1, 1, 3, 3]], color=color)
    assert [to_hex(patch.get_edgecolor()) for patch in ax.patches] == expected


def test_captions_can_be_read_on_colors_of_every_kind(ax):
    boxes = [[0, 0, 2, 2], [1, 1, 3, 3]]
    plots.draw_boxes(ax, boxes, "ab", color=plots.LABEL_COLORS[[6, 7]])
    assert [text.get_color() for text in ax.texts] == ["white", plots.INK]


def test_fill_tints_the_inside(ax):
    plots.draw_boxes(ax, [0, 0, 2, 2], fill=0.3)
    assert [patch.get_fill() for patch in ax.patches] == [False, True]
    assert ax.patches[1].get_alpha() == 0.3


def test_no_boxes_draw_nothing(ax):
    plots.draw_boxes(ax, np.zeros((0, 4)))
    plots.draw_boxes(ax, [], captions=[])
    assert not ax.patches and not ax.texts


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"captions": ["one"]}, "expected 2 captions, one a box, got 1"),
        ({"color": ["red", "blue", "green"]}, "expected 2 colors, one a box, got 3"),
    ],
)
def test_too_few_or_too_many_for_the_boxes(ax, more, says):
    with pytest.raises(ValueError, match=says):
        plots.draw_boxes(ax, [[0, 0, 2, 2], [1, 1, 3, 3]], **more)


@pytest.mark.parametrize(
    ("count", "columns", "grid"), [(1, 6, (1, 1)), (5, 3, (2, 3)), (6, 6, (1, 6))]
)
def test_grid_has_an_ax_for_every_picture(count, columns, grid):
    images = [np.full((4, 8, 3), 0.1 * i) for i in range(count)]
    figure, axes = plots.picture_grid(images, [f"{i}" for i in range(count)], columns=columns)
    assert len(axes) == count
    assert len(figure.axes) == grid[0] * grid[1]
    assert [ax.get_title() for ax in axes] == [f"{i}" for i in range(count)]
    assert all(len(ax.images) == 1 for ax in axes)
    assert not any(ax.axison for ax in figure.axes)


@pytest.mark.parametrize(("images", "titles"), [([], None), ([np.zeros((2, 2))], ["a", "b"])])
def test_grid_refuses(images, titles):
    with pytest.raises(ValueError, match="expected pictures and as many titles, got"):
        plots.picture_grid(images, titles)


def history(**metrics):
    return SimpleNamespace(history=metrics)


def test_training_curves_tell_training_from_validation():
    ax = plots.training_curves(history(loss=[3, 2, 1], val_loss=[4, 3, 2]))
    training, validation = ax.lines
    assert training.get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]]
    assert validation.get_xydata().tolist() == [[1, 4], [2, 3], [3, 2]]
    assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert [text.get_text() for text in ax.get_legend().texts] == ["training", "validation"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


@pytest.mark.parametrize("epochs", [2, 3, 8, 18])
def test_training_curves_mark_whole_epochs(ax, epochs):
    plots.training_curves(history(loss=np.linspace(1, 0, epochs)), ax=ax)
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_training_curves_of_more_runs_than_colors(ax):
    histories = {f"run {i}": history(mean_iou=[0, i]) for i in range(len(plots.PALETTE) + 2)}
    assert plots.training_curves(histories, "mean_iou", ax) is ax
    assert len(ax.lines) == len(histories)
    assert ax.get_ylabel() == "mean iou"


def test_training_curves_name_what_there_is():
    with pytest.raises(KeyError, match=r"no 'accuracy', only \['loss', 'val_loss'\]"):
        plots.training_curves(history(val_loss=[1], loss=[1]), "accuracy")


def test_a_figure_with_everything_can_be_saved(ax):
    plots.show_picture(ax, np.zeros((50, 50, 3)), "title")
    plots.draw_boxes(ax, [[5, 20, 30, 40]], ["cup"], dashed=True, fill=0.2)
    file = io.BytesIO()
    ax.figure.savefig(file, format="png")
    assert file.getvalue().startswith(b"\x89PNG")
