"""What people do at a site in a busy moment, and what strangers on its network try."""

from access import events
from access.site import Direction, StandsFor
from devices.wire_topics import topic
from firmware_sim import happenings
from firmware_sim.seed import new_boot
from hubout.simulate import observed as saw
from hubout.simulate.places import stranger_uid
from hubout.simulate.premises import Premises
from hubout.simulate.world import Card, World

WALK_MS = 1_200
FLOOD = 400


def readers(premises: Premises, way: Direction) -> list[str]:
    """The site's readers that let people in, or out."""
    return [d.id for d in premises.site.devices.values() if d.stands_for is StandsFor.READER and d.direction is way]


def tap(world: World, premises: Premises, reader: str, uid: str) -> None:
    """Somebody holds a card to a reader."""
    world.ledger.shows(premises.site.id, reader, uid)
    premises.tap(reader, uid)


def comes(world: World, premises: Premises) -> None:
    """One of the site's people, or sometimes of the other's, comes to a door."""
    chance = premises.chance
    own = [card for card in world.ledger.cards if card.site == premises.site.id or chance.random() < 0.1]
    tap(world, premises, chance.choice(readers(premises, Direction.IN)), chance.choice(own).uid)


def stays_away(world: World, premises: Premises) -> None:
    """Somebody whose badge was revoked tries it all the same."""
    gone = [card for card in world.ledger.cards if card.revoked_ms is not None]
    if gone:
        tap(world, premises, premises.chance.choice(readers(premises, Direction.IN)), premises.chance.choice(gone).uid)


def goes(world: World, premises: Premises) -> None:
    """Somebody leaves: by the handle, or over the reader where that is the way out."""
    out = readers(premises, Direction.OUT)
    if out and premises.chance.random() < 0.7:
        tap(world, premises, out[0], premises.chance.choice(world.ledger.cards).uid)
    else:
        premises.push(premises.chance.choice(sorted(premises.site.doors)), inside=True)


def queue(world: World, premises: Premises) -> None:
    """Several come to one door, one after the other."""
    reader = premises.chance.choice(readers(premises, Direction.IN))
    for index in range(premises.chance.randrange(2, 5)):
        card: Card = premises.chance.choice(world.ledger.cards)
        premises.agenda.after(index * WALK_MS, lambda card=card: tap(world, premises, reader, card.uid))  # type: ignore[misc]


def sits(_world: World, premises: Premises) -> None:
    """Somebody sits down at a desk, or gets up."""
    sensor = premises.chance.choice(("d1-sensor", "d2-sensor"))
    event = premises.chance.choice((happenings.SeatTaken(), happenings.SeatLeft()))
    premises.devices.happen(sensor, event)


def walks(world: World, premises: Premises) -> None:
    """People walk past the counter, where there is one."""
    if "counter" in premises.devices.held:
        entered = premises.chance.randrange(1, 4)
        world.ledger.walked[premises.site.id] = world.ledger.walked.get(premises.site.id, 0) + entered
        premises.devices.happen("counter", happenings.Walked(entered, 0))


def opened(_world: World, premises: Premises) -> None:
    """Staff open a door from the page."""
    if premises.gateway is not None:
        premises.gateway.ask(events.OpenAsked(premises.chance.choice(sorted(premises.site.doors)), "sara", "delivery"))


def visits(world: World, premises: Premises) -> None:
    """A host lets somebody in, and sees them off."""
    if premises.gateway is not None:
        ident = f"v{world.ledger.fresh()}"
        premises.gateway.ask(events.VisitAsked(ident, "hall", f"{premises.site.id}-p0"))
        premises.agenda.after(9_000, lambda: _over(premises, ident))


def _over(premises: Premises, visit: str) -> None:
    if premises.gateway is not None:
        premises.gateway.ask(events.VisitEndAsked(visit, f"{premises.site.id}-p0"))


def strange_card(world: World, premises: Premises) -> None:
    """A card that nobody has enrolled."""
    reader = premises.chance.choice(readers(premises, Direction.IN))
    tap(world, premises, reader, stranger_uid(premises.chance.randrange(256)))


def replays(world: World, premises: Premises) -> None:
    """Somebody on the network says again what a device said before, as it was or to be kept."""
    heard = premises.hub.overheard
    if heard:
        where, payload = premises.chance.choice(heard)
        world.see(saw.SaidAgain(premises.site.id))
        premises.hub.inject(where, payload, kept=premises.chance.random() < 0.4)


def forges(world: World, premises: Premises) -> None:
    """Somebody says what is no message: garbage, a device that is none, a tap in a reader's name."""
    chance, site = premises.chance, premises.site.id
    reader = chance.choice(readers(premises, Direction.IN))
    boot = new_boot(chance)
    uid = f"0400{chance.randrange(8):02X}C3D4E580"
    tap = (
        f'{{"v":1,"boot":"{boot}","seq":{chance.randrange(1, 9)},"uptime_ms":5,"heard":{{"beacon":"{"0" * 32}",'
        f'"ms_ago":{chance.choice((0, 100, 70_000))}}},"uid":"{uid}"}}'
    )
    where, payload = chance.choice(
        (
            (topic(site, reader, "tap"), chance.randbytes(chance.randrange(60))),
            (topic(site, reader, "tap"), b"{" * 4_000),
            (topic(site, reader, "tap"), tap.encode()),
            (topic(site, "nobody", "tap"), tap.encode()),
            (topic(site, "d1-sensor", "tap"), tap.encode()),
        )
    )
    forged = payload == tap.encode() and where == topic(site, reader, "tap")
    if forged:
        world.ledger.shows(site, reader, uid)
    premises.hub.inject(where, payload, kept=chance.random() < 0.3, unusable=not forged)


def floods(_world: World, premises: Premises) -> None:
    """A device that went mad says hundreds of things at once."""
    where = topic(premises.site.id, "d2-sensor", "presence")
    for index in range(FLOOD):
        premises.hub.inject(where, b'{"v":1,"present":%d' % index, unusable=True)


PEOPLE = ((comes, 6), (stays_away, 2), (goes, 3), (queue, 2), (sits, 2), (walks, 1), (opened, 1), (visits, 1))
STRANGERS = ((strange_card, 4), (replays, 6), (forges, 6), (floods, 1))
