"""A register's papers: what they say, that no cell is a formula, and that both verifiers refuse what was bent, and say
where.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from access.register import Closed, Held, Minutes, Opened, Said
from access.register_chain import Name, linked
from hubout.cli import hubout
from registry.problems import Problem
from registry.registers import papers
from registry.registers.editions import Edition
from tests.support import pictures
from tests.support.one_file import one_file_verifier
from tests.support.papers import MORNING, NAMES, OPENED, began, closed, correction, sealed
from tests.support.pdf import pdf_text

SAID = sealed(correction(8, "bruno", "09:08-11:00"))


def edition(said: list[Said], names: dict[str, Name] | None = None) -> Edition:
    return Edition(1, tuple(linked(said)), tuple(said), NAMES if names is None else names)


def paper(form: str, held: Edition | None = None) -> bytes:
    return papers.FORMS[form].made(held or edition(SAID), papers.words())


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The one-file verifier."""
    return one_file_verifier()


@pytest.fixture
def verifiers(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[Any]]:
    """What both say of a file: exit code and text of each."""

    def verified(data: bytes, seal: str = "") -> list[Any]:
        path = tmp_path / "paper"
        path.write_bytes(data)
        more = ["--seal", seal] if seal else []
        capsys.readouterr()
        code = script.main([str(path), *more])
        said = capsys.readouterr().out
        ours = CliRunner().invoke(hubout, ["register", "verify", str(path), *more])
        return [(code, said), (ours.exit_code, ours.output)]

    return verified


def test_the_pdf_says_who_came_and_went_with_places_for_signatures_and_its_page_of_how_many() -> None:
    made = paper("pdf")
    pictures.paper("register", made)
    text = pdf_text(made)
    for words in (
        "Comune di Matera",
        "Registro presenze · n. 1, edizione 1",
        "Contamination Lab senior",
        "lunedì 1 giugno 2026, 09:00–13:00 (pausa 10:45–11:00)",
        "Bruno Però",
        "corretta dalla riga 9",
        "corregge la riga 8; motivo: Il lettore era guasto (Clara Neri",
        "uscita non registrata: chiusa dal sistema",
        "Chiuso per la docenza da Tina",
        "Chiuso per il coordinamento da Clara",
        "pagina 1 di 1",
    ):
        assert words in text, text
    assert text.count("Firma: ___") == 2
    assert text.count("Bruno Però") == 2, "a row that corrects names whom it is of, as the one that it corrects"
    seal = edition(SAID).digest
    assert seal in re.sub(r"\s", "", text)
    assert "BOZZA" not in text


def test_a_draft_says_so_and_carries_nothing_to_verify(verifiers: Callable[..., list[Any]]) -> None:
    draft = edition(began(*MORNING))
    text = pdf_text(paper("pdf", draft))
    assert "BOZZA" in text
    assert "non ha ancora chiuso" in text
    for code, said in verifiers(paper("pdf", draft)):
        assert code == 1
        assert "was not sealed when it was printed" in said
    with pytest.raises(Problem, match="not sealed"):
        paper("json", draft)


def test_a_long_register_repeats_its_head_and_counts_its_pages() -> None:
    said = began(*MORNING)
    sessions = [
        replace(one, session=f"s{n}", title=f"Lezione {n}") for n in range(12) for one in said if isinstance(one, Held)
    ]
    many = edition([*said[:2], *sessions, *said[3:5]])
    text = pdf_text(paper("pdf", many))
    pages = text.split("\f")[:-1]
    assert len(pages) > 2
    assert all("Registro presenze · n. 1" in page for page in pages)
    assert f"pagina {len(pages)} di {len(pages)}" in pages[-1]
    assert "Riepilogo delle ore" in text


def test_an_erased_name_is_its_id_on_paper() -> None:
    text = pdf_text(paper("pdf", edition(SAID, {"bruno": NAMES["bruno"]})))
    assert "Anna Rossi" not in text
    assert "anna" in text


EVIL = '=HYPERLINK("http://x","y")'


