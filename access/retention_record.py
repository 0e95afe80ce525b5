"""The record of processing (art. 30) by kind of data, as the rows of a table, from what the purge goes by."""

from access.retention import KINDS, Kind
from access.retention_places import AT_GATEWAY, AT_REGISTRY
from access.retention_words import GROUNDS, WHAT, WHY, how_long

HEADS = {
    "en": ("kind", "what", "what for", "ground", "kept", "where"),
    "it": ("tipo", "che cosa", "a che scopo", "base giuridica", "conservazione", "dove"),
}


def record(language: str) -> list[str]:
    """The table in Markdown, line by line; ``language`` is ``en`` or ``it``."""
    heads = HEADS[language]
    return [_line(heads), _line(("---",) * len(heads)), *(_line(_row(kind, language)) for kind in KINDS)]


def _row(kind: Kind, language: str) -> tuple[str, ...]:
    names = [name for name, place in (*AT_REGISTRY.items(), *AT_GATEWAY.items()) if kind in place.kinds]
    where = " ".join(f"`{name}`" for name in names)
    said = (WHAT[kind.id](language), WHY[kind.id](language), GROUNDS[kind.basis](language), how_long(kind, language))
    return kind.id, *said, where


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
