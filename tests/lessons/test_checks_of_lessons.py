"""What holds for every check cell: it leaves random states alone, and any order will do."""

import random

from course_utils.lessons import catalogue
from course_utils.lessons.grading import LessonKernel
from course_utils.lessons.notebook import notebooks_folder, read_lesson

import pytest

NOTEBOOKS = list(catalogue.notebooks(notebooks_folder()).values())
ORDERS = 3

# Runs in the lesson's kernel. Its names begin with `_`, which no lesson uses.
STATES = """
def _generators():
    import keras
    import numpy
    kinds = (numpy.random.Generator, keras.random.SeedGenerator)
    return {name: each for name, each in globals().items() if isinstance(each, kinds)}


def _states(generators):
    import numpy
    from course_utils.checks import random_state
    states = {f"the state of {key}": value for key, value in random_state().items()}
    for name, each in generators.items():
        is_numpy = isinstance(each, numpy.random.Generator)
        state = each.bit_generator.state if is_numpy else numpy.array(each.state).tolist()
        states[f"the generator `{name}`"] = repr(state)
    return states
"""
# A cell may give the name of a generator to another one of its own: the old one is looked at.
BEFORE = "_kept = _generators()\n_before = _states(_kept)"
AFTER = """
_now = _states(_kept)
_moved = [name for name, state in _before.items() if _now.get(name) != state]
assert not _moved, "changes " + ", ".join(_moved)
"""


class Bench:
    """A lesson and its kernel, in which the setup and the course's own answers have run."""

    def __init__(self, path):
        self.lesson = read_lesson(path)
        self.kernel = LessonKernel(self.lesson)
        self.kernel.start()

    def run(self, source, what):
        """Run a text, which must end well."""
        outcome = self.kernel.run(source, self.kernel.limits.cell_seconds)
        assert outcome.status == "ok", f"{what}: {outcome.status} {outcome.type} {outcome.message}"

    def answer(self):
        """Begin anew, with the course's own answers and without any check."""
        self.kernel.rewind()
        for exercise in self.lesson.exercises:
            self.run(exercise.reference, f"the solution `{exercise.name}`")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=[path.name[:5] for path in NOTEBOOKS])
def bench(request):
    """One lesson after the other: a kernel serves all tests of its lesson."""
    found = Bench(request.param)
    yield found
    found.kernel.stop()


def test_checks_leave_random_states_alone(bench):
    bench.answer()
    bench.run(STATES, "the states")
    for exercise in bench.lesson.exercises:
        texts = {"with": exercise.checks, "without": exercise.visible_checks}
        for hidden, source in texts.items():
            what = f"the check cell `{exercise.checks_name}` {hidden} its hidden tests"
            bench.run(BEFORE, "the states")
            bench.run(source, what)
            bench.run(AFTER, what)


@pytest.mark.parametrize("seed", range(ORDERS))
def test_verdicts_do_not_depend_on_the_order(bench, seed):
    order = list(bench.lesson.exercises)[::-1]
    if seed:
        random.Random(seed).shuffle(order)
    bench.answer()
    for exercise in order:
        for time in ("first", "second"):
            names = ", ".join(one.checks_name for one in order)
            bench.run(exercise.checks, f"`{exercise.checks_name}`, {time} time, of {names}")
