"""Every error is a problem: its status, its code, its headers, and nothing of what is inside."""

from __future__ import annotations

import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query
from fastapi.staticfiles import StaticFiles
from starlette.testclient import TestClient

import api
from api import problems
from api.catalogue import LANGUAGES, Catalogue, Language, texts_of
from api.problems import STATUS, Refused
from domain.kernel import Rejection

# An application with every error ---------------------------------------------------------


def application(files: Path) -> FastAPI:
    """Returns an application that has every kind of error on a path of its own."""
    app = FastAPI()
    problems.install(app)
    router = APIRouter(prefix="/books")

    @router.get("/{book}")
    async def read(book: str, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> str:
        return f"{book} {limit}"

    @router.post("/{book}")
    async def record(book: str) -> str:
        return book

    @app.delete("/books/{book}")
    async def remove(book: str) -> str:
        return book

    @app.get("/raise/{what}")
    async def fail(what: str) -> None:
        raise ERRORS[what]

    app.include_router(router)
    app.mount("/static", StaticFiles(directory=files))
    return app


ERRORS: dict[str, Exception] = {
    "stale": problems.stale(19, '"19"'),
    "reused": problems.key_reused("k" * 200),
    "damaged": problems.damaged("ror-ikt", 7),
    "unavailable": problems.unavailable("unavailable", 5),
    "unknown_outcome": problems.unavailable("outcome_unknown", 1),
    "full": problems.unavailable("storage_full", 60),
    "http": HTTPException(418, headers={"X-Pot": "tea"}),
    "login": HTTPException(401, headers={"WWW-Authenticate": "Bearer"}),
    "moved": HTTPException(304, headers={"ETag": '"1"'}),
    "bug": RuntimeError("the secret is 1234"),
    "rejection": Rejection(
        "test.too_dear", law="kommuneloven § 14-2", entries=(9, 4), sum_ore=123450, on="2013-09-26", members=["a", "b"]
    ),
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "a.css").write_text("")
    with TestClient(application(tmp_path), raise_server_exceptions=False) as made:
        yield made


def test_every_error_is_a_problem_that_is_not_kept(client: TestClient) -> None:
    answers = {what: client.get(f"/raise/{what}") for what in ERRORS if what != "moved"}
    answers |= {
        "route": client.get("/nothing"),
        "method": client.put("/books/a"),
        "query": client.get("/books/a?limit=x"),
    }
    for what, answer in answers.items():
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", what
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept-Language"
        assert problem["status"] == answer.status_code
        assert problem["request_id"] == answer.headers["x-request-id"]
        assert problem["instance"] == f"urn:uuid:{problem['request_id']}"
        assert all(problem[name] for name in ("type", "title", "detail", "how_to_go_on", "code"))
        assert "…" not in problem["detail"] + problem["how_to_go_on"] or what == "reused"


@pytest.mark.parametrize(
    ("what", "status", "code", "headers", "params"),
    [
        ("stale", 412, "stale", {"etag": '"19"'}, {"current": 19}),
        ("damaged", 500, "damaged_entry", {}, {"collaboration": "ror-ikt", "number": 7}),
        ("unavailable", 503, "unavailable", {"retry-after": "5"}, {"retry_seconds": 5}),
        ("unknown_outcome", 503, "outcome_unknown", {"retry-after": "1"}, {"retry_seconds": 1}),
        ("full", 507, "storage_full", {"retry-after": "60"}, {"retry_seconds": 60}),
        ("login", 401, "not_authenticated", {"www-authenticate": "Bearer"}, {}),
        ("http", 418, "http_error", {"x-pot": "tea"}, {"status": 418}),
    ],
)
def test_a_refusal_has_its_status_code_and_headers(
    client: TestClient, what: str, status: int, code: str, headers: dict[str, str], params: dict[str, object]
) -> None:
    answer = client.get(f"/raise/{what}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["type"] == f"urn:styringsbok:problem:{code}"
    assert headers.items() <= answer.headers.items()
    assert params.items() <= answer.json()["params"].items()


def test_a_reused_key_is_named_in_part(client: TestClient) -> None:
    answer = client.get("/raise/reused")
    assert answer.status_code == 409
    assert answer.json()["params"]["key"] == "k" * 59 + "…"


def test_what_is_no_error_has_no_body(client: TestClient) -> None:
    answer = client.get("/raise/moved")
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


def test_a_bug_shows_nothing_of_itself_but_an_id_the_log_has(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "styringsbok.door"):
        answer = client.get("/raise/bug")
    assert answer.status_code == 500
    assert "1234" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.json()["request_id"] in caplog.text


def test_allow_names_the_methods_of_all_routes_of_a_path(client: TestClient) -> None:
    answer = client.put("/books/ror-ikt")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")
    assert client.post("/static/a.css").headers["allow"] == "GET, HEAD"


def test_an_unknown_route_is_said_to_be_unknown(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is nothing at this address.")


def test_a_bad_parameter_is_named_and_not_repeated(client: TestClient) -> None:
    problem = client.get("/books/a?limit=999999", headers={"Accept-Language": "en"}).json()
    assert problem["errors"] == [{"parameter": "limit", "code": "at_most", "message": "May be at most 100."}]
    assert problem["params"] == {"count": 1}


# Rejections ------------------------------------------------------------------------------


@pytest.fixture
def rejection_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the catalogues a rejection of our own, so that the test hangs on no register's words."""
    texts: dict[Language, Any] = {language: texts_of(language) for language in LANGUAGES}
    for language in LANGUAGES:
        texts[language]["rejection"]["test.too_dear"] = {
            "detail": f"{language}: {{sum_ore}} {{on}} {{members}} {{missing}}",
            "how": f"{language}: how",
        }
    monkeypatch.setattr(problems, "catalogue", lambda: Catalogue(texts))


@pytest.mark.usefixtures("rejection_texts")
def test_a_rejection_says_law_entries_and_values_in_every_language(client: TestClient) -> None:
    answer = client.get("/raise/rejection", headers={"Accept-Language": "nn"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:styringsbok:rejection:test.too_dear")
    assert problem["title"] == "Reglane seier nei"
    assert (problem["law"], problem["entries"]) == ("kommuneloven § 14-2", [4, 9])
    assert problem["params"] == {"sum_ore": 123450, "on": "2013-09-26", "members": ["a", "b"]}
    assert problem["detail"] == problem["texts"]["nn"]["detail"] == "nn: 1\u00a0234,50\u00a0kr 26.9.2013 a og b …"
    assert problem["texts"]["en"] == {"detail": "en: NOK 1,234.50 26 Sep 2013 a and b …", "how_to_go_on": "en: how"}


def test_a_rejection_without_texts_is_still_answered(client: TestClient) -> None:
    problem = client.get("/raise/rejection").json()
    assert problem["detail"] == problem["code"] == "test.too_dear"


def test_a_rejection_in_a_list_says_which_command() -> None:
    answer = problems.rejection_response({"type": "http", "headers": []}, Rejection("a.b"), (3,))
    assert json.loads(bytes(answer.body))["pointer"] == "/3"


def test_a_refusal_knows_its_status() -> None:
    assert {STATUS[code].value for code in ("json_bom", "body_too_slow", "invalid")} == {400, 408, 422}
    assert str(Refused("stale", current=1)) == "('stale', {'current': 1})"


def refused_codes() -> Iterator[tuple[str, str]]:
    """Yields every code that is refused with in the source, and the file."""
    for path in sorted(Path(api.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("Refused", "BadJson")
            ):
                yield from ((str(leaf.value), path.name) for leaf in _literals(node.args[0]))


def _literals(node: ast.expr) -> Iterator[ast.Constant]:
    choices = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    return (choice for choice in choices if isinstance(choice, ast.Constant))


def test_every_code_that_is_refused_with_is_a_known_problem() -> None:
    assert [(code, name) for code, name in refused_codes() if code not in STATUS] == []
