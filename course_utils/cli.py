"""The `course` command."""

import errno
import functools
import signal
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import course_utils
from course_utils.lessons.cells import LessonError, counted
from course_utils.lessons.notebook import ROOT, Lesson, all_lessons, find_lesson

import typer
from rich.console import Console
from rich.default_styles import DEFAULT_STYLES
from rich.markup import escape
from rich.style import Style
from rich.table import Table
from typer import rich_utils as help_looks

app = typer.Typer(
    epilog="A first visit: `course lab`. After an exercise: `course grade P136`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
data = typer.Typer(no_args_is_help=True)
app.add_typer(data, name="data", help="Your own pictures, and public sets.")
for stream in (sys.stdout, sys.stderr):  # a pipe on Windows knows fewer characters than we print
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
console = Console(highlight=False)
# JupyterLab's terminal is light or dark. Bold makes a colour bright, which a light one hides, and
# yellow is pale: only plain colours are left, and bold and dim without one.
for _name, _style in vars(help_looks).items():
    if _name.startswith("STYLE_") and isinstance(_style, str) and " " in _style:
        setattr(help_looks, _name, _style.split()[-1].replace("yellow", "magenta"))
help_looks.STYLE_USAGE = help_looks.STYLE_TYPES_SEPARATOR = ""
DEFAULT_STYLES["markdown.code"] = Style(bold=True)

Directory = Annotated[
    Path,
    typer.Option(
        "--dir",
        envvar="COURSE_DIR",
        show_envvar=False,
        show_default="my_lessons",
        help="Folder of your copies of the lessons.",
    ),
]
DataDirectory = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        envvar="COURSE_DATA",
        show_envvar=False,
        show_default="your cache",
        help="Folder of the public sets.",
    ),
]
LessonName = Annotated[str, typer.Argument(metavar="LESSON", help="Such as P136.")]
Force = Annotated[
    bool, typer.Option("--force", help="Overwrite a picture that the course did not draw.")
]
HERE = ROOT / "my_lessons"
RELOAD = "If it is open in JupyterLab, choose File ▸ Reload Notebook from Disk there."


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"course {course_utils.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it and end.")
    ] = False,
) -> None:
    """Prepare, open and grade the lessons of the course."""


def fail(message: str, code: int = 1) -> None:
    """End the command with one clear line on stderr and an exit code."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(message)}[/red]")
    raise typer.Exit(code)


def explain(error: OSError) -> str:
    """What the system refused, and what to do about it, in one line."""
    if error.strerror is None:
        return str(error)
    place = f": {error.filename}" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{place}. Make room and run this again."
    return f"{error.strerror}{place}. Choose another folder with --dir."


def in_one_line(command=None, *, code: int = 1):
    """Let a command's errors end in one line and an exit code, not in a traceback."""
    if command is None:
        return functools.partial(in_one_line, code=code)

    @functools.wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except LessonError as error:
            fail(str(error), code)
        except OSError as error:
            fail(explain(error), code)

    return run


@app.command()
@in_one_line
def prepare(directory: Directory = HERE) -> None:
    """Write your copies of the lessons. A copy that is there is never touched."""
    from course_utils.lessons.copies import prepare as write_copies
    from course_utils.lessons.startpage import write_start_page

    with console.status("Writing your copies of the lessons ..."):
        written = write_copies(directory)
        write_start_page(directory)
    kept = len(all_lessons()) - len(written)
    console.print(f"{counted(len(written), 'new lesson')} in {escape(str(directory))}", end="")
    console.print(f", {kept} left as they are." if kept else ".")


