"""Any usual picture becomes red, green and blue; a broken one or a trap is refused in words."""

import io
import zlib

import course_utils  # noqa: F401  (before Keras)
from course_utils.datasets import folders, pictures
from course_utils.datasets.problems import DataError

import numpy as np
import pytest
import small_folders as small
from PIL import Image, ImageOps

GREY = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


def saved(path, image, **options):
    image.save(path, **options)
    return folders.read(path.parent)[0]["images"]


def test_grey_is_the_same_three_times(tmp_path):
    image = saved(tmp_path / "a.png", Image.fromarray(GREY))
    np.testing.assert_allclose(image, np.repeat(GREY[..., None], 3, 2) / 255, atol=1e-6)


def test_black_and_white(tmp_path):
    image = saved(tmp_path / "a.png", Image.fromarray(GREY > 100))
    np.testing.assert_array_equal(image[..., 1], GREY > 100)


def test_a_palette_becomes_its_colours(tmp_path):
    palette = Image.fromarray(GREY % 3).convert("P")
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image = saved(tmp_path / "a.png", palette)
    np.testing.assert_array_equal(image, np.eye(3)[GREY % 3])


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_alpha_lies_over_white(tmp_path, mode):
    if mode == "P":
        clear = Image.fromarray(np.zeros((4, 6), np.uint8)).convert("P")
        clear.putpalette([0, 0, 0])
        clear.info["transparency"] = 0
    else:
        clear = Image.new(mode, (6, 4), (0,) * len(mode))
    assert (saved(tmp_path / "a.png", clear) == 1).all()


def test_16_bits_of_grey_lose_nothing(tmp_path):
    values = np.array([[0, 1, 256], [4000, 65534, 65535]], np.uint16)
    image = saved(tmp_path / "a.png", Image.fromarray(values))
    np.testing.assert_allclose(image[..., 0] * 65535, values, atol=0.01)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr"])
def test_other_colours_are_converted(tmp_path, mode):
    plain = Image.new("RGB", (16, 16), (200, 60, 30))
    image = saved(tmp_path / "a.jpg", plain.convert(mode), quality=95)
    np.testing.assert_allclose(image.mean((0, 1)) * 255, (200, 60, 30), atol=6)


def test_the_first_frame_counts(tmp_path):
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "blue")]
    image = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(image[0, 0], (1, 0, 0), atol=0.02)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_pixels_and_boxes_alike(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = small.picture(tmp_path / "a.png", exif=exif)
    stored, found, size = pictures.read(path)
    shown = pictures.as_array(pictures.turned(stored, found))
    np.testing.assert_array_equal(shown, pictures.turned(pictures.as_array(stored), found))
    np.testing.assert_array_equal(shown, np.array(ImageOps.exif_transpose(Image.open(path))))
    assert (found, size) == (orientation, small.SIZE)
    ((x1, y1, x2, y2),) = pictures.turned_boxes(np.array([small.BOX]), orientation, size)
    red = np.zeros(shown.shape[:2], bool)
    red[y1:y2, x1:x2] = True
    np.testing.assert_array_equal(shown[..., 0] == 200, red)


@pytest.mark.parametrize("drawn_on", ["stored", "shown", "unsaid"])
@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_labels_of_a_turned_picture_fit_whatever_they_were_drawn_on(
    tmp_path, orientation, drawn_on
):
    exif = Image.Exif()
    exif[0x0112] = orientation
    small.picture(tmp_path / "JPEGImages/a.png", exif=exif)
    box, size = np.array([small.BOX]), small.SIZE
    if drawn_on != "stored":
        box, size = pictures.turned_boxes(box, orientation, size), size[::-1]
    if drawn_on == "unsaid":
        size = (0, 0)
    small.text(tmp_path / "Annotations/a.xml", small.voc_xml(("car", *box[0]), size=size))
    folder = folders.read(tmp_path)
    record = folder[0]
    ((x1, y1, x2, y2),) = record["bounding_boxes"]["boxes"].astype(int)
    red = record["images"][..., 0] > 0.7
    assert red[y1:y2, x1:x2].all()
    assert red.sum() == (x2 - x1) * (y2 - y1)


def test_a_mask_turns_with_its_picture(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    small.picture(tmp_path / "images/a.png", exif=exif)
    small.picture(tmp_path / "instance_masks/a.png", small.instance_mask())
    record = folders.read(tmp_path, "masks")[0]
    np.testing.assert_array_equal(
        record["images"][..., 0] > 0.7, record["instance_masks"][..., 0] == 1
    )
    x1, y1, x2, y2 = record["bounding_boxes"]["boxes"][0].astype(int)
    assert (record["instance_masks"][y1:y2, x1:x2, 0] == 1).all()


def test_a_picture_of_another_size_than_its_labels_say_is_refused(tmp_path):
    small.voc(tmp_path, ["a"])
    small.text(tmp_path / "Annotations/a.xml", small.voc_xml(("car", *small.BOX), size=(80, 120)))
    with pytest.raises(DataError, match="are of a picture of 120x80, the file has 60x40"):
        folders.read(tmp_path)[0]


def png_that_claims(width, height):
    """A small file that says it holds a large picture."""

    def chunk(kind, content):
        whole = kind + content
        return len(content).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def encoded(kind):
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    Image.fromarray(noise).save(file, kind)
    return file.getvalue()


BROKEN = {
    "a bomb that Pillow refuses": (png_that_claims(60_000, 60_000), "89 million pixels"),
    "a bomb that Pillow warns of": (png_that_claims(10_000, 10_000), "10000x10000"),
    "empty": (b"", "no readable picture"),
    "text": (b"<html>not found</html>", "no readable picture"),
    "PostScript, which would start a program": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        "no readable picture",
    ),
    "JPEG cut off": (encoded("JPEG")[:1500], "broken picture"),
    "JPEG without its end": (encoded("JPEG")[:-900], "broken picture"),
    "PNG cut off": (encoded("PNG")[:2000], "broken picture"),
    "only a head": (encoded("JPEG")[:20], "picture"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("content, wrong", BROKEN.values(), ids=BROKEN)
def test_a_broken_picture_is_refused_in_words(tmp_path, content, wrong):
    small.plain(tmp_path)
    (tmp_path / "bad.jpg").write_bytes(content)
    folder = folders.read(tmp_path)
    with pytest.raises(DataError, match=wrong) as caught:
        folder.record(folder.samples[2])
    assert str(caught.value).startswith("bad.jpg: ")
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_vanished_is_refused(tmp_path):
    folder = folders.read(small.plain(tmp_path))
    (tmp_path / "a.png").unlink()
    with pytest.raises(DataError, match=r"a\.png: there is no such file"):
        folder[0]


def test_grey_without_an_agreed_white_is_refused(tmp_path):
    Image.fromarray(np.ones((3, 3), np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(DataError, match="no agreed white"):
        folders.read(tmp_path)[0]


def test_a_large_jpeg_is_decoded_small_enough(tmp_path):
    path = small.picture(tmp_path / "a.jpg", small.painted((400, 640), (80, 80, 320, 240)))
    reduced, _, size = pictures.read(path, lambda shape: (100, 160))
    assert (reduced.size, size) == ((160, 100), (400, 640))
    whole, *_ = pictures.read(path)
    assert whole.size == (640, 400)
