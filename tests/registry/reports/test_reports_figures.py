"""The funder's report against whoever reads all of it, and several of them: nobody learns of fewer than five people."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.disclosure import LEAST, Key
from registry.reports import figures
from registry.reports.facts import Facts, Programme
from registry.reports.figures import report
from registry.reports.report import Of, Report, Table, Unsaid, from_json, to_json
from tests.support.differencing import bounds
from tests.support.reported import FIRST, SITES, Atom, atoms, facts, said, small, told_of_hours, told_of_people


def learnt(there: Mapping[Atom, int], known: Mapping[frozenset[Atom], int]) -> list[frozenset[Atom]]:
    """The groups of fewer than LEAST that somebody knows, or knows to be so small."""
    found = [(some, bounds(known, some)) for some in small(there, LEAST)]
    return [some for some, one in found if one.known or (one.most is not None and one.most < LEAST)]


@settings(max_examples=60, deadline=None)
@given(facts())
def test_nobody_who_reads_a_report_learns_of_fewer_than_five(of: Facts) -> None:
    made = report(of, 0)
    assert learnt(atoms(of), told_of_people(made, atoms(of))) == []
    hours = told_of_hours(made)
    for key, people in of.attended.items():
        if 0 < len(people) < LEAST:
            assert not bounds(hours, [key]).known


def test_the_reader_finds_what_is_left_out_when_cells_are_left_out_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell of fewer than five is not said, every other and all the sums are: nothing is joined."""
    one = Facts(
        FIRST,
        SITES,
        {"senior": Programme("Senior", 21, 30), "lab": Programme("Lab", 21, 30)},
        {
            (site, programme): {"21-": frozenset(f"{site}{programme}{n}" for n in range(many))}
            for (site, programme), many in {
                ("cinisello", "senior"): 12,
                ("cinisello", "lab"): 9,
                ("matera", "senior"): 14,
                ("matera", "lab"): 3,
            }.items()
        },
        frozenset(),
        {},
        {},
    )
    hidden = frozenset(atom for atom in atoms(one) if atom[:2] == ("matera", "lab"))
    assert learnt(atoms(one), told_of_people(report(one, 0), atoms(one))) == []
    monkeypatch.setattr(figures, "_said", lambda _found, of, values: _alone(sum(values[key] for key in of)))
    assert hidden in learnt(atoms(one), told_of_people(report(one, 0), atoms(one)))


def _alone(total: int) -> int | Unsaid:
    return total if total >= LEAST else Unsaid.FEW


Moves = Mapping[Atom, int]
"""How many were in which cell of the first period, and in which of the second ("" in none)."""
PLACES = ("", "a", "b")
Place = Callable[[tuple[str, ...]], str]


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({(a, b): st.integers(0, 8) for a in PLACES for b in PLACES if a or b}))
def test_nobody_who_reads_two_reports_of_periods_that_share_no_day_learns_who_came_or_went(moves: Moves) -> None:
    known = {**_told(moves, lambda move: move[0]), **_told(moves, lambda move: move[1])}
    assert _learnt_of_moves(moves, known) == []


def test_the_reader_of_a_quarter_and_of_its_year_learns_who_came_later() -> None:
    """Two reports that share days, which cannot be published: ten people in the quarter, three more in the year."""
    moves: Moves = {("a", "a"): 10, ("", "a"): 3, ("a", ""): 0}
    year = _told(moves, lambda move: "a" if move != ("", "") else "")
    quarter = _told(moves, lambda move: move[0])
    assert frozenset({("", "a")}) in _learnt_of_moves(moves, {**quarter, **year})


def _told(moves: Moves, place: Place) -> dict[frozenset[Atom], int]:
    """What the report of a period says of who was in which place during it."""
    people = {move: [f"{move}{n}" for n in range(many)] for move, many in moves.items()}
    there: dict[Key, dict[str, frozenset[str]]] = {
        ("matera", name): {
            "21-": frozenset(who for move, some in people.items() if place(move) == name for who in some)
        }
        for name in PLACES[1:]
    }
    programmes = {name: Programme(name.upper(), 21, 30) for name in PLACES[1:]}
    made = report(Facts(FIRST, SITES, programmes, there, frozenset(), {}, {}), 0)
    rows = [(cells, figure) for cells, column, figure in said(made.tables[0]) if column == "people"]
    return {frozenset(move for move in moves if ("matera", place(move)) in cells): figure for cells, figure in rows}


