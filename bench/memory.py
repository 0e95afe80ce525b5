"""How much memory a process holds resident, as Linux tells it."""

from pathlib import Path

PROC = Path("/proc")


def resident_mb(pid: int) -> float:
    """VmRSS in MB (10⁶ bytes); 0 where there is no such process."""
    return _told_mb(pid, "VmRSS:")


def most_resident_mb(pid: int) -> float:
    """The most that it ever held, VmHWM, in MB (10⁶ bytes); 0 where there is no such process."""
    return _told_mb(pid, "VmHWM:")


def _told_mb(pid: int, name: str) -> float:
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    lines = (line.split() for line in status.splitlines())
    return next((round(int(words[1]) * 1024 / 1e6, 1) for words in lines if words and words[0] == name), 0.0)


def children(pid: int) -> list[int]:
    """The processes that a process started and that live still."""
    try:
        threads = list((PROC / str(pid) / "task").iterdir())
        said = [(thread / "children").read_text(encoding="ascii") for thread in threads]
    except OSError:
        return []
    return [int(word) for line in said for word in line.split()]
