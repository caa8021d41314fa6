"""The replay that stores outputs, figures and the README's table."""

import json

from course_utils.lessons import results
from course_utils.lessons.readme import BEGIN, END
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
    monkeypatch.setattr(results, "README", tmp_path / "README.md")
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


# --- Storing --------------------------------------------------------------------------------------


def result(**figures):
    run = {"date": "2026-01-02", "cpu": "A processor, 2 cores"}
    return {"seconds": 20.2, "figures": figures, "run": run}


def test_two_runs_at_once_keep_each_others_rows(course):
    """Each stores its row into what is there by then, not into what was there at its start."""
    for name in ("P136_b", "P131_a", "P152a_c"):
        lesson(course / "notebooks", name)
    results.store("P136", result(pairs={"value": 1}))
    results.store("P131", result())
    results.store("P152a", result())
    results.store("P136", result(pairs={"value": 2}))
    found = results.read_results()
    assert list(found) == ["P131", "P136", "P152a"]
    assert found["P136"]["figures"] == {"pairs": {"value": 2}}


def foot_of(path):
    return json.loads(path.read_text("utf-8"))["cells"][-1]["source"]


def test_feet_lead_to_the_neighbours_and_nothing_else_changes(course):
    paths = {}
    for name in ("P131_a", "P133_b", "P136_c", "P900_own"):
        paths[name] = lesson(course / "notebooks", name, "1 + 1")
        content = json.loads(paths[name].read_text("utf-8"))
        content["metadata"]["z"], content["metadata"]["a"] = 0.1, "中文"
        foot = {"cell_type": "markdown", "id": "foot", "metadata": {}, "source": ["old"]}
        content["cells"].append(foot)
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        paths[name].write_text(text, encoding="utf-8")
    (course / "notebooks" / "P137_draft.ipynb").write_text("{")
    without = lesson(course / "notebooks", "P138_without")
    before = without.read_bytes(), paths["P133_b"].read_text("utf-8")
    results.write_feet()
    assert foot_of(paths["P131_a"]) == ["[P133 →](P133_b.ipynb)"]
    assert foot_of(paths["P133_b"]) == ["[← P131](P131_a.ipynb) · [P136 →](P136_c.ipynb)"]
    assert foot_of(paths["P900_own"]) == ["[← P138](P138_without.ipynb)"]
    assert without.read_bytes() == before[0], "a lesson without a foot is the lint's business"
    after = paths["P133_b"].read_text("utf-8")
    assert after.replace(foot_of(paths["P133_b"])[0], "old") == before[1]
    stamps = [path.stat().st_mtime_ns for path in paths.values()]
    results.write_feet()
    assert stamps == [path.stat().st_mtime_ns for path in paths.values()], "what is right stays"


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
    assert (course / "data" / "covers" / "P131.jpg").read_bytes().startswith(b"\xff\xd8")
    assert "[**P131**<br>A title]" in (course / "README.md").read_text("utf-8")


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
    assert results.main([]) == 0 and len(ran) == 3


def test_unknown_names_are_told_the_known_ones(course, capsys, monkeypatch):
    lesson(course / "notebooks", "P136_b")
    monkeypatch.setattr(results, "run", lambda path: pytest.fail("ran for nothing"))
    assert results.main(["P136", "P999"]) == 1
    assert "no lesson ['P999']: there are P136" in capsys.readouterr().out
    assert not results.RESULTS.exists()
