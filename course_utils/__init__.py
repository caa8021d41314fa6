"""The shared package of the course: what more than one lesson uses.

Importing it sets what must be set before TensorFlow is imported, so a lesson imports it first:
the log level, GPU memory that grows with need, and an import of TensorFlow without its banners.
What the lessons need of Keras is set here, too, whatever the shell or `keras.json` says.
Nothing heavy is imported here, so the `course` command starts at once.
"""

import contextlib
import importlib.abc
import importlib.util
import os
import sys
import warnings

__version__ = "0.1.0"

os.environ["KERAS_BACKEND"] = "tensorflow"
for _name in (
    *("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"),  # `fit` would end early
    *("TF_USE_LEGACY_KERAS", "TF_XLA_FLAGS"),  # another Keras, another compiler
    "TF_DETERMINISTIC_OPS",  # some operations would fail
    "TF_ENABLE_ONEDNN_OPTS",  # 0 halves the speed
):
    os.environ.pop(_name, None)
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


@contextlib.contextmanager
def _settings_of_the_course():
    """Set, after the import of Keras, what its file `keras.json` may have set otherwise."""
    yield
    _set_up_keras()


def _set_up_keras():
    config = sys.modules["keras"].config
    if config.backend() != "tensorflow":
        raise ImportError(
            f"The lessons need Keras on TensorFlow, and it runs on {config.backend()}: import "
            "course_utils before keras, and restart the kernel."
        )
    config.set_image_data_format("channels_last")
    config.set_floatx("float32")
    config.set_epsilon(1e-7)


class _Around(importlib.abc.MetaPathFinder):
    """Import a module inside a context, once.

    Args:
        name: the module's.
        context: makes the context manager.
    """

    def __init__(self, name, context):
        self.name, self.context = name, context

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)  # some only ask where a module is
        if spec is None:
            return None
        execute = spec.loader.exec_module

        def execute_inside(module):
            with contextlib.suppress(ValueError):  # found twice, and run before
                sys.meta_path.remove(self)
            with self.context():
                execute(module)

        spec.loader.exec_module = execute_inside
        return spec


# TensorFlow writes some lines (drivers it did not find, oneDNN being on) before its own log level
# counts. Switching oneDNN off would silence one of them, and halve the speed.
if "tensorflow" not in sys.modules:
    sys.meta_path.insert(0, _Around("tensorflow", _muted_stderr))
if "keras" in sys.modules:
    _set_up_keras()
else:
    sys.meta_path.insert(0, _Around("keras", _settings_of_the_course))

if sys.flags.optimize and "ipykernel" in sys.modules:
    warnings.warn(
        "This Python skips every assert, so each check of an exercise passes: unset "
        "PYTHONOPTIMIZE and restart Jupyter. `course lab` does without it.",
        stacklevel=2,
    )
