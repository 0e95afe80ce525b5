"""A real gateway's replica, exported while it runs and asked again, says what its log says it said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.credential import keyed_hash
from access.facts import Judged
from hubout.cli import run
from tests.support.deciding import Answer, Asker
from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import Someone, WholeSite, whole_site
from tests.support.wire_device import WireDevice

BOOKED, UNBOOKED, STAFF, STRANGER = ("04A1B2C3D4E58" + digit for digit in "0123")
PEOPLE = (Someone("anna", BOOKED), Someone("bruno", UNBOOKED, booked=False), Someone("sara", STAFF, staff=True))
PLAN = Plan(
    doors=[door("front", 17, pulse_ms=100)],
    desks=[desk("desk-01")],
    devices=[reader("front-in", "front"), sensor("desk-01-sensor", "desk-01")],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with whole_site(tmp_path, PLAN, PEOPLE, passwords={"front-in": "secret"}) as made:
        made.start()
        yield made


def tapped(site: WholeSite) -> list[tuple[str, Judged]]:
    """Everybody taps: each card with the verdict that the log has of it."""
    with WireDevice(site.broker.port, SITE, "front-in", user="front-in", password="secret") as at:
        at.born()
        for uid in (BOOKED, UNBOOKED, STAFF, STRANGER):
            at.signal(at.tap(uid))
    return list(zip((BOOKED, UNBOOKED, STAFF, STRANGER), site.log.verdicts(), strict=True))


def asked_of(uid: str, fact: Judged) -> Answer:
    case = fact.case
    asked = {"at": case["at_ms"], "door": fact.door, "credential": uid, "age": case["age"]}
    return asked | {"repeated": case["repeated"], **case["conditions"]}


def told_by(fact: Judged) -> Answer:
    who = {"booking": fact.booking or None, "person": fact.person or None, "badge": fact.badge or None}
    return {"granted": fact.granted, "reason": fact.reason, "rule": fact.rule, "until_ms": fact.until_ms, **who} | {
        "warned": [*fact.warned]
    }


def test_a_running_gateways_verdicts_are_said_again(
    site: WholeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logged = tapped(site)
    assert [fact.reason for _, fact in logged] == ["booking", "no-booking", "standing", "unknown-badge"]
    replica, key = tmp_path / "replica.json", tmp_path / "secrets" / "credential.key"
    assert run(["replica", "--config", str(site.config), "--out", str(replica)]) == 0
    assert site.gateway.running
    ask = Asker(monkeypatch, capsys)
    requests = [asked_of(uid, fact) for uid, fact in logged]
    said = ask(replica, requests, "--key", key)
    assert said.code == 0
    for (uid, fact), answer in zip(logged, said.answers, strict=True):
        assert {name: answer[name] for name in told_by(fact)} == told_by(fact), uid
    site_key = bytes.fromhex(key.read_text().strip())
    hashed = [asked | {"credential": keyed_hash(site_key, asked["credential"]).hex()} for asked in requests]
    assert ask(replica, hashed).answers == said.answers
    assert not any(uid in replica.read_text() for uid, _ in logged)
