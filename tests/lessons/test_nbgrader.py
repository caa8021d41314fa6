"""nbgrader's own commands on a lesson with sliders, while the machine is busy with other work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_utils.lessons import catalogue, results

import pytest
from nbgrader.api import Gradebook

SETTINGS = Path(__file__).parents[2] / "nbgrader_config.py"
NAMED = '\nget_config().CourseDirectory.course_id = "course"\n'


@pytest.fixture
def busy():
    """Two processes a core that only count."""
    command = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    yield
    for other in others:
        other.kill()
        other.wait()


def test_a_teacher_grades_two_learners(busy, tmp_path):
    def nbgrader(*words):
        home = os.path.dirname(sys.executable)  # nbgrader starts other commands of the environment
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words], cwd=tmp_path, check=False, timeout=300,
            env={**os.environ, "PATH": f"{home}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    lesson = catalogue.notebooks(results.NOTEBOOKS)["P136"]
    (tmp_path / "nbgrader_config.py").write_text(SETTINGS.read_text("utf-8") + NAMED)
    for folder in ("source/week", "submitted/right/week", "submitted/blank/week"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(lesson, tmp_path / "source" / "week")
    nbgrader("generate_assignment", "week")
    shutil.copy(lesson, tmp_path / "submitted" / "right" / "week")
    shutil.copy(tmp_path / "release" / "week" / lesson.name, tmp_path / "submitted/blank/week")
    nbgrader("autograde", "week")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions("week")}
    assert scores == {"right": 10, "blank": 0}
