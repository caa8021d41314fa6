"""The seven expressions of Faces, as movements of brows, lids, cheeks and mouth."""

from types import SimpleNamespace

import numpy as np

EXPRESSIONS = ("neutral", "happy", "sad", "angry", "surprised", "disgusted", "afraid")
MOVES = (
    "brow_inner", "brow_outer", "brow_knit", "lid_open", "squint", "mouth_corner", "mouth_widen",
    "mouth_open", "lip_raise", "lip_press", "nose_wrinkle", "cheek_raise",
)  # fmt: skip

# One row an expression, one column a move; 1 is as far as a face goes.
_TABLE = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.1, 0.1, 0.0, 0.0, 0.6, 1.0, 0.8, 0.3, 0.1, 0.0, 0.0, 1.0],
        [0.9, -0.5, 0.3, -0.4, 0.0, -1.0, -0.1, 0.0, 0.0, 0.2, 0.0, 0.0],
        [-1.0, 0.3, 1.0, -0.1, 0.5, -0.4, -0.2, 0.0, 0.0, 1.0, 0.2, 0.1],
        [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, -0.5, 1.0, 0.0, 0.0, 0.0, 0.0],
        [-0.6, -0.4, 0.4, -0.3, 0.7, -0.5, 0.0, 0.15, 1.0, 0.0, 1.0, 0.6],
        [1.0, 0.2, 0.7, 0.9, 0.1, -0.5, 0.7, 0.45, 0.0, 0.0, 0.0, 0.0],
    ],
    np.float32,
)
_JITTER = 0.07


def moves(expressions, strength, dice):
    """Return how far each muscle moves.

    Args:
        expressions: (samples,) int, places in `EXPRESSIONS`.
        strength: (samples,) float, 0 is a neutral face and 1 the full expression.
        dice: (samples, moves) float32, -1..1: no two smiles are alike.

    Returns:
        A namespace of (samples, 1, 1) float32, one for each of `MOVES`.
    """
    rows = _TABLE[expressions] * strength[:, None] + _JITTER * dice
    rows[:, MOVES.index("mouth_open")] = np.where(
        _TABLE[expressions, MOVES.index("mouth_open")] > 0,
        np.maximum(rows[:, MOVES.index("mouth_open")], 0),
        0,
    )
    for name in ("lip_press", "lip_raise", "nose_wrinkle", "cheek_raise", "brow_knit", "squint"):
        column = rows[:, MOVES.index(name)]
        np.maximum(column, 0, out=column)
    return SimpleNamespace(**{name: rows[:, i, None, None] for i, name in enumerate(MOVES)})