@app.command()
@in_one_line
def lab(
    directory: Directory = HERE,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port to use; otherwise the first free one from 8888."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the lessons in JupyterLab, on this machine only. Ctrl-C ends it."""
    from course_utils.lessons import jupyter

    server = jupyter.find_running(directory)
    if server is None:
        chosen = jupyter.choose_port(port)
        if port is None and chosen != jupyter.FIRST_PORT:
            console.print(f"Port {jupyter.FIRST_PORT} is in use: taking {chosen}.")
    prepare(directory)
    if server is not None:
        console.print("JupyterLab runs for these lessons already:", style="bold")
        console.print(f"  {server.url}", soft_wrap=True, style="cyan")
        if browser:
            webbrowser.open(server.url)
        if not server.is_left_behind:
            console.print("It ends with the `course lab` that started it.")
            return
    # A closed terminal or a service manager ends the server as Ctrl-C does; SIGINT itself is
    # ignored by what a script starts in the background, unless it is asked for.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        if server is None:
            with console.status("Starting JupyterLab ..."):
                server = jupyter.start(directory, chosen, browser)
            console.print("The lessons are open at", style="bold")
            console.print(f"  {server.url}", soft_wrap=True, style="cyan")
        else:  # the `course lab` that started it was killed
            jupyter.remember(server, directory)
        console.print("Leave this window open. Ctrl-C ends JupyterLab; save your notebooks first.")
        code = server.process.wait()
        if code:
            fail(f"JupyterLab ended with exit code {code}.")
    except KeyboardInterrupt:
        console.print("\nJupyterLab is closed. The same command opens it again.")
    finally:
        if server is not None:
            server.stop()
            jupyter.forget(directory)


@app.command()
@in_one_line(code=2)
def grade(
    lessons: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LESSON", help="Such as P136, or the path of a copy; all when none is named."
        ),
    ] = None,
    directory: Directory = HERE,
) -> None:
    """Grade your answers as they were saved, and say what to look at.

    Exit code 0: full marks. 1: below. 2: something could not be graded.
    """
    from course_utils.lessons import progress, reports
    from course_utils.lessons.grading import grade as grade_lesson
    from course_utils.lessons.startpage import write_start_page

    chosen = _to_grade(lessons or [], directory)
    done, pages, hints = [], [], []
    unsaved = None
    with console.status("") as shown:
        for lesson, path in chosen:

            def show(text: str, name: str = f"{lesson.id} {lesson.title}") -> None:
                shown.update(f"Grading {name}: {text} ...")

            show("reading")
            done.append(grade_lesson(lesson, path, progress=show))
            if path.absolute().parent.resolve() != directory.resolve():
                hints.append(f"{path} is not in {directory}: its grade is only shown, not kept.")
                continue
            earlier = reports.load(lesson.id, directory)
            hints.append(progress.save_first(done[-1], earlier, path))
            try:  # at once: an interrupt while the next one is graded costs nothing
                pages.append(reports.save(done[-1], directory)[1])
            except OSError as error:
                unsaved = error
            best = reports.best(lesson.id, directory)
            if best and best.points > done[-1].points:
                hints.append(f"{lesson.id}: your best stays {best.points} of {best.of} points.")
    console.print(reports.as_table(done))
    points, of = sum(report.points for report in done), sum(report.of for report in done)
    for hint in filter(None, hints):
        console.print(f"\n{escape(hint)}")
    console.print(f"\n[bold]{points} of {of} points.[/bold]")
    if unsaved:  # said after the grades have been shown
        raise unsaved
    if pages:
        write_start_page(directory)
        shown_page = pages[0] if len(pages) == 1 else directory / reports.FOLDER
        console.print(f"More in {escape(str(shown_page))}", soft_wrap=True)
    if any(report.problem for report in done):
        raise typer.Exit(2)
    raise typer.Exit(0 if all(report.is_full for report in done) else 1)


def _to_grade(names: list[str], directory: Path) -> list[tuple[Lesson, Path]]:
    """The lessons that were named, each with the file to grade."""
    from course_utils.lessons.copies import copy_path, find_copies

    lessons = {lesson.id: lesson for lesson in all_lessons()}
    copies = find_copies(lessons.values(), directory)
    chosen = {}
    if not names:
        chosen = {copies[number]: (lessons[number], copies[number]) for number in copies}
    for name in names:
        if name.lower().endswith(".ipynb") or Path(name).name != name or Path(name).exists():
            lesson, path = _lesson_at(Path(name), lessons)
        else:
            lesson = find_lesson(name)
            path = copies.get(lesson.id, copy_path(lesson, directory))
            if not directory.is_dir():
                fail(f"There is no folder {directory}: `course prepare` writes your copies.", 2)
        chosen[path.absolute()] = lesson, path
    if not chosen:
        fail(f"No lessons in {directory}: `course prepare` writes your copies.", 2)
    return list(chosen.values())


def _lesson_at(path: Path, lessons: dict[str, Lesson]) -> tuple[Lesson, Path]:
    """The lesson that the file at a path is a copy of."""
    from course_utils.lessons.cells import read_cells
    from course_utils.lessons.copies import lesson_of

    if path.is_dir():
        fail(f"{path} is a folder: `course grade --dir {path}` grades the lessons in it.", 2)
    if not path.exists():
        fail(f"There is no file {path}. Without a path, `course grade P136` grades your copy.", 2)
    number = lesson_of(path, lessons.values())
    if number is None:
        read_cells(path)  # says what is wrong with a file that is no notebook
        fail(f"{path} is no copy of a lesson: expected one that `course prepare` wrote.", 2)
    return lessons[number], path


