"""The keeper's connections on its selector: what they do becomes events, what the core says goes out to them."""

import logging
import selectors
import socket

from devices.doorkeeper.sockets import Peer, may_speak
from devices.doorkeeper.state import Connected, Event, Gone, Said, SaidBadly
from devices.keeper_codec import BadLine, decode_to_keeper
from devices.keeper_wire import LINE_MAX

STRANGER = "A user who is not of the doorkeeper's group opened its socket (%d so far); see the modes of its directory."
LONG_LINE = f"The line is longer than {LINE_MAX} bytes; send shorter ones."


log = logging.getLogger("hubout.doorkeeper")


class Peers:
    """All connections of one keeper, numbered from 1 and never again. Each of the selector's keys carries, as its
    data, what to call with the ready mask; it returns events.
    """

    def __init__(self, listening: socket.socket, selector: selectors.BaseSelector) -> None:
        self._listening = listening
        self._selector = selector
        self._peers: dict[int, Peer] = {}
        self._last = 0
        self._strangers = 0
        selector.register(listening, selectors.EVENT_READ, self._accept)

    def send(self, client: int, line: bytes) -> tuple[Event, ...]:
        """Send a line; to one who is gone, nothing. Returns Gone when that shows now."""
        peer = self._peers.get(client)
        if peer is None:
            return ()
        try:
            peer.send(line)
        except EOFError:
            return self._lose(client)
        self._watch(peer)
        return ()

    def drop(self, client: int) -> None:
        """Close a connection, if it is still there."""
        peer = self._peers.pop(client, None)
        if peer is not None:
            self._selector.unregister(peer)
            peer.close()

    def _accept(self, _mask: int) -> tuple[Event, ...]:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return ()
        if not may_speak(connection):
            return self._turned_away(connection)
        self._last += 1
        client, peer = self._last, Peer(connection)
        self._peers[client] = peer
        self._selector.register(peer, selectors.EVENT_READ, lambda mask: self._serve(client, mask))
        return (Connected(client),)

    def _turned_away(self, connection: socket.socket) -> tuple[Event, ...]:
        connection.close()
        self._strangers += 1
        if self._strangers.bit_count() == 1:  # The 1st, 2nd, 4th, 8th …: a stranger fills no journal.
            log.error(STRANGER, self._strangers)
        return ()

    def _serve(self, client: int, mask: int) -> tuple[Event, ...]:
        peer = self._peers.get(client)
        if peer is None:
            return ()
        try:
            if mask & selectors.EVENT_WRITE:
                peer.flush()
                self._watch(peer)
            lines = peer.receive() if mask & selectors.EVENT_READ else ()
        except EOFError:
            return self._lose(client)
        return tuple(_heard(client, line) for line in lines)

    def _watch(self, peer: Peer) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.wants_to_write else 0)
        key = self._selector.get_key(peer)
        if key.events != events:
            self._selector.modify(peer, events, key.data)

    def _lose(self, client: int) -> tuple[Event, ...]:
        self.drop(client)
        return (Gone(client),)


def _heard(client: int, line: bytes | None) -> Event:
    if line is None:
        return SaidBadly(client, LONG_LINE)
    message = decode_to_keeper(line)
    if isinstance(message, BadLine):
        return SaidBadly(client, message.why)
    return Said(client, message)
