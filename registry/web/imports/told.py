"""The page that tells, before anything is done, what each line of a file would do, or why it cannot be used."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from registry.exchange.bringing_in import Does
from registry.web.reasons import phrased
from registry.web.uploads import Upload

LINES = 200
"""So many lines that are used are shown; of those refused, every one."""
OURS = frozenset({"csrf", "confirmed"})


def told(upload: Upload, report: Mapping[str, Any], action: str, fields: Mapping[str, str]) -> Response:
    """A report of a file; what was sent with it is sent to ``action`` again where it is confirmed."""
    refused = [row for row in report["rows"] if row["does"] == Does.REFUSE]
    used = [row for row in report["rows"] if row["does"] != Does.REFUSE]
    again = {name: value for name, value in fields.items() if name not in OURS}
    t = upload.asked.t
    shown = {"refused": refused, "used": used[:LINES], "more": len(used) > LINES, "report": report}
    return upload.asked.page(
        "imports_told.html",
        status=200 if report["ok"] else 422,
        kind=report["of"],
        held=upload.held,
        action=action,
        again=again,
        said=lambda reason: phrased(t, reason["key"], reason["values"]),
        **shown,
    )
