"""Real databases for tests: a new SQLite file, or a new database of a private PostgreSQL cluster on a Unix socket."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

KINDS = ("sqlite", "postgresql")
_CONF = "listen_addresses=''\nfsync=off\nmax_connections=200\nshared_buffers=32MB\nautovacuum=off\n"


def client(name: str) -> str:
    """Where one of PostgreSQL's programs is."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = str(found[0]) if found else shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed; scripts/test installs PostgreSQL")
    return path


def _number(url: str) -> str:
    return url.rpartition("/hubout_")[2].partition("?")[0]


def _run(*command: str) -> None:
    """Run one of PostgreSQL's programs; it refuses to be root, so root lends it the user that the package made."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_user, *command], check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster; ``folder`` holds its data and its socket."""

    folder: Path
    numbers: Iterator[int]

    def new_database(self, template: str = "") -> str:
        """Make a database and give its URL: an empty one, or a copy of that at the URL ``template``."""
        name = f"hubout_{next(self.numbers)}"
        like = f" TEMPLATE hubout_{_number(template)}" if template else ""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{like}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def drop_database(self, url: str) -> None:
        """Drop a database of ``new_database``, whoever is connected to it."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS hubout_{_number(url)} WITH (FORCE)")

    def hang_up(self) -> None:
        """End every connection of everybody."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def stop(self) -> None:
        """Stop the server at once, as a crash would."""
        _run(client("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start the server; it recovers first."""
        log = str(self.folder / "log")
        _run(client("pg_ctl"), "-D", str(self.folder / "data"), "-l", log, "-w", "start")

    def _dsn(self, name: str) -> str:
        return f"host={self.folder} user=postgres dbname={name}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a new cluster, reached only through a socket in its own folder, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hubout-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, made = str(folder / "data"), Cluster(folder, count(1))
    try:
        _run(client("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        with Path(data, "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"unix_socket_directories='{folder}'\n{_CONF}")
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_url(kind: str, folder: Path, running: Cluster | None, template: str = "") -> Iterator[str]:
    """Give the URL of a database of a kind, empty or a copy of that at ``template``, which nobody has open; SQLite's
    lies in ``folder``, PostgreSQL's in ``running``.
    """
    if kind == "sqlite":
        path = folder / "registry.db"
        if template:
            shutil.copyfile(template.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    if running is None:
        raise ValueError("a PostgreSQL database needs a running cluster")
    url = running.new_database(template)
    try:
        yield url
    finally:
        running.drop_database(url)
