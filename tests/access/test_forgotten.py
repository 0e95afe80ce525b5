"""Who was erased is found in the bodies of a log by id and by name, and nobody else is (P5)."""

import json

import pytest

from access.forgotten import Whom, forgotten

ANNA = forgotten("p-1", "Anna  Però D'Amico", "s")
BRUNO = forgotten("p-2", "Bruno Neri", "s")
WHOM = Whom([ANNA, BRUNO])


def body(**members: object) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("entered", {"person": "p-1"}),
        ("minors-alone", {"persons": ["p-9", "p-2"]}),
        ("verdict", {"case": {"denials": ["person/p-1"]}}),
        ("visit", {"host": "anna però d'amico"}),
        ("denied", {"note": "ha discusso con BRUNO, NERI; poi è uscito"}),
        ("denied", {"note": "viene bruno neri"}),
        ("checkpoint", {"site": {"visits": [{"host": "Bruno Neri"}]}}),
        ("of a later version", {"x": [["Bruno", "è Bruno Neri."]]}),
    ],
)
def test_by_id_and_by_name_wherever_it_stands(kind: str, said: dict[str, object]) -> None:
    assert WHOM.named(kind, body(**said))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("entered", {"person": "p-11"}),
        ("visit", {"host": "Bruno"}),
        ("visit", {"host": "Bruno Nerini"}),
        ("visit", {"host": "Bruno", "purpose": "Neri"}),
        ("walk-in", {"author": "Bruno Neri", "person": "p-9"}),
        ("door", {"door": "p-1"}),
    ],
)
def test_nobody_else_is_found_nor_the_author_of_an_act(kind: str, said: dict[str, object]) -> None:
    assert not WHOM.named(kind, body(**said))


def test_what_cannot_be_read_or_is_no_more_names_nobody_by_name() -> None:
    assert not WHOM.named("visit", None)
    assert not WHOM.named("visit", b'{"host": "Bruno Neri"')
    assert WHOM.named("visit", b'{"person": "p-1"'), "an id is found in any bytes"
    assert not Whom([]).named("visit", body(host="Bruno Neri"))


def test_a_name_of_one_word_is_many_peoples() -> None:
    alone = forgotten("p-3", "Anna", "s")
    assert (alone.words, alone.digest) == (0, "")
    assert not Whom([alone]).named("visit", body(host="Anna"))


def test_what_is_kept_says_no_name_and_is_another_under_another_salt() -> None:
    assert "anna" not in str(ANNA).lower()
    assert ANNA.digest != forgotten("p-1", "Anna Però D'Amico", "t").digest
    assert forgotten("p-1", "ANNA PERÒ D'AMICO", "s") == ANNA
