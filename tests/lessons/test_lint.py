"""The lint: each row breaks a good lesson in one way, and the lint says so in one line."""

import copy

from course_utils.lessons import catalogue
from course_utils.lessons.catalogue import Entry
from course_utils.lessons.lint import lint, main
from course_utils.lessons.notebook import read_lesson
from course_utils.lessons.rules import notebook as notebook_rules

import nbformat
import pytest
from lessons.small_lesson import FILE_NAME, small_lesson, write_small_lesson
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

# Places in the small lesson.
HEAD, SETUP, PARAMETERS, TASK, SOLUTION, CHECKS, DEMONSTRATION = range(7)
REMEMBER, GRADE, LAST = 13, 14, 15

ROWS = []


@pytest.fixture(autouse=True)
def in_the_catalogue(monkeypatch):
    entry = Entry("P901", "counting", "Counting by hand", "计数", "detection")
    monkeypatch.setitem(catalogue.LESSONS, "P901", entry)


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


@row(DEMONSTRATION, "21 lines; 20 are the most")
def a_long_cell(notebook):
    notebook.cells[DEMONSTRATION].source = "\n".join(["x = 1"] * 21)


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


@row(HEAD, "The catalogue calls it 'Counting by hand · 计数'")
def another_english_title(notebook):
    source(notebook, HEAD, "Counting by hand", "Counting")


@row(HEAD, "The catalogue calls it")
def another_chinese_title(notebook):
    source(notebook, HEAD, "计数", "数数")


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
    source(notebook, 9, "checks.passed(3)", "checks.passed(6)")
    notebook.cells[9].metadata.nbgrader.points = 6
    source(notebook, 7, "(3 points)", "(6 points)")


@row(None, "points sum to 11, not 10")
def eleven_points(notebook):
    notebook.cells[CHECKS].metadata.nbgrader.points = 5
    source(notebook, CHECKS, "checks.passed(4)", "checks.passed(5)")
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


@row(REMEMBER, "The cell is empty")
def an_empty_text_cell(notebook):
    notebook.cells[REMEMBER].source = " \n"


@row(None, "MB; 0.8 MB are the most")
def a_heavy_notebook(notebook):
    output = new_output("stream", name="stdout", text="x" * 800_000)
    notebook.cells[DEMONSTRATION].outputs = [output]


@row(None, "nbformat refuses it")
def an_output_of_an_unknown_type(notebook):
    notebook.cells[DEMONSTRATION].outputs = [nbformat.from_dict({"output_type": "smell"})]


# --- Metadata and ids -----------------------------------------------------------------------------


@row(None, "metadata have no `course`")
def no_course(notebook):
    del notebook.metadata["course"]


@row(None, "course.part is 'detection', not 'faces'")
def another_part(notebook):
    notebook.metadata.course.part = "faces"


@row(None, "names 'P999', which is no other lesson")
def needs_an_unknown_lesson(notebook):
    notebook.metadata.course.needs = ["P131", "P999"]


@row(None, "names 'P901', which is no other lesson")
def needs_itself(notebook):
    notebook.metadata.course.needs = ["P901"]


@row(None, "course.needs is a list of lessons, not 'P131'")
def needs_that_are_no_list(notebook):
    notebook.metadata.course.needs = "P131"


@row(None, "learn_minutes is a number above 0, not '45'")
def minutes_as_text(notebook):
    notebook.metadata.course.learn_minutes = "45"


@row(None, "learn_minutes is a number above 0, not 0")
def no_minutes(notebook):
    notebook.metadata.course.learn_minutes = 0


@row(None, "course.lecture is a list of {item, cell}")
def an_empty_lecture(notebook):
    notebook.metadata.course.lecture = []


@row(None, "course.lecture holds {item, cell}, not ['a sum', 'total-task']")
def a_pair_in_the_lecture(notebook):
    notebook.metadata.course.lecture.append(["a sum", "total-task"])


@row(None, "there is no cell 'gone' for 'a figure'")
def a_cell_of_the_lecture_is_gone(notebook):
    notebook.metadata.course.lecture.append({"item": "a figure", "cell": "gone"})


def id_row(name):
    @row(DEMONSTRATION, f"Its id is words like 'masked-loss-task', not {name!r}")
    def change(notebook):
        notebook.cells[DEMONSTRATION].id = name


for bad in ("p131-003", "P131", "cell-12", "c65769d531", "443615f35b", "Total", "a_b", "a--b"):
    id_row(bad)
id_row("1b2c3d4e-5f60-4711-8899-aabbccddeeff")


