"""The door put together: routes, and what stands before them."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import collaborations, commands, entries, health, openapi, problems
from api.access import Authenticate
from api.composition import House
from api.intake import LimitIntake
from api.pages import routes as pages
from api.settings import Settings

EXPOSED_HEADERS = ("ETag", "Link", "Location", "Ledger-Position", "X-Request-ID")


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
    for module in (entries, collaborations, commands, health):
        app.include_router(module.router)
    pages.install(app)
    app.add_middleware(Authenticate, ledger=house.ledger)
    app.add_middleware(LimitIntake)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
            expose_headers=list(EXPOSED_HEADERS),
        )
    openapi.install(app)
    return app
