"""What staff must know first: the alarms above the live page, in one language. Pure."""

from gateway.pages_view import Telling


def alarms(telling: Telling) -> list[tuple[str, str]]:
    """What staff must know first: (tone, sentence), worst first."""
    seen, words = telling.seen, telling.words
    found: list[tuple[str, str]] = []
    if seen["fire"]:
        found.append(("danger", words("alarm.fire")))
    if seen["evacuation"]:
        found.append(("danger", words("alarm.evacuation")))
    if not seen["log_written"]:
        found.append(("danger", words("alarm.log")))
    if seen["lockdown"]:
        found.append(("danger", words("alarm.lockdown")))
    found += [("danger", words("alarm.forced", door=d["name"])) for d in seen["doors"] if d["forced"]]
    if seen["sources"]["keeper_needed"] and not seen["sources"]["keeper_found"]:
        found.append(("danger", words("alarm.keeper")))
    found += [("warning", words("alarm.held", door=d["name"])) for d in seen["doors"] if d["held"]]
    if not seen["sources"]["clock_trusted"]:
        found.append(("warning", words("alarm.clock")))
    return found
