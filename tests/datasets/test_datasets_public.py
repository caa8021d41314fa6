"""Public sets from a server of this machine that misbehaves in every way."""

import contextlib
import hashlib
import http.server
import io
import json
import os
import re
import sys
import tarfile
import threading

from course_utils import cli
from course_utils.datasets import downloads, public
from course_utils.datasets.problems import DataError

import numpy as np
import pytest
from typer.testing import CliRunner

PICTURE = np.random.default_rng(0).bytes(300_000)


def archive(*members, mode="w:gz"):
    """Make a tar archive of (name, content) pairs or of TarInfo objects."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tar.addfile(info, io.BytesIO(member[1]))
    return stream.getvalue()


UNPACK = public.unpack
GOOD = archive(("pets/a.jpg", PICTURE), ("pets/b.jpg", b"small"))


class Server(http.server.ThreadingHTTPServer):
    """Serves `content`; behaves as `mood` says; notes the ranges that were asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.mood, self.ranges = GOOD, "good", []
        self.release = threading.Event()
        self.asked = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/pets.tgz"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server, content = self.server, self.server.content
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        start = int(asked[1]) if asked and server.mood != "no ranges" else 0
        if server.mood == "another range":
            start = min(start, 500)
        server.ranges.append(start)
        server.asked.set()
        if server.mood == "slow":
            server.release.wait(20)
        if server.mood == "broken":
            return self.send_error(503)
        if start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if server.mood != "no length":
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = start + 100_000 if server.mood == "cut" else len(content)
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content[start:end])


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def root(server, tmp_path, monkeypatch):
    """Folder of the sets; the list holds one, `pets`, of the server."""
    lists(server, tmp_path, monkeypatch)
    return tmp_path / "sets"


def lists(server, tmp_path, monkeypatch, **changes):
    file = {
        "urls": [server.url],
        "bytes": len(server.content),
        "sha256": hashlib.sha256(server.content).hexdigest(),
    }
    entry = {"title": "Pets", "licence": "free", "folder": "pets"}
    entry["files"] = {"pets.tgz": file | changes}
    (tmp_path / "sets.json").write_text(json.dumps({"pets": entry}))
    monkeypatch.setattr(public, "REGISTRY", tmp_path / "sets.json")


def is_whole(root):
    """Whether the set is there, whole, with nothing beside it."""
    whole = (root / "pets" / "pets" / "a.jpg").read_bytes() == PICTURE
    return whole and sorted(path.name for path in root.iterdir()) == [".pets.lock", "pets"]


def test_a_set_is_downloaded_once_and_unpacked(server, root):
    steps = []
    folder = public.get("pets", root, lambda *step: steps.append(step))
    assert folder == root / "pets" / "pets" == public.folder("pets", root)
    assert is_whole(root)
    assert steps[-1] == ("pets.tgz", len(GOOD), len(GOOD))
    assert public.get("pets", root) == folder
    assert server.ranges == [0]


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        ("broken", "the server answers 503 Service Unavailable. Try again later"),
        ("cut", "the connection was cut. Try again later"),
        ("offline", r"cannot be reached: this machine may be offline"),
        ("changed", r"another file than expected \(wrong SHA-256\), thrown away"),
    ],
)
def test_the_next_try_works(server, root, tmp_path, monkeypatch, mood, says):
    server.mood = mood
    if mood == "changed":
        server.content = GOOD[:-9] + b"otherwise"
    if mood == "offline":
        lists(server, tmp_path, monkeypatch, urls=["http://127.0.0.1:9/pets.tgz"])
    with pytest.raises(DataError, match=says) as error:
        public.get("pets", root)
    assert "\n" not in str(error.value)
    assert not (root / "pets").exists()
    left = {path.name for path in (root / ".pets.downloads").iterdir()}
    assert left == ({"pets.tgz.part"} if mood == "cut" else set())
    server.mood, server.content = "good", GOOD
    lists(server, tmp_path, monkeypatch)
    public.get("pets", root)
    assert is_whole(root)


def test_a_cut_download_goes_on_where_it_ended(server, root):
    server.mood = "cut"
    for _ in range(2):
        with pytest.raises(DataError, match="cut"):
            public.get("pets", root)
    server.mood = "good"
    public.get("pets", root)
    assert server.ranges == [0, downloads._CHUNK, 2 * downloads._CHUNK]  # 100,000 bytes each
    assert is_whole(root)


@pytest.mark.parametrize(
    ("mood", "part", "why"),
    [
        ("no ranges", GOOD[:1000], "a server that sends all of it again"),
        ("another range", GOOD[:1000], "a server that sends another range than asked for"),
        ("no length", b"", "a server that doesn't say how long it is"),
        ("good", GOOD, "killed between the last byte and the sum"),
        ("good", GOOD + b"more", "a part longer than the file"),
    ],
)
def test_odd_servers_and_parts(server, root, mood, part, why):
    server.mood = mood
    (root / ".pets.downloads").mkdir(parents=True)
    (root / ".pets.downloads" / "pets.tgz.part").write_bytes(part)
    public.get("pets", root)
    assert is_whole(root), why


def test_a_damaged_part_is_thrown_away_by_its_sum(server, root):
    (root / ".pets.downloads").mkdir(parents=True)
    (root / ".pets.downloads" / "pets.tgz.part").write_bytes(b"x" * 1000)
    with pytest.raises(DataError, match="wrong SHA-256"):
        public.get("pets", root)
    public.get("pets", root)
    assert is_whole(root)
    assert server.ranges == [1000, 0]


