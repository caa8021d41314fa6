"""The benchmark of IoU and average precision runs, and both ways give the same."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "metrics.py"


@pytest.fixture
def benchmark(monkeypatch):
    """The module, at a size of seconds."""
    spec = importlib.util.spec_from_file_location("benchmark_metrics", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in {"ROUNDS": 1, "BOXES": 20, "ROWS": 50, "PICTURES": 5}.items():
        monkeypatch.setattr(module, name, value)
    return module


def test_the_table_has_a_row_for_each_comparison(benchmark, capsys):
    benchmark.main([])
    printed = capsys.readouterr().out
    for words in ("iou, 20 x 20, float32", "paired_iou, 50, float64", "80 classes", "pycocotools"):
        assert words in printed


def test_an_unknown_part_is_refused(benchmark):
    with pytest.raises(SystemExit, match="expected parts out of overlap, precision; got speed"):
        benchmark.main(["speed"])
