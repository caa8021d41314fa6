"""Masks, heat maps, points, squared paper, tables: what is drawn where."""

from course_utils import plots
from course_utils.worlds import figures, streets

import matplotlib.pyplot as plt
import numpy as np
import pytest
from skimage.color import rgb2lab


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


# How colour-blind eyes see linear red, green, blue. Source: Machado, Oliveira and Fernandes 2009.
EYES = {
    "all cones": np.eye(3),
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("eyes", EYES)
def test_label_colors_differ_for_all_eyes(eyes):
    assert plots.LABEL_COLORS.shape == (len(streets.PIXEL_LABELS), 3)
    linear = ((plots.LABEL_COLORS + 0.055) / 1.055) ** 2.4
    seen = np.clip(linear @ np.transpose(EYES[eyes]), 0, 1)
    colors = rgb2lab((1.055 * seen ** (1 / 2.4) - 0.055).clip(0, 1)[None])[0]
    apart = np.linalg.norm(colors[:, None] - colors, axis=-1) + 1000 * np.eye(8)
    assert apart.min() > 14


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1)])
def test_a_mask_has_the_colors_of_its_labels(ax, shape):
    mask = np.arange(24).reshape(shape) % 8
    plots.show_mask(ax, mask, title="labels")
    drawn = ax.images[0].get_array()
    np.testing.assert_allclose(drawn, plots.LABEL_COLORS[mask.reshape(4, 6)])
    assert ax.get_title() == "labels"


def test_a_coarse_mask_is_stretched_over_its_picture(ax):
    plots.show_mask(ax, np.eye(2, 3, dtype=bool), np.zeros((8, 12, 3)), strength=0.3)
    picture, mask = ax.images
    assert mask.get_extent() == [-0.5, 11.5, 7.5, -0.5] == list(picture.get_extent())
    assert mask.get_alpha() == 0.3


@pytest.mark.parametrize(
    ("mask", "error", "says"),
    [
        (np.zeros((4, 6)), TypeError, "argmax first"),
        (np.zeros((4, 6, 8), int), ValueError, r"expected \(height, width"),
        (np.full((4, 6), 255, np.uint8), ValueError, "labels 0 to 7, one a colour, got 255"),
        (np.full((4, 6), -1), ValueError, "got -1 to -1"),
    ],
)
def test_what_is_no_mask_is_refused(ax, mask, error, says):
    with pytest.raises(error, match=says):
        plots.show_mask(ax, mask)


@pytest.mark.parametrize("count", [1, 3, 6])
def test_the_legend_lies_below_all_panels(count):
    figure, axes = plots.picture_grid([np.zeros((8, 8))] * count, columns=3)
    plots.mask_legend(figure)
    figure.canvas.draw()
    [legend] = figure.legends
    box = legend.get_window_extent()
    assert [text.get_text() for text in legend.texts] == list(streets.PIXEL_LABELS)
    assert box.y1 <= min(ax.get_window_extent().y0 for ax in axes)
    assert box.y0 >= 0
    if count > 1:
        assert 0 <= box.x0 and box.x1 <= figure.bbox.width
    plt.close("all")


def test_the_legend_needs_a_color_a_name():
    with pytest.raises(ValueError, match="expected 2 names at most, one a colour, got 3"):
        plots.mask_legend(plt.figure(), "abc", plots.LABEL_COLORS[:2])
    plt.close("all")


def test_a_heat_map_lies_over_its_picture_and_has_a_bar(ax):
    plots.heat_map(ax, [[0, 0.5, 2]], np.zeros((8, 12, 3), np.uint8), "scores", high=2)
    _, heat = ax.images
    assert heat.get_extent() == [-0.5, 11.5, 7.5, -0.5]
    assert heat.get_clim() == (0, 2)
    np.testing.assert_allclose(heat.get_alpha(), [[0.3, 0.425, 0.8]])
    assert len(ax.figure.axes) == 2


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((2, 3, 3))])
def test_what_is_no_heat_map_is_refused(ax, values):
    with pytest.raises(ValueError, match=r"values: expected \(rows, columns"):
        plots.heat_map(ax, values)


def test_points_outside_do_not_shrink_the_picture(ax):
    plots.show_picture(ax, np.zeros((20, 30)))
    plots.draw_landmarks(ax, [[0, 0], [50, -9], [np.nan, 3]])
    plots.draw_joints(ax, [[0, 0], [-9, 50]], bones=[(0, 1)], dashed=True)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, 29.5), (19.5, -0.5))
    dots = ax.collections[0].get_offsets()
    assert dots[0].tolist() == [-0.5, -0.5]  # the corner of pixel 0


def test_hidden_joints_are_hollow(ax):
    joints = np.random.default_rng(0).uniform(0, 9, (14, 2))
    visible = np.arange(14) % 3 > 0
    plots.draw_joints(ax, joints, visible=visible)
    seen, hidden = ax.collections
    assert (len(seen.get_offsets()), len(hidden.get_offsets())) == (visible.sum(), 5)
    assert hidden.get_facecolor()[0].tolist() == [1, 1, 1, 1]
    assert len(ax.lines) == len(figures.BONES)


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda ax: plots.draw_landmarks(ax, [1, 2]), r"points: expected \(n, 2\)"),
        (lambda ax: plots.draw_joints(ax, np.zeros((14, 3))), r"joints: expected \(n, 2\)"),
        (lambda ax: plots.draw_joints(ax, np.zeros((5, 2))), "bones: expected joints 0 to 4"),
        (
            lambda ax: plots.draw_joints(ax, np.zeros((14, 2)), visible=[1]),
            "visible: expected .14,.",
        ),
    ],
)
def test_what_are_no_points_is_refused(ax, draw, says):
    with pytest.raises(ValueError, match=says):
        draw(ax)


