"""The auditor's one file and ``hubout log verify`` beside each other, on a small log that has everything."""

import sqlite3
import sys
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from gateway.database import StoreBroken
from gateway.log.logbook import LogBroken, verified
from gateway.log.reader import Reader
from tests.support.house import ROOT
from tests.support.logs import filled, let_go, lost, opened, rise, some_fact

SCRIPT = ROOT / "scripts" / "verify_log.py"


def auditor() -> ModuleType:
    """The auditor's file as a module."""
    spec = spec_from_file_location("verify_log", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["verify_log"] = module
    spec.loader.exec_module(module)
    return module


def erased(path: Path, seq: int) -> None:
    """Erase a body with its salt."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("DELETE FROM body WHERE seq = ?", (seq,)).rowcount == 1


def small(path: Path) -> None:
    """Four rows of two epochs, one erased, with a beginning that was let go and a gap."""
    filled(path, 3)
    store, chain = opened(path)
    rise(store, chain, 4, some_fact(6))
    store.close()
    erased(path, 5)
    let_go(path, 1)
    lost(path, 3, 3)


def theirs(path: Path, reader: Reader | None = None) -> tuple[str, object]:
    """What the command finds: "" or the event that does not hold ("?": of the file); and what it says."""
    try:
        open_here = reader or Reader.open(path)
        try:
            found = verified(path, open_here, lambda _: None)
        finally:
            if reader is None:
                open_here.close()
    except LogBroken as error:
        return f"{error.broken.epoch}-{error.broken.seq}", error.broken.what
    except StoreBroken as error:
        return "?", str(error)
    return "", (found.rows, found.erased, found.heads, [(h.gap.first, h.gap.last, h.why) for h in found.holes])


def ours(auditor: ModuleType, path: Path) -> tuple[str, object]:
    """The same of the one file."""
    log = None
    try:
        log = auditor.database(path)
        found = auditor.verify(log, {})
    except auditor.Bad as error:
        event, _, what = str(error).partition(": ")
        return (event.removeprefix("event "), what) if event.startswith("event ") else ("?", str(error))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return "?", str(error)
    finally:
        if log is not None:
            log.database.close()
    return "", (found.rows, found.erased, found.ends, [(gap.seq, gap.last, gap.why) for gap in found.gaps])
