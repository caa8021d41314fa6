"""Run lessons and store the weights that they offer.

`python -m course_utils.lessons.weights P139 [...]` is the one way by which files get into
data/weights and their entries into data/registry.json. The notebooks are not written. A lesson
that fails, or offers weights of another lesson's name, changes nothing.
"""

import datetime
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from course_utils import registry, weights
from course_utils.lessons import catalogue, results
from course_utils.lessons.notebook import notebooks_folder


def main(names):
    """Run the named lessons, store what they offer, and print it.

    Args:
        names: lessons like "P139".

    Returns:
        0, or 1 if a lesson failed or offered nothing.
    """
    known = catalogue.notebooks(notebooks_folder())
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        wrong = f"There is no lesson {unknown[0]!r}" if unknown else "Name a lesson"
        print(f"{wrong}: there are {', '.join(known)}.")
        return 1
    failed = False
    for name in names:
        print(f"{name} ...", end=" ", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            try:
                seconds = _run(known[name], folder)
                stored = _adopt(name, Path(folder))
            except Exception as error:  # whatever a cell raises, the other lessons still run
                print(f"failed\n{type(error).__name__}: {error}")
                failed = True
                continue
        print(f"{seconds:.1f} s")
        print(
            "\n".join(stored) or "    It offers no weights: weights.offer(name, model, score=...)"
        )
        failed = failed or not stored
    return int(failed)


def _run(path, folder):
    """Run a notebook whose kernel stores into a folder; return the seconds."""
    os.environ[weights.VARIABLE] = folder
    try:
        return results.run(path)[1]
    finally:
        del os.environ[weights.VARIABLE]


def _adopt(lesson, folder):
    """Move what a lesson has stored into data/; return a line for each file."""
    offered = sorted(folder.glob("*.json"))
    for path in offered:
        owner = weights.trained().get(path.stem, {}).get("lesson", lesson)
        if owner != lesson:
            raise ValueError(f"{path.stem} are the weights of {owner}: choose another name")
    lines = []
    place = registry.REGISTRY.parent / weights.FOLDER
    place.mkdir(exist_ok=True)
    for path in offered:
        content = path.with_suffix(".h5").read_bytes()
        file_path = place / f"{path.stem}.h5"
        file_path.write_bytes(content)
        known = json.loads(path.read_text(encoding="utf-8"))
        entry = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "path": f"{weights.FOLDER}/{file_path.name}",
            "lesson": lesson,
            **known,
            "date": datetime.date.today().isoformat(),
        }
        registry.add(file_path.name, entry)
        scores = ", ".join(f"{key} {value:.4g}" for key, value in known["scores"].items())
        lines.append(
            f"    data/{entry['path']}: {known['parameters']:,} parameters, "
            f"{len(content) / 1000:.0f} kB, {scores}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