@app.command()
@in_one_line
def status(directory: Directory = HERE) -> None:
    """Show the best and the last points so far, and the next step in each lesson."""
    from course_utils.lessons import catalogue, progress

    rows = {row.lesson.id: row for row in progress.progress(directory)}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Lesson", "", "Learn", "Best", "Last", "Next"):
        right = name in ("Learn", "Best", "Last")
        table.add_column(name, justify="right" if right else "left", no_wrap=name != "")
    for title, numbers in catalogue.by_part(rows).items():
        table.add_row("", f"[bold]{title}[/bold]")
        for number in numbers:
            row = rows[number]
            table.add_row(
                number,
                escape(row.lesson.title),
                progress.learn_text(row.lesson.learn_minutes),
                f"{row.points} / {row.lesson.points}",
                str(row.last) if row.graded else "",
                row.next_step,
            )
    console.print(table)
    points = sum(row.points for row in rows.values())
    of = sum(row.lesson.points for row in rows.values())
    bar = progress.progress_bar(points, of, width=20)
    console.print(f"\n{bar} [bold]{points} of {of} points.[/bold]")


@app.command()
@in_one_line
def update(
    lessons: Annotated[
        list[str] | None,
        typer.Argument(metavar="LESSON", help="Such as P136; all when none is named."),
    ] = None,
    directory: Directory = HERE,
) -> None:
    """Bring your copies to the course's newer version. Your answers and your own cells stay."""
    from course_utils.lessons import update as updating
    from course_utils.lessons.copies import find_copies
    from course_utils.lessons.startpage import write_start_page

    chosen = [find_lesson(name) for name in lessons or []]
    if not chosen:
        every = all_lessons()
        there = find_copies(every, directory)
        chosen = [one for one in every if one.id in there]
        if not chosen:
            fail(f"No lessons in {directory}: `course prepare` writes your copies.")
    problems = []
    current = 0
    for lesson in chosen:
        try:
            with console.status(f"Updating {lesson.id} ..."):
                done = updating.update(lesson, directory)
        except LessonError as error:
            problems.append(f"{lesson.id}: {error}")
            continue
        if done is None:
            current += 1
            continue
        console.print(f"[bold]{lesson.id}[/bold] {escape(str(done.path))}", soft_wrap=True)
        for line in done.changes:
            console.print(f"  {escape(line)}", soft_wrap=True)
        console.print(f"  Your old file: {escape(str(done.kept))}", soft_wrap=True)
    if current:
        console.print(f"{counted(current, 'lesson')}: nothing newer.")
    if current + len(problems) < len(chosen):
        console.print(RELOAD)
        write_start_page(directory)
    if problems:
        fail("\n".join(problems))


@app.command()
@in_one_line
def reset(lesson: LessonName, directory: Directory = HERE) -> None:
    """Start a lesson anew. Your old file is kept under a dated name."""
    from course_utils.lessons.copies import reset as write_fresh
    from course_utils.lessons.startpage import write_start_page

    with console.status("Writing a fresh copy ..."):
        path, kept = write_fresh(find_lesson(lesson), directory)
        write_start_page(directory)
    console.print(f"A fresh copy: {escape(str(path))}", soft_wrap=True)
    if kept is not None:
        console.print(f"Your old one: {escape(str(kept))}", soft_wrap=True)
        console.print(RELOAD)


@app.command()
@in_one_line
def restore(
    lesson: LessonName,
    number: Annotated[
        int | None, typer.Argument(min=1, help="Which one; 1 is the newest. A list if left out.")
    ] = None,
    directory: Directory = HERE,
) -> None:
    """Put back a file that was kept. The one in its place is kept, too."""
    from course_utils.lessons import copies
    from course_utils.lessons.startpage import write_start_page

    found = find_lesson(lesson)
    files = copies.kept_files(found, directory)
    if not files:
        fail(f"No file of {found.id} is kept in {directory / copies.KEPT}.")
    if number is None:
        for place, path in enumerate(files, start=1):
            console.print(f"{place:>3}  {escape(path.name)}", soft_wrap=True)
        console.print(f"`course restore {found.id} 1` puts the newest back.")
        return
    if number > len(files):
        fail(f"{counted(len(files), 'file')} of {found.id} kept, and no number {number}.")
    path, kept = copies.restore(found, directory, files[number - 1])
    write_start_page(directory)
    console.print(
        f"{escape(files[number - 1].name)} is back as {escape(str(path))}", soft_wrap=True
    )
    if kept:
        console.print(f"What stood there: {escape(str(kept))}", soft_wrap=True)
    console.print(RELOAD)


