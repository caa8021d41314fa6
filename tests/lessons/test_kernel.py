"""The grading kernel's environment: the course's own, whatever its caller's holds."""

import os
import site
import sys
from pathlib import Path

from course_utils.lessons.grading import grade
from course_utils.lessons.kernel import Kernel, Limits, own_environment

import jupyter_client
import pytest
from lessons.small_lesson import RIGHT, fill_in

SPOIL = "import builtins\nbuiltins.spoiled = True\n"
CHECK = "import builtins\nif hasattr(builtins, 'spoiled'): raise ValueError('a file was run')"
DPI = "import matplotlib\nif matplotlib.rcParams['figure.dpi'] == 7: raise ValueError('dpi 7')"
STARTUP = ".ipython/profile_default/startup/00.py"
CONFIG = ".ipython/profile_default/ipython_kernel_config.py"
EXECUTE = f"c = get_config()\nc.InteractiveShellApp.exec_lines = {SPOIL.splitlines()}"

# Variables (HOME stands for the caller's home), a file in that home, a cell that fails if they
# count, and what they are.
CALLERS = [
    ({"PYTHONOPTIMIZE": "1"}, "", "", "if not __debug__: raise ValueError('no asserts')",
     "asserts compiled away: any answer passes"),
    ({"PYTHONSTARTUP": "HOME/start.py"}, "start.py", SPOIL, CHECK, "Python's start-up file"),
    ({"PYTHONPATH": "HOME"}, "sitecustomize.py", SPOIL, CHECK, "code that each Python runs"),
    ({"PYTHONPATH": "HOME"}, "psutil.py", "1 / 0", "import psutil", "a module of the same name"),
    ({"PYTHONWARNINGS": "error"}, "", "", "import warnings\nwarnings.warn('old')",
     "warnings as errors"),
    ({"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}, "", "",
     "import locale\nif locale.getencoding().lower() not in ('utf-8', 'utf8'): open('x').read()",
     "another encoding of files"),
    ({"PYTHONHASHSEED": "7"}, "", "", "import os\nif os.environ['PYTHONHASHSEED'] != '0': 1 / 0",
     "another order of sets"),
    ({}, STARTUP, SPOIL, CHECK, "IPython's start-up file"),
    ({"IPYTHONDIR": "HOME/mine"}, "mine/profile_default/startup/00.py", SPOIL, CHECK,
     "the same in another place"),
    ({}, CONFIG, EXECUTE, CHECK, "lines that the kernel's settings run"),
    ({"VIRTUAL_ENV": "HOME"}, "pyvenv.cfg", "",
     "import os, sys\nif 'VIRTUAL_ENV' in os.environ: raise ValueError(sys.path)",
     "another environment, whose packages IPython adds"),
    ({"IPYKERNEL_CELL_NAME": "cell"}, "", "",
     "import os\nif 'IPYKERNEL_CELL_NAME' in os.environ: 1 / 0", "one name for all cells"),
    ({}, ".config/matplotlib/matplotlibrc", "figure.dpi: 7", DPI, "Matplotlib's settings"),
    ({"MATPLOTLIBRC": "HOME/rc"}, "rc", "figure.dpi: 7", DPI, "the same in another place"),
    ({"MPLCONFIGDIR": "HOME"}, "matplotlibrc", "figure.dpi: 7", DPI, "and another"),
    ({}, ".keras/keras.json", '{"image_data_format": "channels_first"}',
     "from pathlib import Path\nif Path('~/.keras/keras.json').expanduser().exists(): 1 / 0",
     "Keras' settings"),
    ({"KERAS_HOME": "HOME"}, "keras.json", "{}", "import os\nif 'KERAS_HOME' in os.environ: 1 / 0",
     "the same in another place"),
    ({"KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "1", "XLA_FLAGS": "--no-such-flag"}, "", "",
     "import os\nif {'KERAS_BACKEND', 'TF_USE_LEGACY_KERAS', 'XLA_FLAGS'} & set(os.environ): 1 / 0",
     "another Keras, and a TensorFlow that does not start"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "name", "text", "cell"),
    [row[:4] for row in CALLERS],
    ids=[f"{'+'.join(row[0])} {row[1]}: {row[4]}" for row in CALLERS],
)
def test_nothing_of_the_callers_counts(variables, name, text, cell, tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value.replace("HOME", str(home)))
    path = home / (name or "empty")
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with Kernel(Limits()) as kernel:
        outcome = kernel.run(cell, 60)
    assert outcome.status == "ok", f"{outcome.type}: {outcome.message}"


def test_wrong_answers_get_no_points_without_asserts(lesson, solved, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    fill_in(solved, {name: f"def {name}(numbers):\n    return 5" for name in RIGHT})
    assert grade(lesson, solved).points == 0


def test_what_a_kernel_needs_of_its_caller_is_kept(tmp_path, monkeypatch):
    kept = {"PATH": "/tools", "LD_LIBRARY_PATH": "/cuda", "CUDA_VISIBLE_DEVICES": "1"}
    kept |= {"TMPDIR": str(tmp_path), "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": "/fonts"}
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    environment = own_environment(tmp_path)
    assert kept.items() <= environment.items()
    assert environment["HOME"] == str(tmp_path)
    assert environment["PYTHONNOUSERSITE"] == "1"


def test_packages_installed_for_one_user_are_found(tmp_path, monkeypatch):
    """`pip install --user` puts them below the home, which the kernel does not have."""
    packages = Path(jupyter_client.__file__).parents[1]
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(packages))
    monkeypatch.setattr(site, "getuserbase", lambda: sys.prefix)
    environment = own_environment(tmp_path)
    assert environment["PYTHONUSERBASE"] == sys.prefix
    assert "PYTHONNOUSERSITE" not in environment


def test_the_callers_environment_stays_as_it_is(tmp_path):
    before = dict(os.environ)
    own_environment(tmp_path)["PATH"] = ""
    assert dict(os.environ) == before
