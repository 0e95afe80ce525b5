"""The power of a real gateway: its calls are recorded while it runs, and when it is gone its disk holds what a power
cut may have left. Everybody else goes on, and knows what the gateway said: a cut falls after the last thing it said.
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from random import Random

from tests.support.forgetful_disk import ForgetfulDisk, lay
from tests.support.parts import wait_until
from tests.support.syscalls import Deed, Ended, Recorder, Sent
from tests.support.whole_site import WholeSite

SLOW_SYNC_US = 15_000
"""A card of a Pi takes as long; so a cut meets a sync more often than on a fast disk."""


class GatewayPower:
    """The gateway's power. Before its first start under record, and after each cut, ``on``."""

    def __init__(self, site: WholeSite, chance: Random) -> None:
        """Not recorded yet."""
        self._site, self._chance, self._numbers = site, chance, count(1)
        self._recorder: Recorder | None = None
        self._disk: ForgetfulDisk | None = None

    def on(self) -> None:
        """Record the next start of the gateway, which is not running."""
        self._site.state.mkdir(exist_ok=True)
        record = self._site.folder / f"calls-{next(self._numbers)}"
        self._recorder = Recorder(record, self._site.state)
        self._disk = ForgetfulDisk(self._site.state)
        slow = ["-e", f"inject=fsync,fdatasync:delay_enter={SLOW_SYNC_US}"]
        self._site.gateway.under = [*self._recorder.words, *slow]

    def cut(self) -> bool:
        """The gateway was killed: leave on its disk what a cut may leave. Whether anything was not synced."""
        assert self._recorder is not None
        assert self._disk is not None
        deeds = self._whole_record(self._recorder)
        last_word = max((at for at, deed in enumerate(deeds) if isinstance(deed, Sent)), default=-1)
        self._disk.follow(deeds[: self._chance.randint(last_word + 1, len(deeds))])
        lay(self._disk.after_cut(self._chance), self._site.state)
        with suppress(FileNotFoundError):
            self._recorder.record.unlink()
        return self._disk.unsynced > 0

    def _whole_record(self, recorder: Recorder) -> Sequence[Deed]:
        """What the gateway did until its death. What it had started ends with it, and writes nothing there."""
        deeds, pid = list[Deed](), self._site.gateway.pid

        def is_whole() -> bool:
            deeds.extend(recorder.fresh())
            return not self._site.gateway.others()

        wait_until(is_whole, "the gateway's pages and its record to end")
        deeds.extend(recorder.fresh())
        return deeds[: next(at for at, deed in enumerate(deeds) if isinstance(deed, Ended) and deed.thread == pid)]
