"""The core's one way in and out: ``step(state, event, now) -> (state, effects)``."""

from collections.abc import Callable, Iterable
from typing import Any

from access import barring, calls, epochs, events, sensing, site_events, taps, timed, visits, walk_ins
from access.clock import Now
from access.effects import Effect
from access.follow import follow
from access.state import SiteState
from access.timed import next_deadline
from access.turn import Turn

__all__ = ["next_deadline", "step", "step_all"]

HANDLERS: dict[type, Callable[[Turn, Any], None]] = {
    events.Begun: site_events.on_begun,
    events.Ticked: timed.on_tick,
    events.Tapped: taps.on_tap,
    events.OpenAsked: taps.on_open_asked,
    events.PresenceSaid: sensing.on_presence,
    events.ContactSaid: sensing.on_contact,
    events.CountSaid: sensing.on_count,
    events.ExitAsked: sensing.on_exit_asked,
    events.StatusSaid: sensing.on_status,
    events.HeartbeatSaid: sensing.on_heartbeat,
    events.LinkSaid: sensing.on_link,
    events.BatterySaid: sensing.on_battery,
    events.Refused: sensing.on_refused,
    events.Subscribed: site_events.on_subscribed,
    events.KeeperFound: site_events.on_keeper_found,
    events.KeeperLost: site_events.on_keeper_lost,
    events.KeeperMovedLine: site_events.on_line,
    events.KeeperRefused: site_events.on_keeper_refused,
    events.KeeperSawContact: site_events.on_keeper_contact,
    events.KeeperSawExit: site_events.on_keeper_exit,
    events.KeeperSawFire: site_events.on_keeper_fire,
    events.KeeperSawEvacuation: site_events.on_keeper_evacuation,
    events.ReplicaArrived: barring.on_replica,
    events.ReplicaConfirmed: site_events.on_replica_confirmed,
    events.ReplicaAged: site_events.on_replica_aged,
    events.DenialsTold: barring.on_denials_told,
    events.CallsTold: calls.on_calls_told,
    events.DenyAsked: barring.on_deny_asked,
    events.EpochGiven: epochs.on_epoch_given,
    events.RowsGone: epochs.on_rows_gone,
    events.WitnessTold: epochs.on_witness_told,
    events.CheckpointAsked: epochs.on_checkpoint_asked,
    events.RevocationsTold: barring.on_revocations_told,
    events.VisitAsked: visits.on_visit_asked,
    events.VisitEndAsked: visits.on_visit_end_asked,
    events.WalkInAsked: walk_ins.on_walk_in_asked,
    events.StaffActed: site_events.on_staff_acted,
    events.ClockWasSet: site_events.on_clock_set,
    events.LockdownAsked: site_events.on_lockdown,
}


def step(state: SiteState, event: events.Event, now: Now) -> tuple[SiteState, tuple[Effect, ...]]:
    """The state after one event, and what is to be done; pure."""
    return step_all(state, (event,), now)


def step_all(state: SiteState, batch: Iterable[events.Event], now: Now) -> tuple[SiteState, tuple[Effect, ...]]:
    """The state after a batch that was taken together, in its order; the same as its events stepped one by one at
    this moment, but copied once.
    """
    turn = Turn(state, now)
    for event in batch:
        told, occupancy, replica = len(turn.effects), turn.occupancy, turn.replica
        HANDLERS[type(event)](turn, event)
        follow(turn, told, occupancy, replica)
    return turn.sealed()