def test_squared_paper_writes_each_number_in_its_square(ax):
    numbers = [[1, None, -2.5], [float("nan"), 0.0, -0.0]]
    plots.squared_paper(ax, numbers, window=(0, 1, 2, 2), title="paper")
    found = {text.get_position(): text.get_text() for text in ax.texts}
    assert found == {(0, 0): "1", (1, 0): "", (2, 0): "-2.5", (0, 1): "", (1, 1): "0", (2, 1): "0"}
    [window] = ax.patches
    assert window.get_bbox().extents.tolist() == [0.5, -0.5, 2.5, 1.5]
    assert len(ax.lines) == 3 + 4


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [(0.25, ".1f", "0.2"), (-0.001, ".2f", "0.00"), (7.0, "d", "7"), (3, "+d", "+3")],
)
def test_squared_paper_formats(ax, number, digits, text):
    plots.squared_paper(ax, [[number]], digits=digits)
    assert ax.texts[0].get_text() == text


def test_squared_paper_text_can_be_read_on_any_face(ax):
    plots.squared_paper(ax, [[1, 2, 3]], faces=[["black", None, (0, 0, 0, 0.1)]])
    assert [text.get_color() for text in ax.texts] == ["white", plots.INK, plots.INK]


def test_squared_paper_takes_arrays_of_colors_and_several_windows(ax):
    faces = np.random.default_rng(0).uniform(size=(2, 3, 3))
    plots.squared_paper(ax, np.ones((2, 3)), [(0, 0, 1, 1), (1, 1, 1, 2)], faces)
    np.testing.assert_allclose(ax.images[0].get_array(), faces)
    assert len(ax.patches) == 2


@pytest.mark.parametrize("columns", [3, 9, 28])
def test_squared_paper_numbers_stay_in_their_squares(columns):
    figure, ax = plt.subplots(figsize=(8, 3))
    plots.squared_paper(ax, np.full((3, columns), -0.25), digits=".2f")
    figure.canvas.draw()
    square = np.diff(ax.transData.transform([(0, 0), (1, 0)])[:, 0])[0]
    assert max(text.get_window_extent().width for text in ax.texts) < square
    plt.close("all")


@pytest.mark.parametrize(
    ("numbers", "faces", "says"),
    [
        ([1, 2], None, r"numbers: expected \(rows, columns\)"),
        ([[]], None, r"numbers: expected \(rows, columns\)"),
        ([[1, 2]], [["red"]], "faces: expected 1 rows of 2 colours"),
    ],
)
def test_squared_paper_refuses(ax, numbers, faces, says):
    with pytest.raises(ValueError, match=says):
        plots.squared_paper(ax, numbers, faces=faces)


def test_predictions_draw_truth_and_prediction_but_no_unused_rows():
    boxes = np.zeros((2, 3, 4))
    boxes[0, 0] = 1, 2, 5, 6
    figure, axes = plots.predictions(np.zeros((2, 8, 8, 3)), boxes, [[], [[1, 1, 4, 4]]], "ab")
    lines = [[patch.get_linestyle() for patch in ax.patches] for ax in axes]
    assert lines == [["-"], ["--"]]
    assert [text.get_text() for text in figure.legends[0].texts] == ["truth", "prediction"]
    plt.close("all")


def test_predictions_can_lack_the_truth():
    figure, [ax] = plots.predictions(np.zeros((1, 8, 8)), None, [[[1, 1, 4, 4]]])
    assert [text.get_text() for text in figure.legends[0].texts] == ["prediction"]
    assert len(ax.patches) == 1
    with pytest.raises(ValueError, match="truth: expected 1 arrays of boxes, one a picture, got 2"):
        plots.predictions(np.zeros((1, 8, 8)), [[], []], None)
    plt.close("all")


@pytest.mark.parametrize(
    ("count", "arrows", "all_axes"), [(1, True, 1), (4, True, 7), (3, False, 3)]
)
def test_a_strip_has_panels_and_arrows(count, arrows, all_axes):
    figure, axes = plots.step_strip(count, arrows=arrows)
    assert (len(axes), len(figure.axes)) == (count, all_axes)
    assert plt.gca() is axes[0]
    plt.close("all")


@pytest.mark.parametrize("count", [0, -1, 2.5])
def test_a_strip_refuses(count):
    with pytest.raises(ValueError, match="count: expected a whole number from 1 on"):
        plots.step_strip(count)


def test_a_table_is_aligned(capsys):
    plots.score_table({"a": [np.float32(0.5), True], "longer": [-12.345, "x"]}, ["s", "t"], "T")
    assert capsys.readouterr().out == (
        "T\n            s    t\na       0.500  yes\nlonger  -12.3    x\n"
    )


def test_a_table_refuses_a_short_row():
    with pytest.raises(ValueError, match=r"row 'a': expected 2 values \(s, t\), got 1"):
        plots.score_table({"a": [1]}, ["s", "t"])
