"""What a PDF says, read by poppler: a reader that shares nothing with what wrote it."""

import subprocess


def pdf_text(raw: bytes, *, laid_out: bool = True) -> str:
    """The text, laid out in lines and columns as on the paper, or in the order in which it was written."""
    form = ["-layout"] if laid_out else []
    return subprocess.run(["pdftotext", *form, "-", "-"], input=raw, check=True, capture_output=True).stdout.decode()
