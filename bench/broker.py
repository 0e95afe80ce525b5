"""A real Mosquitto on a free loopback port, set as deploy/mosquitto.conf sets it."""

import os
import pwd
import shutil
import socket

from bench.clock import holds_within
from bench.processes import Process, Processes
from bench.trouble import CannotMeasure
from hubout.ports import free_port

HOST = "127.0.0.1"
STARTS_WITHIN_S = 60.0
PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
SETTINGS = """\
listener {port} {host}
user {user}
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 10000
max_queued_bytes 67108864
max_inflight_messages 1000
persistence true
persistence_location {folder}/
autosave_interval 60
"""


def start_broker(processes: Processes) -> int:
    """Start the broker and give its port. Raises CannotMeasure where there is none, or it does not come up."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:{PLACES}")
    if program is None:
        raise CannotMeasure("mosquitto is not installed, and the bench measures on it; install Mosquitto 2")
    port, user = free_port(), pwd.getpwuid(os.getuid()).pw_name
    config = processes.folder / "mosquitto.conf"
    config.write_text(SETTINGS.format(port=port, host=HOST, user=user, folder=processes.folder), encoding="utf-8")
    broker = processes.start("mosquitto", [program, "-c", str(config)])
    if not holds_within(lambda: broker.ended or listens(port), STARTS_WITHIN_S) or broker.ended:
        raise CannotMeasure(f"mosquitto did not start; it said: {_said(broker)}")
    return port


def listens(port: int) -> bool:
    """Whether somebody takes connections at this port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _said(broker: Process) -> str:
    return broker.words() or "nothing"
