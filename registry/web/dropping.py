"""Taking away what nothing depends on: a box that says "I am sure" is ticked first, for there is no way back."""

from collections.abc import Callable

from fastapi import Response

from registry.edit import Edit
from registry.problems import Problem
from registry.web.asked import Asked


def drop(asked: Asked, path: str, do: Callable[[Edit], None], after: str) -> Response:
    """Do it and look at the page ``after``; where it cannot be, the page of its form (``path``) says why."""
    if asked.fields.get("sure") != "1":
        return asked.see(path, "danger", asked.t("programmes.sure_first"))
    try:
        with asked.editing() as edit:
            do(edit)
    except Problem as problem:
        return asked.see(path, "danger", f"{asked.t('programmes.in_use')} {problem}")
    return asked.see(after, "success", asked.t("programmes.dropped"))
