"""What a branch told before staff confirmed it takes effect afterwards, in the order of its log (S2, S6)."""

import pytest
from sqlalchemy import select

from access.facts import Denied, DoorMoved
from access.facts_people import CheckedIn, NoShow
from registry.edit import editing
from registry.setup import Registry
from registry.tables import core as t
from registry.uplink import catching_up, confirming
from tests.support.booked_site import SITE, BookedSite, booked_site, hours
from tests.support.gateway_log import GatewayLog

MOVED = DoorMoved("front", open=True)
DUE_MS = hours(0.25)


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def copied(site: BookedSite) -> GatewayLog:
    """A log beside the site's, in nothing the same."""
    own = GatewayLog(site.registry.database, SITE)
    own.write(MOVED)
    own.link_up()
    return own.copied("r2", 0)


def confirm(site: BookedSite, epoch: int) -> None:
    with editing(site.registry.database, site.now_ms) as edit:
        confirming.confirm(edit, SITE, epoch, "paola", "the one at the door")


def caught_up(site: BookedSite) -> int:
    return catching_up.sweep(site.registry.database, site.now_ms)


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_what_a_branch_says_of_bookings_takes_effect_once_staff_confirm_it(
    site: BookedSite, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "AT_ONCE", at_once)
    came, missed = site.book(0, 4), site.book(0, 4, "d2", "bruno")
    copy = copied(site)
    copy.write(CheckedIn(came, "badge"), MOVED, at_ms=DUE_MS - 1)
    copy.write(NoShow(missed, "d2"), at_ms=site.line(missed)["release_ms"])
    assert copy.link_up() == 2
    assert caught_up(site) == 0
    assert [site.line(ident)["state"] for ident in (came, missed)] == ["booked", "booked"]
    confirm(site, 2)
    assert caught_up(site) == -(-len(copy.rows) // at_once)
    assert site.line(came)["checked_in_ms"] == DUE_MS - 1
    assert site.line(missed)["state"] == "released"
    assert caught_up(site) == 0


def test_a_badge_that_it_barred_is_revoked_then_and_what_comes_later_at_once(site: BookedSite) -> None:
    registry = site.registry
    first, second = (registry.enrol("anna", uid) for uid in ("04A1B2C3D4E580", "04A1B2C3D4E581"))

    def revoked() -> list[bool]:
        with registry.database.read() as connection:
            held = connection.execute(select(t.badge.c.id, t.badge.c.revoked)).all()
        return [dict(tuple(row) for row in held)[ident] for ident in (first, second)]

    copy = copied(site)
    copy.write(Denied("badge", first, "staff", "g", 5, "Sara", "lost"))
    copy.link_up()
    assert revoked() == [False, False]
    confirm(site, 2)
    caught_up(site)
    assert revoked() == [True, False]
    copy.write(Denied("badge", second, "staff", "g", 5, "Sara", "lost"))
    copy.link_up()
    assert revoked() == [True, True]


def test_a_branch_in_whose_line_another_was_never_confirmed_brings_what_that_one_told(site: BookedSite) -> None:
    came, later = site.book(0, 4), site.book(0, 4, "d2", "bruno")
    copy = copied(site)
    copy.write(CheckedIn(came, "badge"), at_ms=DUE_MS - 1)
    copy.link_up()
    third = copy.copied("r3", len(copy.rows))
    copy.write(MOVED)
    copy.link_up()
    third.write(CheckedIn(later, "badge"), at_ms=DUE_MS - 1)
    assert third.link_up(site.now_ms + 10**9) == 3
    confirm(site, 3)
    caught_up(site)
    assert [site.line(ident)["checked_in_ms"] for ident in (came, later)] == [DUE_MS - 1] * 2
