"""``hubout decide`` at its edges: bad lines, keys, wrong use."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from access.credential import keyed_hash, pin_hash
from access.records import Badge
from hubout.pipes import LONGEST_LINE_BYTES
from tests.support.core_site import NINE, SITE, person
from tests.support.deciding import SMALL, Answer, Asker, card, filed

KEY = bytes(range(32))
UID = "04A1B2C3D4E580"
GOOD: Answer = {"at": "2026-06-01T14:30", "door": "front", "credential": card(1)}
NO_OBJECT = "the line is not a JSON object"
NO_TIME = "at is no time"
YEARS = "at lies outside the years"
COUNT = "is no whole number from 0 to 9007199254740992"
HASH = "credential is not 64 hex digits"


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asker:
    return Asker(monkeypatch, capsys)


def without(name: str) -> str:
    return json.dumps({key: value for key, value in GOOD.items() if key != name})


def having(**members: object) -> str:
    return json.dumps(GOOD | members)


BAD = [
    ("", NO_OBJECT),
    ("{", NO_OBJECT),
    ("[]", NO_OBJECT),
    ("null", NO_OBJECT),
    ("7", NO_OBJECT),
    ('"at"', NO_OBJECT),
    (having()[:-1] + ',"at":NaN}', NO_TIME),
    (having() + having(), NO_OBJECT),
    ("[" * 10_000, NO_OBJECT),
    (without("at"), "at is missing"),
    (without("door"), "door is missing"),
    (without("credential"), "credential is missing"),
    (having(door=3), "door is not text"),
    (having(door=None), "door is not text"),
    (having(door="cellar"), "the replica has no such door; it has: front, inner, maker"),
    (having(credential=3), "credential is not text"),
    (having(credential=""), HASH),
    (having(credential=UID), HASH),
    (having(credential=card(1)[:-2]), HASH),
    (having(credential=card(1)[:-1] + "g"), HASH),
    (having(credential=card(1)[:-1] + " "), HASH),
    (having(credential=" ".join([card(1)[:32], card(1)[:31]])), HASH),
    (having(at=None), NO_TIME),
    (having(at=True), NO_TIME),
    (having(at=1.5), NO_TIME),
    (having(at=[]), NO_TIME),
    (having(at=""), NO_TIME),
    (having(at="noon"), NO_TIME),
    (having(at="2026-06-01"), NO_TIME),
    (having(at="2026-02-30T10:00"), NO_TIME),
    (having(at="2026-06-01T24:01"), NO_TIME),
    (having(at="2026-06-01T10:00+25:00"), NO_TIME),
    (having(at="1780322340000"), NO_TIME),
    (having(at=-1), YEARS),
    (having(at=1 << 53), YEARS),
    (having(at=1 << 80), YEARS),
    (having(at="1969-12-31T23:59:59Z"), YEARS),
    (having(at="9999-12-31T23:59:59"), YEARS),
    (having(at="0001-01-01T00:00+14:00"), YEARS),
    (having(age="old"), "age is none of fresh, stale, unproved"),
    (having(age=None), "age is none of"),
    (having(repeated="yes"), "repeated is neither true nor false"),
    (having(repeated=1), "repeated is neither"),
    (having(lockdown=0), "lockdown is neither true nor false"),
    (having(lockdown=None), "lockdown is neither true nor false"),
    (having(staff_present="no"), "staff_present is neither true nor false"),
    (having(inside=1), "inside is neither true nor false"),
    (having(free_passage=[]), "free_passage is neither true nor false"),
    (having(headcount=-1), f"headcount {COUNT}"),
    (having(headcount=1.5), f"headcount {COUNT}"),
    (having(headcount=True), f"headcount {COUNT}"),
    (having(replica_age_ms="8 days"), f"replica_age_ms {COUNT}"),
    (having(replica_age_ms=1 << 54), f"replica_age_ms {COUNT}"),
    (having(clock_unsure_ms=-1), f"clock_unsure_ms {COUNT}"),
    (having(pin_blocked_until_ms="noon"), f"pin_blocked_until_ms {COUNT}"),
    (having(released="k-anna"), "released is no list of bookings"),
    (having(released=[3]), "released is no list of bookings"),
    (having(pin=1234), "pin is not text"),
    (having(pin="1234"), "pin is not 64 hex digits"),
    (having(offline_ms=3), "a member is not known here"),
]


@pytest.mark.parametrize(("line", "sentence"), BAD, ids=[f"{n} {sentence}" for n, (_, sentence) in enumerate(BAD)])
def test_a_bad_line_has_its_one_sentence(ask: Asker, line: str, sentence: str) -> None:
    said = ask.lines(SMALL, line.encode() + b"\n")
    (answer,) = said.answers
    assert (said.code, set(answer)) == (1, {"error"})
    assert answer["error"].startswith(sentence)
    assert "\n" not in answer["error"]


def test_a_bad_line_stops_nothing_and_is_told_by_the_exit_code(ask: Asker) -> None:
    lines = [having(), *(line for line, _ in BAD), having()]
    said = ask.lines(SMALL, "\n".join(lines).encode())
    assert (said.code, len(said.answers)) == (1, len(lines))
    assert said.answers[0] == said.answers[-1]
    assert said.answers[0]["granted"]
    assert sum("error" in answer for answer in said.answers) == len(BAD)


def test_bytes_that_are_no_text_are_a_bad_line(ask: Asker) -> None:
    said = ask.lines(SMALL, b"\xff\xfe\n\x00\n" + having().encode())
    assert [set(answer) == {"error"} for answer in said.answers] == [True, True, False]


def test_no_error_repeats_a_credential(ask: Asker) -> None:
    said = ask.lines(SMALL, "\n".join(having(credential=UID, at=at) for at in (NINE, "x", -1)).encode())
    swapped = ask.lines(SMALL, having(door=UID).encode() + b"\n" + having(**{UID: 1}).encode())
    assert UID not in json.dumps([*said.answers, *swapped.answers])


@pytest.mark.parametrize("extra", [0, 1, 200_000])
def test_a_line_too_long_is_one_answer_and_the_next_is_judged(ask: Asker, extra: int) -> None:
    long = b" " * (LONGEST_LINE_BYTES + extra + 1)
    said = ask.lines(SMALL, long + b"\n" + having().encode() + b"\n" + long)
    assert ["error" in answer for answer in said.answers] == [True, False, True]
    assert said.answers[0]["error"] == f"the line is longer than {LONGEST_LINE_BYTES} bytes; write one request a line"


def test_a_uid_is_hashed_under_the_sites_key(ask: Asker, tmp_path: Path) -> None:
    badge = Badge("b", "anna", (keyed_hash(KEY, UID),))
    path = filed(tmp_path / "r.json", SITE, [person("anna", standing=frozenset({"hall"})), badge])
    key = tmp_path / "credential.key"
    key.write_text(KEY.hex() + "\n")
    requests = [{"at": NINE, "door": "front", "credential": text} for text in (UID, UID.lower(), "04A1B2C3")]
    said = ask(path, requests, "--key", key)
    assert (said.code, [answer["granted"] for answer in said.answers]) == (0, [True, True, False])
    bad = ask(
        path, [{"at": NINE, "door": "front", "credential": text} for text in ("", "04:A1", card(1))], "--key", key
    )
    assert [answer["error"].split(":")[0] for answer in bad.answers] == ["credential is no UID"] * 3
    (unkeyed,) = ask(path, [{"at": NINE, "door": "front", "credential": keyed_hash(KEY, UID).hex()}]).answers
    assert unkeyed["granted"]


def test_a_pin_is_hashed_with_its_card_and_never_said_again(ask: Asker, tmp_path: Path) -> None:
    card_hash = keyed_hash(KEY, UID)
    badge = Badge("b", "anna", (card_hash,), pins=(pin_hash(KEY, card_hash, "271828"),))
    asks_pin = replace(SITE, doors={"front": replace(SITE.doors["front"], asks_pin=True)})
    path = filed(tmp_path / "r.json", asks_pin, [person("anna", standing=frozenset({"hall"})), badge])
    key = tmp_path / "credential.key"
    key.write_text(KEY.hex())
    asked = {"at": NINE, "door": "front", "credential": UID}
    typed: list[Answer] = [{}, {"pin": ""}, {"pin": "271828"}, {"pin": "314159"}]
    said = ask(path, [asked | one for one in typed], "--key", key)
    assert [answer["reason"] for answer in said.answers] == ["pin-missing", "pin-missing", "standing", "pin-wrong"]
    bad = ask(path, [asked | {"pin": text} for text in ("27182 8", "²71828", "2" * 13, "secret")], "--key", key)
    assert {answer["error"] for answer in bad.answers} == {"pin is not 1 to 12 digits; write what was typed"}
    hashed = {"credential": card_hash.hex(), "pin": badge.pins[0].hex()}
    assert ask(path, [asked | hashed]).answers[0]["granted"]
    assert not any(text in json.dumps([said.answers, bad.answers]) for text in ("271828", "314159", "27182", "secret"))


@pytest.mark.parametrize("content", [b"", b"00", KEY.hex().encode()[:-2], KEY, b"zz" * 32, b"\xff" * 64, b"0" * 9_000])
def test_a_key_file_that_holds_no_key_is_wrong_use(ask: Asker, tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "credential.key"
    key.write_bytes(content)
    said = ask(SMALL, [GOOD], "--key", key)
    assert (said.code, said.answers, said.error.count("\n")) == (2, [], 1)
    assert "is not 64 hex digits; name the site's credential key" in said.error


def test_a_key_file_that_is_not_there_is_wrong_use(ask: Asker, tmp_path: Path) -> None:
    said = ask(SMALL, [GOOD], "--key", tmp_path / "none")
    assert (said.code, said.error.count("\n")) == (2, 1)
    assert "cannot be read: No such file" in said.error


def test_wrong_use_is_one_sentence_and_exit_code_2(ask: Asker, tmp_path: Path) -> None:
    missing = ask(tmp_path / "none.json", [GOOD])
    assert (missing.code, missing.error.count("\n")) == (2, 1)
    assert "`hubout replica` writes one" in missing.error
    (tmp_path / "bad.json").write_text('{"v": 1}')
    bad = ask(tmp_path / "bad.json", [GOOD])
    assert (bad.code, bad.error.count("\n")) == (2, 1)
    assert "bad.json cannot be used: site is missing" in bad.error


def test_nothing_asked_is_nothing_answered(ask: Asker) -> None:
    said = ask(SMALL, [], "--json")
    assert (said.code, said.answers) == (0, [])
