"""Attachments over HTTP: what is taken, who may read it, and that nothing altered is handed out whole."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO

import httpx2
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.composition import open_house
from api.settings import Settings
from ledger.keys import Role
from ledger.location import SQLiteLocation, locate
from tests.api import asgi
from tests.api.spec import BOOK, JSON, SHIELD, Door, Request, founding, get, post, service
from tests.ledger.support import Clock

PDF = b"%PDF-1.7 vedtak"
LIMIT = 3 * 1024 * 1024


def digest(content: bytes) -> str:
    """Returns the SHA-256 of content."""
    return hashlib.sha256(content).hexdigest()


def at(content: bytes) -> str:
    """Returns the address of a document."""
    return f"/api/v1/attachments/{digest(content)}"


def put(
    content: bytes, media_type: str = "application/pdf", *, by: Role | None = "secretary", path: str = ""
) -> Request:
    """Returns the request to keep a document."""
    return Request("PUT", path or at(content), by, {"content-type": media_type}, content)


def naming(content: bytes, name: str = "Vedtak.pdf", **fields: object) -> JSON:
    """Returns a command that names a document."""
    return service(f"s-{digest(content)[:6]}", evidence=[{"sha256": digest(content), "name": name}], **fields)


def refused(answer: httpx2.Response, status: int, code: str) -> JSON:
    """Asserts that it is a problem and returns it."""
    problem: JSON = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    return problem


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Door]:
    """The door on an empty house that takes documents up to a limit."""
    clock = Clock()
    house = open_house(locate(sqlite_url), clock=clock)
    app = create_app(house, Settings(_env_file=None, attachment_bytes_max=LIMIT))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Door(house, client, clock)
    house.close()


def test_a_document_is_kept_and_read_by_those_who_may_read_an_entry_that_names_it(door: Door) -> None:
    door.send(post(founding()))
    kept = door.send(put(PDF))
    assert kept.status_code == 201
    assert kept.json() == {"sha256": digest(PDF), "size": len(PDF), "media_type": "application/pdf"}
    assert kept.headers["location"] == at(PDF)
    refused(door.send(get(at(PDF), by="secretary")), 404, "unknown_attachment")
    door.send(post(naming(PDF, name="Vedtak om «drift».pdf")))
    answer = door.send(get(at(PDF)))
    assert (answer.status_code, answer.content) == (200, PDF)
    head = answer.headers
    assert (head["content-type"], head["etag"]) == ("application/pdf", f'"{digest(PDF)}"')
    assert head["content-disposition"] == "attachment; filename*=UTF-8''Vedtak%20om%20%C2%ABdrift%C2%BB.pdf"
    assert (head["x-content-type-options"], head["cache-control"]) == ("nosniff", "private, no-cache")
    assert door.send(get(at(PDF), if_none_match=head["etag"])).status_code == 304
    assert door.client.head(at(PDF)).headers["content-length"] == str(len(PDF))


def test_a_shielded_entry_shields_its_document_until_an_open_one_names_it(door: Door) -> None:
    door.send(post(founding()))
    door.send(put(PDF))
    assert door.send(post(naming(PDF, access=SHIELD))).status_code == 201
    outside: tuple[Role | None, ...] = (None, "reader", "administrator")
    inside: tuple[Role, ...] = ("secretary", "auditor")
    for role in outside:
        refused(door.send(get(at(PDF), by=role)), 404, "unknown_attachment")
    for role in inside:
        assert door.send(get(at(PDF), by=role)).content == PDF
    door.send(post({**naming(PDF), "service_id": "open"}))
    assert door.send(get(at(PDF))).content == PDF


def test_one_that_is_shielded_afterwards_is_shielded(door: Door) -> None:
    door.send(post(founding()))
    door.send(put(PDF))
    door.send(post(naming(PDF)))
    shield = {"type": "entry_access.change", "entry": 2, "level": "shielded", "legal_basis": "offentleglova § 13"}
    assert door.send(post(shield)).status_code == 201, door.send(post(shield)).json()
    refused(door.send(get(at(PDF))), 404, "unknown_attachment")
    assert door.send(get(at(PDF), by="auditor")).content == PDF


def test_only_who_may_record_may_send(door: Door) -> None:
    refused(door.send(put(PDF, by=None)), 401, "not_authenticated")
    others: tuple[Role, ...] = ("reader", "auditor", "administrator")
    for role in others:
        refused(door.send(put(PDF, by=role)), 403, "not_allowed")
    key = door.key("secretary", books="annen")
    headers = {"authorization": f"Bearer {key}", "content-type": "application/pdf"}
    assert door.client.put(at(PDF), content=PDF, headers=headers).status_code == 201


def package(**members: bytes) -> bytes:
    """Returns a ZIP with these members; two underscores stand for a slash, one for a dot."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return content.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


