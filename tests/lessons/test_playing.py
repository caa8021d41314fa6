"""Sliders under nbgrader: what they draw is an output of the cell, and nothing is sent back."""

import os
import subprocess
import sys
from pathlib import Path

from course_utils.lessons import jupyter

import pytest

ROOT = Path(__file__).parents[2]
# As nbgrader's Validate button and its commands do: settings are read, then nbclient runs.
RUN = """
import sys
import nbclient, nbformat
from nbformat.v4 import new_code_cell
from nbgrader.apps import NbGrader
NbGrader().load_config_file()
slider = "display(ipywidgets.interactive(print, a='drawn'))"
cells = [new_code_cell("import ipywidgets, sys"), new_code_cell(slider.replace("print, ", "f, "))]
cells[0].source += "\\ndef f(a): print(a)"
client = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=60)
client.execute()
print([one.get("text", "") for one in cells[1].outputs])
"""


@pytest.mark.parametrize("where", ["course lab", "the clone", "elsewhere"])
def test_what_a_slider_draws_is_a_plain_output(where, tmp_path):
    home = jupyter.write_settings(tmp_path) if where == "course lab" else tmp_path
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=ROOT if where == "the clone" else tmp_path,
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ("drawn\\n" in done.stdout) == (where != "elsewhere"), done.stdout + done.stderr
