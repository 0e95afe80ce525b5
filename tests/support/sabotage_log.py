"""Faults planted in how the log is written and brought to the registry (``tests.support.sabotage`` has the table)."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from access import events, log
from access.clock import Now
from access.effects import Append, Effect
from access.facts import Fact, Left
from access.log import Chain, Row
from access.replica import Change, Replica, apply
from access.told import Told
from access.turn import Turn
from gateway.clock import Clock
from gateway.loop import Loop
from gateway.mqtt.messages import Arrived
from gateway.writer import Writer
from registry.uplink import folding, histories
from registry.uplink.histories import Histories, Log, Narrow, Part

Patch = pytest.MonkeyPatch


def stores_nothing(patch: Patch) -> None:
    """The registry acknowledges rows that it does not keep."""
    patch.setattr("registry.uplink.ingest._keep", lambda *_: None)


def leaves_numbers_out(patch: Patch) -> None:
    """The log's numbers jump now and then."""

    def logged(self: Turn, *facts: Fact) -> None:
        for fact in facts:
            self.seq += 2 if self.seq % 9 == 0 else 1
            self.effects.append(Append(self.seq, fact))

    patch.setattr(Turn, "log", logged)

    def linked(chain: Chain, seq: int, kind: str, body: bytes, salt: bytes, now: Now) -> tuple[Chain, Row]:
        return log.link(replace(chain, seq=seq - 1), seq, kind, body, salt, now)

    patch.setattr("gateway.writer.link", linked)


def binds_another_body(patch: Patch) -> None:
    """A row holds something else than what its header binds."""

    def linked(chain: Chain, seq: int, kind: str, body: bytes, salt: bytes, now: Now) -> tuple[Chain, Row]:
        after, row = log.link(chain, seq, kind, body, salt, now)
        return after, replace(row, body=(row.body or b"") + b" ")

    patch.setattr("gateway.writer.link", linked)


def forgets_who_left(patch: Patch) -> None:
    """A start passes over those who went."""
    sound = Told.take

    def take(self: Told, fact: Fact, at_ms: int) -> None:
        if not isinstance(fact, Left):
            sound(self, fact, at_ms)

    patch.setattr(Told, "take", take)


def marks_no_poison(patch: Patch) -> None:
    """The registry takes what it cannot read for something that it can."""
    sound = folding._Folding.take
    patch.setattr(folding._Folding, "take", lambda self, row: replace(sound(self, row), poison=False))


def alarms_nobody(patch: Patch) -> None:
    """The registry keeps to itself what its gateways' greetings tell."""
    patch.setattr("registry.uplink.hello.raise_alarm", lambda *_: None)


def serves_every_branch(patch: Patch) -> None:
    """The registry gives changes to whoever has the site's token."""
    patch.setattr("registry.uplink.branches.is_confirmed", lambda *_: True)


def parts_too_early(patch: Patch) -> None:
    """A branch begins before the last row that both logs have, which it then holds as well."""
    sound = histories.decide

    def decide(held: Histories, said: Log, asked: Narrow | None = None) -> object:
        found = sound(held, said, asked)
        return replace(found, base_seq=found.base_seq - 1) if isinstance(found, Part) else found

    patch.setattr("registry.uplink.hello.decide", decide)


def gives_up(patch: Patch) -> None:
    """After a failure the link waits for a day."""
    patch.setattr("access.uplink.LONGEST_WAIT_MS", 10**8)
    patch.setattr("access.uplink.FIRST_WAIT_MS", 10**8)


def applies_half_a_step(patch: Patch) -> None:
    """A replica leaves out the last change of a step."""

    def half(base: Replica, generation: str, version: int, changes: Sequence[Change]) -> Replica:
        return apply(base, generation, version, list(changes)[:-1])

    patch.setattr("gateway.link.replica_exchange.apply", half)


def trusts_any_clock(patch: Patch) -> None:
    """A clock that lost its time is trusted."""
    patch.setattr(Clock, "_unsure_ms", lambda *_: 0)


def acknowledges_first(patch: Patch) -> None:
    """A message is acknowledged before it is committed."""
    sound = Loop._turn

    def turn(self: Loop, native: list[Arrived], makers: list[Arrived], others: list[events.Event]) -> None:
        self.native.acknowledge(native)
        sound(self, native, makers, others)

    patch.setattr(Loop, "_turn", turn)


def draws_real_chance(patch: Patch) -> None:
    """Something is drawn that no seed says."""
    sound = Writer._linked

    def linked(self: Writer, effects: tuple[Effect, ...], now: Now) -> tuple[Chain, list[Row]]:
        self._entropy = os.urandom
        return sound(self, effects, now)

    patch.setattr(Writer, "_linked", linked)
