"""The contact sheet: pictures above, boxes in the middle, labels below."""

from course_utils.worlds import sheets

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets")
    for name in ("one.png", "one.jpeg"):
        sheets.save(folder / name, "streets")
    return folder


def test_both_forms_are_legible_and_small(folder):
    png, jpeg = Image.open(folder / "one.png"), Image.open(folder / "one.jpeg")
    assert png.size == jpeg.size and png.width >= 1100 and png.height >= 550
    for name in ("one.png", "one.jpeg"):
        assert 50_000 < (folder / name).stat().st_size <= 700_000
    difference = np.asarray(png.convert("RGB"), float) - np.asarray(jpeg, float)
    assert abs(difference).mean() < 6, "the two forms show different things"


def test_the_labels_have_one_colour_each(folder):
    image = np.asarray(Image.open(folder / "one.png").convert("RGB"), int)
    lower = image[int(0.64 * len(image)) : int(0.93 * len(image))].reshape(-1, 3)
    near = np.zeros(len(lower), bool)
    for name, colour in zip(sheets.streets.PIXEL_LABELS, sheets.plots.LABEL_COLORS, strict=True):
        same = abs(lower - 255 * colour).max(axis=1) <= 8
        assert same.sum() > 50, f"no pixel of the lower row shows {name}"
        near |= same
    near |= (lower > 235).all(axis=1)  # the paper
    assert near.mean() > 0.95


def test_boxes_are_drawn_on_the_middle_row_only():
    figure = sheets._streets()
    counts = [len(ax.patches) for ax in figure.axes]
    plt.close(figure)
    assert len(counts) == 18
    assert sum(counts[:6]) == sum(counts[12:]) == 0 and min(counts[6:12]) >= 1


def test_no_figure_stays_open(tmp_path):
    before = plt.get_fignums()
    sheets.save(tmp_path / "one.jpg", "streets")
    assert plt.get_fignums() == before


def test_all_worlds_stand_on_one_page(tmp_path, monkeypatch):
    def page(width, height, colour):
        return lambda: plt.figure(figsize=(width / 110, height / 110), facecolor=colour)

    table = {"one": page(220, 110, "#FF0000"), "two": page(440, 330, "#0000FF")}
    monkeypatch.setattr(sheets, "_SHEETS", table)
    monkeypatch.setattr(sheets, "WORLDS", tuple(table))
    sheets.save(tmp_path / "all.png")
    image = np.asarray(Image.open(tmp_path / "all.png"))
    assert image.shape == (440, 440, 3)
    assert (image[:110, :220] == (255, 0, 0)).all() and (image[110:] == (0, 0, 255)).all()


def test_a_wrong_name_is_refused_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_SHEETS", {"streets": None})
    with pytest.raises(ValueError, match=r"ends in \.png, \.jpg, \.jpeg; got 'sheet\.gif'"):
        sheets.save(tmp_path / "sheet.gif", "streets")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        sheets.save(tmp_path / "gone" / "sheet.png", "streets")
    with pytest.raises(ValueError, match="no world 'moon': choose one of streets"):
        sheets.save(tmp_path / "sheet.png", "moon")
