"""One look for the whole course: pictures and what is drawn on them, grids, curves, diagrams.

`data/plots.md` shows a picture of each function. Importing this package sets Matplotlib's defaults.
"""

from course_utils.plots.curves import training_curves
from course_utils.plots.diagrams import network
from course_utils.plots.labels import heat_map, mask_legend, show_mask
from course_utils.plots.paper import squared_paper
from course_utils.plots.pictures import (
    draw_boxes,
    picture_grid,
    predictions,
    show_picture,
    step_strip,
)
from course_utils.plots.points import draw_joints, draw_landmarks
from course_utils.plots.showing import show
from course_utils.plots.style import (
    BLUE,
    GREY,
    INK,
    LABEL_COLORS,
    PALETTE,
    PINK,
    PREDICTION,
    SHEET_ENDINGS,
    SKY,
    TRUTH,
    YELLOW,
    check_sheet_name,
)
from course_utils.plots.tables import score_table

__all__ = [
    "BLUE", "GREY", "INK", "LABEL_COLORS", "PALETTE", "PINK", "PREDICTION", "SHEET_ENDINGS", "SKY",
    "TRUTH", "YELLOW", "check_sheet_name", "draw_boxes", "draw_joints", "draw_landmarks",
    "heat_map", "mask_legend", "network", "picture_grid", "predictions", "score_table", "show",
    "show_mask", "show_picture", "squared_paper", "step_strip", "training_curves",
]  # fmt: skip