@app.command()
@in_one_line
def solution(
    lesson: LessonName,
    exercise: Annotated[
        str | None, typer.Argument(help="Its number or name; all when left out.")
    ] = None,
    insert: Annotated[
        bool, typer.Option("--insert", help="Put it into your copy, marked, without points.")
    ] = False,
    directory: Directory = HERE,
) -> None:
    """Show the course's own answer to an exercise, or put it into your copy so that you can go on.

    Your old file is kept under a dated name.
    """
    found = find_lesson(lesson)
    wanted = [found.find_exercise(exercise)] if exercise else found.exercises
    if insert:
        from course_utils.lessons.given import insert as put_in

        if not exercise:
            fail(f"Name the exercise: `course solution {found.id} 1 --insert`.")
        path, kept = put_in(found, wanted[0], directory)
        console.print(f"Now in exercise {wanted[0].number} of {escape(str(path))}", soft_wrap=True)
        console.print(f"Your old file: {escape(str(kept))}", soft_wrap=True)
        console.print(RELOAD)
        return
    for one in wanted:
        console.print(f"[bold]# Exercise {one.number}: {escape(one.heading)}[/bold]")
        code = one.reference.strip("\n")
        console.print(code, markup=False, soft_wrap=True)
        console.print()


@app.command()
@in_one_line
def worlds(
    sheet: Annotated[Path, typer.Option(help="Picture to write, such as streets.png or .jpg.")],
    world: Annotated[
        str | None, typer.Argument(help="Its name, such as streets; all when left out.")
    ] = None,
    force: Force = False,
) -> None:
    """Draw a contact sheet of the rendered worlds: pictures and their labels."""
    import matplotlib

    matplotlib.use("agg")  # a file needs no window

    from course_utils import outputs
    from course_utils.worlds import sheets

    try:
        outputs.refuse_to_overwrite(sheet, force)
        with console.status("Rendering ..."):
            sheets.save(sheet, world and world.lower())
    except ValueError as error:
        fail(str(error))
    except OSError as error:
        fail(str(error) if error.strerror is None else f"{error.strerror}: {sheet}")
    console.print(f"A sheet of {world or 'every world'}: {escape(str(sheet))}", soft_wrap=True)


@app.command()
@in_one_line
def style(
    content: Annotated[
        Path, typer.Argument(metavar="CONTENT", help="Your photograph, of any usual format.")
    ],
    painting: Annotated[
        Path, typer.Argument(metavar="STYLE", help="The picture whose brush you want.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Picture to write: painted.png, .jpg.")],
    size: Annotated[int, typer.Option(min=32, max=2048, help="Pixels of the longer side.")] = 400,
    steps: Annotated[int, typer.Option(min=1, max=10_000, help="How often pixels change.")] = 100,
    weights: Annotated[
        tuple[float, float],
        typer.Option(
            metavar="ALPHA BETA", help="Weights of content and style: more BETA, more paint."
        ),
    ] = (1.0, 0.01),
    force: Force = False,
) -> None:
    """Paint your photograph in the style of a painting, as lesson P150 does. About a minute."""
    from course_utils.datasets.problems import DataError
    from course_utils.registry import WeightsError

    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    if out.is_dir() or not out.absolute().parent.is_dir():
        fail(f"{out}: expected the name of a picture to write, in a folder that is there.")
    if any(out.resolve() == one.resolve() for one in (content, painting)):
        fail(f"{out}: the painted picture would take the place of yours. Choose another name.")
    if out.exists() and not force:
        fail(f"{out} is there already. Choose another name, or say --force to overwrite it.")
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    try:
        with console.status("Starting TensorFlow ..."):
            from course_utils import style as painter

            painter.check_name(out)
            pictures = [painter.picture(one, size) for one in (content, painting)]
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("Painting", total=None)

            def progress(step: int, of: int, history: dict) -> None:
                text = f"Painting: step {step} of {of}, J {history['total'][-1]:.3g}"
                bar.update(task, completed=step, total=of, description=text)

            result = painter.paint(*pictures, *weights, size=size, steps=steps, progress=progress)
        painter.save(result.picture, out)
    except (ValueError, DataError, WeightsError) as error:
        fail(str(error))
    except OSError as error:
        fail(str(error) if error.strerror is None else f"{error.strerror}: {error.filename or out}")
    height, width = result.picture.shape[:2]
    seconds = result.history["seconds"][-1]
    console.print(
        f"{width}x{height} pixels in {seconds:.0f} s, J fell by {result.fall:.1%}:", end=" "
    )
    console.print(escape(str(out)), soft_wrap=True)


