"""Points on a picture: landmarks of a face, joints of a body."""

from course_utils.plots.style import PREDICTION, TRUTH

import numpy as np
from matplotlib import patheffects


def draw_landmarks(ax, points, color=None, dashed=False):
    """Draw points on a picture: the truth as dots, predictions as crosses.

    Args:
        ax: the Matplotlib axes to draw on.
        points: array of shape (n, 2), x and y in pixels from the picture's top left corner. Points
            that are nan are left out.
        color: a Matplotlib colour; None for that of the truth, or of predictions.
        dashed: True for predictions (the name is that of `draw_boxes`).

    Raises:
        ValueError: if the shape is another.
    """
    x, y = _coordinates(points, "points")
    color = color or (PREDICTION if dashed else TRUTH)
    with _view_kept(ax):
        _dots(ax, x, y, color, dashed)


def draw_joints(ax, joints, bones=None, visible=None, color=None, dashed=False):
    """Draw a skeleton on a picture; joints that the picture hides are hollow.

    Args:
        ax: the Matplotlib axes to draw on.
        joints: array of shape (n, 2), x and y in pixels from the picture's top left corner. Joints
            that are nan are left out, with their bones.
        bones: pairs of places in `joints` to join by a line; None for `figures.BONES`.
        visible: array of shape (n,), 1 or True where the picture shows the joint; None for all.
        color: a Matplotlib colour; None for that of the truth, or of predictions.
        dashed: True for predictions.

    Raises:
        ValueError: if a shape is another, or a bone names a joint that is not there.
    """
    if bones is None:
        from course_utils.worlds import figures

        bones = figures.BONES
    x, y = _coordinates(joints, "joints")
    bones = np.asarray(bones, int).reshape(-1, 2)
    visible = np.ones(len(x), bool) if visible is None else np.asarray(visible) > 0
    if visible.shape != x.shape:
        raise ValueError(f"visible: expected {x.shape}, one a joint, got {visible.shape}")
    if bones.size and not (0 <= bones.min() and bones.max() < len(x)):
        raise ValueError(f"bones: expected joints 0 to {len(x) - 1}, got {bones.max()}")
    color = color or (PREDICTION if dashed else TRUTH)
    with _view_kept(ax):
        for first, second in bones:
            ends = [first, second]
            [line] = ax.plot(x[ends], y[ends], "--" if dashed else "-", color=color, linewidth=1.5)
            line.set_path_effects(_halo(1.5))
        size = {"zorder": 3, "marker": "D" if dashed else "o"}
        seen = {"facecolors": color, "edgecolors": "white", "s": 24, "linewidths": 0.6}
        hidden = {"facecolors": "white", "edgecolors": color, "s": 20, "linewidths": 1.3}
        ax.scatter(x[visible], y[visible], **seen, **size)
        ax.scatter(x[~visible], y[~visible], **hidden, **size)


def _dots(ax, x, y, color, cross):
    """Draw dots with a white rim, or crosses with a white halo."""
    if cross:
        drawn = ax.scatter(x, y, s=14, marker="x", color=color, linewidths=1.3, zorder=3)
        drawn.set_path_effects(_halo(1.5))
    else:
        ax.scatter(x, y, s=14, color=color, edgecolors="white", linewidths=0.6, zorder=3)


def _halo(linewidth):
    """A white rim around a line of this width in points."""
    rim = patheffects.withStroke(linewidth=linewidth + 1.5, foreground="white", alpha=0.8)
    return [rim, patheffects.Normal()]


def _coordinates(points, name):
    """Columns and rows where to draw; pixel 0 starts at -0.5."""
    points = np.asarray(points, float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name}: expected (n, 2), x and y, got {points.shape}")
    return points.T - 0.5


class _view_kept:
    """Keep what the axes show, so that points outside a picture do not shrink it."""

    def __init__(self, ax):
        self.ax, self.limits = ax, (ax.get_xlim(), ax.get_ylim())

    def __enter__(self):
        return self.ax

    def __exit__(self, *_):
        if self.ax.images:
            self.ax.set(xlim=self.limits[0], ylim=self.limits[1])
