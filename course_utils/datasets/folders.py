"""A reader's own folder, in any of the formats that people have.

    from course_utils.datasets import folders

    mine = folders.read("my_pictures")
    record = mine[0]    # as streets.render gives it

| format | what lies in the folder |
|---|---|
| `coco` | COCO instances: JSON with images, annotations, categories |
| `yolo` | text files of boxes, `data.yaml` |
| `voc` | PASCAL VOC: an XML file a picture |
| `masks` | a mask for each picture: classes, instances or colours |
| `people` | one folder a person |
| `plain` | pictures, no labels |
"""

from dataclasses import replace

from course_utils.datasets import coco, masks, plain, voc, yolo
from course_utils.datasets.files import Files
from course_utils.datasets.problems import DataError

# In the order in which they are looked for: the surest signs come first.
_FORMATS = {
    coco.NAME: (coco.matches, coco.read),
    yolo.NAME: (yolo.matches, yolo.read),
    voc.NAME: (voc.matches, voc.read),
    masks.NAME: (masks.matches, masks.read),
    plain.PEOPLE: (plain.matches_people, plain.read_people),
    plain.NAME: (plain.matches, plain.read),
}
FORMATS = tuple(_FORMATS)
_LABELLED = (coco.NAME, yolo.NAME, voc.NAME, masks.NAME)


def read(folder, format=None, classes=None):
    """Read a folder of pictures and its labels; the pictures themselves are read when asked for.

    What is wrong with the labels is left out and listed in the result's `problems`.

    Args:
        folder: path of the folder.
        format: one of `FORMATS`; None finds out.
        classes: names of classes: boxes of others are left out, and these are labelled in this
            order. None takes all.

    Returns:
        A `records.Folder`.

    Raises:
        ValueError: if there is no such format or class.
        DataError: if there is no such folder, or nothing in it that can be read.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.new("RGB", (8, 6)).save(f"{folder}/a.png")
        ...     mine = read(folder)
        ...     mine.format, mine[0]["images"].shape
        ('plain', (6, 8, 3))
    """
    if format is not None and format not in _FORMATS:
        raise ValueError(f"There is no format {format!r}: choose one of {', '.join(FORMATS)}.")
    files = Files(folder)
    found = format or detect(files)
    if found is None:
        files.passed_over()
        raise DataError(f"There are no pictures in {folder}.{_first_problem(files)}")
    result = _FORMATS[found][1](files)
    if not len(result):
        others = [name for name in _matching(files) if name != found]
        other = (
            f" If it is of another kind, name its format: {', '.join(others)}." if others else ""
        )
        first = _first_problem(files)
        raise DataError(f"No pictures in {folder} that can be read as {found}.{first}{other}")
    notes = [files.passed_over()]
    if (twice := len(result) - len({sample.picture for sample in result.samples})) > 0:
        notes.append(f"{twice} pictures are in more than one split")
    others = [name for name in _matching(files) if name in _LABELLED and name != found]
    if format is None and others:
        notes.append(f"read as {found}; it could also be {' or '.join(others)}: name the format")
    result = replace(result, notes=(*result.notes, *filter(None, notes)))
    return result if classes is None else result.only(classes)


def detect(files):
    """Return the format of a listed folder, one of `FORMATS`, or None without pictures."""
    return next(_matching(files), None)


def _matching(files):
    return (name for name, (matches, _) in _FORMATS.items() if matches(files))


def _first_problem(files):
    return f" The first problem: {files.problems[0]}." if files.problems else ""
