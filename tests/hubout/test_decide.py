"""``hubout decide`` is the judge: on the table of door cases, on a transcript by hand, and by chance."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.case import Age, Conditions, Request, gather
from access.clock import MINUTE_MS, Now
from access.hours import unix_ms
from access.judge import Verdict, judge
from access.reasons import Reason
from access.site import Door, Policy, Proof, Site, Zone
from devices.replica_file import read_replica_file, written
from hubout.asking import Desk
from tests.access.test_doors import CASES, NOT_JUDGED, ONWARD, WORLD, Case, _request
from tests.support.chance_replicas import records_of, request_of
from tests.support.core_site import ROME, replica_of, rome
from tests.support.deciding import REPLICAS, SMALL, Answer, Asker, filed

ACCEPTS = "-accepts"
OUTER = {"front": None, "inner": "hall", "back": "hall"}
DOORS = {
    name: Door(name, name, ONWARD[name.removesuffix(ACCEPTS)][0], OUTER[name.removesuffix(ACCEPTS)], proof=proof)
    for door in OUTER
    for name, proof in ((door, Proof.PROVED), (door + ACCEPTS, Proof.UNPROVED))
}
TABLE_SITE = Site("table", "Table", "Europe/Rome", {z: Zone(z, z) for z in ("hall", "lab", "office")}, DOORS)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asker:
    return Asker(monkeypatch, capsys)


def asked_of(case: Case) -> Answer:
    request = _request(case)
    door = case.door + (ACCEPTS if request.accepts_unproved else "")
    asked: Answer = {"at": rome(case.when), "door": door, "credential": request.credential.hex(), "age": request.age}
    return asked | {"repeated": request.repeated, "lockdown": request.conditions.lockdown}


def verdict_in(answer: Answer) -> Verdict:
    verdict = Verdict(Reason(answer["reason"]), answer["rule"], answer["until_ms"], answer["booking"])
    assert answer["granted"] == verdict.granted
    return verdict


def test_every_door_case_of_the_table_is_answered_as_the_judge_does(ask: Asker, tmp_path: Path) -> None:
    path = filed(tmp_path / "r.json", TABLE_SITE, WORLD.records())
    said = ask(path, map(asked_of, CASES))
    assert (said.code, said.error, len(said.answers)) == (0, "", len(CASES))
    for case, answer in zip(CASES, said.answers, strict=True):
        verdict = judge(WORLD, Policy(), ROME, _request(case), Now(rome(case.when), 0, 0))
        assert verdict_in(answer) == verdict, case
        assert answer["reason"] == case.reason
        assert answer["until_ms"] == (None if case.until == "-" else rome(case.until))


def test_every_refusal_of_the_table_has_its_remedy_and_no_grant_has_one(ask: Asker, tmp_path: Path) -> None:
    said = ask(filed(tmp_path / "r.json", TABLE_SITE, WORLD.records()), map(asked_of, CASES))
    assert {answer["reason"] for answer in said.answers if "remedy" in answer} == {
        reason for reason in Reason if reason not in NOT_JUDGED and not Verdict(reason, "").granted
    }
    assert all(("remedy" in answer) != answer["granted"] for answer in said.answers)


def transcript() -> list[tuple[Answer, Answer]]:
    lines = (REPLICAS / "small.txt").read_text().splitlines()
    asked = [json.loads(line[3:]) for line in lines if line.startswith(">> ")]
    answered = [json.loads(line[3:]) for line in lines if line.startswith("<< ")]
    return [({**a, "credential": a["credential"] * 32}, b) for a, b in zip(asked, answered, strict=True)]


def test_the_small_replica_is_answered_as_its_transcript_says(ask: Asker) -> None:
    pairs = transcript()
    said = ask(SMALL, [asked for asked, _ in pairs])
    assert said.code == 0
    for (asked, expected), answer in zip(pairs, said.answers, strict=True):
        assert answer == expected, asked


def test_the_transcript_shows_every_reason_of_the_judge() -> None:
    assert {answer["reason"] for _, answer in transcript()} == set(Reason) - NOT_JUDGED


def request_in(asked: Answer) -> Request:
    door = DOORS[asked["door"]]
    return Request(
        door.id,
        door.zone,
        ONWARD[door.id.removesuffix(ACCEPTS)][1],
        bytes.fromhex(asked["credential"]),
        Age(asked.get("age", "fresh")),
        repeated=asked.get("repeated", False),
        accepts_unproved=door.proof is Proof.UNPROVED,
        conditions=Conditions(lockdown=asked.get("lockdown", False)),
    )


def check_by_chance(seed: int, seen: set[str]) -> None:
    """One replica, written and read again, and what is asked of it."""
    chance = Random(seed)
    held, policy = records_of(chance), Policy(grace_before_ms=chance.randint(0, 60) * MINUTE_MS)
    site = replace(TABLE_SITE, policy=policy)
    file = read_replica_file("".join(written(site, "g", 1, held)).encode())
    replica = replica_of(*held)
    assert file.replica == replica
    for _ in range(5):
        asked = request_of(chance, sorted(DOORS))
        answer = Desk(file).answer(json.dumps(asked).encode())
        request, now = request_in(asked), Now(asked["at"], 0, 0)
        case = gather(replica, policy, ROME, request, now)
        assert verdict_in(answer) == judge(replica, policy, ROME, request, now)
        assert answer["person"] == (case.person.id if case.badge and case.person else None)
        assert answer["badge"] == (case.badge.id if case.badge and case.person else None)
        assert answer["until_ms"] == (None if answer["until"] is None else ms_of(answer["until"]))
        seen.add(answer["reason"])


def ms_of(text: str) -> int:
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() is not None
    return unix_ms(moment)


def test_whatever_a_replica_holds_and_whatever_is_asked_the_answer_is_the_judges() -> None:
    seen: set[str] = set()

    @settings(max_examples=300, derandomize=True, deadline=None)
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        check_by_chance(seed, seen)

    check()
    assert {Reason(reason) for reason in seen} == set(Reason) - NOT_JUDGED, "chance met every reason"
