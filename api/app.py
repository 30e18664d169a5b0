"""The door put together: routes, and what stands before them."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from api import (
    access_keys,
    annual_wheel,
    attachments,
    audit_desk,
    authority,
    benchmark,
    benefits_line,
    budget_columns,
    collaborations,
    commands,
    entries,
    formality,
    founding_reasons,
    health,
    installation_log,
    legal_forms,
    log,
    member_bill,
    metrics,
    openapi,
    organisation,
    problems,
    readiness,
    simulating,
    sla_ladder,
    strategy_map,
    trouble,
)
from api.access import Authenticate
from api.composition import House
from api.intake import LimitIntake
from api.minutes import routes as minutes
from api.pages import routes as pages
from api.response_cache import ResponseCache
from api.settings import Settings

EXPOSED_HEADERS = (
    "Accept-Ranges",
    "Content-Range",
    "ETag",
    "Link",
    "Location",
    "Ledger-Position",
    "Retry-After",
    "Styringsbok-Stopped",
    "X-Request-ID",
)

ROUTED = (
    entries,
    attachments,
    annual_wheel,
    audit_desk,
    organisation,
    strategy_map,
    sla_ladder,
    benefits_line,
    benchmark,
    founding_reasons,
    authority,
    legal_forms,
    readiness,
    formality,
    budget_columns,
    member_bill,
    simulating,
    log,
    installation_log,
    access_keys,
    collaborations,
    minutes,
    commands,
    health,
    metrics,
)
"""The modules whose routes the application has, in the order they are tried."""


def create_app(house: House, settings: Settings) -> FastAPI:
    """Returns the application for an open house. The caller closes the house."""
    app = FastAPI(
        title="Styringsbok",
        version=version("styringsbok"),
        summary="An event-sourced governance ledger for collaborations between municipalities.",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.house = house
    problems.install(app)
    trouble.install(app)
    for module in ROUTED:
        app.include_router(module.router)
        _answer_head(app, module.router)
    pages.install(app)
    app.add_middleware(Authenticate, ledger=house.ledger)
    if house.watch is not None:
        app.add_middleware(ResponseCache, watch=house.watch, today=house.views.today)
    app.add_middleware(
        LimitIntake, elsewhere={attachments.PREFIX: attachments.limits_of(settings.attachment_bytes_max)}
    )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
            expose_headers=list(EXPOSED_HEADERS),
        )
    openapi.install(app)
    return app


def _answer_head(app: FastAPI, router: APIRouter) -> None:
    """Answers HEAD wherever GET is answered (RFC 9110 section 9.1); the server leaves the body out."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            app.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)
