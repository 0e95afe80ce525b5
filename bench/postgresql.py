"""A PostgreSQL of the bench's own, where one is installed: a new cluster on a Unix socket, every commit on disk."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from bench.trouble import CannotMeasure

PLACES = Path("/usr/lib/postgresql")
SETTINGS = "listen_addresses=''\nunix_socket_directories='{folder}'\nfsync=on\nsynchronous_commit=on\n"
NewDatabase = Callable[[], str]
"""Makes an empty database and gives its URL."""


def program(name: str) -> str | None:
    """One of PostgreSQL's programs, of the newest version installed; None where there is none."""
    found = sorted(PLACES.glob(f"*/bin/{name}"), key=lambda path: float(path.parents[1].name), reverse=True)
    return str(found[0]) if found else shutil.which(name)


@contextmanager
def postgresql() -> Iterator[NewDatabase | None]:
    """Give what makes databases of a running cluster, and remove it at the end; None where it is not installed."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="hubout-bench-pg-"))
    data, numbers = str(folder / "data"), count(1)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        _run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        with Path(data, "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(SETTINGS.format(folder=folder))
        _run(pg_ctl, "-D", data, "-l", str(folder / "log"), "-w", "start")
        try:
            yield lambda: _made(folder, f"bench_{next(numbers)}")
        finally:
            _run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path, name: str) -> str:
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return f"postgresql://postgres@/{name}?host={folder}"


def _run(*command: str) -> None:
    """Run one of its programs; it refuses to be root, so root lends it the user that the package made."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_user, *command], check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise CannotMeasure(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
