"""What visits by a site's own log were for: one of a few kinds. The words that staff typed stay in the log."""

from collections.abc import Mapping
from functools import cache

from pages import languages

VISITS = ("help", "meeting", "tour", "delivery", "other")
"""What visits are for, as a site's staff choose it."""
OWN_WORDS = ("registry", "web/words")


def kind_of(purpose: str) -> str:
    """What a visit was for: sites write the words of one of their languages, with more behind a colon."""
    return _kinds().get(purpose.partition(":")[0].strip().casefold(), "other")


@cache
def _kinds() -> Mapping[str, str]:
    every = languages.load((OWN_WORDS,)).values()
    return {words(f"reports.visit.{kind}").casefold(): kind for words in every for kind in VISITS}
