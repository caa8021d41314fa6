"""`plots.show`: what ends up in a notebook, and what happens elsewhere."""

from course_utils import plots

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

CELL = """
from course_utils import plots
import matplotlib.pyplot as plt
figure, ax = plt.subplots(figsize=(3, 2))
plots.show_picture(ax, [[0, 1]])
plots.show('One < two & "three".')
"""
INTERACTIVE = """
import ipywidgets
def draw(n=3):
    figure, ax = plt.subplots(figsize=(3, 2))
    plots.show("A slider moves this.")
ipywidgets.interactive(draw, n=(1, 5))
"""


@pytest.fixture(scope="module")
def notebook():
    cells = [nbformat.v4.new_code_cell(source) for source in (CELL, INTERACTIVE)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, store_widget_state=True, timeout=120).execute()
    return notebook


def test_a_notebook_stores_picture_alternative_text_and_caption(notebook):
    picture, caption = [
        output for output in notebook.cells[0].outputs if output.output_type == "display_data"
    ]
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.data["text/plain"] == "<Figure with 1 Axes>"
    assert picture.metadata == {"image/png": {"alt": 'One < two & "three".'}}
    assert caption.data["text/html"] == '<small><i>One &lt; two &amp; "three".</i></small>'
    assert caption.data["text/plain"] == 'One < two & "three".'


def test_the_classic_html_export_makes_an_alt_attribute_of_it(notebook):
    nbconvert = pytest.importorskip("nbconvert")  # comes with JupyterLab
    page, _ = nbconvert.HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert "alt='One &lt; two &amp; \"three\".'" in page


def test_the_figure_is_shown_once_under_a_slider(notebook):
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    [outputs] = [one["state"]["outputs"] for one in states.values() if "outputs" in one["state"]]
    assert [list(output["data"]) for output in outputs] == [
        ["image/png", "text/plain"],
        ["text/html", "text/plain"],
    ]
    assert outputs[0]["metadata"] == {"image/png": {"alt": "A slider moves this."}}


def test_elsewhere_it_prints_and_closes(capsys):
    other, figure = plt.figure(), plt.figure()
    plots.show("  Two\n  lines. ")
    assert capsys.readouterr().out == "Two lines.\n"
    assert plt.get_fignums() == [other.number] and figure.number not in plt.get_fignums()
    plt.close("all")


@pytest.mark.parametrize(
    ("caption", "drawn", "error", "says"),
    [
        (3, True, TypeError, "caption: expected a text, got int"),
        (None, True, TypeError, "caption: expected a text, got NoneType"),
        (" \n", True, ValueError, "expected what to see in this picture"),
        ("A caption.", False, ValueError, "There is no figure to show"),
    ],
)
def test_it_refuses(caption, drawn, error, says):
    plt.close("all")
    if drawn:
        plt.figure()
    with pytest.raises(error, match=says):
        plots.show(caption)
    plt.close("all")
