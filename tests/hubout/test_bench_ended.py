"""A measurement that is told to end leaves none of its programs behind, and nothing on the disk."""

import signal
import subprocess
import sys
from pathlib import Path

from bench.memory import children
from tests.support.parts import wait_until


def test_told_to_end_it_takes_its_programs_with_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hubout", "bench", "--folder", str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as bench:
        wait_until(lambda: children(bench.pid), "a program that is measured", within_s=60.0)
        theirs = children(bench.pid)
        bench.send_signal(signal.SIGTERM)
        assert bench.wait(60) == 128 + signal.SIGTERM
    assert [pid for pid in theirs if Path(f"/proc/{pid}").exists()] == []
    assert list(tmp_path.iterdir()) == []
