"""``hubout decide`` is the judge: on a transcript by hand, and by chance."""

import json
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.clock import Now
from access.gathering import gather
from access.hours import unix_ms
from access.judge import Verdict, judge
from access.reasons import RANK, Reason, Warned
from devices.replica_file import read_replica_file, written
from hubout.asking import Desk
from tests.access.test_doors import NOT_JUDGED
from tests.support.chance_replicas import policy_of, records_of, request_of
from tests.support.chance_site import CHANCE_SITE, DOORS, request_in
from tests.support.core_site import ROME, replica_of
from tests.support.deciding import REPLICAS, SMALL, Answer, Asker


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asker:
    return Asker(monkeypatch, capsys)


def verdict_in(answer: Answer) -> Verdict:
    warned = tuple(map(Warned, answer["warned"]))
    verdict = Verdict(Reason(answer["reason"]), answer["rule"], answer["until_ms"], answer["booking"], warned)
    assert answer["granted"] == verdict.granted
    return verdict


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


def test_the_transcript_of_version_1_shows_every_reason_that_such_a_file_can_tell() -> None:
    shown = {answer["reason"] for _, answer in transcript()}
    barred = {Reason.DENIED}  # No file holds a denial: it is what holds until a replica says the same.
    assert set(list(RANK)[: list(RANK).index(Reason.LOCKDOWN)]) - barred <= shown
    assert {"standing", "booking", "too-early", "booking-ended", "no-booking", "site-closed"} <= shown


def check_by_chance(seed: int, seen: set[str]) -> None:
    """One replica, written and read again, and what is asked of it."""
    chance = Random(seed)
    held, policy = records_of(chance), policy_of(chance)
    site = replace(CHANCE_SITE, policy=policy)
    file = read_replica_file("".join(written(site, "g", 1, held)).encode())
    replica = replica_of(*held)
    assert file.replica == replica
    assert file.policy == policy
    for _ in range(15):
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
