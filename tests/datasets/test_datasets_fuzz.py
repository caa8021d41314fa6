"""Damaged folders of every format: each is read or refused in words, never with a traceback."""

import json
import random
import shutil

import course_utils  # noqa: F401  (before Keras)
from course_utils.datasets import checking, folders, summary
from course_utils.datasets.problems import DataError

import pytest
import small_folders as small
from PIL import Image

SCRAPS = [
    b"", b"\0", b"\xff\xfe", b"-1", b"1e400", b"nan", b"99999999999999999999", b"null", b"[]",
    b"{}", b"<", b"]]>", b"&x;", b'"', b"\n", b"../../..", b"\xc3\x28", b"true", b"0.5", b" ",
]  # fmt: skip


def damaged(content, dice):
    """Return bytes with a few things cut, doubled, overwritten or put in."""
    content = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(content) + 1)
        end = min(len(content), start + dice.choice((1, 3, 20, 500)))
        kind = dice.randrange(5)
        if kind == 0:
            del content[start:end]
        elif kind == 1:
            content[start:end] = content[start:end] * 2
        elif kind == 2:
            content[start:end] = bytes(dice.randrange(256) for _ in range(end - start))
        elif kind == 3:
            content[start:start] = dice.choice(SCRAPS)
        else:
            digits = [place for place, one in enumerate(content) if chr(one).isdigit()]
            if digits:
                place = dice.choice(digits)
                content[place : place + 1] = dice.choice(SCRAPS)
    return bytes(content)


VALUES = [None, True, -1, 0, 1e308, 10**30, 0.5, "", "x", "../..", [], [0], {}, {"a": 1}, [[]]]


def misled(content, dice):
    """Return JSON whose syntax is right, with a value of another kind in a few places."""
    try:
        tree = json.loads(content)
    except ValueError:
        return damaged(content, dice)
    for _ in range(dice.randint(1, 4)):
        node = tree
        while isinstance(node, dict | list) and node:
            key = dice.choice(list(node) if isinstance(node, dict) else range(len(node)))
            if not isinstance(node[key], dict | list) or dice.random() < 0.25:
                node[key] = dice.choice(VALUES)
                break
            node = node[key]
    return json.dumps(tree).encode()


def damage(root, dice):
    """Damage a folder in a few places."""
    for _ in range(dice.randint(1, 4)):
        files = sorted(path for path in root.rglob("*") if path.is_file())
        if not files:
            return
        # Labels are hit as often as pictures, though there are fewer.
        path = dice.choice(
            [one for one in files if one.suffix == dice.choice(files).suffix] or files
        )
        kind = dice.randrange(8)
        if kind == 0:
            path.unlink()
        elif kind == 1:
            path.rename(path.with_name(dice.choice(["é.png", "x.xml", "a b", "-.txt", "c.json"])))
        elif kind == 2:
            path.write_bytes(dice.choice(files).read_bytes())
        elif kind == 3 and path.suffix == ".png":
            mode = dice.choice(["1", "L", "LA", "P", "RGBA", "I;16", "F", "RGB"])
            suffix = ".tif" if mode == "F" else ".png"
            size = dice.choice([(1, 1), (60, 40), (40, 60), (300, 2)])
            Image.new(mode, size).save(path.with_suffix(suffix))
        elif kind == 4:
            path.unlink()
            path.symlink_to(dice.choice(["/etc/passwd", ".", "gone", path.name]))
        else:
            change = misled if path.suffix == ".json" and dice.random() < 0.8 else damaged
            path.write_bytes(change(path.read_bytes(), dice))


@pytest.mark.parametrize("name", small.MAKERS)
def test_fifty_damaged_folders(tmp_path, name):
    whole = small.MAKERS[name](tmp_path / "whole")
    readable = troubled = 0
    for seed in range(50):
        root = tmp_path / str(seed)
        shutil.copytree(whole, root)
        dice = random.Random(f"{name} {seed}")
        damage(root, dice)
        try:
            found = checking.check(folders.read(root, dice.choice([None, name])))
        except DataError as error:
            assert str(error)
            continue
        readable += bool(found.pictures)
        troubled += bool(found.problems)
        lines = summary.lines(found, every_problem=True)
        assert all(line.isprintable() for line in lines)
        for record in found.readable:
            assert record["images"].min() >= 0
            assert record["images"].max() <= 1
            height, width = record["images"].shape[:2]
            boxes = record.get("bounding_boxes", {"boxes": []})["boxes"]
            for x1, y1, x2, y2 in boxes:
                assert 0 <= x1 < x2 <= width
                assert 0 <= y1 < y2 <= height
    assert readable > 20  # the damage is not so great that nothing is tried
    assert troubled > 10
