"""The latches on disk: one file each, whose mere existence is the latch.

So a file whose content was damaged still holds; only a reset by hand, which removes the file, ends it. Every change is
on the disk (file and directory synced) before it is reported done.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from devices.keeper_wire import LatchName

CONTENT_MAX = 4_096


def read_latches(directory: Path) -> tuple[Mapping[LatchName, str], str]:
    """The latches on disk with who set them, and a fault in one sentence, or empty.

    Where the disk cannot say whether a latch is set, the doors stay secured and the fault says so: never an opening
    without a known cause (guarantee D12).
    """
    held: dict[LatchName, str] = {}
    try:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        for latch in LatchName:
            if _exists(_path(directory, latch)):
                held[latch] = _set_by(_path(directory, latch))
    except OSError as error:
        return held, _fault("read", directory, error)
    return held, ""


def store_latch(directory: Path, latch: LatchName, by: str) -> str:
    """Put a latch on disk; returns a fault in one sentence, or empty."""
    path = _path(directory, latch)
    new = path.with_suffix(".new")
    try:
        _write_synced(new, json.dumps({"v": 1, "latch": latch, "by": by}).encode() + b"\n")
        new.replace(path)
        _sync_directory(directory)
    except OSError as error:
        return _fault("write", directory, error)
    return ""


def forget_latch(directory: Path, latch: LatchName) -> str:
    """Take a latch off the disk; returns a fault in one sentence, or empty. One that is not there is no fault."""
    try:
        if _exists(_path(directory, latch)):
            _path(directory, latch).unlink()
            _sync_directory(directory)
    except OSError as error:
        return _fault("write", directory, error)
    return ""


def _path(directory: Path, latch: LatchName) -> Path:
    return directory / f"latch-{latch}.json"


def _exists(path: Path) -> bool:
    """Whether the file is there; unlike ``Path.exists``, an unreadable directory is an error, not a no."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _set_by(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = json.loads(file.read(CONTENT_MAX))
    except (OSError, ValueError, RecursionError):
        return "unknown"
    by = body.get("by") if isinstance(body, dict) else None
    return by if isinstance(by, str) and 0 < len(by) <= 80 and by.isprintable() else "unknown"


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
