"""systemd's notification socket (sd_notify), in a few lines of the standard library."""

import socket


def notify(address: str | None, state: str) -> None:
    """Tell systemd ``state`` (``READY=1``, ``WATCHDOG=1``) at NOTIFY_SOCKET's ``address``; None is nobody to tell.

    A notification that cannot be sent is lost; the watchdog then does what it is for.
    """
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
        try:
            out.sendto(state.encode(), name)
        except OSError:
            return
