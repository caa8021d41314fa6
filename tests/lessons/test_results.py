"""The replay that stores outputs, figures and the README's table."""

import json
import shutil

from course_utils.lessons import results
from course_utils.lessons.results import BEGIN, END
from course_utils.measured import MIME_TYPE

import nbclient
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

GOOD = """from course_utils.measured import measured
measured("mean_iou", 0.83456, at_least=0.8)
measured("windows", 12345)
"""
COVER = """import base64
from IPython.display import Image
Image(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
))"""
SLIDER = """import ipywidgets
from IPython.display import display

def draw(right=1):
    for i in range(20):
        print(right, i)

display(ipywidgets.interactive(draw, right=(0, 9)))
"""
FAILING = "raise RuntimeError('no such picture')"
TWICE = GOOD + 'measured("mean_iou", 0.9)'


def lesson(folder, name, *sources, title="A title · 题目", cover=None):
    """Write a notebook of a title and code cells."""
    cells = [new_markdown_cell(f"# {name.split('_')[0]} · {title}\n\nmore")]
    cells += [new_code_cell(source) for source in sources]
    if cover:
        cells.append(new_code_cell(cover, metadata={"tags": ["cover"]}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of its own: folders, a README with markers, no lessons yet."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(results, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(results, "RESULTS", tmp_path / "data" / "results.json")
    monkeypatch.setattr(results, "COVERS", tmp_path / "data" / "covers")
    # The default of an argument is bound once, so the README is handed over here.
    write = results.write_readme
    monkeypatch.setattr(results, "write_readme", lambda r: write(r, tmp_path / "README.md"))
    return tmp_path


# --- Running --------------------------------------------------------------------------------------


def test_a_lesson_with_widgets_runs_to_its_end(tmp_path):
    """Nbclient playing the browser would take what a slider draws, and may wait for ever."""
    path = lesson(tmp_path, "P901_widgets", SLIDER, "print('after')", GOOD)
    before = path.read_bytes()
    notebook, seconds = results.run(path)
    assert path.read_bytes() == before, "run() writes nothing"
    assert 0 < seconds < 60
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2, 3]
    drawn = "".join(output.get("text", "") for output in notebook.cells[1].outputs)
    assert "1 19\n" in drawn, "readers on the web see what the slider draws"
    assert notebook.cells[2].outputs[0].text == "after\n"
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.language_info == {"name": "python"}
    assert not any("execution" in cell.metadata for cell in notebook.cells), "times are noise"
    assert results.figures(notebook) == {
        "mean_iou": {"value": 0.8346, "at_least": 0.8},
        "windows": {"value": 12345.0},
    }


def test_a_failing_cell_is_an_error(tmp_path):
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="no such picture"):
        results.run(lesson(tmp_path, "P901_failing", FAILING))


# --- Reading outputs ------------------------------------------------------------------------------


def claimed(**claim):
    """A cell whose output carries one figure."""
    bundle = {MIME_TYPE: claim, "text/plain": "..."}
    cell = new_code_cell("measured(...)")
    cell.outputs = [new_output("display_data", data=bundle)]
    return cell


def test_figures_come_from_any_cell_in_order():
    stream = new_code_cell("print(1)")
    stream.outputs = [new_output("stream", text="ap50 = 0.99\n")]
    cells = [
        new_markdown_cell("ap50 = 0.98"),
        stream,
        claimed(key="error", value=0.012345678, at_most=0.05),
        claimed(key="ap50", value=0.9, at_least=0.8, at_most=1.0),
    ]
    found = results.figures(new_notebook(cells=cells))
    assert list(found) == ["error", "ap50"]
    assert found["error"] == {"value": 0.01235, "at_most": 0.05}
    assert found["ap50"] == {"value": 0.9, "at_least": 0.8, "at_most": 1.0}


def test_figures_leave_the_notebook_as_it_is():
    notebook = new_notebook(cells=[claimed(key="ap50", value=0.9)])
    assert results.figures(notebook) == results.figures(notebook)


def test_a_figure_measured_twice_is_refused():
    cells = [claimed(key="ap50", value=0.9), claimed(key="ap50", value=0.8)]
    with pytest.raises(ValueError, match="'ap50' is measured twice"):
        results.figures(new_notebook(cells=cells))


def test_a_notebook_without_a_cover_has_none():
    picture = new_code_cell("plt.show()")
    picture.outputs = [new_output("display_data", data={"image/png": "iVBORw=="})]
    assert results.cover(new_notebook(cells=[picture])) is None
    picture.metadata["tags"] = ["cover"]
    assert results.cover(new_notebook(cells=[picture])) == b"\x89PNG"


