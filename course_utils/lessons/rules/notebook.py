"""Rules about the notebook as a file: format, size, one clean run, budget, metadata, cell ids."""

import re

from course_utils.lessons import catalogue
from course_utils.lessons.notebook import Lesson
from course_utils.lessons.rules import (
    Problem,
    Problems,
    code_cells,
    is_graded,
    problem,
    text_cells,
)

MOST_BYTES = 800_000
MOST_LINES, MOST_LINES_GRADED = 20, 40
# cells, words of text, lines of code without check cells
BUDGET = 40, 1_300, 240
LARGE_BUDGET, LARGE_GRADED = (50, 1_700, 300), 50
LARGE_LESSONS = ("P139", "P140", "P144", "P153")

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NO_WORD = re.compile(r"(p\d+[a-z]?|cell)-?\d+|(?=[a-f]*\d)[0-9a-f]{8,}(-.*)?")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)


def notebook_format(lesson: Lesson) -> Problems:
    """It is what nbformat takes, and not too heavy."""
    # two seconds of import, which only the lint needs
    import nbformat

    try:
        nbformat.validate(nbformat.read(lesson.path, as_version=4))
    except Exception as error:
        yield Problem(None, f"nbformat refuses it: {str(error).splitlines()[0]}")
    size = lesson.path.stat().st_size
    if size > MOST_BYTES:
        yield Problem(None, f"{size / 1e6:.2f} MB; {MOST_BYTES / 1e6:g} MB are the most.")


def one_clean_run(lesson: Lesson) -> Problems:
    """The replay does not compare a cell that has no count, and cannot tell a patchwork."""
    cells = code_cells(lesson)
    for expected, cell in enumerate(cells, start=1):
        if cell.execution_count != expected:
            yield problem(
                cell,
                f"Its count is {cell.execution_count}, and {expected} in one run from top to "
                "bottom: run all cells in a fresh kernel and save.",
            )
            break
    for cell in cells:
        for output in cell.outputs:
            if output.get("output_type") == "error":
                yield problem(cell, f"Its stored output is an error: {output.get('ename')}.")
            if output.get("name") == "stderr":
                yield problem(cell, "It writes to stderr.")


def pictures_have_words(lesson: Lesson) -> Problems:
    """Every stored picture says in its metadata what is to be seen."""
    for cell in code_cells(lesson):
        for output in cell.outputs:
            data, metadata = output.get("data"), output.get("metadata")
            if not isinstance(data, dict) or "image/png" not in data:
                continue
            words = metadata.get("image/png") if isinstance(metadata, dict) else None
            alt = words.get("alt") if isinstance(words, dict) else None
            if not (isinstance(alt, str) and alt.strip()):
                yield problem(cell, 'A picture has no alt text: plots.show("What to see.").')


def sizes(lesson: Lesson) -> Problems:
    """No cell is empty, none too long."""
    graded = LARGE_GRADED if lesson.id in LARGE_LESSONS else MOST_LINES_GRADED
    for cell in lesson.cells:
        if not cell.source.strip():
            yield problem(cell, "The cell is empty.")
        lines = len(cell.source.rstrip().split("\n"))
        most = graded if is_graded(cell) else MOST_LINES
        if cell.kind == "code" and lines > most:
            yield problem(cell, f"{lines} lines; {most} are the most.")


def budget(lesson: Lesson) -> Problems:
    """A lesson can be learnt in an hour."""
    most = LARGE_BUDGET if lesson.id in LARGE_LESSONS else BUDGET
    for number, largest, what in zip(count(lesson), most, _COUNTED, strict=True):
        if number > largest:
            yield Problem(None, f"{number:,} {what}; {largest:,} are the most.")


_COUNTED = ("cells", "words of text", "lines of code without check cells")


def count(lesson: Lesson) -> tuple[int, int, int]:
    """Cells, words of text (without formulas and the foot), lines of code without check cells."""
    text = "\n".join(cell.source for cell in text_cells(lesson) if cell.id != "foot")
    words = len(re.findall(r"\w+", _FORMULA.sub(" ", text)))
    code = [cell for cell in code_cells(lesson) if not cell.is_check]
    lines = sum(bool(line.strip()) for cell in code for line in cell.source.split("\n"))
    return len(lesson.cells), words, lines


def cell_ids(lesson: Lesson) -> Problems:
    """Cell ids are words: they are the keys of translations and links."""
    seen: set[str] = set()
    for cell in lesson.cells:
        if not _ID.fullmatch(cell.id) or _NO_WORD.fullmatch(cell.id):
            yield problem(cell, f"Its id is words like 'masked-loss-task', not {cell.id!r}.")
        elif cell.id in seen:
            yield problem(cell, f"The id {cell.id!r} is there twice.")
        seen.add(cell.id)


def course_metadata(lesson: Lesson) -> Problems:
    """The notebook's metadata hold `course`: part, needs, learn_minutes, lecture."""
    course = lesson.course
    if not course:
        yield Problem(None, "Its metadata have no `course`: part, needs, learn_minutes, lecture.")
        return
    entry = catalogue.LESSONS.get(lesson.id)
    if entry and course.get("part") != entry.part:
        yield Problem(None, f"course.part is {entry.part!r}, not {course.get('part')!r}.")
    needs = course.get("needs")
    if not isinstance(needs, list):
        yield Problem(None, f"course.needs is a list of lessons, not {needs!r}.")
    for need in needs if isinstance(needs, list) else []:
        if need not in catalogue.LESSONS or need == lesson.id:
            yield Problem(None, f"course.needs names {need!r}, which is no other lesson.")
    minutes = lesson.learn_minutes
    if minutes is None or minutes <= 0:
        found = course.get("learn_minutes")
        yield Problem(None, f"course.learn_minutes is a number above 0, not {found!r}.")
    yield from _lecture(lesson, course.get("lecture"))


def _lecture(lesson: Lesson, lecture: object) -> Problems:
    if not (isinstance(lecture, list) and lecture):
        yield Problem(None, "course.lecture is a list of {item, cell}, one at least.")
        return
    ids = {cell.id for cell in lesson.cells}
    for entry in lecture:
        if not (isinstance(entry, dict) and entry.get("item") and set(entry) == {"item", "cell"}):
            yield Problem(None, f"course.lecture holds {{item, cell}}, not {str(entry)[:80]}.")
        elif entry["cell"] not in ids:
            yield Problem(
                None, f"course.lecture: there is no cell {entry['cell']!r} for {entry['item']!r}."
            )


def in_the_catalogue(lesson: Lesson) -> Problems:
    """The catalogue knows the lesson, by this file's name."""
    entry = catalogue.LESSONS.get(lesson.id)
    if entry is None:
        yield Problem(None, f"{lesson.id} is not in course_utils/lessons/catalogue.py.")
    elif lesson.path.name != entry.file_name:
        yield Problem(None, f"The catalogue calls it {entry.file_name}, not {lesson.path.name}.")


def foot(lesson: Lesson) -> Problems:
    """The last cell leads on."""
    last = lesson.cells[-1]
    if last.kind != "markdown" or last.id != "foot":
        yield problem(last, "The last cell is text with the id 'foot'.")
    elif last.source != catalogue.foot(lesson.id, lesson.path.parent):
        yield problem(last, "Its links are not those of `make results`, which writes them.")
