"""What the audit trail says in words: a kind of act or look, and what a program asked of the API by its address."""

from pages.languages import Words
from registry.api.desk import API_ACT

ROOT = ["api", "v1"]
SHOWN_APART = frozenset({"people", "sites", "rights", "members"})
"""What an address names after these stands in a column of its own: the person, or the site."""


def word(t: Words, table: str, kind: str) -> str:
    """A kind of the trail in words, a program's by what it changed; one that has none by its own name."""
    area = f"area.{kind.removeprefix(API_ACT)}"
    if table == "act" and kind.startswith(API_ACT) and t.has(area):
        return t("act.api", area=t(area))
    return t.get(f"act.{kind}", kind) if table == "act" else t.get(f"look.{kind}", kind)


def said(t: Words, table: str, kind: str, what: str) -> tuple[str, str]:
    """A row of the trail in words, and its detail: of what a program did, the ids that stand nowhere else; of what has
    no words, all that was noted.
    """
    if table == "act" and kind.startswith(API_ACT):
        method, _, asked = what.partition(" ")
        address, _, made = asked.partition(" ")
        key = f"api.{method}.{'-'.join(_fixed(address))}"
        if t.has(key):
            return t("act.api", area=t(key)), " ".join([*_named(address), *([made] if made else [])])
    return word(t, table, kind), what


def _parts(address: str) -> list[str]:
    parts = address.strip("/").split("/")
    return parts[len(ROOT) :] if parts[: len(ROOT)] == ROOT else parts


def _fixed(address: str) -> list[str]:
    """What of an address stands in every one of its route: each other part, where a moment is none."""
    return [part for part in _parts(address)[::2] if not part.isdecimal()]


def _named(address: str) -> list[str]:
    """The ids of an address but those that are shown apart."""
    parts = _parts(address)
    return [ident for before, ident in zip(parts[::2], parts[1::2], strict=False) if before not in SHOWN_APART]
