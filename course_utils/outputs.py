"""Pictures that a command writes: marked as the course's own, so that no other is overwritten."""

from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

MARK = "A sheet drawn by course_utils"


def refuse_to_overwrite(path, force=False):
    """Refuse a file that is there, unless the course wrote it.

    Args:
        path: where a command is to write.
        force: whether the reader said that it may be overwritten.

    Raises:
        FileExistsError: it is there and not the course's own.
    """
    path = Path(path)
    if not force and path.is_file() and not is_own(path):
        raise FileExistsError(
            f"{path} is there already, and the course did not draw it. Choose another name, or "
            "say --force to overwrite it."
        )


def is_own(path):
    """Whether a picture was written by `save_picture`.

    Args:
        path: any file.
    """
    try:
        with Image.open(path) as picture:
            said = picture.info.get("Comment", picture.info.get("comment", ""))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return said in (MARK, MARK.encode())


def save_picture(picture, path):
    """Write a picture with the course's mark.

    Args:
        picture: a PIL image.
        path: a name that ends in .png, .jpg or .jpeg.
    """
    info = PngInfo()
    info.add_text("Comment", MARK)
    if Path(path).suffix.lower() == ".png":
        picture.save(path, pnginfo=info, optimize=True)
    else:
        picture.convert("RGB").save(path, comment=MARK, quality=88, optimize=True)
