"""The registry of weights: every file has its sum, and what is wrong is said."""

import hashlib
import importlib.metadata
import json
import tomllib
from pathlib import Path

from course_utils import registry

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", registry.entries())
def test_every_file_is_there(name):
    path = registry.verified(name)
    assert path.name == name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == registry.entries()[name]["sha256"]


def test_packages_are_pinned_as_in_pyproject():
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = {e["package"] for e in registry.entries().values() if "package" in e}
    assert packages and packages <= set(dependencies["dependencies"])


@pytest.fixture
def entry(tmp_path, monkeypatch):
    """Write a registry of one file, `w.h5`, which lies in its folder."""
    (tmp_path / "w.h5").write_bytes(b"abc")
    sha256 = hashlib.sha256(b"abc").hexdigest()

    def write(**fields):
        (tmp_path / "registry.json").write_text(json.dumps({"w.h5": {"sha256": sha256, **fields}}))
        monkeypatch.setattr(registry, "REGISTRY", tmp_path / "registry.json")
        return tmp_path / "w.h5"

    return write


def test_a_file_of_the_repository(entry):
    path = entry()
    assert registry.verified("w.h5") == path
    path.write_bytes(b"abd")
    with pytest.raises(registry.WeightsError, match=r"damaged or another.*git checkout -- data/w"):
        registry.verified("w.h5")
    path.unlink()
    with pytest.raises(registry.WeightsError, match=r"w\.h5 is missing.*git checkout"):
        registry.verified("w.h5")


def test_a_file_of_a_package(entry, monkeypatch):
    path = entry(package="some-weights==1.2", path="some/w.h5")
    with pytest.raises(registry.WeightsError, match=r"some-weights==1\.2 is not installed.*pip in"):
        registry.verified("w.h5")

    class Installed:
        def locate_file(self, name):
            return path.parent / name

    monkeypatch.setattr(importlib.metadata, "distribution", {"some-weights": Installed()}.get)
    with pytest.raises(registry.WeightsError, match=r"is missing: .*pip install .*some-weights=="):
        registry.verified("w.h5")
    (path.parent / "some").mkdir()
    path.rename(path.parent / "some" / "w.h5")
    assert registry.verified("w.h5") == path.parent / "some" / "w.h5"