@row(DEMONSTRATION, "The id 'setup' is there twice")
def an_id_twice(notebook):
    notebook.cells[DEMONSTRATION].id = "setup"


# --- Budget ---------------------------------------------------------------------------------------


@row(None, "41 cells; 40 are the most")
def too_many_cells(notebook):
    for number in range(25):
        notebook.cells.insert(7, new_markdown_cell("More.", id=f"more-{number}"))


@row(None, " words of text; 1,300 are the most")
def too_many_words(notebook):
    notebook.cells[REMEMBER].source += "\n\n" + "word " * 1_300


@row(None, " lines of code without check cells; 240 are the most")
def too_many_lines(notebook):
    for number in range(12):
        cell = new_code_cell("x = 1\n" * 19 + "x = 2", id=f"more-{number}")
        notebook.cells.insert(7, cell)


# --- Anatomy --------------------------------------------------------------------------------------


@row(None, 'holds the line LESSON = "P901" once')
def another_lessons_name(notebook):
    source(notebook, SETUP, 'LESSON = "P901"', 'LESSON = "P136"')


@row(None, "holds the line LESSON")
def no_name(notebook):
    source(notebook, SETUP, 'LESSON = "P901"', "")


@row(CHECKS, "It ends in the line checks.passed(4)")
def passed_with_other_points(notebook):
    source(notebook, CHECKS, "checks.passed(4)", "checks.passed(3)")


@row(CHECKS, "It ends in the line checks.passed(4)")
def passed_before_the_last_check(notebook):
    notebook.cells[CHECKS].source += "\nassert total([1]) == 1"


@row(DEMONSTRATION, "It uses rng and does not make it")
def another_cells_generator(notebook):
    source(notebook, SETUP, "import random", "import random\nrng = random.Random(1)")
    notebook.cells[DEMONSTRATION].source = "print(rng.random())"


@row(DEMONSTRATION, "It uses rng and does not make it")
def another_cells_generator_in_a_function(notebook):
    notebook.cells[DEMONSTRATION].source = "def draw():\n    return rng.random()"


@row(CHECKS, "not setup's 'generator'")
def a_check_that_draws_from_setup(notebook):
    source(notebook, SETUP, "import random", "import random\ngenerator = random.Random(1)")
    source(notebook, CHECKS, "rng = random.Random(9011)\n", "")
    source(notebook, CHECKS, "rng.random()", "generator.random()")


@row(DEMONSTRATION, "A picture has no alt text")
def a_picture_without_words(notebook):
    output = new_output("display_data", data={"image/png": "iVBORw=="})
    notebook.cells[DEMONSTRATION].outputs.append(output)


@row(DEMONSTRATION, "A picture has no alt text")
def a_picture_with_empty_words(notebook):
    output = new_output("display_data", data={"image/png": "iVBORw=="})
    output.metadata = {"image/png": {"alt": " ", "width": 300}}
    notebook.cells[DEMONSTRATION].outputs.append(output)


@row(DEMONSTRATION, "in place of plt.show()")
def plain_show(notebook):
    notebook.cells[DEMONSTRATION].source = "plt.show()"


@row(None, "2 folded predictions; 3 are the least")
def two_predictions(notebook):
    source(notebook, TASK, "What do you expect?", "Idea")


@row(None, "no section '## Five questions'")
def no_questions(notebook):
    source(notebook, REMEMBER, "## Five questions", "## Questions")


@row(None, "'Five questions' has 4 folded answers, not 5")
def four_questions(notebook):
    source(notebook, REMEMBER, "<details><summary>5. Why?</summary>Because.</details>", "")


@row(None, "'Five questions' has 4 folded answers, not 5")
def a_fold_of_the_next_section_is_no_question(notebook):
    source(notebook, REMEMBER, "<details><summary>5.", "## Beyond\n\n<details><summary>5.")


@row(GRADE, "The last code cell calls grade_here(LESSON)")
def no_grade(notebook):
    source(notebook, GRADE, "grade_here(LESSON)", "print(LESSON)")


@row(GRADE, "The last code cell calls grade_here(LESSON)")
def a_grade_of_another_lesson(notebook):
    source(notebook, GRADE, "grade_here(LESSON)", 'grade_here("P136")')


@row(REMEMBER, "link to P902_next.ipynb#top leads to no file")
def a_link_to_a_lesson_that_does_not_stand(notebook):
    notebook.cells[REMEMBER].source += "\n\n[P902](P902_next.ipynb#top)"


@row(REMEMBER, "link to gone.png leads to no file")
def a_picture_that_is_gone(notebook):
    notebook.cells[REMEMBER].source += '\n\n<img src="gone.png">'


