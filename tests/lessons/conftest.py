"""The tests' own lesson and a learner's copy of it."""

from course_utils.lessons.copies import learner_copy
from course_utils.lessons.notebook import read_lesson

import pytest
from lessons.small_lesson import FILE_NAME, RIGHT, fill_in, write_small_lesson


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory):
    """Folder of solved notebooks with the small lesson in it."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_small_lesson(folder)
    return folder


@pytest.fixture(scope="session")
def lesson(notebooks):
    """The small lesson."""
    return read_lesson(notebooks / FILE_NAME)


@pytest.fixture(scope="session")
def released(lesson):
    """What a learner of the small lesson gets, as JSON."""
    return learner_copy(lesson)


@pytest.fixture
def untouched(released, tmp_path):
    """A learner's copy, as handed out."""
    path = tmp_path / FILE_NAME
    path.write_text(released, encoding="utf-8")
    return path


@pytest.fixture
def solved(untouched):
    """A learner's copy with right answers, written differently from the course's own."""
    fill_in(untouched, RIGHT)
    return untouched
