"""Where a snapshot's data come from and how far they are to be trusted, in words. Pure."""

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from gateway.pages.view import Telling
from pages.languages import Words


def sources(telling: Telling) -> list[tuple[str, bool, str]]:
    """Where the data come from: (name, whether all is well, what is known), every source."""
    words, of = telling.words, telling.seen["sources"]
    unproved = ", ".join(door["name"] for door in telling.seen["doors"] if door["unproved"])
    keeper = "keeper_found" if of["keeper_found"] else "keeper_lost" if of["keeper_needed"] else "keeper_none"
    return [
        (words("sources.replica"), of["registry"] != "offline", _replica(telling)),
        (words("sources.registry"), of["registry"] != "offline", _registry(telling)),
        (words("sources.admits"), of["admits"] == "all", words(f"sources.admits_{of['admits']}")),
        (words("sources.broker"), *_either(words, "broker", "online", "offline", good=of["broker_online"])),
        (words("sources.keeper"), keeper != "keeper_lost", words(f"sources.{keeper}")),
        (words("sources.clock"), of["clock_trusted"], _clock(telling)),
        (words("sources.unproved"), not unproved, unproved or words("sources.unproved_none")),
        (words("sources.refused"), True, _refused(telling) or words("sources.refused_none")),
    ]


def _refused(telling: Telling) -> str:
    """Refused messages by reason, most first; a reason without words of its own goes by its code."""
    words = telling.words
    counts = sorted(telling.seen["refused"].items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{words.get(f'refusal.{why}', why)}: {words.figure(count)}" for why, count in counts)


def _either(words: Words, source: str, well: str, ill: str, *, good: bool) -> tuple[bool, str]:
    return good, words(f"sources.{source}_{well if good else ill}")


def _replica(telling: Telling) -> str:
    words, of = telling.words, telling.seen["sources"]
    if of["registry"] == "none":
        return words("sources.replica_local", version=of["replica_version"])
    if of["confirmed_ms"] is None:
        return words("sources.replica_never", version=of["replica_version"])
    return words("sources.replica_says", version=of["replica_version"], at=telling.at(of["confirmed_ms"]))


def _registry(telling: Telling) -> str:
    words, of = telling.words, telling.seen["sources"]
    said = words(f"sources.registry_{of['registry']}")
    if of["waiting"]:
        said += f", {words.number('sources.waiting', of['waiting'])}"
    if not of["registry_trouble"]:
        return said
    return f"{said}. {trouble(words, of['registry_trouble_kind'], of['registry_trouble'])}"


def trouble(words: Words, kind: str, sentence: str) -> str:
    """What is wrong with the registry, in the reader's language; our own sentence where there are no words for it."""
    return words.get(f"trouble.{kind}", words("sources.trouble", why=sentence))


def _clock(telling: Telling) -> str:
    words, unsure_ms = telling.words, telling.seen["sources"]["clock_unsure_ms"]
    if unsure_ms < SECOND_MS:
        return words("sources.clock_trusted")
    if unsure_ms >= DAY_MS:
        return words("sources.clock_untrusted")
    return words("sources.clock_unsure", span=span(words, unsure_ms))


def span(words: Words, ms: int) -> str:
    """A length of time in its largest whole unit, from seconds to days."""
    for unit, length_ms in (("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS)):
        if ms >= length_ms:
            return words.number(f"span.{unit}", ms // length_ms)
    return words.number("span.seconds", ms // SECOND_MS)
