"""Effects carried out, in the order that the guarantees ask for: lease, feedback, then the rest."""

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from access.effects import CommandPulse, Effect, Feedback, FreeEnd, FreeLease, Lease, SendBeacon, Settle
from access.events import Event, KeeperRefused
from access.site import Policy
from devices import wire
from devices import wire_messages as say
from gateway.clock import Clock
from gateway.keeper import Keeper
from gateway.mqtt.broker import Broker
from gateway.mqtt.messages import expiring
from gateway.words import FOR_STAFF, for_display

TOO_OLD = "the grant was too old when it could be carried out"
NO_BROKER = "the broker is gone, so the lock's controller cannot be reached"
EXPIRY_S = 5


class Outward:
    """What goes out of the gateway after a commit."""

    def __init__(self, site: str, policy: Policy, zone: ZoneInfo, broker: Broker, keeper: Keeper, clock: Clock) -> None:
        self._site, self._policy, self._zone = site, policy, zone
        self._broker, self._keeper, self._clock = broker, keeper, clock
        self._expiring = expiring(EXPIRY_S)

    def perform(self, effects: Iterable[Effect]) -> list[Event]:
        """Carry a committed batch's effects out; what failed comes back as events."""
        settled: dict[tuple[str, str], Settle] = {}
        answers: list[Feedback] = []
        failed: list[Event] = []
        for effect in effects:
            match effect:
                case Lease() | CommandPulse():
                    failed += self._pulse(effect)
                case FreeLease():
                    failed += self._keeper.hold(effect)
                case FreeEnd():
                    failed += self._keeper.let_go(effect)
                case Feedback():
                    answers.append(effect)
                case Settle():
                    settled[effect.device, effect.cursor.boot] = effect
                case SendBeacon(beacon=beacon):
                    self._say("gateway", "beacon", say.Beacon(beacon), qos=0)
                case _:
                    pass
        lapsed = {event.grant for event in failed if isinstance(event, KeeperRefused)}
        for answer in answers:
            self.answer(replace(answer, signal="wait", verdict=None) if answer.grant in lapsed else answer)
        if answers:
            # Whoever stands at a door waits for this; for the rest of the turn nobody does.
            self._broker.flush()
        for effect in settled.values():
            self._say(effect.device, "ack", say.Ack(effect.cursor.boot, effect.cursor.upto), qos=1)
        return failed

    def _pulse(self, effect: Lease | CommandPulse) -> list[Event]:
        """D2: a grant older than the policy says is never pulsed."""
        now = self._clock.now()
        if now.mono_ms - effect.granted_mono_ms > self._policy.grant_max_age_ms:
            return [KeeperRefused(effect.door, effect.grant, TOO_OLD)]
        if isinstance(effect, Lease):
            return self._keeper.lease(effect)
        return self._command(effect)

    def _command(self, effect: CommandPulse) -> list[Event]:
        command = say.Command(
            id=effect.grant,
            action="pulse",
            pulse_ms=effect.pulse_ms,
            boot=effect.boot,
            n=effect.n,
            not_after_uptime_ms=effect.not_after_uptime_ms,
        )
        sent = self._say(effect.controller, "command", command, qos=1, expires=True)
        return [] if sent else [KeeperRefused(effect.door, effect.grant, NO_BROKER)]

    def answer(self, effect: Feedback) -> None:
        """Tell a reader what to show; only a recognised person's display gets words of a verdict (D13)."""
        words = FOR_STAFF if effect.for_staff else self._words(effect)
        tap = say.TapRef(effect.boot, effect.seq)
        self._say(effect.reader, "feedback", say.Feedback(tap, effect.signal, words), qos=1, expires=True)

    def _words(self, effect: Feedback) -> str | None:
        return for_display(effect.verdict, self._zone, self._clock.now().wall_ms, effect.free_desk)

    def _say(self, device: str, leaf: str, message: say.Message, *, qos: int, expires: bool = False) -> bool:
        properties = self._expiring if expires else None
        topic = f"hubout/{self._site}/{device}/{leaf}"
        return self._broker.publish(topic, wire.encode(message), qos, retain=False, properties=properties)
