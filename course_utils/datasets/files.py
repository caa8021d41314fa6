"""The files of a folder: listed once, without leaving it."""

import collections
import itertools
import os
import re
import stat
import unicodedata
from pathlib import Path, PurePosixPath

from course_utils.datasets.problems import DataError, Problem

# The endings of `pictures.FORMATS`.
PICTURES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".pgm", ".ppm", ".pbm", ".pnm", ".bmp",
    ".dib", ".gif", ".tif", ".tiff", ".webp", ".avif", ".jp2", ".j2k", ".jpx", ".tga", ".mpo",
)  # fmt: skip
# Pictures of other kinds, whose files no decoder here opens.
UNREAD = (
    ".heic", ".heif", ".jxl", ".svg", ".psd", ".eps", ".ico", ".dds", ".exr", ".hdr", ".raw",
    ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf",
)  # fmt: skip
# What labels and what people write about them; all other files are named.
_TEXTS = (".txt", ".json", ".xml", ".yaml", ".yml", ".csv", ".md", ".html", ".cache", ".names")
_SPLITS = re.compile(r"(train|val|test)(?:ing|id|idation)?[-_]?\d*(?:_images)?", re.IGNORECASE)
_FULL_NAMES = {"train": "train", "val": "validation", "test": "test"}


class Files:
    """All regular files below a folder.

    Hidden files are passed over. A link to a file inside the folder counts as a file; links that
    lead out of it, and links to folders, are reported and not followed.

    Args:
        root: the folder.

    Attributes:
        root: the folder as an absolute path without links.
        paths: paths below it, sorted, with forward slashes.
        pictures: those of `paths` that end like a picture.
        problems: list of `Problem`; whoever reads the files adds to it.

    Raises:
        DataError: if it is no folder, or can't be listed.
    """

    def __init__(self, root):
        self.root = Path(root).expanduser()
        self.problems, self._reported = [], set()
        if not self.root.is_dir():
            if self.root.exists():
                raise DataError(f"{root} is a file: name the folder that holds the pictures.")
            raise DataError(f"There is no folder {root}.")
        self.root = self.root.resolve()
        try:
            os.scandir(self.root).close()
        except OSError as error:
            raise DataError(f"{root} can't be listed: {error.strerror}.") from error
        self.paths = sorted(self._walked(self.root, ""))
        self.pictures = [path for path in self.paths if ending(path) in PICTURES]
        self._by_name = {_plain(path): path for path in self.paths}
        self._by_last_name, self._in_any_case = {}, {}
        for path in self.paths:
            self._by_last_name.setdefault(_plain(name(path)), []).append(path)
            self._in_any_case.setdefault(_plain(path).casefold(), []).append(path)
            self._in_any_case.setdefault("*/" + _plain(name(path)).casefold(), []).append(path)

    def _walked(self, folder, prefix):
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            self.report(prefix, None, f"can't be listed: {error.strerror}", "folder left out")
            return
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__MACOSX":
                continue
            path = f"{prefix}/{entry.name}" if prefix else entry.name
            try:
                if entry.is_symlink() and not self._may_follow(entry, path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walked(entry.path, path)
                elif stat.S_ISREG(entry.stat().st_mode):
                    yield path
            except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
                self.report(path, None, f"can't be looked at: {error}", "left out")

    def _may_follow(self, link, path):
        target = Path(link.path).resolve()
        if not target.is_relative_to(self.root):
            self.report(path, None, "the link leads out of the folder", "left out")
        elif target.is_dir():
            self.report(path, None, "a link to a folder", "not followed")
        elif not target.exists():
            self.report(path, None, "the link leads nowhere", "left out")
        else:
            return True
        return False

    def report(self, file, line, text, outcome):
        """Add a problem, once."""
        problem = Problem(file, line, text, outcome)
        if problem not in self._reported:
            self._reported.add(problem)
            self.problems.append(problem)

    def full(self, path):
        """Return where a path of `paths` is on the disk."""
        return self.root / path

    def find(self, path):
        """Return the listed path that a file of labels means, or None.

        Backslashes, leading `./` and `../`, and the two Unicode spellings of letters with accents
        are seen through; so are large and small letters, where only one path can be meant.

        Args:
            path: path below the folder.
        """
        parts = [part for part in str(path).replace("\\", "/").split("/") if part not in ("", ".")]
        while parts and parts[0] == "..":
            parts = parts[1:]
        wanted = _plain("/".join(parts))
        alike = self._in_any_case.get(wanted.casefold(), [])
        return self._by_name.get(wanted) or (alike[0] if len(alike) == 1 else None)

    def called(self, last_name):
        """Return the listed paths whose last part is `last_name`, else those of another case."""
        wanted = _plain(last_name)
        alike = self._in_any_case.get(f"*/{wanted.casefold()}", [])
        if len({path.casefold() for path in alike}) < len(alike):
            alike = []  # side by side: either could be meant
        return self._by_last_name.get(wanted) or alike

    def passed_over(self):
        """Report each picture of a kind that isn't read; return a note on other files, or ""."""
        others = collections.Counter()
        for path in self.paths:
            if ending(path) in UNREAD:
                text = f"pictures of kind {ending(path)} are not read: save it as JPEG or PNG"
                self.report(path, None, text, "picture left out")
            elif ending(path) not in PICTURES + _TEXTS:
                others[ending(path) or "without an ending"] += 1
        kinds = ", ".join(f"{kind} ({count})" for kind, count in others.most_common(5))
        return f"other files passed over: {kinds}" if others else ""

    def text(self, path, limit=16_000_000):
        """Read a text file.

        Args:
            path: one of `paths`.
            limit: most bytes.

        Raises:
            DataError: if it is larger, can't be read, or isn't UTF-8.
        """
        return decoded(self.bytes(path, limit))

    def bytes(self, path, limit=16_000_000):
        """Read a file of at most `limit` bytes.

        Raises:
            DataError: if it is larger or can't be read.
        """
        try:
            size = self.full(path).stat().st_size
            if size > limit:
                raise DataError(
                    f"expected at most {limit / 1e6:,.0f} MB, the file has {size / 1e6:,.0f} MB"
                )
            return self.full(path).read_bytes()
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror}") from error

    def head(self, path):
        """Return the first 64 kB of a file as text, whatever stands in it; "" if unreadable."""
        try:
            with self.full(path).open("rb") as file:
                return file.read(65536).decode("utf-8", "replace")
        except OSError:
            return ""


