"""Build the lessons as pages: `make site`.

Everything that the pages show comes from the folder that is written: no page asks another host.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_utils.lessons.readme import put_between

from conf import LESSONS, addresses
from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- badges: written by make site ARGS=--badges -->", "<!-- end of badges -->"
NO_ADDRESS = (
    "Without links to Binder and Colab: the remote `origin` is no address on GitHub, and "
    "REPOSITORY=owner/name is not set."
)


def find_repository() -> str:
    """The repository as GitHub names it: from REPOSITORY, else from the remote `origin`.

    Returns:
        Such as `"owner/name"`; empty when it has no address on GitHub.

    Raises:
        ValueError: if REPOSITORY has another form.
    """
    if wish := os.environ.get("REPOSITORY"):
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", wish):
            raise ValueError(f"REPOSITORY must be owner/name, not {wish!r}.")
        return wish
    command = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    try:
        origin = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:  # no git
        return ""
    host = r"(?:https://|ssh://git@|git@)github\.com[/:]"
    found = re.fullmatch(host + r"([\w.-]+/[\w.-]+?)(\.git)?/?", origin)
    return found[1] if found else ""


def build(folder: Path, repository: str) -> None:
    """Build the pages aside, then put them in place of those that stand there.

    Args:
        folder: where they go.
        repository: such as `"owner/name"`; empty for no links to Binder and Colab.

    Raises:
        ValueError: if something else is in the folder, or Sphinx warns of anything.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / ".buildinfo").exists():
        raise ValueError(f"{folder} holds something else: move it away, or name another folder.")
    with tempfile.TemporaryDirectory() as aside:
        pages = Path(aside) / "pages"
        options = ["-q", "-W", "--keep-going", "-c", str(ROOT / "docs"), "-d", f"{aside}/read"]
        if sphinx([*options, "-D", f"repository={repository}", str(ROOT), str(pages)]):
            raise ValueError("The pages that stood there before were left alone.")
        shutil.copyfile(pages / "README.html", pages / "index.html")
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(pages, folder)


def write_badges(readme: Path, repository: str) -> None:
    """Write the badges that open the first lesson in Binder and Colab into the README.

    Args:
        readme: the file; the badges stand between its two marks.
        repository: such as `"owner/name"`; empty for no badges.

    Raises:
        ValueError: if a mark is missing.
    """
    first = next(iter(LESSONS.values()))
    links = addresses(first.name, repository) if repository else {}
    lines = [
        f"[![Open in {name}](data/badges/{name.lower()}.svg)]({link})\n"
        for name, link in links.items()
    ]
    put_between(readme, BEGIN, END, "".join(lines), "badges")


def main(arguments: list[str] | None = None) -> int:
    """Build the pages, or write the badges; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make site", description=__doc__.split("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "site", help="the folder of the pages")
    parser.add_argument("--badges", action="store_true", help="write the README's badges instead")
    chosen = parser.parse_args(arguments)
    try:
        repository = find_repository()
        if not repository:
            print(NO_ADDRESS)
        if chosen.badges:
            write_badges(ROOT / "README.md", repository)
        else:
            build(chosen.to, repository)
            print(f"Open {(chosen.to / 'index.html').resolve()}")
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
