"""What no site may hold (P2) and no file may keep (P3): real files are searched, byte for byte, for what was told."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from access.credential import keyed_hash, pin_hash
from access.events import ReplicaArrived
from access.facts import Judged
from access.records import Badge
from access.replica import Put, apply
from hubout.cli import run
from tests.support.centres import NINE_MS, Centre, centre
from tests.support.inner_site import ANNA, KEY, PLAN, InnerSite, inner_site, write_site
from tests.support.link_bench import LinkBench, link_bench
from tests.support.mosquitto import Mosquitto
from tests.support.parts import wait_until
from tests.support.site_toml import SITE
from tests.support.wire_device import WireDevice

CARD_PIN = "49381726"
UID, PIN, WRONG_PIN = "04C1B2C3D4E5F7", "493817265508", "493817265509"
BORN, FISCAL_CODE, EMAIL, REF = "2024-05-17", "RSSMRA24E17F205N", "maria.rossi.segreta@example.it", "matricola-77-0913"
FORBIDDEN = (BORN, "17/05/2024", "20240517", FISCAL_CODE, EMAIL, "segreta", REF, UID, CARD_PIN)


def found_in(folder: Path, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every file below a folder that holds one of these, whatever its form, in either case or as hex of its bytes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    held = [(path.name, path.read_bytes().lower()) for path in files]
    return [(name, secret) for name, raw in held for secret in secrets if any(one in raw for one in spellings(secret))]


def spellings(secret: str) -> list[bytes]:
    """A text as it is, as hex of itself, and a UID as its bytes."""
    raw = [bytes.fromhex(secret).lower()] if secret == UID else []
    return [secret.lower().encode(), secret.encode().hex().encode(), *raw]


# -- P2: the replica


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'centre' / 'registry.db'}", tmp_path / "centre" / "keys") as made:
        made.add_site(SITE)
        yield made


@pytest.fixture
def bench(registry: Centre, tmp_path: Path) -> Iterator[LinkBench]:
    (tmp_path / "state").mkdir()
    with link_bench(tmp_path / "state", str(registry.http.base_url), registry.gateways[SITE].token) as made:
        yield made


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    (tmp_path / "centre").mkdir()


def known_of(registry: Centre) -> str:
    """Somebody of whom the registry knows all that it may, with a badge and a guardian's word."""
    told = {"name": "Maria Rossi", "birth_date": BORN, "fiscal_code": FISCAL_CODE, "email": EMAIL, "ref": REF}
    person: str = registry.made("/people", told)["id"]
    assert registry.ask("PUT", f"/sites/{SITE}/rights/{person}", {"zones": ["hall"]}).status_code == 201
    badge = registry.made(f"/people/{person}/badges", {"uid": UID})["id"]
    assert registry.ask("PUT", f"/badges/{badge}/pin", {"pin": CARD_PIN}, If_Match="*").status_code == 200
    registry.made(f"/people/{person}/guardians", {"from_ms": NINE_MS, "zones": ["hall"]})
    return person


def pins(bench: LinkBench) -> list[bytes]:
    """The hashes of PINs that the site holds."""
    return [] if bench.replica is None else [pin for badge in bench.replica.badges.values() for pin in badge.pins]


def vouched(bench: LinkBench) -> list[str]:
    """For whom the site holds a guardian's word."""
    held = () if bench.replica is None else bench.replica.persons.values()
    return [person.id for person in held if person.guardian_from_ms is not None]


def test_a_real_replica_holds_none_of_what_it_must_not(registry: Centre, bench: LinkBench, tmp_path: Path) -> None:
    person = known_of(registry)
    wait_until(lambda: pins(bench) and vouched(bench), "the person's badge with its PIN, and the guardian's word", 15)
    assert bench.replica is not None
    held = bench.replica.persons[person]
    assert (held.name, held.minor, held.guardian_from_ms) == ("Maria Rossi", True, NINE_MS)
    bench.link.stop()
    site_file = write_site(tmp_path, PLAN, 1_883)
    for names in ([], ["--names"]):
        assert (
            run(["replica", "--config", str(site_file), "--out", str(tmp_path / "state" / "replica.json"), *names]) == 0
        )
        assert found_in(tmp_path / "state", FORBIDDEN) == []
    assert len(json.loads((tmp_path / "state" / "replica.json").read_text())["records"]) >= 2


def test_the_search_finds_what_is_there(registry: Centre, tmp_path: Path) -> None:
    known_of(registry)
    names = {secret for _, secret in found_in(tmp_path / "centre", FORBIDDEN)}
    assert {BORN, FISCAL_CODE, EMAIL, REF} <= names
    (tmp_path / "card").write_text(UID.lower())
    assert found_in(tmp_path, (UID,)) == [("card", UID)]


# -- P3: PINs


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def site(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[InnerSite]:
    asking = replace(PLAN, doors=[{**PLAN.doors[0], "asks_pin": True}, PLAN.doors[1]])
    with inner_site(tmp_path, mosquitto.port, asking) as made:
        yield made


def with_pin(site: InnerSite) -> None:
    """Give Anna's badge its PIN."""
    credential = keyed_hash(KEY, ANNA)
    badge = Badge("badge-anna", "anna", (credential,), pins=(pin_hash(KEY, credential, PIN),))
    state = site.writer.state
    held = apply(state.replica, "g", state.replica.version + 1, [Put(badge)])
    site.loop.wake.post(ReplicaArrived(held))
    site.until(lambda: site.writer.state.replica.version == held.version, "the PIN")


def test_a_pin_decides_and_is_kept_nowhere(
    site: InnerSite, mosquitto: Mosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with_pin(site)
    with WireDevice(mosquitto.port, SITE, "front-in", boot="b00b00b00b00b00b") as reader:
        reader.born()
        for pin in (None, WRONG_PIN, PIN):
            tap = replace(reader.tap_of(ANNA), pin=pin)
            reader.send(tap)
            reader.wait_acked(tap.seq)
    verdicts = [entry.fact for entry in site.log.entries() if isinstance(entry.fact, Judged)]
    assert [fact.reason for fact in verdicts] == ["pin-missing", "pin-wrong", "booking"]
    assert found_in(tmp_path / "state", (PIN, WRONG_PIN)) == []
    assert PIN not in caplog.text
    assert WRONG_PIN not in caplog.text
    assert verdicts[-1].case["pin"] == "right"