def _learnt_of_moves(moves: Moves, known: Mapping[frozenset[Atom], int]) -> list[frozenset[Atom]]:
    groups = [frozenset(move for move in moves if move[side] == name) for side in (0, 1) for name in PLACES[1:]]
    stayed = [frozenset({move}) for move in moves]
    small_ones = [some for some in [*groups, *stayed] if sum(moves[move] for move in some) < LEAST]
    found = [(some, bounds(known, some)) for some in small_ones]
    return [some for some, one in found if one.known or (one.most is not None and one.most < LEAST)]


@settings(max_examples=30, deadline=None)
@given(facts())
def test_a_report_is_read_back_as_it_was_published(of: Facts) -> None:
    made = report(of, 7)
    assert from_json(json.dumps(to_json(made))) == made


def table(made: Report, name: str) -> Table:
    return next(one for one in made.tables if one.name == name)


def people(name: str, many: int) -> dict[str, int]:
    return {f"{name}{n}": 60 for n in range(many)}


NOTHING = Facts(FIRST, SITES, {}, {}, frozenset(), {}, {})


def test_hours_of_fewer_than_five_people_are_not_said_whatever_they_sum_to() -> None:
    few = replace(NOTHING, service={"team": people("a", 4), "citizen": people("c", 9)})
    rows = table(report(few, 0), "service").rows
    assert [row.figures for row in rows] == [(Unsaid.FEW,), (Unsaid.FEW,), (780,)]
    alone = replace(NOTHING, service={"team": people("a", 4), "citizen": people("a", 3)})
    assert [row.figures for row in table(report(alone, 0), "service").rows] == [(Unsaid.FEW,)] * 3


def test_what_was_booked_and_not_used_by_few_cannot_be_computed() -> None:
    key = ("matera", "desk")
    for not_came, said_used in ((3, Unsaid.FEW), (5, 480)):
        one = replace(
            NOTHING,
            places=frozenset({key}),
            used={key: people("a", 8)},
            unused={key: people("b", not_came)},
        )
        (row,) = table(report(one, 0), "use").rows
        assert row.figures == (480 + 60 * not_came, said_used)


def test_a_peak_and_visits_of_fewer_than_five_are_not_said() -> None:
    visits: dict[Key, dict[str, int]] = {("matera", "help"): people("v", 7), ("matera", "tour"): people("w", 2)}
    one = replace(NOTHING, peaks={"cinisello": 4, "matera": 5}, opened=("cinisello", "matera"), visits=visits)
    made = report(one, 0)
    assert [row.figures for row in table(made, "peaks").rows] == [(Unsaid.FEW,), (5,)]
    rows = table(made, "visits").rows
    assert [row.figures for row in rows if row.of is Of.ALL] == [(9, 540)]
    assert {row.figures for row in rows if row.of is not Of.ALL} == {(Unsaid.FEW, Unsaid.FEW)}, (
        "nobody came to Cinisello"
    )
    alone = replace(
        one, opened=("matera",), visits={("matera", "help"): people("v", 7), ("matera", "tour"): people("w", 5)}
    )
    assert table(report(alone, 0), "visits").rows[0].figures == (7, 420)


def test_an_age_that_a_programme_has_not_is_none_and_one_of_few_is_not_said() -> None:
    junior = {"-17": frozenset("abc"), "18-20": frozenset("defghij")}
    senior = {"21-": frozenset(f"s{n}" for n in range(40))}
    one = replace(
        NOTHING,
        programmes={"senior": Programme("Senior", 21, 30), "junior": Programme("Junior", 16, 19)},
        enrolled={("matera", "junior"): junior, ("matera", "senior"): senior},
        sessions={("matera", "senior"): 600},
        attended={("matera", "senior"): people("s", 40)},
    )
    rows = {row.cells: row.figures for row in table(report(one, 0), "people").rows}
    assert rows[("matera", "junior"),] == (10, Unsaid.FEW, Unsaid.FEW, Unsaid.NONE, Unsaid.FEW, 0, 0)
    assert rows[("matera", "senior"),] == (40, Unsaid.NONE, Unsaid.NONE, 40, Unsaid.FEW, 600, 2400)
    both = rows[("matera", "senior"), ("matera", "junior")]
    assert both == (50, Unsaid.FEW, Unsaid.FEW, 40, Unsaid.FEW, 600, 2400)
