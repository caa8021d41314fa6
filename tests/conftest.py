"""What holds for the whole run of the tests."""

import os
import shutil

import hypothesis
import matplotlib
import pytest

# Notebooks among the tests and the answers to exercises are data.
collect_ignore_glob = ["*.ipynb", "answers/*"]

CI = os.environ.get("CI", "").lower() in ("1", "true")

matplotlib.use("agg")
# No deadline: a busy machine is no fault of the code. CI tries the same cases each time.
hypothesis.settings.register_profile("course", deadline=None, derandomize=CI)
hypothesis.settings.load_profile("course")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI everything is installed, so a skipped test is a failure."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI must not skip: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def chromium():
    """How to launch a Chromium or Chrome that is installed: its path, and what root must say."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "chromium-browser"]
    path = next(filter(None, map(shutil.which, filter(None, names))), None)
    if path is None:
        pytest.skip("no Chromium: install it, or name it in CHROMIUM")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return path, ["--no-sandbox"] if root else []
