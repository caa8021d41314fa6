"""The pictures that run through the course: one street, six people, one photograph, one painting.

Each lesson shows them again, with what can be said about them by then.
"""

from course_utils.worlds import faces, paintings, photographs, streets

NAMES = ("Alex", "Bo", "Chen", "Dani", "Robin", "Sam")
ENROLLED = NAMES[:4]
TWIN, STRANGER = "Robin", "Sam"
PHOTOGRAPH, PAINTING = "china", "swirls"
_STREET = {"index": 4999, "split": "test", "seed": 7}
_LOOK = {"objects": 3, "object_height": (0.25, 0.6), "light": (0.7, 1.0), "moments": 1}
_PEOPLE = 9000  # place of the cast among the test people, behind those whom lessons test on


def street(size=128):
    """Render the street of lessons P131 to P144: a pedestrian before a car, and a motorcycle.

    Args:
        size: side of the square picture in pixels, 32 to 1024.

    Returns:
        The record of `streets.render` with three objects.

    >>> sorted(street()["bounding_boxes"]["labels"].tolist())
    [0, 1, 2]
    """
    return streets.render(**_STREET, size=size, **_LOOK)


def cast(start=0, size=64, **settings):
    """Take one picture of each of the six people of lessons P145 to P149.

    Alex, Bo, Chen and Dani are enrolled at the door. Robin has the hair and skin of Alex. Sam is a
    stranger. All six are test people of Faces.

    Args:
        start: number of the picture, 0 to 99: another number is another day, other light and mood.
        size: side of the square pictures in pixels.
        **settings: further settings of `faces.load`.

    Returns:
        The batch of `faces.load` with six samples, in the order of `NAMES`.

    Raises:
        ValueError: if there is no such picture.

    >>> cast()["images"].shape
    (6, 64, 64, 3)
    """
    if not 0 <= start < 100:
        raise ValueError(f"start: expected a picture's number from 0 to 99, got {start}")
    first = faces.load(len(NAMES), split="test", start=_PEOPLE, size=32)
    who = first["identities"].tolist()
    looks = {
        name: [
            values[0] if person == TWIN else value
            for person, value in zip(NAMES, values, strict=True)
        ]
        for name, values in _trait_looks(first).items()
    }
    place = _PEOPLE + (start + 1) * len(NAMES)
    return faces.load(
        len(NAMES), split="test", start=place, size=size, identities=who, **(looks | settings)
    )


def photograph():
    """Load the photograph of lessons P150 to P153: (height, width, 3) float32, 0..1.

    >>> photograph().shape
    (427, 640, 3)
    """
    return photographs.load(PHOTOGRAPH)["images"]


def painting(size=256):
    """Render the painting of lessons P150 to P153: (size, size, 3) float32, 0..1.

    Args:
        size: side of the square picture in pixels.

    >>> painting(64).shape
    (64, 64, 3)
    """
    return paintings.render(PAINTING, size=size)


def _trait_looks(batch):
    """Return the traits of hair and skin of a batch; style and beard may change from day to day."""
    looks = faces.looks(batch)
    return {name: values.tolist() for name, values in looks.items() if name in faces.TRAITS}
