"""`make site`: the lessons as pages, read in Chromium as a reader would."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

from course_utils.lessons.catalogue import LESSONS

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[1]
PAGES = {
    one.id: f"notebooks/{one.file_name.removesuffix('.ipynb')}.html" for one in LESSONS.values()
}
# What is wider than the page, unless it or something around it scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll("article *")].filter(element => {
    for (let one = element; !one.matches("article"); one = one.parentElement)
        if (["auto", "scroll"].includes(getComputedStyle(one).overflowX)) return false;
    return element.getBoundingClientRect().right > innerWidth + 1;
}).map(element => element.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def build():
    """The module docs/build.py."""
    sys.path.insert(0, str(ROOT / "docs"))
    spec = importlib.util.spec_from_file_location("site_build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "docs"))
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages, built once, as if the repository were on GitHub."""
    folder = tmp_path_factory.mktemp("a site") / "pages"
    result = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "build.py"), "--to", str(folder)],
        env={**os.environ, "REPOSITORY": "someone/course"}, capture_output=True, text=True,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"Open {folder / 'index.html'}\n"
    return folder


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium, without a page."""
    path, as_root = chromium
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=as_root)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A tab; whatever it asks another machine for, and whatever a script fails at, is an error."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    wrong = []
    page.on("request", lambda one: one.url.startswith("file:") or wrong.append(one.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    no_summary = "Failed to fetch"  # of a search's hit: a script may not read files on a disk
    yield page
    page.close()
    assert set(wrong) <= {no_summary}


def open_page(page, site, name):
    page.goto((site / name).as_uri())


# --- The pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_is_on_its_page(site, lesson):
    text = (site / PAGES[lesson.id]).read_text("utf-8")
    assert f"<h1>{lesson.id} · {lesson.title} · {lesson.chinese_title}<" in text
    notebook = json.loads((ROOT / "notebooks" / lesson.file_name).read_text("utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    pictures = [one for one in outputs if "image/png" in one.get("data", {})]
    images = re.findall(r'<img [^>]*src="(\.\./_images/[^"]+)"', text)
    assert len(images) == len(pictures)
    assert "grade_here(LESSON)" not in text.replace("</span>", "").replace('<span class="n">', "")
    assert "interactive(children" not in text, "a slider is its still picture"
    visible = re.sub(r"<(pre|code|annotation)\b.*?</\1>|<[^>]*>", "", text, flags=re.S)
    assert not re.findall(r"\$[^$\n]*\\?[a-z_^]+[^$\n]*\$", visible), "a formula was left as it is"


def test_every_link_within_the_site_leads_somewhere(site):
    for path in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"]+)"', path.read_text("utf-8")):
            name = unquote(re.split(r"[?#]", target)[0])
            if not re.match(r"https?:|data:|mailto:", target) and name:
                assert (path.parent / name).exists(), f"{path.name}: {target}"


def test_each_page_says_where_its_lesson_runs(site):
    text = (site / PAGES["P136"]).read_text("utf-8")
    file_name = LESSONS["P136"].file_name
    assert (
        f'href="https://mybinder.org/v2/gh/someone/course/main?labpath=notebooks/{file_name}"'
        in text
    )
    colab = "https://colab.research.google.com/github/someone/course/blob/main/notebooks/"
    assert f'href="{colab}{file_name}"' in text
    assert "!git clone https://github.com/someone/course" in text


# --- In Chromium ----------------------------------------------------------------------------------


def test_on_a_phone_nothing_is_wider_than_the_page(site, page):
    page.set_viewport_size({"width": 390, "height": 800})
    for name in ["index.html", "search.html", *PAGES.values()]:
        open_page(page, site, name)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.evaluate(TOO_WIDE) == [], name


def test_search_finds_a_lesson(site, page):
    open_page(page, site, "index.html")
    box = page.get_by_placeholder("Search")
    box.fill("non-max suppression")
    box.press("Enter")
    page.locator("#search-results li a").first.click()
    expect(page.locator("h1")).to_contain_text("P137 · Non-max suppression")


def test_formulas_have_a_size(site, page):
    open_page(page, site, PAGES["P136"])
    formula = page.locator("div.formula math")
    box = formula.bounding_box()
    letter = page.locator("p math").first.bounding_box()
    assert box["width"] > 40 and box["height"] > 1.5 * letter["height"] > 10, "a fraction"
    assert formula.text_content() == "IoU=IU"


def test_previous_and_next_lead_through_the_lessons(site, page):
    open_page(page, site, "index.html")
    for number in LESSONS:
        page.locator("a.next-page").click()
        expect(page.locator("h1")).to_contain_text(f"{number} · ")
    page.locator("a.prev-page").click()
    expect(page.locator("h1")).to_contain_text("P152b · ")


@pytest.mark.parametrize(
    ("summary", "inside"),
    [
        ("The course's answer", "width = min(a[2], b[2]) - max(a[0], b[0])"),
        ("The check, with hidden tests", "rng = np.random.default_rng(1361)"),
        ("Idea", "Which of the two left edges is its left edge?"),
        ("What do you expect?", "the part that sticks out makes the union larger."),
    ],
)
def test_answers_are_folded_until_they_are_asked_for(site, page, summary, inside):
    open_page(page, site, PAGES["P136"])
    details = page.locator("details").filter(has_text=inside)
    answer = details.get_by_text(inside)
    expect(answer).to_be_hidden()
    details.locator("summary").get_by_text(summary).first.click()
    expect(answer).to_be_visible()


# --- The repository's address, badges, the devcontainer -------------------------------------------


@pytest.mark.parametrize(
    ("wish", "origin", "repository"),
    [
        ("", "https://github.com/someone/course.git", "someone/course"),
        ("", "git@github.com:someone/course.py.git", "someone/course.py"),
        ("", "ssh://git@github.com/someone/course", "someone/course"),
        ("", "https://example.org/github.com/someone/course", ""),
        ("", "/home/me/course", ""),
        ("", "", ""),
        ("other/fork", "https://github.com/someone/course", "other/fork"),
    ],
)
def test_repository(build, tmp_path, monkeypatch, wish, origin, repository):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    if origin:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", origin], check=True)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setenv("REPOSITORY", wish)
    assert build.find_repository() == repository


def test_without_an_address_one_line_says_so(build, monkeypatch, tmp_path, capsys):
    built = []
    monkeypatch.setattr(build, "find_repository", lambda: "")
    monkeypatch.setattr(build, "build", lambda folder, repository: built.append(repository))
    assert build.main(["--to", str(tmp_path)]) == 0
    assert built == [""]
    assert "REPOSITORY=owner/name" in capsys.readouterr().out.split("\n")[0]


def test_a_wrong_wish_and_a_strange_folder_are_refused(build, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("REPOSITORY", "https://github.com/someone/course")
    assert build.main(["--to", str(tmp_path)]) == 1
    assert "must be owner/name" in capsys.readouterr().err
    monkeypatch.setenv("REPOSITORY", "someone/course")
    (tmp_path / "diary.txt").touch()
    assert build.main(["--to", str(tmp_path)]) == 1
    assert "holds something else" in capsys.readouterr().err
    assert (tmp_path / "diary.txt").exists()


def test_badges_are_written_and_taken_back(build, tmp_path):
    readme = tmp_path / "README.md"
    shutil.copyfile(ROOT / "README.md", readme)
    build.write_badges(readme, "someone/course")
    lines = readme.read_text("utf-8").split(build.BEGIN)[1].split(build.END)[0].strip().split("\n")
    assert [line[: line.index("]")] for line in lines] == ["[![Open in Binder", "[![Open in Colab"]
    assert all("/someone/course/" in line for line in lines)
    build.write_badges(readme, "")
    assert f"{build.BEGIN}\n{build.END}\n" in readme.read_text("utf-8")


def test_badges_say_what_is_so():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = ["3.11", "3.12", "3.13"]
    assert project["requires-python"] == ">=3.11,<3.14"
    says = {"lessons": str(len(LESSONS)), "python": " | ".join(versions)}
    for name, value in {**says, "licence": project["license"]}.items():
        badge = (ROOT / "data" / "badges" / f"{name}.svg").read_text("utf-8")
        assert f">{value}</text>" in badge, name


def test_devcontainer_runs_commands_that_exist():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = re.search("^COMMANDS := (.*)$", makefile, re.M)[1].split()
    for key in ("postCreateCommand", "postAttachCommand"):
        make, command, *_ = settings[key].split()
        assert make == "make" and command in commands
    assert 8888 in settings["forwardPorts"], "the port of `course lab`"