@row(LAST, "not those of `make results`")
def another_foot(notebook):
    notebook.cells[LAST].source = "[P902 →](P902_next.ipynb)"


@row(GRADE, "The last cell is text with the id 'foot'")
def no_foot(notebook):
    del notebook.cells[LAST]


@row(None, "6 exercises; 5 are the most")
def six_exercises(notebook):
    for number in (4, 5, 6):
        copies = copy.deepcopy(notebook.cells[10:13])
        for cell, part in zip(copies, ("task", "answer", "checks"), strict=True):
            cell.id = f"spread-{part}-{number}"
        copies[0].source = copies[0].source.replace("Exercise 3", f"Exercise {number}")
        copies[1].metadata.nbgrader.grade_id += str(number)
        copies[2].metadata.nbgrader.grade_id = f"spread{number}_checks"
        notebook.cells[13:13] = copies


def write(notebook, folder):
    path = folder / FILE_NAME
    path.write_text(nbformat.v4.nbjson.writes(notebook), encoding="utf-8")
    return path


def test_the_good_lesson_passes(tmp_path, capsys):
    path = write_small_lesson(tmp_path)
    assert lint(path) == []
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
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
        (lambda n: n.cells.insert(7, new_markdown_cell("More.", id="more")), "text"),
        (
            lambda n: source(n, REMEMBER, "Start at 0.", "Start at 0 [by hand](#top), `a[0](b)`."),
            "a link within the page, and code that looks like a link",
        ),
        (
            lambda n: source(
                n, REMEMBER, "Start", f"Start [here]({FILE_NAME}#x) or [there](https://keras.io)"
            ),
            "a link to a file that is there, and one to elsewhere",
        ),
        (
            lambda n: source(n, REMEMBER, "Start at 0.", "$$x$$" + "$" + "x " * 2_000 + "$"),
            "formulas are no words",
        ),
        (
            lambda n: source(n, DEMONSTRATION, "print(d", "rng = random.Random(1)\nprint(d"),
            "a generator of its own",
        ),
        (
            lambda n: n.cells[DEMONSTRATION].outputs.append(
                new_output(
                    "display_data",
                    data={"image/png": "iVBORw=="},
                    metadata={"image/png": {"alt": "A street."}},
                )
            ),
            "a picture with words",
        ),
        (lambda n: setattr(n.cells[DEMONSTRATION], "id", "face-2"), "an id of a word and a number"),
        (lambda n: n.metadata.course.update(needs=[], learn_minutes=7.5), "the first lesson"),
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
    notebook.cells.insert(LAST, new_code_cell("grade_here(LESSON)", id="again"))
    path = write(notebook, tmp_path)
    assert main([str(path)]) == 1
    assert capsys.readouterr().out == (
        f"{path}: cell 16: Its count is None, and 11 in one run from top to bottom: run all cells "
        "in a fresh kernel and save.\n"
    )


def test_a_lesson_can_be_named_by_its_number(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_NOTEBOOKS", str(tmp_path))
    write_small_lesson(tmp_path)
    assert main(["P901"]) == 0
    assert main(["P999"]) == 1
    assert "There is no lesson 'P999'" in capsys.readouterr().out


def test_a_lesson_is_in_the_catalogue_under_its_files_name(tmp_path, monkeypatch):
    path = write_small_lesson(tmp_path)
    other = path.rename(path.with_name("P901_adding.ipynb"))
    assert [p.text for p in lint(other)] == [
        "The catalogue calls it P901_counting.ipynb, not P901_adding.ipynb."
    ]
    monkeypatch.delitem(catalogue.LESSONS, "P901")
    assert [p.text for p in lint(other)] == ["P901 is not in course_utils/lessons/catalogue.py."]


@pytest.mark.parametrize(("number", "cells"), [("P136", 40), ("P139", 50)])
def test_four_lessons_may_be_larger(tmp_path, number, cells):
    notebook = small_lesson()
    for more in range(40):
        notebook.cells.insert(7, new_markdown_cell("More.", id=f"more-{more}"))
    path = tmp_path / catalogue.LESSONS[number].file_name
    path.write_text(nbformat.v4.nbjson.writes(notebook), encoding="utf-8")
    [problem] = notebook_rules.budget(read_lesson(path))
    assert problem.text == f"56 cells; {cells} are the most."
    notebook.cells[CHECKS].source = "assert total([1]) == 1\n" * 60
    path.write_text(nbformat.v4.nbjson.writes(notebook), encoding="utf-8")
    [problem] = notebook_rules.sizes(read_lesson(path))
    assert problem.text == f"60 lines; {cells} are the most."


def test_without_arguments_it_says_how(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
