"""Batches of samples of a world, drawn on all cores when they are large."""

import numpy as np

_TASK = 50  # samples drawn in one go


def drawn(draw, start, count, parallel, progress):
    """Return the samples `start` to `start + count - 1` as one batch.

    joblib starts the processes afresh (so TensorFlow may be loaded here, and a script needs no
    `__main__` guard). They import only what `draw` needs, and stay for some minutes to serve the
    next batch.

    Args:
        draw: function of (start, count) that returns a dict of arrays with a leading axis of
            `count` samples; it can be pickled, and a sample does not depend on its batch.
        start: index of the first sample.
        count: number of samples, 1 or more.
        parallel: whether the batch is large enough to be worth the start of processes.
        progress: whether to show a progress bar.

    Returns:
        The dict of arrays, each with `count` samples.
    """
    if not parallel and not progress:
        return draw(start, count)
    spans = [
        (first, min(_TASK, start + count - first)) for first in range(start, start + count, _TASK)
    ]
    if parallel:
        from joblib import Parallel, delayed

        parts = Parallel(n_jobs=-1, return_as="generator")(delayed(draw)(*span) for span in spans)
    else:
        parts = (draw(*span) for span in spans)
    batch, row = {}, 0
    for part in _counted(parts, len(spans), progress):
        for key, values in part.items():
            if row == 0:
                batch[key] = np.empty((count, *values.shape[1:]), values.dtype)
            batch[key][row : row + len(values)] = values
        row += len(values)
    return batch


def _counted(parts, number, progress):
    if not progress:
        return parts
    from rich.progress import track

    return track(parts, total=number, description="Rendering")
