"""Files that are written whole or not at all, whenever the program or the power ends."""

import os
import tempfile
from pathlib import Path

ENDING = ".part"  # of what is being written


def write(path, data, mode=0o666, sync=False):
    """Write a file beside its place, then put it there.

    Args:
        path: the file; an existing one is replaced.
        data: its new content, bytes.
        mode: who may read and write it, less what the process's umask takes away.
        sync: wait until the content is on the disk; else power may fail between name and content.

    Raises:
        OSError: if it can't be written; the file is then as it was.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/a.txt", b"whole")
    ...     os.listdir(folder), Path(folder, "a.txt").read_bytes()
    (['a.txt'], b'whole')
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=ENDING)
    spare = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        spare.chmod(mode & ~umask)
        spare.replace(path)
    except BaseException:
        spare.unlink(missing_ok=True)
        raise


def sweep(path):
    """Remove what programs that were killed while they wrote a file have left beside it.

    Args:
        path: the file.
    """
    path = Path(path)
    for left in path.parent.glob(f".{path.name}.*{ENDING}"):
        left.unlink(missing_ok=True)
