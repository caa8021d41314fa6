"""Fronts of houses on both walls of a street, in perspective, all in one pass."""

import functools
import math

from course_utils.worlds.facades import FACADES, PIXELS, facade
from course_utils.worlds.street_layout import BUILDING

import numpy as np
from PIL import Image

_SHRINKS = 4  # the bank holds its fronts at 1, 1/2, 1/4 and 1/8 of their size
_FLAT = _SHRINKS  # the step across at which a front is a single column
_NEAR = 0.6
_LAMPS = np.array((255, 206, 128, 255), np.float32)
_HALVES, _RGB = np.uint32(0xFEFEFEFE), np.uint32(0x00FFFFFF)


class _Bank:
    """The fronts at all their sizes in one flat array; a size is filled in when first needed.

    Attributes:
        texels: RGBA packed in 32 bits, column after column, each with a transparent texel above
            and below.
        lights: how brightly each texel shines at night, 0..255.
        begins, widths, rows: for each front, step across and step down, where in `texels` that
            size begins, its width, and its height without the transparent rows.
        heights, lengths: of each front, metres.
    """

    def __init__(self):
        fronts = [facade(index) for index in range(FACADES)]
        self.heights = np.array([front.height for front in fronts])
        self.lengths = np.array([front.width for front in fronts])
        pixels = np.array([front.pixels for front in fronts])[:, :, None]
        shrunk = -(-pixels // 2 ** np.arange(_SHRINKS))
        shape = FACADES, _SHRINKS + 1, _SHRINKS
        widths = np.concatenate([shrunk[:, 0], np.ones((FACADES, 1), int)], axis=1)
        self.widths = np.broadcast_to(widths[:, :, None], shape)
        self.rows = np.broadcast_to(shrunk[:, 1][:, None], shape)
        sizes = (self.widths * (self.rows + 2)).ravel()
        self.begins = (np.cumsum(sizes) - sizes).reshape(shape).astype(np.int32)
        self.texels, self.lights = np.empty(sizes.sum(), np.uint32), np.empty(sizes.sum(), np.uint8)
        self.filled = np.zeros(shape, bool)

    def fill(self, sizes):
        """Fill in the sizes with these indices, (front, across, down)."""
        for size in sizes:
            index, across, down = size
            colours, lights = _shrunk(index, down)
            factors = colours.width if across == _FLAT else 2 ** (across - down), 1
            colours, lights = colours.reduce(factors), lights.reduce(factors)
            colours.putalpha(255)
            # Columns become rows, with a transparent texel at either end.
            texels = np.array(colours).view(np.uint32)[..., 0].T
            texels = np.concatenate([texels[:, :1], texels, texels[:, -1:]], axis=1)
            texels[:, [0, -1]] &= _RGB
            shine = np.zeros(texels.shape, np.uint8)
            shine[:, 1:-1] = np.array(lights).T
            span = slice(self.begins[size], self.begins[size] + texels.size)
            self.texels[span], self.lights[span] = texels.ravel(), shine.ravel()
            self.filled[size] = True


@functools.cache
def _shrunk(index, down):
    """Return the two pictures of a front, (colours, lights at night), 2**down times as small."""
    front = facade(index)
    return front.day.reduce(2**down), front.lights.reduce(2**down)


@functools.cache
def _bank():
    return _Bank()


def lay(image, labels, street, camera, light):
    """Lay the fronts of a street's houses on its walls, in place.

    Args:
        image: RGB picture.
        labels: L image of labels, of the same size.
        street: the Street.
        camera: the Camera.
        light: the Light.
    """
    view = _Columns(street, camera)
    if view.empty:
        return
    # Two texels, one above the other, are averaged for each pixel, all four channels at once.
    texels = _mean(*_bank().texels.take(view.index))
    keep = np.exp(view.depth / -light.haze_distance).astype(np.float32)[:, None]
    suns = max(0.0, light.direction[0]), max(0.0, -light.direction[0])  # on the left, on the right
    gains = np.array([light.ambient_array + light.sun_array * sun for sun in suns])
    gain, veil = np.ones((2, len(keep), 4), np.float32)
    veil[:, 3] = 0
    gain[:, :3] = gains[view.right] * keep
    veil[:, :3] = light.haze_array * (1 - keep)
    shown = texels.view(np.uint8) * gain.ravel()
    shown += veil.ravel()
    if light.day < 0.55:
        upper, lower = _bank().lights.take(view.index).astype(np.float32)
        shine = (upper + lower) * np.float32((1 - light.day) / 510)
        shown += ((_LAMPS * keep + veil).ravel() - shown) * np.repeat(shine, 4, axis=1)
    np.minimum(shown, np.full(shown.shape[1], 255, np.float32), out=shown)
    shown = shown.astype(np.uint8)
    fronts = Image.fromarray(shown.reshape(len(shown), -1, 4))
    image.paste(fronts, view.corner, fronts)
    labels.paste(BUILDING, view.corner, fronts.getchannel("A").convert("1", dither=_NO_DITHER))


_NO_DITHER = Image.Dither.NONE


def _mean(first, second):
    """Return the mean of packed texels, byte by byte."""
    return (first & second) + (((first ^ second) & _HALVES) >> 1)


class _Columns:
    """Which texels of the bank are seen in each column of the picture, two for every pixel.

    Attributes:
        empty: whether there is no house in the picture.
        index: (2, rows, columns), the places in the bank's `texels`.
        corner: (column, row) of the picture where the columns begin.
        depth: (columns,), distance of the wall along the view, metres.
        right: (columns,), 1 on the wall on the right, else 0.
    """

    def __init__(self, street, camera):
        plots, bank = street.plots[0] + street.plots[1], _bank()
        self.empty = not plots
        if self.empty:
            return
        across = (np.arange(camera.size) + 0.5 - camera.size / 2) / camera.focal
        lean = camera.sin + across * camera.cos
        lean[lean == 0] = 1e-9
        right = (lean > 0).astype(int)
        side = np.array(street.walls).take(right) - camera.x
        depth = side / lean
        # Both walls in one row of plots: those on the right come 1000 m later.
        place = np.minimum(depth * (camera.cos - across * camera.sin), 900) + 1000.0 * right
        begins = np.array([plot["z"][0] for plot in plots])
        begins[len(street.plots[0]) :] += 1000.0
        fronts = np.array([plot["facade"] for plot in plots])
        lengths = bank.lengths.take(fronts)
        plot = np.searchsorted(begins, place, "right") - 1
        seen = (plot >= 0) & (depth > _NEAR) & (place < (begins + lengths).take(plot))
        columns = np.flatnonzero(seen)
        self.empty = not len(columns)
        if self.empty:
            return
        left, span = columns[0], slice(columns[0], columns[-1] + 1)
        self.depth, self.right, seen = depth[span].clip(_NEAR), right[span], seen[span]
        plot = np.where(seen, plot[span], plot[left])
        front, along = fronts.take(plot), place[span] - begins.take(plot)
        mirrored = np.array([plot["mirrored"] for plot in plots]).take(plot)
        along = np.where(mirrored, lengths.take(plot) - along, along)
        metre, rise = camera.focal / self.depth, bank.heights.take(front) - camera.height
        top = max(0, math.floor(camera.horizon - (metre * rise)[seen].max()))
        low = camera.horizon + metre[seen].max() * camera.height
        bottom = min(camera.size, math.floor(low) + 1)
        self.empty = bottom <= top
        if self.empty:
            return
        self.corner = int(left), top
        down = np.searchsorted((1.5, 3.0, 6.0), PIXELS / 2 / metre)
        wide = np.searchsorted((2.0, 4.0, 8.0, 16.0), PIXELS / metre * self.depth / abs(side[span]))
        size = front, np.maximum(down, wide), down
        if not bank.filled[size].all():
            bank.fill(set(zip(*(axis.tolist() for axis in size), strict=True)))
        rows, texels = bank.rows[size], PIXELS / (1 << down)  # of the bank per metre
        column = (along * PIXELS / (1 << size[1])).astype(np.int32)
        column = np.minimum(column, bank.widths[size] - 1).clip(0)
        # Row 0 of the bank is transparent; where there is no house, every row is 0.
        scale = (texels / metre * seen).astype(np.float32)
        first = ((1 + texels * rise) * seen - scale * camera.horizon).astype(np.float32)
        row = np.arange(top, bottom) + np.array(((0.25,), (0.75,)))
        row = row.astype(np.float32)[..., None] * scale
        row += first
        np.maximum(row, np.zeros_like(scale), out=row)
        np.minimum(row, (rows + 1).astype(np.float32), out=row)
        self.index = row.astype(np.int32)
        self.index += bank.begins[size] + column * (rows + 2).astype(np.int32)
