"""Standard streams in pipes: lines as they come, and a reader who leaves early."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader

CHUNK_BYTES = 64 * 1024
LONGEST_LINE_BYTES = 64 * 1024


@contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Whoever reads our output may leave when they have seen enough; it is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines_as_they_come(source: BufferedReader) -> Iterator[list[bytes | None]]:
    """Whole lines, as many together as have come, without their ends; None stands for one that is too long."""
    rest, passing = b"", False
    while chunk := source.read1(CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        lines: list[bytes | None] = [None if len(line) > LONGEST_LINE_BYTES else line for line in whole]
        if passing and lines:
            lines[0], passing = None, False
        if len(rest) > LONGEST_LINE_BYTES:
            rest, passing = b"", True
        if lines:
            yield lines
    if rest or passing:
        yield [None if passing else rest]
