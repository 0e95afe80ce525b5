"""Sessions: signed, live here, ended for good."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.sessions import LASTS_S, LIVE_AT_MOST, Sessions, form_is_ours, sign, verify

KEY, OTHER = b"k" * 32, b"o" * 32


def begun(now_s: float = 0.0) -> tuple[Sessions, str]:
    sessions = Sessions(KEY)
    return sessions, sessions.begin("Paola", "id-1", now_s)


def test_a_session_is_found_by_its_cookie() -> None:
    sessions, cookie = begun()
    found = sessions.find(cookie, 1.0)
    assert found is not None
    assert (found.name, found.id) == ("Paola", "id-1")


@pytest.mark.parametrize(
    ("now_s", "live"), [(0.0, True), (LASTS_S - 0.1, True), (LASTS_S, False), (LASTS_S * 9, False)]
)
def test_a_session_lasts_its_time_and_no_longer(now_s: float, live: bool) -> None:
    sessions, cookie = begun()
    assert (sessions.find(cookie, now_s) is not None) is live


def test_what_is_over_is_forgotten() -> None:
    sessions, cookie = begun()
    sessions.find(cookie, LASTS_S)
    assert not sessions.live


def test_signing_out_is_final_though_the_cookie_be_kept() -> None:
    sessions, cookie = begun()
    sessions.end("id-1")
    assert sessions.find(cookie, 1.0) is None
    sessions.end("id-1")


def test_a_restart_signs_everybody_out() -> None:
    _, cookie = begun()
    assert Sessions(OTHER).find(cookie, 1.0) is None
    assert Sessions(KEY).find(cookie, 1.0) is None


@pytest.mark.parametrize(
    "forged",
    [None, "", ".", "id-1", "id-1.", ".id-1", sign(OTHER, "id-1"), sign(KEY, "id-2"), sign(KEY, "id-1") + "0", "é.è"],
)
def test_a_forged_cookie_finds_nobody(forged: str | None) -> None:
    sessions, _ = begun()
    assert sessions.find(forged, 1.0) is None


@given(st.text(max_size=300))
def test_any_text_is_no_cookie(text: str) -> None:
    sessions, cookie = begun()
    assert text == cookie or sessions.find(text, 1.0) is None


@given(st.integers(min_value=0, max_value=70), st.characters())
def test_one_changed_character_breaks_the_signature(at: int, character: str) -> None:
    cookie = sign(KEY, "id-1")
    changed = cookie[: at % len(cookie)] + character + cookie[at % len(cookie) + 1 :]
    assert changed == cookie or verify(KEY, changed) is None


def test_a_forms_token_belongs_to_its_session_alone() -> None:
    sessions, cookie = begun()
    other = sessions.find(sessions.begin("Luca", "id-2", 0.0), 1.0)
    mine = sessions.find(cookie, 1.0)
    assert mine is not None
    assert other is not None
    assert form_is_ours(mine, mine.csrf)
    assert not form_is_ours(mine, other.csrf)
    assert not form_is_ours(mine, "")
    assert not form_is_ours(mine, "\ud800")
    assert not form_is_ours(replace(mine, csrf="x"), mine.csrf)


def test_the_forms_token_is_not_in_the_cookie() -> None:
    sessions, cookie = begun()
    found = sessions.find(cookie, 1.0)
    assert found is not None
    assert found.csrf not in cookie


def test_so_many_sessions_live_and_the_oldest_makes_room() -> None:
    sessions, first = begun()
    sessions.tell("id-1", "success", "fatto")
    cookies = [sessions.begin("Luca", f"n{n}", 0.0) for n in range(LIVE_AT_MOST)]
    assert sessions.find(first, 1.0) is None
    assert all(sessions.find(cookie, 1.0) for cookie in cookies)
    assert (len(sessions.live), sessions.told) == (LIVE_AT_MOST, {})


def test_a_sentence_is_told_once_and_to_its_own_session() -> None:
    sessions, _ = begun()
    sessions.begin("Luca", "id-2", 0.0)
    sessions.tell("id-1", "success", "Porta aperta")
    assert sessions.hear("id-2") is None
    assert sessions.hear("id-1") == ("success", "Porta aperta")
    assert sessions.hear("id-1") is None


def test_nothing_is_kept_for_a_session_that_is_over() -> None:
    sessions, _ = begun()
    sessions.end("id-1")
    sessions.tell("id-1", "success", "Porta aperta")
    assert sessions.told == {}
