"""What is wrong with the gateway's connections, said in its log: once when it begins, and once when it is over."""

import logging

LOG = logging.getLogger("hubout.gateway")


class Troubles:
    """Remembers what was said of each part."""

    def __init__(self) -> None:
        """Nothing has been said yet."""
        self._said: dict[str, str] = {}

    def tell(self, part: str, sentence: str) -> None:
        """Say what is wrong with ``part`` now ("": nothing), where that is news."""
        before = self._said.get(part, "")
        if sentence == before:
            return
        known = sentence in self._said.values()
        self._said[part] = sentence
        if sentence and not known:
            LOG.error("%s", sentence)
        elif not sentence:
            LOG.info("%s is in order again", part)
