"""Who is known at the door: names and encodings in one HDF5 file.

No picture is kept. An encoding only means something to the network that made it, so the file
remembers its model and version:

    door = Enrolment("door.h5", "face_encoder", version_of(model))
    door.enrol("Alex", encoding)
    door.verify("Alex", another, threshold=0.6)  # 1:1
    door.identify(another, threshold=0.6)  # 1:K
    door.remove("Alex")

Each change writes a new file beside the old one and puts it in its place in one step: a crash
leaves the old file or the new one, whole. A lock (`door.h5.lock`) lets one program in at a time;
the operating system frees it when a program dies. A change costs one writing of the file: enrol
many people by one `enrol_all`.
"""

import contextlib
import hashlib
import io
from pathlib import Path

from course_utils import atomic
from course_utils.errors import MendableError

import filelock
import h5py
import numpy as np

FORMAT = 1  # of the file; another layout gets another number
_MARK = "course face encodings"


class EnrolmentError(MendableError):
    """A file of encodings that cannot be used."""


def version_of(model):
    """Name the weights of a model: other weights get another name.

    Args:
        model: a built `keras.Model`.

    Returns:
        A str, the first 16 hex digits of the SHA-256 sum of shapes and values of all weights.
    """
    total = hashlib.sha256()
    for array in model.get_weights():
        total.update(f"{array.dtype} {array.shape};".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()[:16]


class Enrolment:
    """The people of one file: one name, one encoding each.

    Every method reads the file anew, so several programs may share it. The file is made by the
    first `enrol`; only the user who runs the program may read it.

    Args:
        path: of the HDF5 file; its folder must exist.
        model: name of the network that makes the encodings.
        version: of its weights, as `version_of` gives it, or any other text.
        numbers: numbers of an encoding.
        patience: seconds to wait while another program reads or writes.

    Raises:
        TypeError: if model or version is no text.
        ValueError: if model or version is empty, numbers is below 1, or there is no such folder.

    Source: lecture P149.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     door = Enrolment(Path(folder) / "door.h5", "paper", "1", numbers=2)
    ...     door.enrol("Alex", [0.0, 1.0])
    ...     door.enrol("Bo", [1.0, 0.0])
    ...     door.names(), door.identify([0.5, 1.0], threshold=0.3)
    (['Alex', 'Bo'], ('Alex', 0.25))
    """

    def __init__(self, path, model, version, numbers=64, patience=10.0):
        for name, value in (("model", model), ("version", version)):
            if not isinstance(value, str):
                raise TypeError(f"{name}: expected text, got {value!r}")
            if not value:
                raise ValueError(f"{name}: expected text, got an empty one")
        if int(numbers) != numbers or numbers < 1:
            raise ValueError(f"numbers: expected a whole number from 1 on, got {numbers!r}")
        self.path = Path(path).resolve()  # through a link: what it points to is replaced, not it
        if not self.path.parent.is_dir():
            raise ValueError(f"path: there is no folder {self.path.parent}")
        self.model, self.version, self.numbers = model, version, int(numbers)
        self.patience = patience

    def enrol(self, name, encoding, replace=False):
        """Add a person by one encoding.

        Args:
            name: the person's name.
            encoding: float array of shape (numbers,); it is kept as float32.
            replace: True to write over the encoding of a person who is enrolled already.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
            TypeError: if the name is no text or the encoding holds no numbers.
            ValueError: if the name is empty or taken, or the encoding has another shape, or nan.
        """
        self.enrol_all([name], np.asarray(encoding)[None], replace)

    def enrol_all(self, names, encodings, replace=False):
        """Add several people in one writing of the file: all of them, or none.

        Args:
            names: list of n names, all different.
            encodings: float array of shape (n, numbers).
            replace: as for `enrol`.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
            TypeError: as for `enrol`.
            ValueError: as for `enrol`, or if a name comes twice, or lengths differ.
        """
        names = [_checked_name(name) for name in names]
        encodings = self._checked(encodings, (len(names), self.numbers))
        twice = sorted({name for name in names if names.count(name) > 1}) if names else []
        if twice:
            raise ValueError(f"names: expected different ones, got {', '.join(twice)} twice")
        with self._locked():
            known = dict(zip(*self._read(), strict=True))
            taken = [name for name in names if name in known]
            if taken and not replace:
                raise ValueError(
                    f"{', '.join(taken)}: enrolled already. Give another name, or replace=True"
                )
            self._write(known | dict(zip(names, encodings, strict=True)))

    def remove(self, name):
        """Forget a person: the new file holds nothing of them.

        Args:
            name: the person's name.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
            KeyError: if nobody of that name is enrolled.
        """
        with self._locked():
            known = dict(zip(*self._read(), strict=True))
            if name not in known:
                raise KeyError(_unknown(name, known))
            del known[name]
            self._write(known)

    def names(self):
        """List who is enrolled.

        Returns:
            List of names in the order of enrolment.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
        """
        return self.load()[0]

    def load(self):
        """Read everything.

        Returns:
            A tuple: list of n names in the order of enrolment, and float32 array of shape
            (n, numbers). Without a file there is nobody.

        Raises:
            EnrolmentError: if the file is damaged, of another program, format, model or version,
                or another program holds it for longer than `patience`.
        """
        with self._locked():
            return self._read()

    def verify(self, name, encoding, threshold):
        """1:1, whether this is the person of that name.

        Args:
            name: whom the person at the door claims to be.
            encoding: float array of shape (numbers,), of the picture taken at the door.
            threshold: largest squared distance that is let in.

        Returns:
            A tuple: True or False, and the squared distance.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
            KeyError: if nobody of that name is enrolled.
            TypeError, ValueError: if the encoding has another shape, or holds no numbers, or nan.
        """
        encoding = self._checked(encoding, (self.numbers,))
        names, encodings = self.load()
        if name not in names:
            raise KeyError(_unknown(name, names))
        distance = float(np.sum(np.square(encodings[names.index(name)] - encoding)))
        return bool(distance <= threshold), distance

    def identify(self, encoding, threshold):
        """1:K, who this is.

        Args:
            encoding: float array of shape (numbers,), of the picture taken at the door.
            threshold: largest squared distance that is let in.

        Returns:
            A tuple: the name of the nearest person, or None if none is near enough; and the squared
            distance to the nearest, infinity if nobody is enrolled. Of two as near, the first.

        Raises:
            EnrolmentError: if the file can't be used, see `load`.
            TypeError, ValueError: if the encoding has another shape, or holds no numbers, or nan.
        """
        encoding = self._checked(encoding, (self.numbers,))
        names, encodings = self.load()
        if not names:
            return None, float("inf")
        distances = np.sum(np.square(encodings - encoding), axis=1)
        nearest = int(np.argmin(distances))
        distance = float(distances[nearest])
        return names[nearest] if distance <= threshold else None, distance

    def _checked(self, encodings, shape):
        """Encodings as float32, if they are finite numbers of this shape."""
        encodings = np.asarray(encodings)
        if encodings.dtype.kind not in "iuf":
            raise TypeError(f"encoding: expected numbers, got {encodings.dtype}")
        if encodings.shape != shape:
            raise ValueError(f"encoding: expected shape {shape}, got {encodings.shape}")
        with np.errstate(over="ignore"):
            encodings = encodings.astype(np.float32)
        if not np.isfinite(encodings).all():
            raise ValueError("encoding: expected finite numbers, got nan or infinity")
        return encodings

    @contextlib.contextmanager
    def _locked(self):
        """Keep all others out."""
        lock = filelock.FileLock(f"{self.path}.lock", timeout=self.patience)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise EnrolmentError(
                f"{self.path.name} is in use by another program for {self.patience:g} s",
                "Try again when it is done.",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _read(self):
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return [], np.zeros((0, self.numbers), np.float32)
        try:
            with h5py.File(io.BytesIO(content)) as file:
                self._compare(dict(file.attrs))
                names = file["names"].asstr()[()].tolist()
                encodings = file["encodings"][()]
        except (OSError, KeyError, RuntimeError, TypeError, UnicodeDecodeError) as error:
            raise self._damaged(str(error).strip("'\"")) from None
        if encodings.shape != (len(names), self.numbers) or encodings.dtype != np.float32:
            raise self._damaged(f"{len(names)} names, encodings {encodings.shape}")
        return names, encodings

    def _damaged(self, why):
        return EnrolmentError(
            f"{self.path.name} is damaged, or no file of encodings ({why})",
            "Move it away and enrol the people again, or take it from a backup.",
        )

    def _compare(self, found):
        """See that a file's attributes are those of this model."""
        if found.get("mark") != _MARK:
            raise self._damaged("its mark is missing")
        for key, wanted, mend in (
            ("format", FORMAT, "Read it with the course of that time, or enrol the people again."),
            ("model", self.model, "Name that model, or enrol the people again in a new file."),
            ("version", self.version, "Load those weights, or enrol the people again."),
            ("numbers", self.numbers, "Give that many, or enrol the people again."),
        ):
            have = found.get(key)
            if have != wanted:
                raise EnrolmentError(
                    f"{self.path.name} is of another {key}: expected {wanted}, the file has {have}",
                    mend,
                )

    def _write(self, known):
        """Write a file beside the old one, then put it in its place."""
        names = list(known)
        encodings = np.array(list(known.values()), np.float32).reshape(-1, self.numbers)
        content = io.BytesIO()
        with h5py.File(content, "w") as file:
            file.attrs.update(
                mark=_MARK, format=FORMAT, model=self.model, version=self.version,
                numbers=self.numbers,
            )  # fmt: skip
            file.create_dataset("names", data=names, shape=(len(names),), dtype=h5py.string_dtype())
            # its sum is compared when it is read: a flipped bit would be another face
            file.create_dataset("encodings", data=encodings, fletcher32=bool(names))
        atomic.sweep(self.path)
        atomic.write(self.path, content.getbuffer(), mode=0o600, sync=True)


def _checked_name(name):
    if not isinstance(name, str):
        raise TypeError(f"name: expected text, got {name!r}")
    if not name.strip() or "\0" in name:
        raise ValueError(f"name: expected a name, got {name!r}")
    return name


def _unknown(name, known):
    return f"{name!r} is not enrolled, only {', '.join(known) or 'nobody'}"
