"""A planned day is played on a running fleet, against a real broker and an answer to every tap."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

from access.site import ExitBy
from devices.wire import parse
from devices.wire_messages import Contact, Presence, Signal
from devices.wire_topics import parse_topic
from firmware_sim.doings import Doing
from firmware_sim.live import Fleet
from firmware_sim.player import DayPlayer
from firmware_sim.radio import Broker
from firmware_sim.scenario import Act, Comes, DayPlan, Fidgets, Goes, LetsIn, Planned, Rises, SeesOff, Sits
from firmware_sim.seed import chance_of
from firmware_sim.site_devices import devices_of
from tests.support.answering import Answering
from tests.support.mosquitto import Mosquitto
from tests.support.places import CINISELLO

ANNA, FINDER = "04A1B2C3D4E580", "04FFEEDDCCBB80"
SPEED = 100.0
ENDS_WITHIN_S = 120
SETTLES_S = 1.0


class Street:
    """What a day meets besides the fleet, written down."""

    def __init__(self) -> None:
        self.met: list[tuple[str, str, bool]] = []
        self.shown: list[str] = []
        self.troubles: list[str] = []

    def push(self, door: str, open_ms: int, *, inside: bool) -> None:
        assert open_ms == 400
        self.met.append(("push", door, inside))

    def press_exit(self, door: str) -> None:
        self.met.append(("exit", door, True))

    def open_by_hand(self, door: str, host: str) -> None:
        self.met.append(("by-hand", f"{door} {host}", True))

    def begin_visit(self, zone: str, host: str) -> None:
        self.met.append(("visit", f"{zone} {host}", True))

    def end_visit(self, zone: str, host: str) -> None:
        self.met.append(("visit-end", f"{zone} {host}", True))

    def did(self, device: str, doing: Doing) -> None:
        if shown := getattr(doing, "shown", ""):
            self.shown.append(f"{device} {shown}")

    def troubled(self, device: str, sentence: str) -> None:
        self.troubles.append(f"{device}: {sentence}")


ACTS: tuple[tuple[float, Act], ...] = (
    (0.0, Comes("anna", ANNA, "lettore-ingresso")),
    (1.3, Comes("", FINDER, "lettore-ingresso")),
    (1.6, Sits("anna", "sensore-d03")),
    (2.0, Fidgets("anna", "sensore-d03", round(200 * SPEED))),
    (2.4, LetsIn("anna", "ingresso")),
    (2.6, Rises("anna", "sensore-d03")),
    (2.7, SeesOff("anna", "sala")),
    (2.8, Comes("anna", ANNA, "lettore-lab")),
    (4.2, Goes("anna", ANNA, "laboratorio")),
    (5.2, Goes("anna", ANNA, "ingresso")),
)
PLAN = DayPlan(
    "cinisello",
    (),
    (),
    (),
    (),
    tuple(Planned(round(1_000 * at_s * SPEED), act) for at_s, act in ACTS),
    frozenset(),
)


BUTTONS = replace(CINISELLO, doors={door.id: replace(door, exit_by=ExitBy.BUTTON) for door in CINISELLO.doors.values()})


def answer(uid: str) -> Signal:
    return "granted" if uid == ANNA else "denied"


def play(broker: Mosquitto, gateway: Answering, street: Street) -> DayPlayer:
    player = DayPlayer(BUTTONS, PLAN, street, SPEED, street)
    address = Broker(broker.host, broker.port)
    fleet = Fleet("cinisello", devices_of(CINISELLO), address, chance_of(1), player)
    fleet.start()
    births = len(devices_of(CINISELLO))
    begun = monotonic()
    while sum(heard.topic.endswith("/status") for heard in gateway.peer.heard) < births:
        fleet.turn(20)
        assert monotonic() < begun + ENDS_WITHIN_S
    begun, ended = monotonic(), [0.0]

    def stopped() -> bool:
        ended[0] = ended[0] or (monotonic() if player.over else 0.0)
        late = monotonic() > begun + ENDS_WITHIN_S
        return late or (ended[0] > 0 and monotonic() > ended[0] + SETTLES_S)

    player.run(fleet, lambda: round(1_000 * SPEED * (monotonic() - begun)), stopped)
    fleet.close()
    return player


def test_a_short_day_is_played_to_its_end(tmp_path: Path) -> None:
    street = Street()
    with (
        Mosquitto(tmp_path) as broker,
        Answering(broker.port, "cinisello", answer, {"lettore-lab": "serratura-lab"}) as gateway,
    ):
        player = play(broker, gateway, street)
        heard = list(gateway.peer.heard)
    assert player.over
    assert gateway.taps == [
        ("lettore-ingresso", ANNA, "granted"),
        ("lettore-ingresso", FINDER, "denied"),
        ("lettore-lab", ANNA, "granted"),
    ]
    assert street.met == [
        ("push", "ingresso", False),
        ("by-hand", "ingresso anna", True),
        ("visit", "sala anna", True),
        ("visit-end", "sala anna", True),
        ("push", "ingresso", False),
        ("exit", "ingresso", True),
        ("push", "ingresso", True),
    ]
    assert not street.troubles
    events = {(h.topic, h.payload) for h in heard if h.topic.rpartition("/")[2] in {"presence", "contact"}}
    said = [(parse_topic(where).device, parse(parse_topic(where).leaf, payload)) for where, payload in events]
    seat = sorted((m.seq, m.present) for device, m in said if device == "sensore-d03" and isinstance(m, Presence))
    leaf = sorted((m.seq, m.open) for device, m in said if device == "serratura-lab" and isinstance(m, Contact))
    assert [present for _, present in seat] == [False, True, False, True, False]
    assert any(h.topic.endswith("/serratura-lab/exit-request") for h in heard)
    assert [is_open for _, is_open in leaf] == [False, True, False, True, False]
    assert player.crowd.inside == {"visitors"}
    assert "lettore-ingresso denied" in street.shown
