"""From the bytes of a CSV file to its text: the encoding is decided by what the bytes are, the same each time.

A byte order mark decides. Without one the text is UTF-8 where it reads as UTF-8, else Windows-1252, which Excel in
Italy writes as "CSV (delimitato dal separatore di elenco)". A file that is nearly UTF-8 is damaged, not Windows-1252.
"""

import re

from registry.reasons import Reason, why

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel or LibreOffice workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
)
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_DAMAGED = "the file says that it is {encoding} and is damaged; save it as “CSV UTF-8 (delimited)” and send it again."
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class BadFile(ValueError):
    """The file as a whole cannot be used, or not from ``line`` on; one sentence."""

    def __init__(self, reason: Reason, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def decoded(data: bytes, most: int) -> str:
    """The text of a file of at most so many bytes, without its byte order mark. Raises BadFile."""
    if len(data) > most:
        raise BadFile(why("file.big", "a file has at most {most} bytes; send it in parts.", most=most))
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise BadFile(
                why(
                    "file.other",
                    "this is {what}, not CSV; save it as “CSV UTF-8 (delimited)” and send it again.",
                    what=what,
                )
            )
    text = _marked(data)
    if text is None:
        text = _unmarked(data)
    if "\0" in text:
        raise BadFile(
            why(
                "file.nul",
                "this is no text: it holds NUL characters; save it as “CSV UTF-8 (delimited)” and send it again.",
            ),
            text.count("\n", 0, text.index("\0")) + 1,
        )
    if not text.strip(";, \t\r\n"):
        raise BadFile(
            why("file.empty", "the file is empty; the first row names the columns, each row after it is one entry.")
        )
    return text


def _marked(data: bytes) -> str | None:
    """The text of a file that begins with a byte order mark; None where it has none."""
    for mark, encoding in _BOMS:
        if not data.startswith(mark):
            continue
        if encoding not in _NAMES:
            raise BadFile(
                why(
                    "file.utf32",
                    "this is UTF-32, which no spreadsheet needs; save it as “CSV UTF-8 (delimited)” and send it again.",
                )
            )
        try:
            return data[len(mark) :].decode(encoding)
        except UnicodeDecodeError as error:
            line = data[len(mark) : len(mark) + error.start].count(b"\n") + 1
            raise BadFile(
                why("file.damaged", _DAMAGED, encoding=_NAMES[encoding]),
                line,
            ) from None
    return None


def _unmarked(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    whole, rest = len(_MULTIBYTE.findall(data)), _MULTIBYTE.sub(b"", data)
    if whole > sum(byte > 0x7F for byte in rest):
        raise BadFile(
            why(
                "file.damaged_utf8",
                "the file is UTF-8 and is damaged here; save it as “CSV UTF-8 (delimited)” and send it again.",
            ),
            line,
        )
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadFile(
            why(
                "file.neither",
                "this is neither UTF-8 nor Windows-1252 text; save it as “CSV UTF-8 (delimited)” and send it again.",
            ),
            line,
        ) from None
