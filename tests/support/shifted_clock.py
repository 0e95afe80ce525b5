"""A wall clock that jumps under a running program (libfaketime); the monotonic clock goes on as it does for all."""

from pathlib import Path

import pytest

from tests.support.parts import Part


class ShiftedClock:
    """The wall clock of a program, from its next start on."""

    def __init__(self, part: Part, file: Path) -> None:
        """It is right at first. Skips the test where libfaketime is not installed."""
        library = next(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"), None)
        if library is None:
            pytest.skip("libfaketime is not installed; install it (apt-get install faketime)")
        self._file = file
        self.jump("+0")
        names = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": 1}
        names |= {"FAKETIME_DONT_FAKE_MONOTONIC": 1, "DONT_FAKE_MONOTONIC": 1}
        part.under = ["env", *(f"{name}={value}" for name, value in names.items())]

    def jump(self, by: str) -> None:
        """Be so far from the right time at once: ``+1d``, ``-2h``, ``+0``."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{by}\n")
        new.replace(self._file)
