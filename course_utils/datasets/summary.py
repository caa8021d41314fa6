"""The summary of a checked folder, in lines of text."""

from course_utils.datasets.problems import printable

_MOST = 20


def lines(summary, every_problem=False):
    """Return a summary as lines of text, problems last.

    Args:
        summary: what `checking.check` returns.
        every_problem: whether to list all problems, not just the first 20.

    Returns:
        A list of texts.
    """
    written = [f"{'format':<9}{summary.format}"]
    splits = ", ".join(f"{printable(name)} {count}" for name, count in summary.splits.items())
    alone = list(summary.splits) == ["all"]
    written.append(f"{'pictures':<9}{summary.pictures:,}" + ("" if alone else f": {splits}"))
    written.append(f"{'sizes':<9}{_sizes(summary.sizes)}")
    if summary.classes:
        count = sum(boxes for boxes, _ in summary.classes.values())
        written.append(f"{'boxes':<9}{count:,}" + _about_boxes(summary))
        classes = summary.classes.items()
        if len(classes) > _MOST:
            classes = sorted(classes, key=lambda one: -one[1][0])
        rows = [
            (name, f"{boxes:,} on {pictures:,} pictures") for name, (boxes, pictures) in classes
        ]
        written += _listed("classes", rows)
    if summary.pixels:
        used = sorted(summary.pixels.items(), key=lambda one: -one[1])
        rows = [(name, f"{share:.1%}") for name, share in used if share]
        written += _listed("pixels", rows)
    if summary.people:
        counts = summary.people.values()
        least, most = min(counts), max(counts)
        each = f"{least}" if least == most else f"{least} to {most}"
        written.append(f"{'people':<9}{len(counts):,}, {each} pictures each")
    written += [f"{'note':<9}{printable(note)}" for note in summary.notes]
    problems = summary.problems
    shown = problems if every_problem else problems[:_MOST]
    if problems:
        written += ["", f"{len(problems):,} problem{'s' if len(problems) > 1 else ''}:"]
    written += [f"  {problem}" for problem in shown]
    if len(shown) < len(problems):
        written.append(f"  and {len(problems) - len(shown):,} more; --all lists them")
    return written


def _sizes(sizes):
    common = sizes.most_common(3)
    if len(sizes) <= 3:
        return ", ".join(f"{width}x{height} ({count:,})" for (width, height), count in common)
    widths, heights = zip(*sizes, strict=True)
    (width, height), count = common[0]
    return (
        f"{min(widths)} to {max(widths)} wide, {min(heights)} to {max(heights)} high; "
        f"most often {width}x{height} ({count:,})"
    )


def _about_boxes(summary):
    if summary.box_sides is None:
        return ""
    least, median, most = (f"{side:.0f}" for side in summary.box_sides)
    text = f", {least} to {most} pixels a side, half of them below {median}"
    text += f"; {summary.tiny:,} below a thousandth of their picture" if summary.tiny else ""
    return text + (f"; {summary.empty:,} pictures without any" if summary.empty else "")


def _listed(title, rows):
    width = max((min(len(printable(name)), 30) for name, _ in rows), default=0)
    shown = [f"{printable(name)[:30]:<{width}}  {text}" for name, text in rows[:_MOST]]
    if len(rows) > _MOST:
        shown.append(f"and {len(rows) - _MOST} more")
    return [f"{title if row == 0 else '':<9}{text}" for row, text in enumerate(shown)]
