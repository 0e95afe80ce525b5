"""The site's layout goes up with the greeting: once, again when it changed, and never in the way of anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from access.layout import layout_of
from tests.support.centres import Centre, centre
from tests.support.core_site import SITE as CORE
from tests.support.link_bench import link_bench
from tests.support.logs import SITE
from tests.support.parts import wait_until
from tests.support.scripted_http import Answer, problem, scripted_http

LAYOUT = layout_of(CORE)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE)
        yield made


def held(registry: Centre) -> Any:  # noqa: ANN401 -- what the registry shows
    return registry.ask("GET", f"/sites/{SITE}/layout").json()


def test_the_registry_learns_the_layout_with_the_greeting_and_anew_when_it_changed(
    registry: Centre, tmp_path: Path
) -> None:
    url, token = str(registry.http.base_url), registry.gateways[SITE].token
    with link_bench(tmp_path, url, token, layout=LAYOUT) as bench:
        bench.until_well()
        assert held(registry) == {**LAYOUT, "told_by": "gateway"}
        bench.layout = {**LAYOUT, "timezone": "UTC"}
        bench.restart()
        wait_until(lambda: held(registry)["timezone"] == "UTC", "the changed layout", 15)


def test_a_layout_that_the_registry_has_is_not_sent_again(
    registry: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, token = str(registry.http.base_url), registry.gateways[SITE].token
    with link_bench(tmp_path, url, token, layout=LAYOUT) as bench:
        bench.until_well()
        sent: list[bytes] = []
        monkeypatch.setattr(bench.link.up._exchange._client, "layout", sent.append)
        bench.link.up._exchange.greet(bench.link.up._link, 0)
        assert sent == []
        bench.link.up._exchange._layout = {**LAYOUT, "timezone": "UTC"}
        bench.link.up._exchange.greet(bench.link.up._link, 0)
        assert len(sent) == 1


@pytest.mark.parametrize("asks", [None, ""])
def test_a_registry_that_refuses_it_or_never_asks_is_greeted_all_the_same(tmp_path: Path, asks: str | None) -> None:
    with scripted_http() as (scripted, url):
        hello = {"resume": 0, "head": "00" * 32, **({} if asks is None else {"layout": asks})}
        scripted.usual["hello"] = lambda _: Answer(body=hello)
        scripted.usual["layout"] = lambda _: problem(422, "invalid", "no such door")
        with link_bench(tmp_path, url, layout=LAYOUT) as bench:
            bench.until_well()
            assert scripted.count("/layout") == (0 if asks is None else 1)
