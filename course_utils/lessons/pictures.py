"""Stored pictures made small: outputs of 256 colours, covers as JPEGs."""

import base64
import io

from PIL import Image

COLORS = 256
COVER_WIDTH = 520
COVER_QUALITY = 85


def quantised(png: bytes) -> bytes:
    """A PNG with 256 colours at most.

    Args:
        png: the file's content.

    Returns:
        The smaller file; `png` itself where it would not be smaller, or is no picture.
    """
    try:
        image = Image.open(io.BytesIO(png))
        image.load()
    except (OSError, ValueError):
        return png
    if image.mode in ("P", "L", "1"):
        return png
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if image.mode == "RGB":
        small = image.quantize(COLORS, Image.Quantize.MEDIANCUT, kmeans=1)
    else:
        small = image.convert("RGBA").quantize(COLORS, Image.Quantize.FASTOCTREE)
    file = io.BytesIO()
    dpi = {"dpi": image.info["dpi"]} if "dpi" in image.info else {}
    small.save(file, "PNG", optimize=True, **dpi)
    return min(png, file.getvalue(), key=len)


def quantise_outputs(notebook) -> None:
    """Give every picture in a notebook's outputs 256 colours; nothing else changes.

    Args:
        notebook: as nbformat reads it.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                png = base64.b64decode(data["image/png"])
                small = quantised(png)
                if small != png:
                    data["image/png"] = base64.b64encode(small).decode()


def cover(png: bytes) -> bytes:
    """A picture as a cover: a JPEG of 520 pixels' width, or its own where it is narrower.

    Args:
        png: the file's content.
    """
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    page = page.convert("RGB")
    if page.width > COVER_WIDTH:
        height = max(1, round(page.height * COVER_WIDTH / page.width))
        page = page.resize((COVER_WIDTH, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    page.save(file, "JPEG", quality=COVER_QUALITY, optimize=True)
    return file.getvalue()
