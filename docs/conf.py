"""Sphinx's settings for `make site`, and what becomes of a lesson on its page.

Sphinx calls the page of README.md the root; the notebooks are read where they are.
"""

import json
import re
from pathlib import Path

from course_utils.lessons import catalogue

from docutils import nodes
from latex2mathml import converter

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSONS = catalogue.notebooks(NOTEBOOKS)
ABOUT = ["data/README", "data/plots", "CONTRIBUTING", "CHANGELOG"]
BRANCH = "main"  # the one that Binder and Colab open

project = "Convolutional networks, by hand"
root_doc = "README"
include_patterns = [f"notebooks/{path.name}" for path in LESSONS.values()]
include_patterns += [f"{name}.md" for name in [root_doc, *ABOUT]]
exclude_patterns = [".*", "artifacts", "my_lessons", "site"]  # Sphinx does not look into these
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "html_image"]
myst_dmath_double_inline = True  # $$...$$ within a paragraph is shown on a line of its own
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # by default these come from another host
nb_merge_streams = True
# Each measured figure has its text beside what the course's tools read.
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "furo"
pygments_dark_style = "monokai"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_use_index = False
html_math_renderer = "mathml"


def mathml(formula, block=False):
    """A formula as the browser itself shows it, without a script."""
    formula = re.sub(r"\\log\b(?! *\()", r"\\log\\,", formula)  # the converter leaves no room there
    return converter.convert(formula, display="block" if block else "inline")


def show_formula(translator, node):
    """Write a formula into the page."""
    block = isinstance(node, nodes.math_block)
    text = mathml(node.astext(), block)
    if block or len(node.astext()) > 60:  # wider than a phone
        tag = "div" if block else "span"
        text = f'<{tag} class="formula">{text}</{tag}>'
    translator.body.append(text)
    raise nodes.SkipNode


def formulas_in_html(line):
    """A line of HTML (as a match), with its formulas as the browser shows them."""
    return re.sub(r"(\$\$?)([^$]+)\1", lambda one: mathml(one[2], one[1] == "$$"), line[0])


def on_its_page(cell):
    """Fold what a learner writes or should not see, and leave sliders to their still pictures."""
    tags = cell["metadata"].setdefault("tags", [])
    if cell["cell_type"] == "markdown":
        # Markdown leaves a line of HTML as it is, and so its formulas.
        source = "".join(cell["source"])
        cell["source"] = re.sub(r"^<details>.*", formulas_in_html, source, flags=re.M)
        return
    sliders = "application/vnd.jupyter.widget-view+json"
    cell["outputs"] = [one for one in cell["outputs"] if sliders not in one.get("data", {})]
    captions = [one.get("metadata", {}).get("image/png", {}) for one in cell["outputs"]]
    alt = " ".join(one["alt"] for one in captions if "alt" in one)
    cell["metadata"]["mystnb"] = {"image": {"alt": alt}} if alt else {}
    graded = cell["metadata"].get("nbgrader", {})
    if graded.get("solution") or graded.get("grade"):
        tags.append("hide-input")
        what = "The course's answer" if graded.get("solution") else "The check, with hidden tests"
        cell["metadata"]["mystnb"] |= {"code_prompt_show": what, "code_prompt_hide": what}


def addresses(file_name, repository):
    """Where a lesson of a repository on GitHub runs: the address by the name of the place."""
    return {
        "Binder": f"https://mybinder.org/v2/gh/{repository}/{BRANCH}?labpath=notebooks/{file_name}",
        "Colab": "https://colab.research.google.com/github/"
        f"{repository}/blob/{BRANCH}/notebooks/{file_name}",
    }


def where_to_run(file_name, repository):
    """Links that open a lesson where it runs, and what Colab needs first."""
    places = addresses(file_name, repository).items()
    links = " · ".join(f"[{name}]({address})" for name, address in places)
    return f"""\
Run this lesson in {links}.

<details><summary>In Colab, install the course first</summary>

Put these lines into a cell at the top and run it. Then choose *Runtime ▸ Restart session*.

    !git clone https://github.com/{repository}
    !pip install --quiet --editable {repository.partition("/")[2]}

</details>
"""


def contents():
    """The lists of pages in the margin; previous and next follow them."""
    parts = catalogue.by_part(LESSONS).items()
    lists = {title: [f"notebooks/{LESSONS[one].stem}" for one in group] for title, group in parts}
    lists["About the course"] = ABOUT
    for title, pages in lists.items():
        yield "\n".join(["", "```{toctree}", ":hidden:", f":caption: {title}", *pages, "```", ""])


def read(app, page, content):
    """Change what Sphinx read of a file before it makes a page of it."""
    if page == root_doc:
        head, *sections = re.split(r"^(?=## )", content[0], flags=re.M)
        sections.sort(key=lambda one: not one.startswith("## The lessons"))  # these come first
        content[0] = "".join([head, *sections, *contents()])
    if not page.startswith("notebooks/"):
        return
    notebook = json.loads(content[0])
    # Each page has its previous and next, and grades nothing.
    cells = [cell for cell in notebook["cells"] if cell["id"] not in ("foot", "grade")]
    for cell in cells:
        on_its_page(cell)
    if app.config.repository:
        links = where_to_run(f"{Path(page).name}.ipynb", app.config.repository)
        cells.insert(1, {"cell_type": "markdown", "id": "run-it", "metadata": {}, "source": links})
    content[0] = json.dumps(notebook | {"cells": cells})


def setup(app):
    """Tell Sphinx of the above."""
    app.add_config_value("repository", "", "env")
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))
    app.connect("source-read", read)
