"""The network between a site and the registry, as one link's connection: real requests, answers that may be lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gateway.link.answers import Answered
from gateway.link.client import Address, Patience, RegistryClient
from gateway.link.trouble import Unreachable
from hubout.simulate.agenda import Agenda
from hubout.simulate.centre import Centre, Died
from hubout.simulate.machine import RunClock
from hubout.simulate.trace import Trace

REFUSED_MS = 40
Sent = Mapping[str, str]


@dataclass
class Weather:
    """What a site's line to the registry does now: chances of 0 to 1, and how long a request takes at most.

    ``cut``: nothing goes through. ``deaf``: requests arrive, and no answer does (half-open). ``again``: a request that
    was answered comes a second time, later, as a broken proxy repeats it.
    """

    cut: bool = False
    deaf: bool = False
    lost: float = 0.0
    unanswered: float = 0.0
    again: float = 0.0
    slow_ms: int = 30


class Line:
    """A site's line; every link of every run of its gateway uses it."""

    def __init__(self, site: str, agenda: Agenda, centre: Centre, chance: Random, trace: Trace) -> None:
        self.site, self.weather = site, Weather()
        self._agenda, self._centre, self._chance, self._trace = agenda, centre, chance, trace
        self.answered: Callable[[str, Answered, int], None] = lambda _what, _answer, _ms: None

    def ask(self, client: "LineClient", method: str, what: str, body: bytes | None, headers: Sent) -> Answered:
        """The answer to a request, after the time it takes. Raises Unreachable."""
        now, clock = self.weather, client.clock
        if now.cut or not self._centre.up or self._chance.random() < now.lost:
            clock.ahead_ms += client.connect_ms if now.cut and self._chance.random() < 0.5 else REFUSED_MS
            raise Unreachable("nobody answers; see the network")
        try:
            answer = self._served(method, what, body, headers)
        except Died:
            clock.ahead_ms += REFUSED_MS
            raise Unreachable("the connection broke; see the network and the registry") from None
        if self._chance.random() < now.again:
            self._agenda.after(self._chance.randrange(1, 20_000), lambda: self._again(method, what, body, headers))
        if now.deaf or self._chance.random() < now.unanswered:
            clock.ahead_ms += client.read_ms
            raise Unreachable("no answer in time; see the network and the registry")
        took_ms = self._chance.randrange(2, 2 + now.slow_ms)
        clock.ahead_ms += min(took_ms, client.read_ms)
        if took_ms > client.read_ms:
            raise Unreachable("no answer in time; see the network and the registry")
        if answer.status in (200, 304):
            self.answered(what.partition("?")[0], answer, clock.moment_ms())
        return answer

    def _served(self, method: str, what: str, body: bytes | None, headers: Sent) -> Answered:
        self._trace.note(self._agenda.now_ms, f"{self.site} {method} {what}", body or b"")
        answer = self._centre.ask(method, what, body, headers)
        self._trace.note(self._agenda.now_ms, f"{self.site} {answer.status}", answer.body)
        return answer

    def _again(self, method: str, what: str, body: bytes | None, headers: Sent) -> None:
        if self._centre.up:
            try:
                self._served(method, what, body, headers)
            except Died:
                return


class LineClient(RegistryClient):
    """The registry as one link asks it, over a line; ``clock`` is that link's own."""

    def __init__(self, token_file: Path, line: Line, clock: RunClock, patience: Patience) -> None:
        super().__init__(Address("http://registry", token_file), clock.mono_ms, patience)
        self._line, self.clock = line, clock
        self.connect_ms, self.read_ms = (int(1_000 * span_s) for span_s in (patience.connect_s, patience.read_s))

    def _asked(self, method: str, what: str, body: bytes | None, headers: Sent) -> Answered:
        return self._line.ask(self, method, what, body, {**self._headers, **headers})
