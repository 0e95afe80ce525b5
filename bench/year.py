"""A year of two sites: 400 people, 60 desks, 40 000 bookings: what the registry must bear."""

from access.records import Booking
from bench.seed import chance as chance_of
from registry.bookings.resources import Resource
from registry.people.people import Profile, Rights
from registry.seed.bulk import NewBadge, Seed
from registry.setup import Registry

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
SITES = ("cinisello", "matera")
PEOPLE, DESKS_EACH, BOOKINGS_A_DAY = 400, 30, 55


def live_a_year(registry: Registry, nine_ms: int, seed: int = 1, *, new_sites: bool = True) -> list[str]:
    """Fill a registry with a year around a nine o'clock, and give the people's ids; its sites are there already where
    they are not new.
    """
    chance = chance_of(seed)

    def ident() -> str:
        return f"{chance.getrandbits(80):020x}"

    for site in SITES if new_sites else ():
        registry.add_site(site, site.title())
    people = [ident() for _ in range(PEOPLE)]
    first_ms = nine_ms - 200 * DAY_MS
    bookings = [
        (site, _booking(ident(), chance.choice(people), number, first_ms + day * DAY_MS))
        for day in range(365)
        for site in SITES
        for number in range(BOOKINGS_A_DAY)
    ]
    registry.seed(
        Seed(
            resources=[
                (site, Resource(f"year-{number:02d}", "desk", f"Postazione {number}", "openspace"))
                for site in SITES
                for number in range(DESKS_EACH)
            ],
            persons={person: Profile(f"Maria Rossi {number}") for number, person in enumerate(people)},
            rights=[(site, person, Rights(frozenset({"openspace"}))) for site in SITES for person in people],
            badges=[NewBadge(ident(), person, f"04{number:012X}") for number, person in enumerate(people)],
            bookings=bookings,
        )
    )
    return people


def _booking(ident: str, person: str, number: int, nine_ms: int) -> Booking:
    """Two a day on each desk but the last two."""
    turn, desk = divmod(number, DESKS_EACH - 2)
    start_ms = nine_ms + turn * 4 * HOUR_MS
    release_ms = start_ms + HOUR_MS // 4
    return Booking(
        ident, person, "openspace", f"year-{desk:02d}", start_ms, start_ms + 3 * HOUR_MS, release_ms=release_ms
    )
