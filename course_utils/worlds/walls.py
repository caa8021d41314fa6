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
_HALVES = np.uint32(0xFEFEFEFE)


class _Bank:
    """The fronts at all their sizes in one flat array; a size is filled in when first needed.

    Attributes:
        texels: RGBA packed in 32 bits; each column has a transparent texel above and below.
        lights: how brightly each texel shines at night, 0..255.
        begins, widths, rows: for each front, step across and step down, where in `texels` that
            size begins, its width, and its height without the transparent rows.
    """

    def __init__(self):
        pixels = np.array([facade(index).pixels for index in range(FACADES)])[:, :, None]
        shrunk = -(-pixels // 2 ** np.arange(_SHRINKS))
        shape = FACADES, _SHRINKS + 1, _SHRINKS
        widths = np.concatenate([shrunk[:, 0], np.ones((FACADES, 1), int)], axis=1)
        self.widths = np.broadcast_to(widths[:, :, None], shape)
        self.rows = np.broadcast_to(shrunk[:, 1][:, None], shape)
        sizes = (self.widths * (self.rows + 2)).ravel()
        self.begins = (np.cumsum(sizes) - sizes).reshape(shape)
        self.texels, self.lights = np.empty(sizes.sum(), np.uint32), np.empty(sizes.sum(), np.uint8)
        self._filled = set()

    def fill(self, sizes):
        """Make sure that the sizes with these indices, (front, across, down), are there."""
        for size in sizes - self._filled:
            index, across, down = size
            front = facade(index)
            factors = front.pixels[0] if across == _FLAT else 2**across, 2**down
            colours, lights = front.day.reduce(factors), front.lights.reduce(factors)
            colours.putalpha(255)
            frame = ((1, 1), (0, 0))
            colours = np.pad(np.array(colours), (*frame, (0, 0)), "edge")
            colours[[0, -1], :, 3] = 0
            span = slice(self.begins[size], self.begins[size] + colours.size // 4)
            self.texels[span] = colours.view(np.uint32).ravel()
            self.lights[span] = np.pad(np.array(lights), frame).ravel()
            self._filled.add(size)


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
    texels = _bank().texels.take(view.index)
    texels = _mean(texels[::2], texels[1::2])
    keep = np.exp(view.depth / -light.haze_distance)[:, None]
    facing = np.where(view.right, -light.direction[0], light.direction[0])[:, None].clip(0)
    gain, veil = np.ones((2, len(keep), 4), np.float32)
    veil[:, 3] = 0
    gain[:, :3] = (light.ambient_array + light.sun_array * facing) * keep
    veil[:, :3] = light.haze_array * (1 - keep)
    shown = texels.view(np.uint8) * gain.ravel()
    shown += veil.ravel()
    if light.day < 0.55:
        shine = _bank().lights.take(view.index).astype(np.float32)
        shine = np.repeat((shine[::2] + shine[1::2]) * ((1 - light.day) / 510), 4, axis=1)
        shown += ((_LAMPS * keep + veil).ravel() - shown) * shine
    shown = shown.clip(0, 255).astype(np.uint8)
    fronts = Image.fromarray(shown.reshape(len(shown), -1, 4))
    image.paste(fronts, view.corner, fronts)
    solid = fronts.getchannel("A").convert("1", dither=Image.Dither.NONE)
    labels.paste(BUILDING, view.corner, solid)


def _mean(first, second):
    """Return the mean of packed texels, byte by byte."""
    return (first & second) + (((first ^ second) & _HALVES) >> 1)


class _Columns:
    """Which texels of the bank are seen in each column of the picture, two for every pixel.

    Attributes:
        empty: whether there is no house in the picture.
        index: (2 * rows, columns), the places in the bank's `texels`.
        corner: (column, row) of the picture where the columns begin.
        depth: (columns,), distance of the wall along the view, metres.
        right: (columns,), whether it is the wall on the right.
    """

    def __init__(self, street, camera):
        plots = street.plots[0] + street.plots[1]
        across = (np.arange(camera.size) + 0.5 - camera.size / 2) / camera.focal
        lean = camera.sin + across * camera.cos
        right = lean > 0
        side = np.array(street.walls)[right.astype(int)] - camera.x
        depth = side / np.where(lean == 0, 1e-9, lean)
        z = depth * (camera.cos - across * camera.sin)
        # Both walls in one row of plots: those on the right come 1000 m later.
        offset = [0.0] * len(street.plots[0]) + [1000.0] * len(street.plots[1])
        begins = np.array([plot["z"][0] for plot in plots]) + offset
        ends = np.array([plot["z"][1] for plot in plots]) + offset
        place = np.minimum(z, 900) + 1000.0 * right
        plot = np.searchsorted(begins, place, "right") - 1
        seen = (plot >= 0) & (depth > _NEAR)
        if plots:
            seen &= place < ends[plot]
        columns = np.flatnonzero(seen)
        self.empty = not len(columns)
        if self.empty:
            return
        left, span = columns[0], slice(columns[0], columns[-1] + 1)
        self.depth, self.right, seen = depth[span].clip(_NEAR), right[span], seen[span]
        plot = np.where(seen, plot[span], plot[left])
        fronts = [facade(each["facade"]) for each in plots]
        tall = np.array([front.height for front in fronts])[plot]
        along = place[span] - begins[plot]
        mirrored = np.array([each["mirrored"] for each in plots])[plot]
        along = np.where(mirrored, (ends - begins)[plot] - along, along)
        metre = camera.focal / self.depth
        high = metre[seen] * (camera.height - tall[seen])
        top = max(0, math.floor(camera.horizon + high.min()))
        low = camera.horizon + metre[seen].max() * camera.height
        bottom = min(camera.size, math.floor(low) + 1)
        self.empty = bottom <= top
        if self.empty:
            return
        self.corner = int(left), top
        bank = _bank()
        down = np.searchsorted((1.5, 3.0, 6.0), PIXELS / 2 / metre)
        wide = np.searchsorted((2.0, 4.0, 8.0, 16.0), PIXELS / metre * self.depth / abs(side[span]))
        size = np.array([each["facade"] for each in plots])[plot], np.maximum(down, wide), down
        bank.fill(set(zip(*(axis.tolist() for axis in size), strict=True)))
        widths, rows = bank.widths[size], bank.rows[size]
        column = (along * (PIXELS / 2.0 ** size[1])).astype(int).clip(0, widths - 1)
        texels = PIXELS / 2.0**down  # of the bank per metre
        # Row 0 of the bank is transparent; where there is no house, every row is 0.
        slope = np.where(seen, texels / 2 / metre, 0).astype(np.float32)
        first = np.where(seen, 1 + texels * (tall - camera.height), 0).astype(np.float32)
        row = np.arange(2 * top, 2 * bottom) + np.float32(0.5 - 2 * camera.horizon)
        row = np.clip(row[:, None] * slope + first, 0, (rows + 1).astype(np.float32))
        self.index = row.astype(np.intp)
        self.index *= widths
        self.index += bank.begins[size] + column