def test_no_cell_is_a_formula() -> None:
    names = {**NAMES, "anna": Name(EVIL, NAMES["anna"].salt)}
    held = edition([replace(one, title="+1-1") if isinstance(one, Held) else one for one in SAID], names)
    for form in ("csv", "excel"):
        text = paper(form, held).decode("utf-8-sig")
        assert "'=HYPERLINK" in text
        assert not re.search(r'(^|[;,"\n])[=+@]', text.replace("'=", "").replace("'+", ""))
    with zipfile.ZipFile(BytesIO(paper("xlsx", held))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = "".join(ET.fromstring(book.read("xl/sharedStrings.xml")).itertext())  # noqa: S314 -- ours
    assert "<f>" not in sheet
    assert EVIL in strings


def test_the_tables_hold_the_lines_of_the_register() -> None:
    lines = paper("csv").decode().splitlines()
    assert len(lines) == 5
    assert "2026-06-01T08:55:00+0200,2026-06-01T11:30:00+0200,uscita" in lines[1]
    assert all(line.endswith(edition(SAID).digest) for line in lines[1:])
    assert "correzione,8,," in lines[4]
    with zipfile.ZipFile(BytesIO(paper("xlsx"))) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 -- ours
    assert len([one for one in sheet.iter() if one.tag.endswith("}row")]) == 5


def test_the_same_edition_is_the_same_pdf() -> None:
    assert paper("pdf") == paper("pdf")


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_both_verifiers_take_what_was_sealed_and_name_its_seal(verifiers: Callable[..., list[Any]], form: str) -> None:
    seal = edition(SAID).digest
    printed = f"{seal[:8]} {seal[8:40].upper()} {seal[40:]}"
    for code, said in verifiers(paper(form), printed):
        assert code == 0, said
        for words in ("register 1 of matera, edition 1", "closed by Tina as trainer", f"seal {seal}", "event 1-42"):
            assert words in said
    for code, said in verifiers(paper(form), "0" * 64):
        assert code == 1
        assert "not the one that was noted" in said


def test_both_verifiers_refuse_one_changed_byte_of_every_line_and_say_where(
    verifiers: Callable[..., list[Any]],
) -> None:
    lines = paper("json").split(b"\n")
    for n in range(1, len(lines) - 2):
        bent = list(lines)
        middle = len(bent[n]) // 2
        bent[n] = bent[n][:middle] + bytes([bent[n][middle] ^ 1]) + bent[n][middle + 1 :]
        for code, said in verifiers(b"\n".join(bent)):
            assert code == 1
            assert f"row {n}:" in said


def test_both_verifiers_refuse_a_removed_and_a_reordered_row_and_say_where(verifiers: Callable[..., list[Any]]) -> None:
    lines = paper("json").split(b"\n")
    for n in (1, 5, 8):
        removed = [*lines[:n], *lines[n + 1 :]]
        swapped = [*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]]
        for bent in (removed, swapped):
            for code, said in verifiers(b"\n".join(bent)):
                assert (code, f"row {n}: it was expected here" in said) == (1, True), said


@pytest.mark.parametrize("share", range(0, 100, 7))
def test_both_verifiers_refuse_one_changed_byte_of_a_pdf(verifiers: Callable[..., list[Any]], share: int) -> None:
    data = paper("pdf")
    at = max(5, len(data) * share // 100)
    for code, said in verifiers(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
        assert code == 1
        assert "PDF was changed" in said


def rewritten(said: list[Said]) -> bytes:
    """A register whose every hash was reckoned anew."""
    return edition(said).file


def test_both_verifiers_refuse_what_no_two_people_closed(verifiers: Callable[..., list[Any]]) -> None:
    alone = [one for one in SAID if not isinstance(one, Closed) or one.part == "trainer"]
    twice = [replace(one, person="tina") if isinstance(one, Closed) else one for one in SAID]
    before = [*closed(began(*MORNING)), *SAID[-5:-1], correction(8, "bruno"), SAID[-1]]
    for said, words in (
        (alone, "a trainer and a coordinator"),
        (twice, "closed it twice"),
        (before, "a trainer and a coordinator"),
    ):
        for code, told in verifiers(rewritten(said)):
            assert (code, words in told) == (1, True), told


def test_minutes_that_are_not_those_of_the_entries_are_found_by_the_command(
    verifiers: Callable[..., list[Any]],
) -> None:
    bent = [replace(one, recognised=225) if isinstance(one, Minutes) and one.person == "anna" else one for one in SAID]
    (_, _), (code, said) = verifiers(rewritten(bent))
    assert code == 1
    assert "the minutes of anna at s1 are not those of the entries" in said
    odd = [replace(OPENED, rounding="sideways") if isinstance(one, Opened) else one for one in SAID]
    (_, _), (code, said) = verifiers(rewritten(odd))
    assert (code, "no register can say" in said) == (1, True)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"{}", b"\xff\xfe"])
def test_both_verifiers_refuse_what_is_no_register(verifiers: Callable[..., list[Any]], data: bytes) -> None:
    for code, said in verifiers(data):
        assert code == 1
        assert "broken" in said


def test_wrong_use_is_told_with_exit_code_2(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        script.main([str(tmp_path / "none")])
    assert ended.value.code == 2
    assert CliRunner().invoke(hubout, ["register", "verify", str(tmp_path / "none")]).exit_code == 2
