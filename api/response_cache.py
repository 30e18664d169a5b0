"""A cache of responses: what was answered is answered again without being made anew, while nothing has changed.

A dashboard asks the same again and again, and a book changes a few times a day. An answer under an entity tag follows
from what is stored, the day, the address and who asks. So it stands until something is committed, by whoever it is,
or the day ends; then all are forgotten. A book on PostgreSQL is written by several processes, and to find out whether
one has would take as long as the answer: there nothing is kept.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.watching import Versions, Watch

PREFIX = "/api/v1/collaborations"
"""What answers from books begin with; documents are hashed whenever they are read, so none is kept."""
BYTES_MAX = 8_388_608
"""Bytes of all that is kept, with its questions; what was not asked for longest is let go."""
OVERHEAD_BYTES = 2_048
"""What keeping an answer takes beside its body and its question: its headers, and the objects it is made of."""
ANSWER_BYTES_MAX = 262_144
"""Bytes of a body that is kept. Larger ones are asked for seldom, and take longer to send than to make."""

_OK, _NOT_MODIFIED = 200, 304
_TELLING = frozenset({b"authorization", b"if-none-match"})
"""The headers of a request that its answer may depend on, where it is one of those kept."""
_JSON = b"application/json"
_MESSAGES = 2
"""A whole answer that is kept is its start and one body; of more no more than one is held to know it by."""


class Moment(NamedTuple):
    """What an answer follows from beside its question."""

    versions: Versions
    day: date


class Question(NamedTuple):
    """What was asked, and by whom."""

    path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return len(self.path) + len(self.query) + sum(len(name) + len(value) for name, value in self.headers)


class Answer(NamedTuple):
    """An answer as it went out."""

    start: Message
    body: Message


class ResponseCache:
    """ASGI middleware: answers what it has answered, and passes on the rest. Stands before who asks is found out."""

    def __init__(self, app: ASGIApp, watch: Watch, today: Callable[[], date]) -> None:
        self._app = app
        self._watch = watch
        self._today = today
        self._moment: Moment | None = None
        self._answers: OrderedDict[Question, Answer] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request. Raises what the application raises."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(PREFIX):
            await self._cached(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _cached(self, scope: Scope, receive: Receive, send: Send) -> None:
        moment = self._now()
        question = _asked(scope)
        answer = self._answers.get(question)
        if answer is not None:
            self._answers.move_to_end(question)
            # Copies: who stands before adds headers of their own to what goes out.
            await send({**answer.start, "headers": [*answer.start["headers"]]})
            await send(answer.body)
            return
        sent: list[Message] = []

        async def listening(message: Message) -> None:
            if len(sent) <= _MESSAGES:
                sent.append({**message, "headers": [*message["headers"]]} if "headers" in message else message)
            await send(message)

        await self._app(scope, receive, listening)
        if moment is not None and moment == self._moment:
            self._keep(question, sent)

    def _now(self) -> Moment | None:
        """Returns the moment, None where it cannot be told. Forgets everything where it is another than before."""
        versions = self._watch.versions()
        moment = None if versions is None else Moment(versions, self._today())
        if moment is None or moment != self._moment:
            self._answers.clear()
            self._bytes = 0
            self._moment = moment
        return moment

    def _keep(self, question: Question, sent: list[Message]) -> None:
        if not _may_be_kept(sent):
            return
        self._let_go(question)
        self._answers[question] = Answer(*sent)
        self._bytes += _size(question, self._answers[question])
        while self._bytes > BYTES_MAX:
            self._let_go(next(iter(self._answers)))

    def _let_go(self, question: Question) -> None:
        answer = self._answers.pop(question, None)
        self._bytes -= 0 if answer is None else _size(question, answer)


def _size(question: Question, answer: Answer) -> int:
    return question.size + len(answer.body["body"]) + OVERHEAD_BYTES


def _asked(scope: Scope) -> Question:
    """Returns the question; of a header only the hash is kept, since it may be a key."""
    told = tuple((name, hashlib.sha256(value).digest()) for name, value in scope["headers"] if name in _TELLING)
    return Question(scope.get("raw_path") or scope["path"].encode(), scope["query_string"], told)


def _may_be_kept(sent: list[Message]) -> bool:
    """Returns whether this is a whole answer in JSON, or word that it is unchanged, under an entity tag."""
    if [message["type"] for message in sent] != ["http.response.start", "http.response.body"]:
        return False
    start, body = sent
    headers: dict[bytes, Any] = dict(start["headers"])
    return (
        not body.get("more_body", False)
        and len(body["body"]) <= ANSWER_BYTES_MAX
        and b"etag" in headers
        and (start["status"] == _NOT_MODIFIED or (start["status"], headers.get(b"content-type")) == (_OK, _JSON))
    )
