"""A participant's hours: how far they are to each programme's threshold, their sessions, and their training."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from access.attendance import Mark
from access.hours import local
from access.threshold import Total
from pages.languages import Words
from registry.attendance import attendance, training_progress
from registry.attendance.attendance import Register, corrections_in
from registry.attendance.training_progress import Step
from registry.tables import core as t
from registry.web.asked import Looking
from registry.web.participant import shown
from registry.web.participant.own import person_of

SESSIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Towards:
    """One programme's hours in words; ``state``: met, reachable, out-of-reach, or none (nothing was delivered yet). Of
    how many sessions a corrected register says the minutes.
    """

    name: str
    threshold: str
    percent: str
    attended: str
    delivered: str
    planned: str
    needed: str
    state: str
    corrected: int


@dataclass(frozen=True, slots=True)
class Sat:
    """One session: when, what it was, and what one has of it."""

    day: str
    hours: str
    title: str
    site: str
    state: str
    have: str
    of: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """One module of a programme's training."""

    name: str
    mandatory: bool
    state: str


def routes() -> APIRouter:
    """One's own hours."""
    router = APIRouter()

    @router.get("/me/hours")
    def hours(asked: Looking) -> Response:
        """By programme, by session, by module."""
        person = person_of(asked)
        with asked.reading() as connection:
            register = attendance.of_person(connection, person, asked.at_ms)
            towards = _towards(connection, asked.t, register)
            sat = _sat(connection, asked.t, register)
            training = training_progress.training_of(connection, person, asked.at_ms)
        learned = [_learned(step) for step in training.steps]
        return asked.page("me_hours.html", towards=towards, sat=sat, learned=learned)

    return router


def _towards(connection: Connection, words: Words, register: Register) -> list[Towards]:
    totals = attendance.totals(connection, register)
    p = t.programme.c
    rows = connection.execute(select(p.id, p.name, p.threshold_percent).where(p.id.in_(sorted(totals))))
    return [
        _of_programme(
            words,
            row.name,
            row.threshold_percent,
            totals[row.id],
            corrections_in(one for one in register.rows if one[0].programme == row.id),
        )
        for row in rows.all()
    ]


def _of_programme(words: Words, name: str, threshold_percent: int, have: Total, corrected: int) -> Towards:
    points = have.basis_points
    state = "none" if points is None else "met" if have.met else "reachable" if have.reachable else "out-of-reach"
    return Towards(
        name,
        words.figure(threshold_percent),
        "" if points is None else words.figure(points / 100),
        length(words, have.recognised_minutes),
        length(words, have.delivered_minutes),
        length(words, have.planned_minutes),
        length(words, have.needed_minutes) if have.needed_minutes else "",
        state,
        corrected,
    )


def length(words: Words, minutes: int) -> str:
    """Minutes as hours and minutes."""
    return words("me.hours.length", hours=words.figure(minutes // 60), minutes=f"{minutes % 60:02}")


def _sat(connection: Connection, words: Words, register: Register) -> Sequence[Sat]:
    last = register.rows[-SESSIONS_SHOWN:][::-1]
    named = shown.places(connection, (sitting.site for sitting, _ in last))
    return [
        Sat(
            words.date(local(sitting.session.start_ms, named.zone(sitting.site)).date()),
            shown.hours(words, sitting.session.start_ms, sitting.session.end_ms, named.zone(sitting.site)),
            sitting.title,
            named.site(sitting.site),
            str(sitting.session.state),
            length(words, have.recognised_minutes),
            length(words, have.delivered_minutes),
            Mark.CORRECTED in have.marks,
        )
        for sitting, have in last
    ]


def _learned(step: Step) -> Learned:
    state = "overdue" if step.overdue else "done" if step.progress.complete else "open"
    return Learned(step.name, step.module.mandatory, state)
