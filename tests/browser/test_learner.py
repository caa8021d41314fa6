"""A learner's first minutes in a real browser: a wrong answer, the right one, a slider."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "artifacts" / "browser"
COURSE = [sys.executable, "-m", "course_utils.cli"]
LESSON = "P136_intersection_over_union.ipynb"
SECONDS = 1000  # Playwright counts in milliseconds
PATIENCE = 120 * SECONDS  # a busy machine may take half a minute until TensorFlow is imported

WRONG_ANSWER = "return (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))"


@pytest.fixture
def my_lessons(tmp_path):
    """The learner's folder."""
    return tmp_path / "my lessons"


@pytest.fixture
def address(tmp_path, my_lessons):
    """The address that `course lab` prints, for a folder of its own."""
    settings = tmp_path / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # All cells are in the page, not only those in sight, so that the test can name any of them.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    process = subprocess.Popen(
        [*COURSE, "lab", "--no-browser", "--dir", str(my_lessons)],
        env={
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = queue.Queue()
    threading.Thread(target=lambda: [*map(lines.put, process.stdout)], daemon=True).start()
    output = ""
    deadline = time.monotonic() + 90
    while not (found := re.search(r"http://127\.0\.0\.1:\d+/\S+token=\w+", output)):
        try:
            output += lines.get(timeout=max(0.1, deadline - time.monotonic()))
        except queue.Empty:
            process.kill()
            pytest.fail(f"`course lab` printed no address in 90 s:\n{output}")
    yield found[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=90) == 0, "Ctrl-C must end `course lab` in order"


@pytest.fixture
def page(chromium, address):
    """The start page in a browser; pictures of it are taken with `picture(page, name)`."""
    path, as_root = chromium
    flags = ["--disable-quic", "--disable-background-networking", "--disable-component-update"]
    flags += ["--disable-sync", "--no-first-run", *as_root]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        page = browser.new_page(viewport={"width": 1360, "height": 1000})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(address)
        yield page
        picture(page, "9_end")  # what a failed test saw last
        browser.close()


def picture(page, name):
    """Keep a picture of the page for those who read the run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def reference_answer(grade_id):
    """What stands in the solution region of the course's own notebook, without its indentation."""
    notebook = nbformat.read(ROOT / "notebooks" / LESSON, as_version=4)
    [cell] = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return re.search(r"### BEGIN SOLUTION\n(.*?) *### END SOLUTION", cell.source, re.S)[1]


def cell_with(page, text):
    """The code cell that holds a text."""
    code = page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea", has_text=text))
    return code.first


def run(page, cell):
    """Run a cell as a learner does, with Shift and Enter, and wait for its end."""
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


def answer(page, cell, body):
    """Write an answer in place of the stub and run it."""
    cell.locator(".cm-content").click()
    source = "\n".join(line.inner_text() for line in cell.locator(".cm-line").all())
    head = source[: source.rindex('"""') + 3]
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(f"{head}\n{body}")
    run(page, cell)


def wait_until(condition):
    """Wait for something outside the page."""
    deadline = time.monotonic() + PATIENCE / SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_learners_first_minutes(page, my_lessons):
    # The start page lists the lesson.
    link = page.locator(".jp-MarkdownViewer").get_by_role("link", name="Intersection over union")
    expect(link).to_be_visible()
    picture(page, "1_start_page")

    # The lesson runs until the first exercise, which is not written yet.
    link.click()
    check = cell_with(page, "checks.equal(shares(box_a, box_b), 4")
    expect(check).to_be_attached()
    # Before its kernel is there, JupyterLab "runs" cells without a word and without running them.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Python 3 (ipykernel) | Idle")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    output = check.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("NotImplementedError")
    check.scroll_into_view_if_needed()
    picture(page, "2_first_check_fails")

    # A wrong answer gets advice that fits it.
    solution = cell_with(page, "def intersection_area(a, b):")
    answer(page, solution, f"    {WRONG_ANSWER}")
    run(page, check)
    expect(output).to_contain_text("the width is not negative")
    check.scroll_into_view_if_needed()
    picture(page, "3_advice")

    # The right answer passes.
    answer(page, solution, reference_answer("intersection_area"))
    run(page, check)
    expect(output).to_contain_text("passed: 3 points")
    picture(page, "4_check_passes")

    # With the second exercise written too, the slider moves a box over the photograph.
    answer(page, cell_with(page, "def iou(a, b):"), reference_answer("iou"))
    sliders = cell_with(page, "ipywidgets.interactive(")
    run(page, sliders)
    image = sliders.locator(".jp-OutputArea img")
    expect(image).to_have_count(1)
    before = image.get_attribute("src")
    handle = sliders.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(sliders.locator(".widget-readout").first).to_have_text("0.25")
    expect(image).not_to_have_attribute("src", before)
    sliders.scroll_into_view_if_needed()
    picture(page, "5_slider_moved")

    # Saved and graded by the last cell: two exercises of three.
    page.keyboard.press("Escape")
    page.keyboard.press("Control+S")
    last = cell_with(page, "grade_here(LESSON)")
    run(page, last)
    expect(last.locator(".jp-OutputArea")).to_contain_text("6 of 10")
    last.scroll_into_view_if_needed()
    picture(page, "6_graded_inside")

    # With the last exercise, nbgrader's button runs the whole lesson, sliders too.
    answer(page, cell_with(page, "def iou_matrix("), reference_answer("iou_matrix"))
    page.get_by_role("button", name="Validate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("passes all the tests")
    picture(page, "7_validated")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)

    # The points in a terminal, as the start page says.
    report = my_lessons / "reports" / "P136.json"
    report.unlink()
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("New", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text("Terminal", exact=True).click()
    page.locator(".jp-Terminal .xterm-screen").click()
    page.keyboard.type("course grade P136\n")
    wait_until(report.exists)
    picture(page, "8_graded")
    exercises = json.loads(report.read_text("utf-8"))["exercises"]
    assert [one["status"] for one in exercises] == ["passed"] * 3
