"""What a site file's settings must be to the machine and the network around it: files, addresses, secrets."""

import os
import stat
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from devices.sitefile_draft import Draft
from devices.sitefile_mistake import Mistake, Severity, quoted
from devices.sitefile_settings import FEED_SOCKET

LONGEST_SOCKET_PATH_BYTES = 107
FILES = (
    ("broker", "password_file"),
    ("broker", "ca_file"),
    ("registry", "token_file"),
    ("registry", "ca_file"),
    ("keys", "credential_key_file"),
    ("pages", "code_file"),
)
DIRECTORIES = (("storage", "directory"), ("keeper", "state_directory"), ("keeper", "mock_directory"))
PUBLIC = "ca_file"
MADE_AT_FIRST_START = "code_file"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this very machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def files(draft: Draft) -> Iterator[Mistake]:
    """Every file that is named is there, and secrets are read by nobody else."""
    for table, key in FILES:
        name = _setting(draft, table, key)
        if name is None:
            continue
        line = draft.lines.line_of(table, key)
        try:
            found = draft.path(name).stat()
        except PermissionError:
            continue  # Another program's secret: each program can read its own, and says so when it cannot.
        except OSError:
            if key == MADE_AT_FIRST_START and draft.path(name).parent.is_dir():
                continue
            yield Mistake(line, f"{key} {quoted(name)} is not there", "create it, or name the file that is")
            continue
        if not stat.S_ISREG(found.st_mode):
            yield Mistake(line, f"{key} {quoted(name)} is no file", "name a file")
        elif key != PUBLIC and found.st_mode & stat.S_IRWXO:
            yield Mistake(line, f"{key} {quoted(name)} can be read or changed by others", f"run chmod o= {name}")


def directories(draft: Draft) -> Iterator[Mistake]:
    """What must be a directory is none or one, never a file; it is made at first start."""
    for table, key in DIRECTORIES:
        name = _setting(draft, table, key)
        try:
            clash = name is not None and draft.path(name).exists() and not draft.path(name).is_dir()
        except OSError:
            continue
        if clash:
            yield Mistake(draft.lines.line_of(table, key), f"{key} {quoted(name or '')} is a file", "name a directory")


def keeper(draft: Draft) -> Iterator[Mistake]:
    """Mock pins have their directory, and the path of the keeper's socket fits into a socket's address."""
    if (entry := draft.tables.get("keeper")) is None:
        return
    if entry.table.pins == "mock" and entry.table.mock_directory is None:
        line = draft.lines.line_of("keeper", "pins")
        yield Mistake(line, "mock pins need a directory to live in", 'write mock_directory = "mock-pins"')
    yield from _too_long(draft, "keeper", "socket", draft.path(entry.table.socket))


def storage(draft: Draft) -> Iterator[Mistake]:
    """The socket that the gateway makes in its directory has a path that fits into a socket's address."""
    if (entry := draft.tables.get("storage")) is not None:
        yield from _too_long(draft, "storage", "directory", draft.path(entry.table.directory) / FEED_SOCKET)


def _too_long(draft: Draft, table: str, key: str, socket: Path) -> Iterator[Mistake]:
    length = len(os.fsencode(socket))
    if length > LONGEST_SOCKET_PATH_BYTES:
        what = f"the path of the socket {socket.name} has {length} bytes, and 107 is the most"
        yield Mistake(draft.lines.line_of(table, key), what, "name a shorter one")


def broker(draft: Draft) -> Iterator[Mistake]:
    """A password has its user, and does not cross a network in the clear."""
    if (entry := draft.tables.get("broker")) is None:
        return
    settings, line = entry.table, draft.lines.line_of("broker", "password_file")
    if settings.password_file and not settings.username:
        yield Mistake(line, "there is a password_file and no username", 'write username = "gateway"')
    if settings.password_file and not settings.ca_file and not is_loopback(settings.host):
        line = draft.lines.line_of("broker", "host")
        what = "the broker's password crosses the network in the clear"
        yield Mistake(line, what, 'write ca_file = "ca.pem" for TLS', Severity.WARNING)


def registry(draft: Draft) -> Iterator[Mistake]:
    """The registry's address bears no secret, and its token does not cross a network in the clear."""
    if (entry := draft.tables.get("registry")) is None:
        return
    line = draft.lines.line_of("registry", "url")
    url = _split(entry.table.url)
    if url is None:
        yield Mistake(line, "url is no address", 'write url = "https://registry.example.it"')
    elif url.username is not None or url.query or url.fragment:
        yield Mistake(line, "url may hold a secret", "write the address only, and the token to token_file")
    elif url.scheme == "http" and not is_loopback(url.hostname or ""):
        what = "the registry's token crosses the network in the clear"
        yield Mistake(line, what, "write https://", Severity.WARNING)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        usable = parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def pages(draft: Draft) -> Iterator[Mistake]:
    """The site's pages stay on this machine, behind a proxy that speaks TLS."""
    entry = draft.tables.get("pages")
    if entry is not None and not is_loopback(entry.table.host):
        line = draft.lines.line_of("pages", "host")
        what = "the pages are open to the network without TLS"
        yield Mistake(line, what, 'write host = "127.0.0.1" behind a proxy that speaks TLS', Severity.WARNING)


def live(draft: Draft) -> Iterator[Mistake]:
    """Home Assistant is told of what is published only."""
    entry = draft.tables.get("live")
    if entry is not None and entry.table.home_assistant and not entry.table.publish:
        line = draft.lines.line_of("live", "home_assistant")
        yield Mistake(line, "home_assistant announces what is not published", "write publish = true too")


def _setting(draft: Draft, table: str, key: str) -> str | None:
    entry = draft.tables.get(table)
    return None if entry is None else getattr(entry.table, key)


SURROUNDING_RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (
    files,
    directories,
    keeper,
    storage,
    broker,
    registry,
    pages,
    live,
)
