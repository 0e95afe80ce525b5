"""Each register's minutes counted again from a registry's SQLite file: Python's own library alone, and no code of ours.

    python tests/support/recount.py registry.db matera senior

It reads the raw rows of every site's log as they came, and of the registry's tables only what people planned: sessions
with their breaks, who is enrolled and in which team, and how a programme counts. Stays, attendance and registers are
not looked at.
"""

import json
import sqlite3
import sys
from collections import defaultdict

Spans = list[tuple[int, int]]
Minutes = dict[tuple[str, str], tuple[int, int]]
"""By (session, person): minutes delivered and recognised."""
FOREVER = 2**62
"""When whoever is still there leaves."""


def whole(spans: Spans, start: int, end: int) -> Spans:
    """What of some spans lies between two moments, in order, those that touch as one."""
    found: Spans = []
    for first, last in sorted((max(first, start), min(last, end)) for first, last in spans):
        if first >= last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def length(spans: Spans) -> int:
    """Their length, of spans that do not overlap."""
    return sum(last - first for first, last in spans)


def stays(database: sqlite3.Connection) -> dict[str, Spans]:
    """When everybody was at some site. A missed exit is the day's end, or when they came to another site."""
    over: dict[str, list[tuple[int, int, str, bool]]] = defaultdict(list)
    for (site,) in database.execute("SELECT id FROM site").fetchall():
        here: dict[str, int] = {}
        rows = database.execute("SELECT header, body FROM event WHERE site = ? ORDER BY epoch, seq", (site,))
        for header, raw in rows.fetchall():
            at, kind = (json.loads(header)[name] for name in ("at", "kind"))
            body = json.loads(raw)
            if kind == "entered":
                if body["person"] in here:
                    over[body["person"]].append((here[body["person"]], at, site, True))
                here[body["person"]] = at
            elif kind == "left" and body.get("person") in here:
                over[body["person"]].append((here.pop(body["person"]), body.get("at_ms", at), site, False))
            elif kind == "day-closed":
                for person in list(here):
                    over[person].append((here.pop(person), at, site, True))
        for person, since in here.items():
            over[person].append((since, FOREVER, site, True))
    found = {}
    for person, some in over.items():
        spans = []
        for first, last, site, missed in some:
            later = [other for other, _, elsewhere, _ in some if elsewhere != site and other > first]
            spans.append((first, min([last, *later]) if missed else last))
        found[person] = spans
    return found


def recount(path: str, site: str, programme: str) -> Minutes:
    """The minutes of a site's sessions of a programme."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    there = stays(database)
    terms = "SELECT late_ms, early_ms, rounding_minutes FROM programme WHERE id = ?"
    late, early, unit = database.execute(terms, (programme,)).fetchone()
    groups = defaultdict(set)
    for session, group in database.execute("SELECT session, group_id FROM session_group WHERE site = ?", (site,)):
        groups[session].add(group)
    query = "SELECT id, start_ms, end_ms, breaks, state FROM session WHERE site = ? AND programme = ?"
    sessions = database.execute(query, (site, programme)).fetchall()
    enrolled = database.execute(
        "SELECT person, cohort, from_ms, until_ms FROM enrolment WHERE programme = ?"
        " UNION ALL SELECT person, team, from_ms, until_ms FROM member",
        (programme,),
    ).fetchall()
    database.close()
    found: Minutes = {}
    for session, start, end, breaks, state in sessions:
        if state != "delivered":
            continue
        pauses = [(int(first), int(last)) for first, last in (one.split("-") for one in breaks.split())]
        for person, group, since, until in enrolled:
            if group in groups[session] and since <= start and (until is None or start < until):
                present = whole(there.get(person, []), start, end)
                found[session, person] = counted(present, start, end, pauses, (late, early, unit))
    return found


def counted(present: Spans, start: int, end: int, pauses: Spans, terms: tuple[int, int, int]) -> tuple[int, int]:
    """Minutes delivered and recognised of one session."""
    late, early, unit = terms
    came = [first for first, _ in present if first - start <= late]
    went = [last for _, last in present if end - last <= early]
    filled = [*present, *([(start, max(came))] if came else []), *([(min(went), end)] if went else [])]
    off = whole(pauses, start, end)
    delivered = (end - start - length(off)) // 60_000
    there = whole(filled, start, end)
    paused = sum(length(whole(off, first, last)) for first, last in there)
    minutes = (length(there) - paused) // 60_000
    return delivered, delivered if length(there) - paused == end - start - length(off) else minutes // unit * unit


if __name__ == "__main__":
    for (one, who), (given, recognised) in sorted(recount(*sys.argv[1:4]).items()):
        sys.stdout.write(f"{one} {who} {given} {recognised}\n")
