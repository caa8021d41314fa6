"""Paintings: style pictures drawn from a seed, at any size.

Six styles, made for style transfer: each has a strong palette and a texture of several scales. A
picture is a pure function of (style, size, seed), so nothing is stored or downloaded.
`data/README.md` is their data card.

Source: lectures P150 to P153 ask for a style picture S.
"""

from course_utils.worlds import (
    painting_glass,
    painting_ink,
    painting_mosaic,
    painting_points,
    painting_swirls,
    painting_waves,
)
from course_utils.worlds.painting_canvas import Canvas
from course_utils.worlds.settings import whole

_PAINTERS = {
    "swirls": painting_swirls.paint,
    "waves": painting_waves.paint,
    "mosaic": painting_mosaic.paint,
    "ink": painting_ink.paint,
    "glass": painting_glass.paint,
    "points": painting_points.paint,
}
STYLES = tuple(_PAINTERS)
_LEAST, _MOST = 32, 1024


def render(style, size=256, seed=0):
    """Paint one picture.

    The composition depends on the style, the seed and the ratio of the sides alone: a larger
    picture is the same one with more detail.

    Args:
        style: one of `STYLES`: "swirls" (strokes along a whirling sky), "waves" (a woodblock
            print), "mosaic", "ink" (a wash of ink), "glass" (a leaded window) or "points" (dots
            of pure colour).
        size: side of a square picture, or (height, width), pixels, 32 to 1024 each, at most four
            times as long as wide.
        seed: 0 or more; another seed is another composition. Seeds 0, 1 and 2 show a style's three
            palettes, as 3, 4 and 5 do, and so on.

    Returns:
        (height, width, 3) float32, red, green, blue, 0..1.

    Raises:
        TypeError: if size or seed is no whole number.
        ValueError: if there is no such style, or size or seed is out of range.

    Example:
        >>> from course_utils.worlds import paintings
        >>> paintings.render("swirls", size=(48, 64), seed=1).shape
        (48, 64, 3)
    """
    if style not in _PAINTERS:
        raise ValueError(f"style must be one of {', '.join(STYLES)}; got {style!r}.")
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"size must be one number or (height, width); got {size!r}.")
    height, width = (whole("size", side, _LEAST, _MOST) for side in sides)
    if max(height, width) > 4 * min(height, width):
        raise ValueError(f"size must be at most four times as long as wide; got {size!r}.")
    canvas = Canvas(height, width, (STYLES.index(style), whole("seed", seed, 0)))
    return canvas.finished(_PAINTERS[style](canvas))