# --- The table ------------------------------------------------------------------------------------


def result(**figures):
    run = {"date": "2026-01-02", "cpu": "A processor, 2 cores"}
    return {"seconds": 20.2, "figures": figures, "run": run}


def test_table_names_lessons_in_order_with_figures_and_bars(course):
    for name in ("P136_second", "P131_first"):
        lesson(course / "notebooks", name)
    figures = {"mean_iou": {"value": 0.8312, "at_least": 0.8}, "error": {"value": 2, "at_most": 3}}
    written = results.table({"P136": result(**figures), "P131": result(pairs={"value": 10000.0})})
    head, rule, first, second, empty, count, runs = written.split("\n")
    assert head.count("|") == rule.count("|") == first.count("|") == second.count("|") == 5
    assert first.startswith("| [**P131** A title](notebooks/P131_first.ipynb)<br>题目 |")
    assert "pairs 10,000 |" in first
    assert '<img src="data/covers/P136.png" width="260" alt="A title"> | 20 |' in second
    assert "mean iou 0.831 (≥ 0.8)<br>error 2 (≤ 3)" in second
    assert (empty, count) == ("", "Lessons that stand today: 2 of 24.")
    assert runs == "Run on A processor, 2 cores (2026-01-02)."


def test_readme_keeps_what_is_around_the_table(course):
    lesson(course / "notebooks", "P131_first")
    results.write_readme({"P131": result()})
    once = (course / "README.md").read_text("utf-8")
    assert once.startswith(f"before\n{BEGIN}\n| lesson")
    assert once.endswith(f"\n{END}\nafter\n") and "old" not in once
    results.write_readme({"P131": result()})
    assert (course / "README.md").read_text("utf-8") == once


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN}\n", f"\n{END}"])
def test_readme_without_both_markers_is_left_alone(course, text):
    (course / "README.md").write_text(text)
    with pytest.raises(ValueError, match=r"README\.md needs the lines .* around its table"):
        results.write_readme({})
    assert (course / "README.md").read_text() == text


# --- All together ---------------------------------------------------------------------------------


def test_main_stores_what_runs_and_leaves_what_fails(course, capsys):
    folder = course / "notebooks"
    good = lesson(folder, "P131_good", GOOD, cover=COVER)
    failing = lesson(folder, "P133_failing", "print('so far')", FAILING)
    twice = lesson(folder, "P136_twice", TWICE)
    untouched = failing.read_bytes(), twice.read_bytes()
    old = result(mean_iou={"value": 0.9})
    stored = {"P133": old, "P999": result()}
    results.RESULTS.write_text(json.dumps(stored))

    assert results.main([]) == 1

    said = capsys.readouterr().out
    assert "mean iou 0.835 (≥ 0.8)" in said and "windows 12,345" in said
    assert "no such picture" in said and "measured twice" in said
    assert (failing.read_bytes(), twice.read_bytes()) == untouched
    assert nbformat.read(good, as_version=4).cells[1].execution_count == 1
    found = json.loads(results.RESULTS.read_text("utf-8"))
    assert list(found) == ["P131", "P133"], "a lesson that is gone loses its results"
    assert found["P133"] == old, "a lesson that fails keeps its last results"
    assert found["P131"]["figures"]["mean_iou"] == {"value": 0.8346, "at_least": 0.8}
    assert found["P131"]["run"].keys() >= {"date", "cpu", "python", "keras", "tensorflow"}
    assert (course / "data" / "covers" / "P131.png").read_bytes().startswith(b"\x89PNG")
    assert "[**P131** A title]" in (course / "README.md").read_text("utf-8")


def test_main_runs_the_named_lessons_alone(course, monkeypatch):
    ran = []
    for name in ("P131_a", "P136_b"):
        lesson(course / "notebooks", name)

    def pretend(path):
        ran.append(path.name)
        return nbformat.read(path, as_version=4), 1.26

    monkeypatch.setattr(results, "run", pretend)
    assert results.main(["P136"]) == 0
    assert ran == ["P136_b.ipynb"]
    assert json.loads(results.RESULTS.read_text())["P136"]["seconds"] == 1.3
    shutil.rmtree(course / "data" / "covers")
    assert results.main([]) == 0 and len(ran) == 3


def test_unknown_names_are_told_the_known_ones(course, capsys, monkeypatch):
    lesson(course / "notebooks", "P136_b")
    monkeypatch.setattr(results, "run", lambda path: pytest.fail("ran for nothing"))
    assert results.main(["P136", "P999"]) == 1
    assert "no lesson ['P999']: there are P136" in capsys.readouterr().out
    assert not results.RESULTS.exists()
