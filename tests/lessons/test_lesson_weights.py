"""The command that runs lessons and stores the weights that they offer."""

import hashlib
import json

from course_utils import registry, weights
from course_utils.lessons import weights as command

import nbformat
import numpy as np
import pytest

OFFERING = """import numpy as np
from types import SimpleNamespace
from course_utils import weights

kernel = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
model = SimpleNamespace(weights=[kernel], get_weights=lambda: [kernel])
weights.offer("small", model, accuracy=0.875)
"""


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A course of its own: three lessons, and a registry that holds one file of a package."""
    (tmp_path / "notebooks").mkdir()
    lessons = {
        "P901_offers": OFFERING,
        "P902_offers_nothing": "1 + 1",
        "P903_fails": OFFERING.replace("small", "broken") + "\nraise RuntimeError('no luck')",
        "P904_offers_the_same": OFFERING,
    }
    for name, source in lessons.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(notebook, tmp_path / "notebooks" / f"{name}.ipynb")
    (tmp_path / "data").mkdir()
    sums = tmp_path / "data" / "registry.json"
    sums.write_text(json.dumps({"other.h5": {"sha256": "0", "package": "p==1", "path": "o.h5"}}))
    monkeypatch.setattr(registry, "REGISTRY", sums)
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(tmp_path / "notebooks"))
    return tmp_path / "data"


def test_a_lesson_is_run_and_its_weights_stored(data, capsys):
    notebook = data.parent / "notebooks" / "P901_offers.ipynb"
    before = notebook.read_bytes()
    assert command.main(["P901"]) == 0
    assert "data/weights/small.h5: 12 parameters, " in capsys.readouterr().out
    assert notebook.read_bytes() == before
    entry = registry.entries()["small.h5"]
    assert (
        entry.pop("sha256")
        == hashlib.sha256((data / "weights" / "small.h5").read_bytes()).hexdigest()
    )
    assert len(entry.pop("date")) == 10
    assert entry == {
        "path": "weights/small.h5",
        "lesson": "P901",
        "scores": {"accuracy": 0.875},
        "parameters": 12,
    }
    assert list(registry.entries()) == ["other.h5", "small.h5"]
    assert list(weights.trained()) == ["small"]
    (array,) = weights.load("small")
    np.testing.assert_allclose(array, np.linspace(0, 1, 12).reshape(3, 4), atol=1e-3)

    stored = (data / "registry.json").read_text()
    assert command.main(["P904"]) == 1
    assert "small are the weights of P901" in capsys.readouterr().out
    assert (data / "registry.json").read_text() == stored


def test_what_fails_changes_nothing_and_the_next_still_runs(data, capsys):
    before = (data / "registry.json").read_text()
    assert command.main(["P903", "P902"]) == 1
    said = capsys.readouterr().out
    assert "no luck" in said and "P902 ..." in said and "offers no weights" in said
    assert (data / "registry.json").read_text() == before
    assert not list(data.glob("weights/*"))


@pytest.mark.parametrize(("names", "says"), [([], "Name a lesson"), (["P139"], "no lesson 'P139'")])
def test_unknown_lessons(data, capsys, names, says):
    assert command.main(names) == 1
    assert says in capsys.readouterr().out
