"""The shared package of the course: what more than one lesson uses.

Importing it sets what must be set before TensorFlow is imported, so a lesson imports it first:
the log level, GPU memory that grows with need, and an import of TensorFlow without its banners.
Nothing heavy is imported here, so the `course` command starts at once.
"""

import contextlib
import importlib.abc
import importlib.util
import os
import sys
import warnings

__version__ = "0.1.0"

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

# `fit` says so of every dataset, unless it is told not to shuffle what it can't shuffle.
warnings.filterwarnings("ignore", r"`shuffle=True` was passed.* as a tf\.data\.Dataset")


@contextlib.contextmanager
def _muted_stderr():
    """Send file descriptor 2 to nowhere, for messages that C++ code writes past Python."""
    sys.stderr.flush()
    saved = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


class _QuietTensorFlow(importlib.abc.MetaPathFinder):
    """Import TensorFlow with its start-up banners muted.

    TensorFlow writes some lines (drivers it did not find, oneDNN being on) before its own log
    level counts. Switching oneDNN off would silence one of them, and halve the speed.
    """

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None:
            return None
        execute = spec.loader.exec_module

        def execute_quietly(module):
            with _muted_stderr():
                execute(module)

        spec.loader.exec_module = execute_quietly
        return spec


if "tensorflow" not in sys.modules:
    sys.meta_path.insert(0, _QuietTensorFlow())
