"""Bearer tokens: read strictly, found by their hash alone."""

import re

import pytest

from registry import identity
from registry.accounts import tokens
from registry.edit import editing
from registry.setup import Registry
from registry.sites.sites import add_gateway

TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (f"Bearer {TOKEN}", TOKEN),
        (f"bearer {TOKEN}", TOKEN),
        (f"BEARER {TOKEN}", TOKEN),
        (f"Bearer  {TOKEN}", None),
        (f"Bearer {TOKEN} ", None),
        (f"Bearer {TOKEN[:-1]}", None),
        (f"Bearer {TOKEN}x", None),
        (f"Bearer {TOKEN[:-1]}é", None),
        (f"Basic {TOKEN}", None),
        (TOKEN, None),
        ("", None),
        ("Bearer", None),
    ],
)
def test_a_header_is_read_strictly(header: str, token: str | None) -> None:
    assert tokens.of_header(header) == token


def test_a_token_is_256_bits_of_its_own_each_time() -> None:
    made = {identity.new_token() for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {identity.TOKEN_LENGTH}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", token) for token in made)


def test_an_id_says_nothing_and_is_an_id() -> None:
    assert all(re.fullmatch(r"[0-9a-f]{20}", identity.new_id()) for _ in range(50))
    assert len(identity.new_key()) == 32


def test_a_token_is_found_as_whose_it_is_and_no_other_is(registry: Registry) -> None:
    operator, files = registry.first_operator(), registry.add_site("matera", "Matera")
    assert operator is not None
    with registry.database.read() as connection:
        assert isinstance(tokens.find(connection, operator, 0), tokens.Caller)
        found = tokens.find(connection, files.token, 0)
        assert isinstance(found, tokens.Gateway)
        assert found.site == "matera"
        near = operator[:-1] + ("B" if operator.endswith("A") else "A")
        for other in (TOKEN, near, files.token.swapcase(), tokens.hashed(operator), ""):
            assert tokens.find(connection, other, 0) is None


def test_a_site_may_have_several_tokens_and_no_two_are_the_same(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    with editing(registry.database, 0) as edit:
        add_gateway(edit, "matera", "second", TOKEN)
    with registry.database.read() as connection:
        assert tokens.find(connection, TOKEN, 0) == tokens.Gateway("matera", "second")
    with pytest.raises(Exception, match=r"(?i)unique"), editing(registry.database, 0) as edit:
        add_gateway(edit, "matera", "third", TOKEN)
