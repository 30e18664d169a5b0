"""A witness over HTTP (C2SP tlog-witness): one route that takes checkpoints, and two that tell what it has seen."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ledger.log.outside import LAST_PATH
from ledger.log.witness import BODY_BYTES_MAX, Witness
from ledger.log.witnessing import PATH


def create_witness(witness: Witness) -> Starlette:
    """Returns the application of a witness. The caller closes its memory."""

    async def add_checkpoint(request: Request) -> Response:
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > BODY_BYTES_MAX:
                return PlainTextResponse(f"a request has at most {BODY_BYTES_MAX} bytes\n", 413)
        answer = await run_in_threadpool(witness.add_checkpoint, bytes(raw))
        return Response(answer.body, answer.status, {"Content-Type": answer.media_type})  # nothing added to it

    async def last_checkpoint(request: Request) -> Response:
        answer = await run_in_threadpool(witness.last_checkpoint, request.query_params.get("log", ""))
        return Response(answer.body or None, answer.status, media_type=answer.media_type)

    async def seen(_: Request) -> Response:
        logs = await run_in_threadpool(witness.memory.logs)
        refused = await run_in_threadpool(witness.memory.refused)
        told = [
            {"log": one.origin, "at": one.at, "size": one.size, "held": one.held, "why": one.why} for one in refused
        ]
        named = [{"log": origin, "entries": size} for origin, size in logs]
        return JSONResponse({"witness": str(witness.verifier_key), "logs": named, "refused": told})

    routes = [
        Route(f"/{PATH}", add_checkpoint, methods=["POST"]),
        Route(f"/{LAST_PATH}", last_checkpoint),
        Route("/", seen),
    ]
    return Starlette(routes=routes)
