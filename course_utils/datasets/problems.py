"""What is wrong with a folder, by file and line, and what was done about it.

| what is wrong | what is done |
|---|---|
| picture missing, broken, cut off, not readable by any decoder | picture left out |
| more than 89 million pixels, by its head (a decompression bomb) | picture left out, not decoded |
| picture of another size than its labels state | picture left out |
| mask missing, broken or of another size | picture left out |
| box inverted, without width or height, outside, not of numbers | box left out |
| box that sticks out by more than a thousandth of the side | box cut at the border |
| class that the folder does not define | box left out; pixels read as unlabelled |
| crowd, or an object left out, where there are outlines | its pixels are unlabelled |
| labels without a picture | labels left out |
| a picture of a kind that no decoder here reads, such as .heic | picture left out |
| mask of instances saved as JPEG | picture left out |
| link out of the folder, or to a folder | not followed |
| XML with a document type or entities, broken, or above 16 MB | its picture left out |
| JSON broken or above 512 MB | file left out, not read |
| text that isn't UTF-8 | file left out |

Grey, palette, alpha, 16 bits, CMYK and EXIF orientation are no problems: `pictures` reads them.
"""

from dataclasses import dataclass


class DataError(Exception):
    """A folder, a picture or a file of labels that can't be read. The message says why."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a folder.

    Attributes:
        file: path below the folder, with forward slashes; "" for the folder itself.
        line: line in the file, from 1; None where there is none.
        text: what is wrong: what was expected and what came.
        outcome: what was done: "picture left out", "box left out", "box cut", ...
    """

    file: str
    line: int | None
    text: str
    outcome: str

    def __str__(self):
        place = printable(self.file or ".") + ("" if self.line is None else f":{self.line}")
        return f"{place}: {printable(self.text)} ({self.outcome})"


def printable(text):
    r"""Make a text out of a file fit to print: one line, no control characters.

    Example:
        >>> printable("a\tb")
        'a b'
    """
    clean = "".join(one if one.isprintable() else " " for one in str(text))
    return clean if len(clean) <= 300 else clean[:297] + "..."