def test_the_next_address_is_tried(server, root, tmp_path, monkeypatch):
    lists(server, tmp_path, monkeypatch, urls=["http://127.0.0.1:9/pets.tgz", server.url])
    public.get("pets", root)
    assert is_whole(root)


def test_a_full_disk_is_seen_before_the_download(server, root, monkeypatch):
    full = downloads.shutil.disk_usage(root.parent)._replace(free=1000)
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: full)
    with pytest.raises(DataError, match=r"full, 1 MB are needed\. Make room"):
        public.get("pets", root)
    assert server.ranges == []


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_disk_that_fills_up_leaves_nothing(server, root):
    (root / ".pets.downloads").mkdir(parents=True)
    part = root / ".pets.downloads" / "pets.tgz.part"
    part.symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"full\. Make room"):
        public.get("pets", root)
    assert not part.is_symlink()
    public.get("pets", root)
    assert is_whole(root)


def test_a_disk_that_fills_up_while_unpacking_leaves_only_the_download(server, root, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(public, "unpack", no_room)
    with pytest.raises(DataError, match=r"full\. Make room"):
        public.get("pets", root)
    assert sorted(path.name for path in root.iterdir()) == [".pets.downloads", ".pets.lock"]
    monkeypatch.setattr(public, "unpack", UNPACK)
    public.get("pets", root)
    assert is_whole(root)
    assert server.ranges == [0]  # the download was kept


def test_two_at_once(server, root):
    server.mood = "slow"
    first = threading.Thread(target=public.get, args=("pets", root))
    first.start()
    assert server.asked.wait(20)
    with pytest.raises(DataError, match=r"Another download to .* is under way"):
        public.get("pets", root)
    server.release.set()
    first.join()
    assert is_whole(root)
    assert server.ranges == [0]


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (archive(("../evil.txt", b"x")), "outside the destination"),
        (archive(("pets/../../evil.txt", b"x")), "outside the destination"),
        (archive(link("pets/a.jpg", "/etc/passwd")), "is a link"),
        (archive(link("pets/a.jpg", "../../x", tarfile.LNKTYPE)), "is a link"),
        (archive(link("pets/a", "", tarfile.FIFOTYPE)), "is a link"),
        (archive(("a", b"1" * 2001)), "at most 2,000 bytes and 3 files"),
        (archive(*[(str(n), b"1") for n in range(4)]), "at most 2,000 bytes and 3 files"),
        (GOOD[:-2000], "is damaged"),
        (b"no archive at all", "is damaged"),
    ],
)
def test_unpacking_is_safe(tmp_path, content, says):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "a.tgz").write_bytes(content)
    most = 10**6 if says == "is damaged" else 2000
    with pytest.raises(DataError, match=says):
        public.unpack(tmp_path / "a.tgz", inside, most_bytes=most, most_files=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tgz", "inside"]


def test_an_archive_that_breaks_out_leaves_no_set(server, root, tmp_path, monkeypatch):
    server.content = archive(("pets/a.jpg", PICTURE), ("../../evil", b"x"))
    lists(server, tmp_path, monkeypatch)
    with pytest.raises(DataError, match="outside the destination"):
        public.get("pets", root)
    assert not list(tmp_path.rglob("*evil*")) and not (root / "pets").exists()


def test_olivetti_becomes_a_folder_a_person(tmp_path, monkeypatch):
    import sklearn.datasets
    from skimage.io import imread

    def fetch(data_home, n_retries):
        data_home.mkdir()
        images = np.arange(20).repeat(64 * 64).reshape(20, 64, 64) / 255
        return {"images": images.astype(np.float32), "target": np.arange(20) // 10}

    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", fetch)
    folder = public.get("olivetti", tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["s1", "s2"]
    assert (imread(folder / "s2" / "3.png") == 12).all()


def test_olivetti_offline(tmp_path, monkeypatch):
    import urllib.error

    import sklearn.datasets

    def fetch(data_home, n_retries):
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", fetch)
    with pytest.raises(DataError, match=r"olivetti: Name or service not known\. Try again later"):
        public.get("olivetti", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".olivetti.lock"]


def test_every_file_has_its_sum_and_says_who_published_it():
    for entry in public.entries().values():
        assert entry["title"] and entry["licence"] and entry["home"].startswith("http")
        for file in entry["files"].values():
            assert re.fullmatch("[0-9a-f]{64}", file["sha256"])
            assert file["sum_from"] and all(url.startswith("http") for url in file["urls"])


def test_the_command(server, root):
    run = CliRunner().invoke
    place = ["--dir", str(root)]
    server.mood = "broken"
    result = run(cli.app, ["data", "get", "pets", *place])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1 and "answers 503" in result.stderr
    server.mood = "good"
    result = run(cli.app, ["data", "get", "pets", *place])
    assert result.exit_code == 0 and str(root / "pets" / "pets") in result.stdout
    assert "pets" in run(cli.app, ["data", "list", *place]).stdout
    result = run(cli.app, ["data", "get", "dogs", *place])
    assert (
        result.exit_code == 1 and "There is no public set 'dogs'. There are pets." in result.stderr
    )


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=f"{re.escape(str(tmp_path))}"):
        public.get("lfw", tmp_path / "file")


def test_the_folder_of_the_sets(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert public.folder("voc2007") == tmp_path / "voc2007" / "VOCdevkit" / "VOC2007"
    monkeypatch.delenv("COURSE_DATA")
    assert "course-utils" in os.fspath(public.default_root())
