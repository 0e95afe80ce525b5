"""What a site bars, the registry revokes for all, and says who barred it (guarantees D9, S10)."""

import pytest

from access.facts import Denied
from tests.support import fixed_day
from tests.support.centres import Centre
from tests.support.log_rows import raw_rows, sent
from tests.support.site_log import SiteLog

UID, OTHER_UID = "04A1B2C3D4E580", "04A1B2C3D4E581"


def denied(badge: str, origin: str = "staff", what: str = "badge") -> Denied:
    author, note = ("Sara Colombo", "Badge lost") if origin == "staff" else ("", "")
    return Denied(what, badge, origin, "g", 5, author, note)


def said(both: Centre) -> list[str]:
    alarms = both.ask("GET", "/sites/matera/alarms").json()["items"]
    return [one["what"] for one in alarms if one["kind"] == "badge-denied"]


def revoked(both: Centre, badge: str) -> bool:
    return bool(both.ask("GET", f"/badges/{badge}").json()["revoked"])


def test_what_staff_of_a_site_barred_is_revoked_at_every_site_by_their_name(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": ["hall"]})
    badge, other = both.registry.enrol(person, UID), both.registry.enrol(person, OTHER_UID)
    log = SiteLog(both, "matera")
    log.tell(fixed_day.wall_ms(), denied(badge))
    assert (revoked(both, badge), revoked(both, other)) == (True, False)
    for site in ("matera", "cinisello"):
        look = both.as_gateway(site, "GET", "/lane?since=1").json()
        assert [ident for _, ident, _ in look["denials"]] == [badge]
    assert said(both) == [f"Sara Colombo at the site barred the badge {badge} (Badge lost): it is revoked everywhere"]
    log.sent = 0
    log.send()
    assert len(said(both)) == 1


def test_a_revocation_that_the_registry_forgot_is_taken_from_the_site_that_remembers(both: Centre) -> None:
    badge = both.registry.enrol(both.admit("matera"), UID)
    SiteLog(both, "matera").tell(fixed_day.wall_ms(), denied(badge, "restored"))
    assert revoked(both, badge)
    assert "which this registry had forgotten: it is revoked everywhere" in said(both)[0]


def test_a_badge_that_is_not_known_is_said_and_stops_nothing(both: Centre) -> None:
    log = SiteLog(both, "matera")
    log.tell(fixed_day.wall_ms(), denied("nobody"), denied("nobody-else"))
    assert [one.rpartition(": ")[2] for one in said(both)] == ["no such badge is known here"] * 2


def test_the_registrys_own_word_and_what_is_no_badge_change_nothing(both: Centre) -> None:
    person = both.admit("matera")
    badge = both.registry.enrol(person, UID)
    origins = [denied(badge, "lane"), denied(badge, "usb"), denied(badge, "nobody's"), denied(person, what="person")]
    SiteLog(both, "matera").tell(fixed_day.wall_ms(), *origins)
    assert not revoked(both, badge)
    assert said(both) == []


STRANGE = ("A\\u0000B", "\\ud800", "\\u202e", "x" * 5_000)


@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.parametrize("where", ["id", "author", "note"])
def test_what_no_table_can_hold_stops_nothing_behind_it(both: Centre, text: str, where: str) -> None:
    badge = both.registry.enrol(both.admit("matera"), UID)
    fields = {"id": badge, "author": "Sara", "note": "lost"} | {where: text}
    told = ",".join(f'"{name}":"{value}"' for name, value in fields.items())
    body = f'{{{told},"generation":"g","origin":"staff","version":5,"what":"badge"}}'.encode()
    rows = raw_rows([("denied", body), ("started", b'{"software":"1"}')], "matera")
    answer = both.as_gateway("matera", "POST", "/events", sent(rows, "matera"))
    assert (answer.status_code, answer.json()) == (200, {"acked": 2})
    poison = "ud8" in text
    assert revoked(both, badge) == (where != "id" and not poison)
    assert [len(one) < 500 for one in said(both)] == [True] * (not poison)
