"""`course style`, as someone types it with pictures of their own."""

from course_utils import style
from course_utils.cli import app

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

FEW = ("--size", "48", "--steps", "3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A photograph of a phone (turned by its EXIF), a painting with alpha, and what is neither."""
    root = tmp_path_factory.mktemp("pictures")
    values = np.random.default_rng(7).integers(0, 256, (60, 90, 3), np.uint8)
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(values).save(root / "phone.jpg", exif=turned)
    painting = Image.fromarray(values[::-1, :, ::-1]).resize((70, 50))
    painting.putalpha(128)
    painting.save(root / "painting.png")
    Image.fromarray(values[:8]).save(root / "narrow.bmp")
    (root / "words.jpg").write_text("no picture")
    (root / "cut.jpg").write_bytes((root / "phone.jpg").read_bytes()[:1200])
    return root


def course(*arguments):
    """Run the command: exit code and all that it printed."""
    result = CliRunner().invoke(app, ["style", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize("name", ["painted.png", "painted.jpg", "PAINTED.WEBP"])
def test_it_paints(folder, tmp_path, name):
    out = tmp_path / name
    code, text = course(folder / "phone.jpg", folder / "painting.png", "-o", out, *FEW)
    assert code == 0, text
    assert "32x48 pixels in" in text and "J fell by" in text and name in text
    painted = style.picture(out)
    assert painted.shape == (48, 32, 3), "turned as the phone held it"
    assert np.abs(painted - style.picture(folder / "phone.jpg", 48)).mean() > 0.01


def test_weights_and_grey_pictures(folder, tmp_path):
    Image.open(folder / "painting.png").convert("L").save(tmp_path / "grey.gif")
    results = []
    for beta in ("0.000001", "10"):
        out = tmp_path / f"{beta}.png"
        code, text = course(
            folder / "phone.jpg", tmp_path / "grey.gif", "--out", out, *FEW, "--weights", 1, beta
        )
        assert code == 0, text
        results.append(style.picture(out) - style.picture(folder / "phone.jpg", 48))
    assert np.abs(results[0]).mean() < np.abs(results[1]).mean(), "more beta, more paint"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no.jpg", "painting.png", "out.png"), "no.jpg: there is no such file"),
        (("phone.jpg", "no.png", "out.png"), "no.png: there is no such file"),
        (("words.jpg", "painting.png", "out.png"), "words.jpg: no readable picture"),
        (("cut.jpg", "painting.png", "out.png"), "cut.jpg: broken picture"),
        (("", "painting.png", "out.png"), "no readable picture"),
        (("phone.jpg", "narrow.bmp", "out.png"), "narrow.bmp has 90x8 pixels"),
        (("phone.jpg", "painting.png", "out.txt"), "ends in .png, .jpg"),
        (("phone.jpg", "painting.png", "none/out.png"), "in a folder that is there"),
        (("phone.jpg", "painting.png", ""), "expected the name of a picture to write"),
        (("phone.jpg", "painting.png", "phone.jpg"), "would take the place of yours"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(folder, arguments, words):
    content, painting, out = (folder / name for name in arguments)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    code, text = course(content, painting, "-o", out, *FEW)
    assert code == 1 and words in text, text
    assert before == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("weights", "words"),
    [(("-1", "1"), "content_weight must be a number from 0 on"), (("0", "0"), "nothing to do")],
)
def test_weights_that_cannot_be(folder, tmp_path, weights, words):
    out = tmp_path / "out.png"
    code, text = course(
        folder / "phone.jpg", folder / "painting.png", "-o", out, *FEW, "--weights", *weights
    )
    assert code == 1 and words in text and not out.exists()
