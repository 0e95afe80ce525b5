"""A form with a file: chosen in the browser, or held in the page from the step before."""

import asyncio
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import UploadFile

from registry.web.asked import ARRIVES_WITHIN_S, FIELD_CHARACTERS, Asked, Looking, with_form
from registry.web.face import NotOurForm

UPLOAD_BYTES = 1024 * 1024
FILE_BYTES = 640 * 1024
"""A file of this size, written in base64 into the page that asks whether to go on, is within ``UPLOAD_BYTES``."""
FILE, HELD = "file", "held"
FIELDS = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A form's request, and its file; None where none was chosen, or it is too large."""

    asked: Asked
    data: bytes | None

    @property
    def held(self) -> str:
        """The file as the next form holds it."""
        return b64encode(self.data or b"").decode()


async def _uploading(asked: Looking) -> Upload:
    async with asyncio.timeout(ARRIVES_WITHIN_S):
        form = await asked.request.form(max_files=1, max_fields=FIELDS)
        file = form.get(FILE)
        data = await file.read(FILE_BYTES + 1) if isinstance(file, UploadFile) else None
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    held = fields.pop(HELD, "")
    if any(len(value) > FIELD_CHARACTERS for value in fields.values()):
        raise NotOurForm
    if not data and held:
        data = _decoded(held)
    return Upload(with_form(asked, fields), data if data and len(data) <= FILE_BYTES else None)


def _decoded(held: str) -> bytes:
    try:
        return b64decode(held, validate=True)
    except BadBase64:
        raise NotOurForm from None


Uploading = Annotated[Upload, Depends(_uploading)]
"""A form with a file, sent by somebody who is signed in, from a page of theirs."""
