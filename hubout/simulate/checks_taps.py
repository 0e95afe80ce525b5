"""Checkers of who is let in: whose card it was, how fresh, how often, what the reader showed (D7 to D9, D11, D13)."""

from dataclasses import dataclass
from typing import ClassVar

from access.facts import Judged
from access.reasons import Reason
from hubout.simulate import observed as saw
from hubout.simulate.places import is_strange
from hubout.simulate.watch import Checker, Entry, Kinds

FRESH_MS = 5_000
REVOKED_WITHIN_MS = 5_000
ANSWERED_WITHIN_MS = 2_900


@dataclass(slots=True)
class Presented:
    """A card that was held to a reader; ``used``: it was granted something."""

    at_ms: int
    reader: str
    uid: str
    used: bool = False


class Cards(Checker):
    """What these checkers share: the cards that were held to readers, and each verdict of a reader."""

    sees: ClassVar[Kinds] = (saw.CardHeld, saw.Committed)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self.presented: dict[str, list[Presented]] = {site: [] for site in self.books}

    def take(self, seen: saw.Observation) -> None:
        """A card is shown, or rows reached the disk."""
        match seen:
            case saw.CardHeld(site, reader, uid):
                self.presented[site].append(Presented(self.now_ms, reader, uid))
            case saw.Committed(site, _, rows):
                for row in rows:
                    entry = self.books[site].entries[row.seq]
                    if isinstance(entry.fact, Judged) and entry.fact.reader:
                        self.judged(site, entry, entry.fact)
            case _:
                pass

    def judged(self, site: str, entry: Entry, fact: Judged) -> None:
        """A reader's tap was judged."""

    def held_for(self, site: str, fact: Judged) -> list[Presented]:
        """When the card of a verdict was held to its reader; any card, where the verdict names none."""
        at_reader = [one for one in self.presented[site] if one.reader == fact.reader]
        if not fact.badge:
            return at_reader
        uids = {card.uid for card in self.world.ledger.cards if card.badge == fact.badge}
        return [one for one in at_reader if one.uid in uids]


class FreshOnly(Cards):
    """D7: who is let in held their card to that reader at most 5 s before."""

    guarantee = "D7"

    def judged(self, site: str, entry: Entry, fact: Judged) -> None:
        """A tap was judged."""
        self.reached += fact.reason == Reason.STALE
        since_ms = self.now_ms - FRESH_MS
        if fact.granted and not any(one.at_ms >= since_ms for one in self.held_for(site, fact)):
            self.breaks(f"{entry.row.seq} of {site} let {fact.badge} in, whose card was shown more than 5 s before")


class OnceOnly(Cards):
    """D8: each card that was held to a reader opens once; what was said again or was kept at the broker never does."""

    guarantee = "D8"
    sees = (*Cards.sees, saw.SaidAgain)

    def take(self, seen: saw.Observation) -> None:
        """Somebody says again what a device said."""
        super().take(seen)
        self.reached += isinstance(seen, saw.SaidAgain)

    def judged(self, site: str, entry: Entry, fact: Judged) -> None:
        """A tap was judged."""
        if not fact.granted:
            return
        found = next((one for one in self.held_for(site, fact) if not one.used), None)
        if found is None:
            self.breaks(f"{entry.row.seq} of {site} let {fact.badge} in once more than its card was shown")
        else:
            found.used = True


class RevokedStops(Cards):
    """D9: 5 s after a badge is revoked it opens nowhere that the registry has answered within the last 5 s."""

    guarantee = "D9"
    sees = (*Cards.sees, saw.Told)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)
        self._told: dict[str, list[tuple[int, int]]] = {site: [] for site in self.books}

    def take(self, seen: saw.Observation) -> None:
        """The registry answered what rights are decided by."""
        super().take(seen)
        if isinstance(seen, saw.Told) and seen.what in {"lane", "changes"}:
            self._told[seen.site] = [*self._told[seen.site][-20:], (self.now_ms, seen.arrives_ms)]

    def judged(self, site: str, entry: Entry, fact: Judged) -> None:
        """A tap was judged."""
        card = next((card for card in self.world.ledger.cards if card.badge == fact.badge), None)
        if card is None or card.revoked_ms is None or self.now_ms < card.revoked_ms + REVOKED_WITHIN_MS:
            return
        since_ms = self.now_ms - REVOKED_WITHIN_MS
        online = any(at_ms >= since_ms and arrived_ms < self.now_ms for at_ms, arrived_ms in self._told[site])
        self.reached += online
        if online and fact.granted and fact.direction == "in":
            late_ms = self.now_ms - card.revoked_ms
            self.breaks(f"{entry.row.seq} of {site} let {fact.badge} in, {late_ms} ms after it was revoked")


class AloneToo(Cards):
    """D11: while nothing at the site itself is amiss, every card is answered, whatever the registry does."""

    guarantee = "D11"
    sees = (*Cards.sees, saw.Shown)

    def take(self, seen: saw.Observation) -> None:
        """A reader shows something."""
        super().take(seen)
        if not isinstance(seen, saw.Shown) or not seen.uid or seen.shown == "asking":
            return
        premises = self.world.sites[seen.site]
        alone = premises.line.weather.cut or premises.line.weather.deaf or not self.world.centre.up
        if not premises.is_calm() or not alone:
            return
        self.reached += 1
        last = next((one for one in reversed(self.presented[seen.site]) if one.reader == seen.reader), None)
        if seen.shown == "wait" and last is not None and self.now_ms - last.at_ms >= ANSWERED_WITHIN_MS:
            self.breaks(f"{seen.reader} of {seen.site} had no answer while the site was alone")


class SameRefusal(Cards):
    """D13: nobody who is not recognised is told anything but no."""

    guarantee = "D13"
    sees = (*Cards.sees, saw.Shown)

    def take(self, seen: saw.Observation) -> None:
        """A reader shows something."""
        super().take(seen)
        if isinstance(seen, saw.Shown) and is_strange(seen.uid) and seen.shown != "asking":
            self.reached += 1
            if seen.words is not None or seen.shown == "granted":
                self.breaks(f"{seen.reader} of {seen.site} told a stranger {seen.words or seen.shown}")


TAPS: tuple[type[Checker], ...] = (FreshOnly, OnceOnly, RevokedStops, AloneToo, SameRefusal)
