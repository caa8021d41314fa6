"""Downloads that end whole or not at all: resumed after a cut, checked by their sum."""

import contextlib
import errno
import os
import shutil
from pathlib import Path

from course_utils.datasets.problems import DataError

import pooch
import requests

TIMEOUT = (10, 60)  # seconds to connect, and without a byte
_CHUNK = 1 << 16  # bytes; a connection that is cut loses less than that
_SPARE = 100 << 20  # bytes of the disk that are left free


def fetch(name, entry, folder, advance=lambda done, total: None):
    """Download a file, or the rest of it where an earlier try was cut.

    What has come so far is kept as `NAME.part` and completed by the next try. The file takes its
    name only once its sum is right; a file with another sum is thrown away.

    Args:
        name: name of the file to write.
        entry: dict of "urls" (tried in this order), "sha256" and "bytes" (None if unknown).
        folder: folder to write to, which is made if need be.
        advance: called with the bytes that have come and those of the whole file or None.

    Returns:
        The file's path.

    Raises:
        DataError: if it can't be had. The message says why and what to do.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    need_room(folder, (entry["bytes"] or 0) - (part.stat().st_size if part.exists() else 0))

    def download(url, output_file, _):
        _download(url, part, advance)
        os.replace(part, output_file)  # pooch checks the sum before the file gets its name

    pooch.get_logger().setLevel("ERROR")
    failures = []
    for url in entry["urls"]:
        try:
            wanted = f"sha256:{entry['sha256']}"
            return Path(pooch.retrieve(url, wanted, name, folder, downloader=download))
        except requests.RequestException as error:
            failures.append(f"{url}: {_reason(error)}")
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                part.unlink(missing_ok=True)
                raise full(folder) from None
            raise DataError(f"{name}: {error}") from None
        except ValueError as error:
            if "hash" not in str(error):
                raise
            failures.append(f"{url}: another file than expected (wrong SHA-256), thrown away")
    kept = f" {_size(part.stat().st_size)} are kept for it." if part.exists() else ""
    raise DataError(f"{name}: {'; '.join(failures)}. Try again later.{kept}")


def need_room(folder, needed):
    """Raise DataError if a folder's disk has no room for so many bytes."""
    if needed > 0 and shutil.disk_usage(folder).free < needed + _SPARE:
        raise full(folder, f", {_size(needed)} are needed")


def full(folder, needed=""):
    """The error of a full disk."""
    return DataError(f"The disk of {folder} is full{needed}. Make room, or name another folder.")


@contextlib.contextmanager
def only_one(path):
    """Hold a lock file, which the system frees when the process ends, however it ends.

    Raises:
        DataError: if another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError(
                f"Another download to {path.parent} is under way. Wait until it has ended."
            ) from None
        yield


def _download(url, part, advance):
    """Bring a part to its full length."""
    done = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with requests.get(url, stream=True, headers=headers, timeout=TIMEOUT) as answer:
        came = answer.headers.get("Content-Range", "")
        other = answer.status_code == requests.codes.partial_content and not came.startswith(
            f"bytes {done}-"
        )
        if done and (other or answer.status_code == requests.codes.range_not_satisfiable):
            part.unlink()  # it is whole or too long, or the server doesn't count as we do
            return _download(url, part, advance)
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            done = 0
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else None
        with part.open("ab" if done else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                advance(done, total)
    if total is not None and done != total:
        raise requests.ConnectionError(f"only {done} of {total} bytes came")


def _reason(error):
    """Say in a few words why a download failed."""
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"the server answers {answer.status_code} {answer.reason}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError) or "bytes came" in str(error):
        return "the connection was cut"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    return "cannot be reached: this machine may be offline"


def _size(count):
    return f"{count / 1e6:,.0f} MB"