@app.command()
@in_one_line
def doctor(directory: Directory = HERE) -> None:
    """Look at everything the lessons need, and say what to do about each problem."""
    from course_utils.lessons.doctor import examine

    problems = 0
    with console.status("Looking ..."):
        for finding in examine(directory):
            mark = "[magenta]![/magenta]" if finding.note else "[green]✓[/green]"
            mark = "[red]✗[/red]" if finding.mend else mark
            console.print(
                f"{mark} {escape(finding.what):<12} {escape(finding.found)}", soft_wrap=True
            )
            if finding.note:
                console.print(f"    {escape(finding.note)}", soft_wrap=True)
            if finding.mend:
                problems += 1
                console.print(f"    [red]{escape(finding.mend)}[/red]", soft_wrap=True)
    if problems:
        fail(f"{counted(problems, 'problem')} found; what to do stands beside each.")
    console.print("All is well.", style="bold")


@data.command()
@in_one_line
def check(
    folder: Annotated[Path, typer.Argument(help="Your pictures, with or without labels.")],
    format: Annotated[
        str | None,
        typer.Option(help="coco, yolo, voc, masks, people or plain; found out when left out."),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Picture to write, with the labels drawn: sheet.png.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every problem.")] = False,
    force: Force = False,
) -> None:
    """Say what a folder of pictures holds and what is wrong with it. Exit code 1 if anything is."""
    import matplotlib

    matplotlib.use("agg")  # a file needs no window

    from course_utils import outputs, plots
    from course_utils.datasets import checking, folders, summary
    from course_utils.datasets import sheet as sheets

    from rich.progress import Progress

    try:
        if sheet is not None:
            plots.check_sheet_name(sheet)
            outputs.refuse_to_overwrite(sheet, force)
        with console.status("Reading the labels ..."):
            found = folders.read(folder, format)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Opening the pictures", total=len(found))
            result = checking.check(found, lambda: bar.advance(task))
        for line in summary.lines(result, every):
            console.print(line, markup=False, soft_wrap=True)
        if sheet is not None:
            with console.status("Drawing ..."):
                sheets.save(sheet, result.readable)
            console.print(f"\nA sheet of them: {escape(str(sheet))}", soft_wrap=True)
    except (ValueError, folders.DataError) as error:
        fail(str(error))
    except OSError as error:
        fail(str(error) if error.strerror is None else f"{error.strerror}: {error.filename}")
    if result.problems:
        fail(f"{counted(len(result.problems), 'problem')} found; the rest can be used.")


@data.command("list")
@in_one_line
def list_public(root: DataDirectory = None) -> None:
    """List the public sets that can be downloaded, and which are here."""
    from course_utils.datasets import public

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Name", "Pictures", "Download", "Licence", ""):
        table.add_column(name)
    for name, entry in public.entries().items():
        size = sum(file["bytes"] or 0 for file in entry["files"].values())
        place = public.folder(name, root)
        table.add_row(
            name,
            escape(entry["title"]),
            f"{size / 1e6:,.0f} MB" if size else "small",
            escape(entry["licence"]),
            f"[green]{escape(str(place))}[/green]" if place.is_dir() else "",
        )
    console.print(table)


@data.command("get")
@in_one_line
def get_public(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as lfw; see `data list`.")],
    root: DataDirectory = None,
) -> None:
    """Download a public set. After a cut, the same command goes on where it ended."""
    from course_utils.datasets import problems, public

    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    try:
        with Progress(*columns, console=console, transient=True) as bar:
            tasks = {}

            def advance(file: str, done: int, total: int | None) -> None:
                if file not in tasks:
                    tasks[file] = bar.add_task(escape(file))
                bar.update(tasks[file], completed=done, total=total)

            place = public.get(name, root, advance)
    except problems.DataError as error:
        fail(str(error))
    console.print(f"{name} is in {escape(str(place))}", soft_wrap=True)


if __name__ == "__main__":
    app()
