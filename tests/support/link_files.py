"""The link's database as a gateway leaves it, with records that a test gives."""

import json
from pathlib import Path

from access.codec import record_kind, record_to_json
from access.records import Record
from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore


def link_with(folder: Path, *records: Record, version: int = 1) -> Path:
    """Let these be all the records that a site was told, as of this version."""
    path = folder / "link.db"
    store = LinkStore.open(path)
    told = [Changed(record_kind(one), one.id, json.dumps(record_to_json(one), ensure_ascii=False)) for one in records]
    store.keep(Step("g", version, snapshot=True, changes=told))
    store.close()
    return path
