"""Show a figure with its caption."""

import html
import warnings

import matplotlib.pyplot as plt


def show(caption):
    """Show the current figure with a caption below it, and close the figure.

    In a notebook the picture is Matplotlib's inline PNG (the figure's dpi, cut to its content). The
    caption is stored as its alternative text, in the output's metadata `{"image/png": {"alt":
    caption}}`. `jupyter nbconvert --to html --template classic` makes a real `alt` attribute of
    it. JupyterLab 4.6 and nbconvert's other template keep the metadata and give their `<img>` none
    of it, so the caption is also a line of text, which every reader gets. Works in the function of
    an `ipywidgets.interactive`. Elsewhere the caption is printed and `plt.show()` called.

    Args:
        caption: what to see in this picture, one sentence or two; fixed text without numbers that
            were computed, since the replay compares it.

    Raises:
        TypeError: if the caption is no text.
        ValueError: if it is empty, or no figure is open.

    Example:
        >>> from course_utils import plots
        >>> plots.show_picture(plt.subplots()[1], [[0, 1]])
        >>> plots.show("A black pixel beside a white one.")
        A black pixel beside a white one.
    """
    if not isinstance(caption, str):
        raise TypeError(f"caption: expected a text, got {type(caption).__name__}")
    caption = " ".join(caption.split())
    if not caption:
        raise ValueError("caption: expected what to see in this picture, got an empty text")
    if not plt.get_fignums():
        raise ValueError("There is no figure to show: draw one in the same cell, and show it once.")
    figure = plt.gcf()
    try:
        if _in_notebook():
            _display(figure, caption)
        else:
            print(caption)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*non-interactive", UserWarning)
                plt.show()
    finally:
        plt.close(figure)


def _in_notebook():
    """Whether a kernel runs this code, not a terminal."""
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def _display(figure, caption):
    """Send two outputs: the picture, and the caption as a small line in italics."""
    from IPython.core.pylabtools import print_figure
    from IPython.display import display

    picture = print_figure(figure, "png", bbox_inches="tight", base64=True)
    bundle = {"image/png": picture, "text/plain": f"<Figure with {len(figure.axes)} Axes>"}
    display(bundle, raw=True, metadata={"image/png": {"alt": caption}})
    line = f"<small><i>{html.escape(caption, quote=False)}</i></small>"
    display({"text/html": line, "text/plain": caption}, raw=True)
