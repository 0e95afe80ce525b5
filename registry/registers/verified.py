"""A register's file within its PDF: how it is put there and read back."""

from hashlib import sha256

from access.register_chain import BEGINS, ENDS, Broken, Written, read_file
from access.register_fold import folded, whole

PDF_BEGINS = b"%PDF-"
DIGEST_LINE = b"%hubout-sha256 "
_CHANGED = Broken(0, "the PDF was changed: its last line is not the SHA-256 of all before it")
_NONE = Broken(0, "the PDF carries no register: it was not sealed when it was printed")


def with_digest(pdf: bytes) -> bytes:
    """A PDF with a last line, a comment, that says the SHA-256 of all before it."""
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    return body + DIGEST_LINE + sha256(body).hexdigest().encode() + b"\n"


def read_paper(data: bytes) -> Written | Broken:
    """What a register says in its file, or in its PDF, of which every byte is looked at."""
    if not data.startswith(PDF_BEGINS):
        return read_file(data)
    body, mark, digest = data.rpartition(DIGEST_LINE)
    if not mark or digest != sha256(body).hexdigest().encode() + b"\n":
        return _CHANGED
    begin = body.find(BEGINS.encode())
    end = body.find(ENDS.encode(), begin)
    close = body.find(b"\n", end)
    return _NONE if min(begin, end, close) < 0 else read_file(body[begin : close + 1])


def wrong_in(found: Written) -> str:
    """What a register that is whole in its bytes says that cannot be so; "" nothing."""
    try:
        return whole(folded(found.said))
    except (ValueError, TypeError, KeyError):
        return "it says of a session or of its minutes what no register can say"
