"""The API's description (OpenAPI): the routes, who may ask them, and how refusals look; needs no database."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from registry import (
    api_attendance,
    api_audit,
    api_availability,
    api_badges,
    api_bookings,
    api_branches,
    api_calendars,
    api_called,
    api_calls,
    api_cohorts,
    api_conflicts,
    api_decisions,
    api_desks,
    api_enrolments,
    api_exchange,
    api_feeds,
    api_gateway,
    api_health,
    api_layouts,
    api_live,
    api_people,
    api_presence,
    api_previews,
    api_programmes,
    api_resources,
    api_roles,
    api_series,
    api_service,
    api_sessions,
    api_sites,
    api_tokens,
    api_waiting,
)
from registry.desk import Asks
from registry.feed_tokens import PREFIX
from registry.gate import GATEWAYS, OPEN
from registry.problems import MEDIA_TYPE

ROUTES = (
    api_health,
    api_gateway,
    api_called,
    api_layouts,
    api_decisions,
    api_previews,
    api_sites,
    api_resources,
    api_people,
    api_badges,
    api_calls,
    api_bookings,
    api_series,
    api_waiting,
    api_availability,
    api_branches,
    api_calendars,
    api_programmes,
    api_cohorts,
    api_enrolments,
    api_roles,
    api_sessions,
    api_live,
    api_desks,
    api_presence,
    api_conflicts,
    api_attendance,
    api_service,
    api_feeds,
    api_exchange,
    api_tokens,
    api_audit,
)
VERSION = "1"


class ProblemShown(BaseModel):
    """A refusal (RFC 9457); some kinds have further members."""

    type: str = Field(examples=["urn:hubout:problem:booking-conflict"])
    title: str
    status: int
    detail: str


def routed(app: FastAPI) -> FastAPI:
    """The application, with every route of the registry and its description."""
    for module in ROUTES:
        app.include_router(module.router)
    plain = app.openapi
    # Once: what is completed already would be completed anew, and differently.
    app.openapi = cache(lambda: _completed(plain(), needs()))  # type: ignore[method-assign]
    return app


def needs() -> dict[tuple[str, str], Asks]:
    """What whoever asks must be let to do, by the method (lower case) and the address of each route that says so."""
    found: dict[tuple[str, str], Asks] = {}
    for route in (route for module in ROUTES for route in module.router.routes):
        if isinstance(route, APIRoute):
            for call in (part.call for part in route.dependant.dependencies):
                if isinstance(call, Asks):
                    found |= {(method.lower(), route.path): call for method in route.methods or ()}
    return found


def description() -> dict[str, Any]:
    """The registry's OpenAPI document."""
    return routed(FastAPI(title="Hubout registry", version=VERSION)).openapi()


def _completed(described: dict[str, Any], asks: Mapping[tuple[str, str], Asks]) -> dict[str, Any]:
    """The description with what the gate does, which no single route knows."""
    components = described.setdefault("components", {})
    components["securitySchemes"] = {name: {"type": "http", "scheme": "bearer"} for name in ("token", "gateway")}
    components.setdefault("schemas", {})["Problem"] = ProblemShown.model_json_schema()
    refused = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {"Refusal": {"description": "A refusal.", "content": refused}}
    for path, verbs in described["paths"].items():
        who = "gateway" if path.startswith(GATEWAYS) else "token"
        for method, route in verbs.items():
            if (need := asks.get((method, path))) is not None:
                route["x-hubout"] = {"area": str(need.area), "verb": str(need.verb), "object": need.place.name}
            route["security"] = [] if path in OPEN or path.startswith(PREFIX) else [{who: []}]
            route["responses"].pop("422", None)
            route["responses"]["default"] = {"$ref": "#/components/responses/Refusal"}
    _name_parameters(described["paths"], components.setdefault("parameters", {}))
    return described


def _name_parameters(paths: dict[str, Any], named: dict[str, Any]) -> None:
    """What many routes take alike is described once; where two things share a name, the more common one."""
    routes = [route for verbs in paths.values() for route in verbs.values() if "parameters" in route]
    given = Counter(json.dumps(one) for route in routes for one in route["parameters"] if "name" in one)
    for text, number in reversed(given.most_common()):
        if number > 1:
            named[json.loads(text)["name"]] = json.loads(text)
    for route in routes:
        route["parameters"] = [_named(one, named) for one in route["parameters"]]


def _named(one: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    alike = one == named.get(one.get("name", ""))
    return {"$ref": f"#/components/parameters/{one['name']}"} if alike else one