def decoded(content):
    """Return the text of a file's bytes, UTF-8 with or without a byte order mark.

    Raises:
        DataError: if it isn't UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(f"expected UTF-8 text, line {line} has other bytes") from error


def name(path):
    """Return the last part of a path."""
    return path.rsplit("/", 1)[-1]


def stem(path):
    """Return a path's last part without its ending."""
    return PurePosixPath(path).stem


def ending(path):
    """Return a path's ending in small letters, such as ".jpg"."""
    return PurePosixPath(path).suffix.lower()


def folder(path):
    """Return the path of the folder that a path is in, "" for the root."""
    return path.rpartition("/")[0]


def split_of(path):
    """Return the split that the names on a path tell, or None.

    Example:
        >>> split_of("images/val2017/a.jpg"), split_of("JPEGImages/a.jpg")
        ('validation', None)
    """
    for part in path.split("/")[:-1]:
        if found := _SPLITS.fullmatch(part):
            return _FULL_NAMES[found[1].lower()]
    return None


def split_name(text):
    """Return the full name of a split: "val", "valid" and "val2017" are "validation"."""
    found = _SPLITS.fullmatch(text)
    return _FULL_NAMES[found[1].lower()] if found else text


def shared(folders):
    """Return how many leading folders are the same in all of some paths of folders.

    Example:
        >>> shared(["VOC2007/JPEGImages", "VOC2007/Annotations"])
        1
    """
    levels = zip(*(one.split("/") for one in folders), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda level: len(set(level)) == 1, levels))


def natural(path):
    """Return a key that sorts "s2" before "s10"."""
    parts = re.split(r"([0-9]+)", path)
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], path


def _plain(path):
    return unicodedata.normalize("NFC", path)
