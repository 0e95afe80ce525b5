"""Files at the centre's pages: every wrong row is told before anything is done, then it is done wholly."""

import re
from collections.abc import Iterator

import httpx
import pytest

from registry.web.uploads import FILE_BYTES
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader

HEAD = "Riferimento;Nome;Data di nascita;E-mail;Sede\n"
ANNA = "R-1;Anna Bianchi;01/03/2004;anna@example.org;matera\n"
GOOD = HEAD + ANNA + "R-2;Bruno Verdi;02/04/2003;bruno@example.org;matera\n"
WRONG = (
    GOOD
    + "R-3;;05/06/2002;x@example.org;matera\n"
    + "R-4;Carla;99/99/2001;carla@example.org;matera\n"
    + "R-5;Dino;01/01/2000;nonsense;matera\n"
)


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        opened.look("/imports")
        yield opened


def sent(browser: Reader, text: str, kind: str = "people") -> httpx.Response:
    """The form with a file."""
    fields = {"csrf": browser.csrf, "kind": kind}
    return browser.http.post("/imports", data=fields, files={"file": ("people.csv", text.encode(), "text/csv")})


def confirmed(browser: Reader, page: str) -> httpx.Response:
    """The next form of a page that asks whether to go on."""
    held = re.search(r'name="held" value="([^"]*)"', page)
    assert held is not None
    fields = {"csrf": browser.csrf, "kind": "people", "held": held[1], "confirmed": "1"}
    return browser.http.post("/imports", files={name: (None, value) for name, value in fields.items()})


def names(centre: Centre) -> list[str]:
    return sorted(item["name"] for item in centre.ask("GET", "/people").json()["items"])


def test_every_wrong_row_is_told_with_its_reason_and_nothing_is_done(both: Centre, staff: Reader) -> None:
    answer = sent(staff, WRONG)
    assert answer.status_code == 422
    assert "3 lines refused" in answer.text
    for line in (4, 5, 6):
        assert f'<td class="strong num">line {line}</td>' in answer.text.split('id="used"')[0]
    assert "<strong>E-mail</strong>" in answer.text
    assert 'name="held"' not in answer.text
    assert names(both) == []


def test_a_good_file_is_shown_first_and_then_brought_in_from_the_same_page(both: Centre, staff: Reader) -> None:
    told = sent(staff, GOOD)
    assert told.status_code == 200
    assert "to be added: 2" in told.text
    assert names(both) == []
    answer = confirmed(staff, told.text)
    assert answer.headers["location"] == "/imports"
    assert "2 added, 0 changed" in staff.look("/imports").text
    assert names(both) == ["Anna Bianchi", "Bruno Verdi"]
    assert "already so: 2" in sent(staff, GOOD).text


def test_what_became_wrong_meanwhile_is_told_and_not_done(both: Centre, staff: Reader) -> None:
    told = sent(staff, HEAD.removeprefix("Riferimento;") + ANNA.removeprefix("R-1;"))
    assert "to be added: 1" in told.text
    for _ in range(2):
        both.made("/people", {"name": "Anna Bianchi", "birth_date": "2004-03-01"})
    answer = confirmed(staff, told.text)
    assert answer.status_code == 422
    assert "1 line refused" in answer.text
    assert len(names(both)) == 2


def test_no_file_an_empty_one_and_a_large_one_are_told_beside_the_field(staff: Reader) -> None:
    for text in ("", "x" * (FILE_BYTES + 1)):
        answer = sent(staff, text)
        assert answer.status_code == 422
        assert 'id="file-wrong"' in answer.text
    assert sent(staff, "x" * (2 * FILE_BYTES)).status_code == 413


def test_a_form_with_a_file_needs_its_own_token_and_a_kind(both: Centre, staff: Reader) -> None:
    assert sent(staff, GOOD, "wishes").status_code == 403
    staff.csrf = "x" * 43
    assert sent(staff, GOOD).status_code == 403
    assert names(both) == []


def test_a_wrong_file_is_told_in_italian_without_a_word_of_english(both: Centre) -> None:
    account(both, "clara", administrator="1")
    with reader(both, "it") as browser:
        browser.signed_in("clara")
        browser.look("/imports")
        text = sent(browser, WRONG).text
    assert "questa cella è vuota; compilala." in text
    assert "il calendario non ha questo giorno" in text
    assert "non è un indirizzo e-mail" in text
    assert 'lang="en"' not in text.split("<main")[1].split("</main")[0]


def test_staff_of_one_site_bring_in_and_take_out_their_own_alone(both: Centre) -> None:
    both.admit("matera", "Anna")
    both.admit("cinisello", "Zeno")
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="matera")
    with reader(both) as browser:
        browser.signed_in("otto")
        assert "It is for your sites: Matera." in browser.look("/imports").text
        elsewhere = sent(browser, GOOD.replace("bruno@example.org;matera", "bruno@example.org;cinisello"))
        assert "this line is of a site that is not yours" in elsewhere.text
        assert elsewhere.status_code == 422
        assert "2 added, 0 changed" in (confirmed(browser, sent(browser, GOOD).text), browser.look("/imports").text)[1]
        file = browser.look("/exports/people?site=matera")
        assert file.headers["content-disposition"] == 'attachment; filename="people.csv"'
        assert "Anna" in file.text
        assert "Zeno" not in file.text
        assert browser.look("/exports/people").status_code == 403
        assert browser.look("/exports/people?site=cinisello").status_code == 404
        assert browser.look("/exports/secrets?site=matera").status_code == 403


def test_formulas_come_out_as_text(both: Centre, staff: Reader) -> None:
    both.admit("matera", "=1+1")
    assert "\n=1+1" not in staff.look("/exports/people").text
