"""Public sets of pictures for people who are online; no lesson needs one.

`data/public_sets.json` says where each file comes from, its SHA-256 and who published that sum.
"""

import errno
import gzip
import json
import os
import shutil
import tarfile
import zlib
from pathlib import Path

from course_utils.datasets import downloads
from course_utils.datasets.problems import DataError

import pooch

REGISTRY = Path(__file__).parents[2] / "data" / "public_sets.json"
MOST_BYTES = 4 << 30
"""The largest an unpacked set may be; the largest here, Oxford-IIIT Pet, takes about 0.8 GB."""
MOST_FILES = 100_000


def entries():
    """Read the list of sets: a dict of name to entry."""
    return json.loads(REGISTRY.read_text("utf-8"))


def default_root():
    """Folder that the sets go to: the variable COURSE_DATA, or the user's cache."""
    return Path(os.environ.get("COURSE_DATA") or pooch.os_cache("course-utils"))


def folder(name, root=None):
    """The folder of a set, for `course_utils.datasets.folders.read`, whether it is there or not.

    Args:
        name: a name of the list.
        root: folder of all sets; None is `default_root()`.

    Raises:
        DataError: if there is no set of this name.
    """
    return _root(root) / name / _entry(name)["folder"]


def get(name, root=None, advance=lambda file, done, total: None):
    """Download a set and unpack it, unless it is there.

    A set appears in its folder only when it is whole. Archives are unpacked without links or
    paths that lead out of the folder, and up to `MOST_BYTES` and `MOST_FILES`.

    Args:
        name: a name of the list.
        root: folder of all sets; None is `default_root()`.
        advance: called with a file's name, the bytes that have come, and those of the whole file
            (None if unknown).

    Returns:
        The folder of its pictures.

    Raises:
        DataError: if it can't be had; the message says why, and the next try goes on from there.
    """
    entry, root = _entry(name), _root(root)
    try:
        with downloads.only_one(root / f".{name}.lock"):
            if not (root / name).is_dir():
                _get(name, entry, root, advance)
    except OSError as error:
        raise DataError(f"{error.strerror}: {error.filename or root}") from None
    return folder(name, root)


def _get(name, entry, root, advance):
    unpacked, archives = root / f".{name}.unpacking", root / f".{name}.downloads"
    shutil.rmtree(unpacked, ignore_errors=True)  # of a try that was killed
    downloads.need_room(root, 2 * sum(file["bytes"] or 0 for file in entry["files"].values()))
    paths = []
    for file, source in entry["files"].items():
        paths.append(
            downloads.fetch(
                file, source, archives, lambda done, total, file=file: advance(file, done, total)
            )
        )
    unpacked.mkdir()
    try:
        for path in paths:
            if path.suffix in (".tar", ".gz", ".tgz"):
                unpack(path, unpacked)
            else:
                shutil.copy(path, unpacked / path.name)
        if name == "olivetti":
            _olivetti(unpacked)
        unpacked.rename(root / name)
    except OSError as error:
        raise downloads.full(root) if error.errno == errno.ENOSPC else error from None
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    shutil.rmtree(archives, ignore_errors=True)


def unpack(archive, folder, most_bytes=MOST_BYTES, most_files=MOST_FILES):
    """Unpack a tar archive of plain files and folders.

    Args:
        archive: path of a .tar, .tar.gz or .tgz file.
        folder: an existing folder to unpack to.
        most_bytes: how large it may be unpacked.
        most_files: how many files and folders it may hold.

    Raises:
        DataError: if it is damaged or too large, or holds a link or a path out of the folder.
    """
    if not hasattr(tarfile, "data_filter"):
        raise DataError("This Python can't unpack safely. Update it: 3.11.4 or later.")
    size = 0
    try:
        with tarfile.open(archive) as tar:
            for count, member in enumerate(tar, 1):
                size += member.size
                if size > most_bytes or count > most_files:
                    raise DataError(
                        f"{archive.name}: expected at most {most_bytes:,} bytes and "
                        f"{most_files:,} files, got more"
                    )
                if not (member.isfile() or member.isdir()):
                    raise DataError(f"{archive.name}: {member.name!r} is a link, not a picture")
                tar.extract(member, folder, filter="data")
    except tarfile.FilterError as error:
        raise DataError(f"{archive.name}: {error}") from None
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{archive.name} is damaged: {error}") from None


def _olivetti(folder):
    """Write scikit-learn's Olivetti faces as one folder a person."""
    from skimage.io import imsave
    from sklearn.datasets import fetch_olivetti_faces

    try:
        faces = fetch_olivetti_faces(data_home=folder / "download", n_retries=1)
    except OSError as error:  # of urllib, or of a wrong sum
        raise DataError(f"olivetti: {getattr(error, 'reason', error)}. Try again later.") from None
    shutil.rmtree(folder / "download")
    for place, (image, person) in enumerate(zip(faces["images"], faces["target"], strict=True)):
        home = folder / f"s{person + 1}"
        home.mkdir(exist_ok=True)
        path = home / f"{place % 10 + 1}.png"
        imsave(path, (image * 255).round().astype("uint8"), check_contrast=False)


def _entry(name):
    found = entries().get(name)
    if found is None:
        raise DataError(f"There is no public set {name!r}. There are {', '.join(entries())}.")
    return found


def _root(root):
    return default_root() if root is None else Path(root)
