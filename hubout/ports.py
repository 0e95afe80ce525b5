"""Loopback ports for programs that are started here and found by their port: the demo's, the bench's, the tests'."""

import secrets
import socket
from pathlib import Path

HOST = "127.0.0.1"
RESERVED = 1_024
SPAN = 12_000
TRIES = 200
LOCAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A loopback port that nobody listens on now, and that no outgoing connection is given by the kernel.

    A port of the kernel's own range can be taken by a client between this look and the program's start; worse, a
    client that knocks there meanwhile can be given that very port, and then hears itself. Raises OSError where there
    is none.
    """
    lowest = _kernels_lowest()
    if lowest - SPAN < RESERVED:
        return _bound(0)
    for _ in range(TRIES):
        try:
            return _bound(lowest - 1 - secrets.randbelow(SPAN))
        except OSError:
            continue
    raise OSError(f"of {TRIES} ports below {lowest} none is free")


def _kernels_lowest() -> int:
    """The first port that the kernel gives to outgoing connections; 0 where it does not say."""
    try:
        return int(LOCAL_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.bind((HOST, port))
        given: int = probe.getsockname()[1]
        return given