def word(**more: bytes) -> bytes:
    """Returns a document of a word processor."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name.replace("__", "/"), b"<x/>")
    return content.getvalue()


TAKEN = {
    "image/png": b"\x89PNG\r\n\x1a\nrest",
    "image/jpeg": b"\xff\xd8\xff\xe0rest",
    "image/tiff": b"II*\x00rest",
    DOCX: word(),
    ODT: package(mimetype=ODT.encode()),
    "text/plain": "Vedtak fattet på Elvdal".encode(),
    "text/csv; charset=utf-8": b"a;b\n1;2\n",
}
OTHER = {
    "a page as a PDF": ("application/pdf", b"<html><script>"),
    "a PDF as an image": ("image/png", PDF),
    "bytes as text": ("text/plain", b"a\x00b"),
    "latin-1 as text": ("text/plain", "på".encode("latin-1")),
    "a cut character": ("text/plain", "å".encode()[:1]),
    "a ZIP as a document": (DOCX, package(note=b"x")),
    "a document with macros": (DOCX, word(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin")),
    "no ZIP": (DOCX, b"PK\x03\x04"),
    "a text document as a table": ("application/vnd.oasis.opendocument.spreadsheet", TAKEN[ODT]),
}


@pytest.mark.parametrize("media_type", TAKEN)
def test_kinds_that_are_taken(sqlite_door: Door, media_type: str) -> None:
    sqlite_door.send(post(founding()))
    content = TAKEN[media_type]
    assert sqlite_door.send(put(content, media_type)).status_code == 201
    sqlite_door.send(post(naming(content)))
    answer = sqlite_door.send(get(at(content)))
    assert answer.headers["content-type"].split(";")[0] == media_type.split(";")[0]
    assert answer.content == content


@pytest.mark.parametrize("case", OTHER)
def test_content_that_is_not_what_it_is_said_to_be(sqlite_door: Door, case: str) -> None:
    media_type, content = OTHER[case]
    problem = refused(sqlite_door.send(put(content, media_type)), 415, "attachment_not_its_type")
    assert problem["params"]["media_type"] == media_type
    assert sqlite_door.house.ledger.attachments.all() == []


def test_what_else_is_refused(sqlite_door: Door) -> None:
    refused(sqlite_door.send(put(b"<svg/>", "image/svg+xml")), 415, "unsupported_media_type")
    problem = refused(sqlite_door.send(put(PDF + b"x", path=at(PDF))), 422, "attachment_other_hash")
    assert problem["params"]["sha256"] == digest(PDF + b"x")
    refused(sqlite_door.send(put(b"", path=at(b""))), 422, "attachment_other_hash")
    refused(sqlite_door.send(put(PDF, path="/api/v1/attachments/ABC")), 422, "invalid")
    refused(sqlite_door.send(get("/api/v1/attachments/" + "0" * 64)), 404, "unknown_attachment")


def test_a_document_that_is_too_large_is_refused_before_it_is_read_and_while(small: Door) -> None:
    content = PDF.ljust(LIMIT + 1, b" ")
    problem = refused(small.send(put(content)), 413, "body_too_large")
    assert problem["params"]["limit_bytes"] == LIMIT
    headers = (("content-type", "application/pdf"), ("transfer-encoding", "chunked"))
    key = ("authorization", f"Bearer {small.key('secretary')}")
    chunks = tuple(content[start : start + 65_536] for start in range(0, len(content), 65_536))
    answer = asyncio.run(asgi.send(small.client.app, asgi.Sent("PUT", at(content), (*headers, key), chunks)))
    assert (answer.status, answer.problem["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"
    assert small.house.ledger.attachments.all() == []
    whole = PDF.ljust(LIMIT, b" ")
    assert small.send(put(whole)).status_code == 201
    small.send(post(founding()))
    small.send(post(naming(whole)))
    assert small.send(get(at(whole))).content == whole


@pytest.mark.parametrize("size", [20, LIMIT])
def test_one_that_was_altered_never_comes_whole_and_is_told(small: Door, size: int) -> None:
    content = PDF.ljust(size, b" ")
    small.send(post(founding()))
    small.send(put(content))
    small.send(post(naming(content)))
    place = small.house.ledger.location
    assert isinstance(place, SQLiteLocation)
    sha256 = digest(content)
    file = place.attachments / sha256[:2] / sha256[2:]
    file.write_bytes(content[:-1] + b"X")
    answer = small.send(get(at(content)))
    if size == LIMIT:
        assert len(answer.content) < size
    else:
        refused(answer, 500, "attachment_damaged")
    ready = small.see("/readyz")
    assert (ready["status"], list(ready["attachments_damaged"])) == ("degraded", [sha256])
    assert small.send(put(content)).status_code == 201
    assert small.send(get(at(content))).content == content
    assert small.see("/readyz")["attachments_damaged"] == {}


def test_the_page_of_an_entry_links_to_the_documents_that_are_kept(sqlite_door: Door) -> None:
    sqlite_door.send(post(founding()))
    sqlite_door.send(put(PDF))
    sqlite_door.send(post(naming(PDF)))
    sqlite_door.send(post(naming(b"never sent", name="Brev.pdf")))
    first = sqlite_door.client.get(f"/collaborations/{BOOK}/entries/2").text
    assert f'href="{at(PDF)}"' in first
    assert ">Vedtak.pdf</a>" in first
    second = sqlite_door.client.get(f"/collaborations/{BOOK}/entries/3").text
    assert "Brev.pdf" in second
    assert "/api/v1/attachments/" not in second


# Ranges ----------------------------------------------------------------------------------


def kept(door: Door, content: bytes) -> str:
    """Keeps a document that an entry names, and returns its entity tag."""
    door.send(post(founding()))
    door.send(put(content))
    door.send(post(naming(content)))
    return f'"{digest(content)}"'


LAST = len(PDF) - 1
RANGES = {
    "bytes=0-3": (0, 3),
    "bytes=5-": (5, LAST),
    "bytes=-6": (LAST - 5, LAST),
    "BYTES= 4-4 ": (4, 4),
    f"bytes={LAST}-{LAST}": (LAST, LAST),
    "bytes=2-999": (2, LAST),
    "bytes=-999": (0, LAST),
    "bytes=0-9999999999999999999": (0, LAST),
}


@pytest.mark.parametrize("asked", RANGES)
def test_one_range_is_answered_with_those_bytes(door: Door, asked: str) -> None:
    tag, (begin, end) = kept(door, PDF), RANGES[asked]
    answer = door.send(get(at(PDF), range=asked))
    assert (answer.status_code, answer.content) == (206, PDF[begin : end + 1])
    assert answer.headers["content-range"] == f"bytes {begin}-{end}/{len(PDF)}"
    assert answer.headers["content-length"] == str(end - begin + 1)
    assert (answer.headers["etag"], answer.headers["accept-ranges"]) == (tag, "bytes")


@pytest.mark.parametrize(
    "asked",
    ["bytes=", "bytes=-", "bytes=3-2", "bytes=0-1,3-4", "lines=0-1", "0-3", "bytes=a-b", "bytes=1" + "0" * 20 + "-"],
)
def test_what_is_no_single_range_of_bytes_is_answered_with_the_whole(sqlite_door: Door, asked: str) -> None:
    kept(sqlite_door, PDF)
    answer = sqlite_door.send(get(at(PDF), range=asked))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", f"bytes={len(PDF) + 5}-{len(PDF) + 9}", "bytes=-0"])
def test_a_range_after_the_last_byte_is_refused_with_the_size(door: Door, asked: str) -> None:
    kept(door, PDF)
    answer = door.send(get(at(PDF), range=asked))
    assert refused(answer, 416, "range_not_satisfiable")["params"] == {"size": len(PDF)}
    assert answer.headers["content-range"] == f"bytes */{len(PDF)}"


def test_a_range_is_answered_while_the_tag_holds_and_never_for_another(sqlite_door: Door) -> None:
    tag = kept(sqlite_door, PDF)
    for if_range, status in ((tag, 206), (f"W/{tag}", 200), ('"x"', 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)):
        sent = get(at(PDF), range="bytes=0-3", if_range=if_range)
        assert sqlite_door.send(sent).status_code == status, if_range
    beyond = get(at(PDF), range="bytes=999-", if_range='"x"')
    assert sqlite_door.send(beyond).content == PDF
    assert sqlite_door.send(get(at(PDF), range="bytes=0-3", if_none_match=tag)).status_code == 304
    head = sqlite_door.client.head(at(PDF), headers={"range": "bytes=0-3"})
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(PDF)))
    refused(sqlite_door.send(get(at(b"another"), range="bytes=0-3")), 404, "unknown_attachment")


def test_a_range_over_many_blocks_comes_as_it_was_sent(door: Door) -> None:
    content = b"%PDF-1.7" + bytes(range(256)) * 10_000
    kept(door, content)
    for begin, end in ((0, len(content) - 1), (1_048_575, 1_048_576), (1_000_000, 2_200_000)):
        answer = door.send(get(at(content), range=f"bytes={begin}-{end}"))
        assert (answer.status_code, answer.content) == (206, content[begin : end + 1])


def test_nothing_of_one_that_was_altered_comes(small: Door) -> None:
    content = PDF.ljust(LIMIT, b" ")
    kept(small, content)
    place = small.house.ledger.location
    assert isinstance(place, SQLiteLocation)
    file = place.attachments / digest(content)[:2] / digest(content)[2:]
    file.write_bytes(content[:-1] + b"X")
    refused(small.send(get(at(content), range="bytes=0-3")), 500, "attachment_damaged")
    file.unlink()
    refused(small.send(get(at(content), range="bytes=0-3")), 500, "attachment_damaged")


# Erased by order -------------------------------------------------------------------------

ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}


def erasing(content: bytes) -> JSON:
    """Returns the erasure of a document."""
    return {"type": "personal_data.erase", "documents": [digest(content)], "order": ORDER}


def test_one_that_was_erased_is_gone_and_the_answer_names_the_entry_of_the_order(door: Door) -> None:
    door.send(post(founding()))
    door.send(put(PDF))
    door.send(post(naming(PDF)))
    tag = door.send(get(at(PDF))).headers["etag"]
    assert door.send(post(erasing(PDF))).status_code == 201
    for sent in (get(at(PDF)), get(at(PDF), if_none_match=tag), get(at(PDF), by="auditor")):
        problem = refused(door.send(sent), 410, "attachment_erased")
        assert problem["params"] == {"sha256": digest(PDF), "collaboration": BOOK, "entry": 3}
    refused(door.send(put(PDF)), 410, "attachment_erased")
    assert door.house.ledger.attachments.all() == []
    assert door.see("erasures")["rows"][0]["field"] == "evidence"
    seen = door.see("entries/2")["entry"]["evidence"][0]
    assert seen["sha256"] == digest(PDF)
    page = door.send(get(f"/collaborations/{BOOK}/entries/3", accept="text/html")).text
    assert "Dokumenter i innførsel 2 ble slettet etter pålegg fra Nasjonalarkivet" in page
    refused(door.send(post(erasing(b"%PDF-1.7 et annet"))), 409, "erasure.unknown_document")


def test_that_it_was_erased_is_told_to_those_who_could_read_it(door: Door) -> None:
    door.send(post(founding()))
    door.send(put(PDF))
    door.send(post(naming(PDF, access=SHIELD)))
    door.send(post(erasing(PDF)))
    refused(door.send(get(at(PDF), by=None)), 404, "unknown_attachment")
    refused(door.send(get(at(PDF), by="auditor")), 410, "attachment_erased")


def test_another_book_that_names_it_goes_on_reading_it(door: Door) -> None:
    door.send(post(founding()))
    door.send(post(founding(), book="nabosamarbeidet"))
    door.send(put(PDF))
    door.send(post(naming(PDF)))
    assert door.send(post(naming(PDF), book="nabosamarbeidet")).status_code == 201
    door.send(post(erasing(PDF)))
    assert door.send(get(at(PDF))).content == PDF
    assert door.send(put(PDF)).status_code == 201
    door.send(post(erasing(PDF), book="nabosamarbeidet"))
    assert refused(door.send(get(at(PDF))), 410, "attachment_erased")["params"]["entry"] == 3
