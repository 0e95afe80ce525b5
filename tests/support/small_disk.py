"""A small disk of its own, in memory, that a test can fill, free, and make read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted folder."""

    folder: Path

    def fill(self) -> None:
        """Leave no free byte."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                return

    def free(self) -> None:
        """Take the ballast away."""
        (self.folder / "ballast").unlink()

    def read_only(self) -> None:
        """Let nobody write."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def writable(self) -> None:
        """Let them again."""
        _run("mount", "-o", "remount,rw", str(self.folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size_kb: int) -> Iterator[SmallDisk]:
    """Mount a disk of this size; a test on a machine where that is not permitted is skipped."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk to fill")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))
