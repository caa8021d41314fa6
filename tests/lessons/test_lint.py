"""The lint: each row breaks a good lesson in one way, and the lint says so in one line."""

from course_utils.lessons.lint import lint, main

import nbformat
import pytest
from lessons.small_lesson import FILE_NAME, small_lesson, write_small_lesson
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

# Places in the small lesson.
HEAD, SETUP, PARAMETERS, TASK, SOLUTION, CHECKS, DEMONSTRATION = range(7)

ROWS = []


def row(cell, expected):
    """Note a change of the notebook: the cell that the lint names, from 0, and its words."""

    def keep(change):
        ROWS.append(pytest.param(change, cell, expected, id=change.__name__))
        return change

    return keep


def source(notebook, index, old, new):
    assert old in notebook.cells[index].source
    notebook.cells[index].source = notebook.cells[index].source.replace(old, new)


@row(DEMONSTRATION, "Its count is None")
def never_run(notebook):
    notebook.cells[DEMONSTRATION].execution_count = None


@row(DEMONSTRATION, "Its count is 17, and 5 in one run")
def run_again_later(notebook):
    notebook.cells[DEMONSTRATION].execution_count = 17


@row(DEMONSTRATION, "stored output is an error: ValueError")
def an_error_is_stored(notebook):
    output = new_output("error", ename="ValueError", evalue="boom", traceback=[])
    notebook.cells[DEMONSTRATION].outputs.append(output)


@row(DEMONSTRATION, "writes to stderr")
def a_warning_is_stored(notebook):
    output = new_output("stream", name="stderr", text="careful")
    notebook.cells[DEMONSTRATION].outputs.append(output)


@row(DEMONSTRATION, "31 lines; 30 are the most")
def a_long_cell(notebook):
    notebook.cells[DEMONSTRATION].source = "\n".join(["x = 1"] * 31)


@row(CHECKS, "lines; 40 are the most")
def a_long_check_cell(notebook):
    notebook.cells[CHECKS].source += "\nassert total([1]) == 1" * 40


@row(HEAD, "must begin with a line like '# P901")
def no_title_line(notebook):
    notebook.cells[HEAD].source = "Counting"


@row(HEAD, "begins with '# P901 · '")
def another_lessons_title(notebook):
    source(notebook, HEAD, "# P901", "# P902")


@row(HEAD, "number · English title · Chinese title")
def no_chinese_title(notebook):
    source(notebook, HEAD, " · 计数", "")


@row(HEAD, "how long it takes")
def no_minutes(notebook):
    source(notebook, HEAD, "about 30 seconds", "soon")


@row(None, "No code cell is tagged 'setup'")
def no_setup(notebook):
    notebook.cells[SETUP].metadata.tags = []


@row(None, "tagged 'parameters', not 0")
def no_parameters(notebook):
    notebook.cells[PARAMETERS].metadata.tags = []


@row(None, "tagged 'parameters', not 2")
def two_parameters_cells(notebook):
    notebook.cells[DEMONSTRATION].metadata.tags = ["parameters"]


@row(DEMONSTRATION, "never be replayed")
def a_cell_that_is_skipped(notebook):
    notebook.cells[DEMONSTRATION].metadata.tags = ["nbval-skip"]


@row(SOLUTION, "cannot be tagged setup")
def a_solution_as_setup(notebook):
    notebook.cells[SOLUTION].metadata.tags = ["setup"]


@row(None, "2 exercises; 3 are the least")
def two_exercises(notebook):
    del notebook.cells[10:13]
    notebook.cells[9].metadata.nbgrader.points = 6
    source(notebook, 7, "(3 points)", "(6 points)")


@row(None, "points sum to 11, not 10")
def eleven_points(notebook):
    notebook.cells[CHECKS].metadata.nbgrader.points = 5
    source(notebook, TASK, "(4 points)", "(5 points)")


@row(SOLUTION, "heading '## Exercise 1: ... (4 points)'")
def heading_with_other_points(notebook):
    source(notebook, TASK, "(4 points)", "(3 points)")


@row(SOLUTION, "heading '## Exercise 1: ")
def no_heading(notebook):
    notebook.cells[TASK].source = "Write `total`."


@row(CHECKS, "no hidden tests")
def no_hidden_tests(notebook):
    source(notebook, CHECKS, "### BEGIN HIDDEN TESTS\n", "")
    source(notebook, CHECKS, "\n### END HIDDEN TESTS", "")


@row(CHECKS, "1 BEGIN HIDDEN TESTS, but 0 END")
def hidden_tests_without_end(notebook):
    source(notebook, CHECKS, "\n### END HIDDEN TESTS", "")


@row(SOLUTION, "no ### BEGIN SOLUTION")
def no_solution_region(notebook):
    source(notebook, SOLUTION, "    ### BEGIN SOLUTION\n", "")
    source(notebook, SOLUTION, "\n    ### END SOLUTION", "")


@row(SOLUTION, "signature stands outside")
def signature_inside_the_solution(notebook):
    text = notebook.cells[SOLUTION].source.replace("    ### BEGIN SOLUTION\n", "")
    notebook.cells[SOLUTION].source = "### BEGIN SOLUTION\n" + text


@row(SOLUTION, "docstring stands outside")
def no_docstring(notebook):
    source(notebook, SOLUTION, '    """Sum of a list of numbers."""\n', "")


@row(SOLUTION, "Without its solution it is no Python")
def a_stub_that_is_no_python(notebook):
    source(notebook, SOLUTION, "def total(numbers):\n", "def total(numbers:\n")


