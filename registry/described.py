"""The API's description (OpenAPI): the routes, who may ask them, and how refusals look; needs no database."""

import json
from collections import Counter
from functools import cache
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from registry import (
    api_attendance,
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
    api_waiting,
)
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
    app.openapi = cache(lambda: _completed(plain()))  # type: ignore[method-assign]
    return app


def description() -> dict[str, Any]:
    """The registry's OpenAPI document."""
    return routed(FastAPI(title="Hubout registry", version=VERSION)).openapi()


def _completed(described: dict[str, Any]) -> dict[str, Any]:
    """The description with what the gate does, which no single route knows."""
    components = described.setdefault("components", {})
    components["securitySchemes"] = {name: {"type": "http", "scheme": "bearer"} for name in ("operator", "gateway")}
    components.setdefault("schemas", {})["Problem"] = ProblemShown.model_json_schema()
    refused = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {"Refusal": {"description": "A refusal.", "content": refused}}
    for path, verbs in described["paths"].items():
        who = "gateway" if path.startswith(GATEWAYS) else "operator"
        for route in verbs.values():
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
