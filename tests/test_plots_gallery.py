"""The page of plots names every public function and has its pictures."""

import inspect

from course_utils import plots
from course_utils.plots import gallery

import pytest

FUNCTIONS = [name for name in plots.__all__ if inspect.isfunction(getattr(plots, name))]
PAGE = (gallery.DATA / "plots.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_page_names_every_function(name):
    assert f"## {name}\n" in PAGE or f"`plots.{name}`" in PAGE


def test_the_page_is_that_of_the_command(tmp_path):
    size = gallery.write(tmp_path)
    assert (tmp_path / "plots.md").read_text(encoding="utf-8") == PAGE
    written = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert written == sorted(path.name for path in (gallery.DATA / "plots").iterdir())
    assert size < 600_000
