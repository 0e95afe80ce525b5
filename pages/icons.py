"""The design system's icons: only those that a page uses, cut out of its sprite, to stand in the page itself.

A sprite of its own would cost a request of 32 kB and a flicker at each live update.
"""

import re
from collections.abc import Iterable
from importlib.resources import files

SPRITE = ("bootstrap_italia_template", "static/svg/sprites.svg")
SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)".*?</symbol>', re.DOTALL)


def sprite(names: Iterable[str]) -> str:
    """The ``symbol`` elements with these ids, as they stand in the sprite. Raises KeyError where there is none."""
    text = files(SPRITE[0]).joinpath(SPRITE[1]).read_text(encoding="utf-8")
    found = {match.group(1): match.group(0) for match in SYMBOL.finditer(text)}
    return "".join(found[name] for name in names)
