"""The latches on disk: one file each, whose mere existence is the latch.

So a file whose content was damaged still holds; only a reset by hand, which removes the file, ends it. Every change is
on the disk (file and directory synced) before it is reported done. Who reset a latch last lies in a file beside it, for
a gateway that was away when it happened.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from devices.keeper_wire import LatchName, Signed

CONTENT_MAX = 8_192
UNKNOWN = "unknown"
BY_MAX, NOTE_MAX = 80, 400

Signatures = Mapping[LatchName, Signed]


def read_latches(directory: Path) -> tuple[Signatures, Signatures, str]:
    """The latches that are set with who set them, who reset a latch last, and a fault in one sentence, or empty.

    Where the disk cannot say whether a latch is set, the doors stay secured and the fault says so: never an opening
    without a known cause (guarantee D12).
    """
    held: dict[LatchName, Signed] = {}
    resets: dict[LatchName, Signed] = {}
    try:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        for latch in LatchName:
            for files, found in ((_path, held), (_reset_path, resets)):
                if _exists(files(directory, latch)):
                    found[latch] = _signed(files(directory, latch), latch)
    except OSError as error:
        return held, resets, _fault("read", directory, error)
    return held, resets, ""


def store_latch(directory: Path, signed: Signed) -> str:
    """Put a latch on disk; returns a fault in one sentence, or empty."""
    try:
        _put(_path(directory, signed.latch), signed)
    except OSError as error:
        return _fault("write", directory, error)
    return ""


def forget_latch(directory: Path, signed: Signed) -> str:
    """Take a latch off the disk, and keep who says so; returns a fault in one sentence, or empty. One that is not
    there is no fault. A full disk keeps no name, and holds up no reset: whoever listens now is told the name.
    """
    with suppress(OSError):
        _put(_reset_path(directory, signed.latch), signed)
    try:
        if _exists(_path(directory, signed.latch)):
            _path(directory, signed.latch).unlink()
            _sync_directory(directory)
    except OSError as error:
        return _fault("write", directory, error)
    return ""


def _path(directory: Path, latch: LatchName) -> Path:
    return directory / f"latch-{latch}.json"


def _reset_path(directory: Path, latch: LatchName) -> Path:
    return directory / f"reset-{latch}.json"


def _exists(path: Path) -> bool:
    """Whether the file is there; unlike ``Path.exists``, an unreadable directory is an error, not a no."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _signed(path: Path, latch: LatchName) -> Signed:
    try:
        with path.open("rb") as file:
            body = json.loads(file.read(CONTENT_MAX))
    except (OSError, ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {}
    return Signed(latch, _text(fields.get("by"), BY_MAX) or UNKNOWN, _text(fields.get("note"), NOTE_MAX))


def _text(value: object, longest: int) -> str:
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


def _put(path: Path, signed: Signed) -> None:
    new = path.with_suffix(".new")
    body = {"v": 1, "latch": signed.latch, "by": signed.by, "note": signed.note}
    _write_synced(new, json.dumps(body).encode() + b"\n")
    new.replace(path)
    _sync_directory(path.parent)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(doing: str, directory: Path, error: OSError) -> str:
    reason = error.strerror or "error"
    return f"The keeper cannot {doing} its latches in {directory}: {reason}; check that disk now."[:400]
