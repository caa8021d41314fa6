"""Pictures without labels, and one folder a person (or a class of another kind)."""

from course_utils.datasets import files as names
from course_utils.datasets.records import Folder
from course_utils.datasets.samples import Sample

NAME, PEOPLE = "plain", "people"
_LEAST_PEOPLE = 3


def matches(files):
    """Whether there are pictures."""
    return bool(files.pictures)


def matches_people(files):
    """Whether every picture is in one of three or more folders, side by side.

    Two folders may be people too, but as often they are anything else: name the format then.
    """
    people = {person for _, person in _owners(files)}
    return None not in people and len(people) >= _LEAST_PEOPLE


def read(files):
    """Read a folder of pictures; those in folders called train, val or test are of that split."""
    samples = (Sample(path, names.split_of(path) or "all") for path in files.pictures)
    people = {person for _, person in _owners(files)}
    alike = None not in people and len(people) > 1
    notes = ("if each folder is a person, name the format: people",) if alike else ()
    return Folder(files, NAME, tuple(samples), notes=notes)


def read_people(files):
    """Read one folder a person; the folder's name is the person's. See `folders.read`."""
    owners = [(path, person) for path, person in _owners(files) if person is not None]
    people = sorted({person for _, person in owners}, key=names.natural)
    places = {person: place for place, person in enumerate(people)}
    samples = (
        Sample(path, names.split_of(path) or "all", identity=places[person])
        for path, person in sorted(owners, key=lambda one: names.natural(one[0]))
    )
    return Folder(files, PEOPLE, tuple(samples), people=tuple(people))


def _owners(files):
    """Return (picture, its person's name or None) pairs."""
    # Folders that all pictures are in hold the people, such as lfw_funneled.
    above = names.shared({names.folder(path) for path in files.pictures})
    for path in files.pictures:
        parts = path.split("/")[above:-1]
        if parts and names.split_of(f"{parts[0]}/"):
            parts = parts[1:]
        yield path, parts[0] if len(parts) == 1 else None
