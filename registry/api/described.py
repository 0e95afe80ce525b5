"""The API's description (OpenAPI): the routes, who may ask them, and how refusals look; needs no database."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from registry.api import attendance as api_attendance
from registry.api import audit as api_audit
from registry.api import availability as api_availability
from registry.api import badges as api_badges
from registry.api import bookings as api_bookings
from registry.api import branches as api_branches
from registry.api import calendars as api_calendars
from registry.api import called as api_called
from registry.api import calls as api_calls
from registry.api import cohorts as api_cohorts
from registry.api import conflicts as api_conflicts
from registry.api import decisions as api_decisions
from registry.api import desks as api_desks
from registry.api import enrolments as api_enrolments
from registry.api import exchange as api_exchange
from registry.api import feeds as api_feeds
from registry.api import gateway as api_gateway
from registry.api import health as api_health
from registry.api import layouts as api_layouts
from registry.api import lent as api_lent
from registry.api import live as api_live
from registry.api import people as api_people
from registry.api import presence as api_presence
from registry.api import previews as api_previews
from registry.api import programmes as api_programmes
from registry.api import registers as api_registers
from registry.api import reports as api_reports
from registry.api import resources as api_resources
from registry.api import rights as api_rights
from registry.api import roles as api_roles
from registry.api import series as api_series
from registry.api import service as api_service
from registry.api import sessions as api_sessions
from registry.api import sites as api_sites
from registry.api import tokens as api_tokens
from registry.api import waiting as api_waiting
from registry.api.desk import Asks
from registry.guard.gate import GATEWAYS, OPEN
from registry.ical.feed_tokens import PREFIX
from registry.problems import MEDIA_TYPE

ROUTES = (
    api_health,
    api_gateway,
    api_called,
    api_lent,
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
    api_registers,
    api_service,
    api_feeds,
    api_rights,
    api_reports,
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
    # As they are: what includes a router analyses it anew, and again for the first request.
    app.router.routes.extend(route for module in ROUTES for route in module.router.routes)
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
