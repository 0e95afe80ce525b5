"""What staff change at the registry while the sites live: badges, rights and bookings."""

from access.clock import HOUR_MS, MINUTE_MS
from access.records import Booking
from access.site import Direction
from hubout.simulate import observed as saw
from hubout.simulate.people import readers, tap
from hubout.simulate.places import SITES, key_of
from hubout.simulate.premises import Premises
from hubout.simulate.world import Card, World
from registry.bookings import bookings
from registry.bookings.bookings import Wanted
from registry.people import badges, people
from registry.people.badges import ALWAYS, credentials
from registry.people.people import Rights

TRIES_AFTER_MS = (300, 1_500, 3_000, 5_200, 6_500, 8_500)
"""When the card of a badge that was just revoked is shown again."""


def revokes(world: World, premises: Premises) -> None:
    """A badge is taken out of force, and tried at once, and again."""
    held = [card for card in world.ledger.cards if card.revoked_ms is None and card.site == premises.site.id]
    if len(held) < 3:
        enrols(world, premises)
        return
    card = premises.chance.choice(held)
    if world.edit(lambda edit: badges.revoke(edit, card.badge)):
        card.revoked_ms = world.agenda.now_ms
        world.see(saw.Edited("revoked", card.badge))
    reader = premises.chance.choice(readers(premises, Direction.IN))
    for after_ms in TRIES_AFTER_MS:
        premises.agenda.after(after_ms, lambda: tap(world, premises, reader, card.uid))


def enrols(world: World, premises: Premises) -> None:
    """Somebody gets a new badge."""
    number = world.ledger.fresh()
    person = f"{premises.site.id}-p{premises.chance.randrange(8)}"
    card = Card(f"0488{number:04X}D4E580", f"badge-{number}", person, premises.site.id)
    shown = credentials({site: key_of(site) for site in SITES}, card.uid)
    if world.edit(lambda edit: badges.enrol(edit, card.badge, person, shown, ALWAYS)):
        world.ledger.cards.append(card)
        world.see(saw.Edited("enrolled", card.badge))


def books(world: World, premises: Premises) -> None:
    """Somebody books the hall, from about now."""
    ident, site = f"booking-{world.ledger.fresh()}", premises.site.id
    person = f"{site}-p{premises.chance.choice((1, 3, 5, 7))}"
    start_ms = world.centre.wall_ms() // MINUTE_MS * MINUTE_MS + premises.chance.choice((0, 0, 20 * MINUTE_MS, HOUR_MS))
    wanted = Wanted("hall", person, start_ms, start_ms + premises.chance.randrange(1, 4) * HOUR_MS)
    made: list[Booking] = []
    if world.edit(lambda edit: made.append(bookings.book(edit, site, ident, wanted))):
        world.ledger.bookings.append((site, ident))
        world.see(saw.Edited("booked", ident, site))


def cancels(world: World, premises: Premises) -> None:
    """A booking is cancelled."""
    own = [one for one in world.ledger.bookings if one[0] == premises.site.id]
    if own:
        site, ident = premises.chance.choice(own)
        world.ledger.bookings.remove((site, ident))
        if world.edit(lambda edit: bookings.cancel(edit, site, ident)):
            world.see(saw.Edited("cancelled", ident, site))


def restricts(world: World, premises: Premises) -> None:
    """What somebody may changes: nothing, the hall, or all of it."""
    site = premises.site.id
    person = f"{site}-p{premises.chance.randrange(8)}"
    zones = premises.chance.choice((frozenset[str](), frozenset({"hall"}), frozenset({"hall", "lab"})))
    rights = Rights(zones, zones if premises.chance.random() < 0.5 else frozenset())
    if world.edit(lambda edit: people.set_rights(edit, site, person, rights)):
        world.see(saw.Edited("restricted", person, site))


STAFF = ((revokes, 4), (enrols, 2), (books, 5), (cancels, 1), (restricts, 1))
