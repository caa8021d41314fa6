"""Stored pictures: 256 colours, nothing else changed; covers."""

import base64
import io

from course_utils.lessons import pictures

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image


def png(image, **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data))


def shades(mode="RGB", size=(90, 60)):
    """A grainy picture of thousands of colours, as a photograph has."""
    down, across = np.mgrid[0 : size[1], 0 : size[0]]
    values = np.stack([across * 2, down * 4, across + down, 255 - down * (mode == "RGBA")], -1)
    grain = np.random.default_rng(1).integers(0, 9, values.shape) * [1, 1, 1, 0]
    return Image.fromarray((values + grain).astype(np.uint8)[..., : len(mode)])


def pixels(data):
    return np.asarray(opened(data).convert("RGB"), int)


def test_a_picture_gets_256_colours_and_stays_near():
    before = png(shades())
    after = pictures.quantised(before)
    assert len(after) < len(before) and opened(after).mode == "P"
    assert len(np.unique(pixels(after).reshape(-1, 3), axis=0)) <= 256
    assert np.abs(pixels(after) - pixels(before)).mean() < 6


def test_a_thin_line_keeps_its_colour():
    """Boxes are drawn in colours that the legend names."""
    image = shades()
    image.paste((0, 158, 115), (10, 10, 80, 12))
    after = pixels(pictures.quantised(png(image)))
    assert np.abs(after[10:12, 10:80] - [0, 158, 115]).max() < 40


def test_an_opaque_alpha_goes_and_a_real_one_stays():
    opaque = shades("RGB").convert("RGBA")
    assert "transparency" not in opened(pictures.quantised(png(opaque))).info
    alpha = np.asarray(opened(pictures.quantised(png(shades("RGBA")))).convert("RGBA"))[..., 3]
    assert alpha.min() < 220 and alpha.max() > 240


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png(Image.new("RGB", (1, 1))), "one pixel would grow"),
        (png(shades().quantize(16)), "it has a palette already"),
        (png(Image.new("L", (50, 50), 7)), "grey has 256 shades at most"),
        (b"\x89PNG and no more", "no picture"),
        (png(shades())[:200], "cut off"),
    ],
)
def test_what_stays(data, why):
    assert pictures.quantised(data) == data, why


def test_the_resolution_stays():
    after = opened(pictures.quantised(png(shades(), dpi=(144, 144))))
    assert after.mode == "P" and after.info["dpi"] == pytest.approx((144, 144), abs=0.1)


def test_only_the_pictures_of_a_notebook_change():
    text = new_output("stream", name="stdout", text="1\n")
    words = {"image/png": {"alt": "A street.", "width": 300}}
    data = {"image/png": base64.b64encode(png(shades())).decode(), "text/plain": "<Figure>"}
    picture = new_output("display_data", data=dict(data), metadata=words)
    cell = new_code_cell("draw()", outputs=[text, picture], metadata={"tags": ["cover"]})
    notebook = new_notebook(cells=[cell])
    pictures.quantise_outputs(notebook)
    first, second = notebook.cells[0].outputs
    assert first == text and second.metadata == words
    assert second.data["text/plain"] == "<Figure>"
    assert len(second.data["image/png"]) < len(data["image/png"])
    before = second.data["image/png"]
    pictures.quantise_outputs(notebook)
    assert second.data["image/png"] == before, "a second time changes nothing"


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1040, 400), (520, 200)), ((300, 100), (300, 100)), ((5200, 1), (520, 1))],
)
def test_a_cover_is_a_jpeg_of_520_pixels(size, expected):
    made = opened(pictures.cover(png(Image.new("RGB", size, "teal"))))
    assert (made.format, made.size, made.mode) == ("JPEG", expected, "RGB")


def test_a_transparent_cover_stands_on_white():
    made = opened(pictures.cover(png(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))))
    assert made.getpixel((10, 10)) == (255, 255, 255)
