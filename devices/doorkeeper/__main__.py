"""The doorkeeper's lean processes, as ``hubout doorkeeper`` starts them: ``supervise FD`` and ``keep FD LINK``.

FD is a descriptor that holds the configuration as JSON, LINK the keeper's end of its supervisor's socket pair.
Importing little here is what keeps both processes small.
"""

import ctypes
import logging
import os
import signal
import socket
import sys

from devices.doorkeeper.config import KeeperConfig, from_json
from devices.doorkeeper.lines import LineFaultError
from devices.doorkeeper.loop import Keeper
from devices.doorkeeper.sockets import SocketTakenError
from devices.doorkeeper.supervisor import Supervisor

CONFIG_MAX = 65_536
_PR_SET_PDEATHSIG = 1
"""From ``linux/prctl.h``."""

log = logging.getLogger("hubout.doorkeeper")


def main(words: list[str]) -> int:
    """Run the process named by ``words``; returns its exit code."""
    logging.basicConfig(stream=sys.stderr, format="hubout doorkeeper: %(message)s")
    match words:
        case ["supervise", config_fd]:
            Supervisor(_config(config_fd), int(config_fd), os.environ.get("NOTIFY_SOCKET")).run()
            return 0
        case ["keep", config_fd, link_fd]:
            return _keep(_config(config_fd), socket.socket(fileno=int(link_fd)))
    log.error("Start me with `hubout doorkeeper --config site.toml`.")
    return 2


def _config(descriptor: str) -> KeeperConfig:
    return from_json(os.pread(int(descriptor), CONFIG_MAX, 0))


def _keep(config: KeeperConfig, link: socket.socket) -> int:
    _go_on_when_orphaned()
    try:
        Keeper(config, link).run()
    except (LineFaultError, SocketTakenError) as fault:
        return _ended(str(fault))
    return 0


def _go_on_when_orphaned() -> None:
    """A keeper that was stopped (SIGSTOP) is killed by its supervisor. If that dies first the keeper goes on, sees it,
    secures the doors and ends: else it would hold the lines, and no other keeper could ever have them.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)


def _ended(why: str) -> int:
    log.error(why)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