@row(CHECKS, "has no grade_id")
def no_grade_id(notebook):
    del notebook.cells[CHECKS].metadata.nbgrader["grade_id"]


@row(8, "'total' is there twice")
def a_grade_id_twice(notebook):
    notebook.cells[8].metadata.nbgrader.grade_id = "total"


@row(CHECKS, "Its grade_id is total_checks")
def checks_named_otherwise(notebook):
    notebook.cells[CHECKS].metadata.nbgrader.grade_id = "tests_of_total"


@row(CHECKS, "is not locked")
def checks_that_can_be_edited(notebook):
    notebook.cells[CHECKS].metadata.nbgrader.locked = False


@row(SOLUTION, "not both")
def solution_and_check_in_one(notebook):
    notebook.cells[SOLUTION].metadata.nbgrader.grade = True


@row(DEMONSTRATION, "not marked for nbgrader")
def a_solution_that_would_be_handed_out(notebook):
    notebook.cells[DEMONSTRATION].source = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


@row(None, "`total` has no check cell")
def a_solution_without_checks(notebook):
    del notebook.cells[CHECKS]


@row(9, "It uses 'demonstration'")
def a_check_that_uses_a_shown_cell(notebook):
    notebook.cells[9].source += "\nassert demonstration == 6"


@row(SOLUTION, "It uses 'numpy'")
def a_solution_that_uses_an_unknown_name(notebook):
    source(notebook, SOLUTION, "result = 0.0", "result = numpy.float64(0)")


@row(CHECKS, "It uses 'spread'")
def a_check_that_uses_a_later_answer(notebook):
    notebook.cells[CHECKS].source += "\nassert spread([1.0]) == 0"


@row(DEMONSTRATION, "ends in fit(...)")
def a_cell_that_ends_in_fit(notebook):
    notebook.cells[DEMONSTRATION].source = "model = 1\nmodel.fit(values, verbose=0)"


@row(DEMONSTRATION, "ends in plot(...)")
def a_cell_that_ends_in_plot(notebook):
    notebook.cells[DEMONSTRATION].source = "plt.plot(values);"


@row(DEMONSTRATION, "'speed' is measured twice")
def a_key_measured_twice(notebook):
    notebook.cells[
        DEMONSTRATION
    ].source = 'measured("speed", 1, at_least=1)\nmeasured("speed", 2, at_least=1)'


@row(DEMONSTRATION, "takes its key as text")
def a_key_with_a_space(notebook):
    notebook.cells[DEMONSTRATION].source = 'measured("Top speed", 1, at_least=1)'


@row(DEMONSTRATION, "names no bar")
def a_claim_without_a_bar(notebook):
    notebook.cells[DEMONSTRATION].source = 'measured("speed", 1)'


@row(13, "The cell is empty")
def an_empty_text_cell(notebook):
    notebook.cells[13].source = " \n"


@row(None, "MB; 2.5 MB are the most")
def a_heavy_notebook(notebook):
    output = new_output("stream", name="stdout", text="x" * 2_600_000)
    notebook.cells[DEMONSTRATION].outputs = [output]


@row(None, "nbformat refuses it")
def an_output_of_an_unknown_type(notebook):
    notebook.cells[DEMONSTRATION].outputs = [nbformat.from_dict({"output_type": "smell"})]


def write(notebook, folder):
    path = folder / FILE_NAME
    path.write_text(nbformat.v4.nbjson.writes(notebook), encoding="utf-8")
    return path


def test_the_good_lesson_passes(tmp_path, capsys):
    path = write_small_lesson(tmp_path)
    assert lint(path) == []
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("change", "cell", "expected"), ROWS)
def test_broken_lesson(change, cell, expected, tmp_path):
    notebook = small_lesson()
    change(notebook)
    problems = lint(write(notebook, tmp_path))
    place = None if cell is None else cell + 1
    found = [problem.text for problem in problems if problem.cell == place]
    assert any(expected in text for text in found), problems


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda n: n.cells.insert(7, new_markdown_cell("More.")), "text between cells"),
        (
            lambda n: source(n, SOLUTION, "result = 0.0", "result = math.fsum([])"),
            "names of the setup",
        ),
        (
            lambda n: source(n, SOLUTION, "for number", "_ = [n for n in numbers]\n    for number"),
            "names of a comprehension",
        ),
        (
            lambda n: source(n, DEMONSTRATION, "print(demonstration)", "curve = plt.plot(values)"),
            "a plot that is assigned",
        ),
        (
            lambda n: source(n, DEMONSTRATION, "print(d", "%matplotlib inline\nprint(d"),
            "a magic",
        ),
    ],
)
def test_what_is_allowed(change, why, tmp_path):
    notebook = small_lesson()
    change(notebook)
    assert lint(write(notebook, tmp_path)) == [], why


def test_a_file_that_is_no_lesson(tmp_path, capsys):
    path = tmp_path / "P901_counting.ipynb"
    path.write_text("{")
    assert main([str(path)]) == 1
    assert "P901_counting.ipynb: notebook: " in capsys.readouterr().out
    assert main([str(tmp_path / "notes.ipynb")]) == 1


def test_a_line_names_file_and_cell(tmp_path, capsys):
    notebook = small_lesson()
    notebook.cells.append(new_code_cell("x = 1", execution_count=None))
    path = write(notebook, tmp_path)
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"{path}: cell 15: Its count is None, and 10")


def test_without_arguments_it_says_how(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
