"""What staff must know first: the alarms above the live page, in one language. Pure."""

from collections.abc import Iterator

from gateway.pages.sources import span
from gateway.pages.view import Telling

BARRED_SHOWN = 5
Alarm = tuple[str, str]
"""Its tone, ``danger`` or ``warning``, and its sentence."""


def alarms(telling: Telling) -> list[Alarm]:
    """What staff must know first: (tone, sentence), worst first."""
    found = [*_site(telling), *_people(telling), *_knowledge(telling), *_places(telling)]
    return sorted(found, key=lambda alarm: alarm[0] != "danger")


def _site(telling: Telling) -> Iterator[Alarm]:
    """What holds for every door."""
    seen, words = telling.seen, telling.words
    for what in ("fire", "evacuation"):
        if seen[what]:
            yield "danger", words(f"alarm.{what}")
    if not seen["log_written"]:
        yield "danger", words("alarm.log")
    if seen["disk_full"]:
        yield "danger", words("alarm.disk_full")
    if seen["log_losing"]:
        yield "danger", words("alarm.log_losing")
    if seen["log_damaged"]:
        yield "danger", words("alarm.log_damaged", file=seen["log_damaged"])
    if seen["lockdown"]:
        yield "danger", words("alarm.lockdown")
    for door in seen["doors"]:
        if door["forced"]:
            yield "danger", words("alarm.forced", door=door["name"])
    if seen["sources"]["keeper_needed"] and not seen["sources"]["keeper_found"]:
        yield "danger", words("alarm.keeper")


def _people(telling: Telling) -> Iterator[Alarm]:
    """Who needs somebody now. Names of minors are for staff alone, and this page is."""
    seen, words = telling.seen, telling.words
    if (minors := seen["minors"]) is not None:
        names = ", ".join(name or words("people.no_name") for name in minors["names"])
        yield "danger", words(f"alarm.minors_{minors['why']}", names=names)
    for one in reversed(seen["warned"]):
        who = one["who"] or words("people.no_name")
        yield "danger", words(f"alarm.warned_{one['what']}", at=telling.at(one["at_ms"]), door=one["place"], name=who)
    yield from _barred(telling)
    for held in seen["blocked"]:
        name = held["name"] or words("people.no_name")
        yield "warning", words("alarm.pin", name=name, at=telling.at(held["until_ms"]))


def _barred(telling: Telling) -> Iterator[Alarm]:
    """Whose badges are barred here that the registry has not revoked yet, the first few by name."""
    words, held = telling.words, telling.seen["barred"]
    for one in held[:BARRED_SHOWN]:
        yield "warning", words(f"alarm.barred_{one['origin']}", name=one["name"] or words("people.no_name"))
    if (more := len(held) - BARRED_SHOWN) > 0:
        yield "warning", words.number("alarm.barred_more", more)


def _knowledge(telling: Telling) -> Iterator[Alarm]:
    """What the site cannot know, and what doors admit by that (guarantees: age of the replica)."""
    words, of = telling.words, telling.seen["sources"]
    if not of["gateway_confirmed"]:
        yield "danger", words("alarm.unconfirmed")
    if of["aged"] or of["admits"] in {"undated", "standing", "cards"}:
        tone = "warning" if of["admits"] in {"all", "clock"} else "danger"
        age, admits = span(words, of["replica_age_ms"]), words(f"sources.admits_{of['admits']}")
        yield tone, words("alarm.aged", age=age, admits=admits)
    if of["admits"] == "clock":
        yield "danger", words("alarm.clock_unsure")
    elif not of["clock_trusted"]:
        yield "warning", words("alarm.clock")


def _places(telling: Telling) -> Iterator[Alarm]:
    """Doors and zones to look after."""
    seen, words = telling.seen, telling.words
    for door in seen["doors"]:
        if door["held"]:
            yield "warning", words("alarm.held", door=door["name"])
    for zone in seen["zones"]:
        if zone["full"]:
            yield "warning", words("alarm.full_refuses" if zone["refuses"] else "alarm.full", zone=zone["name"])
