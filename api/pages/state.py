"""The state of a collaboration as seen from a point: what is certain on the day, piece by piece."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.pages.names import Names
from api.pages.parts import Link, Part, Shown, When
from api.pages.speech import Speech
from api.pages.words import kept_or_erased, money, org_no, quantity, titled, when

Body = Mapping[str, Any]
"""A row's body, as JSON has it."""


class Fact(Part):
    """One value of the constitution."""

    label: str
    """What it is."""
    text: str
    """The value."""
    gap: bool
    """Whether none is known."""
    url: str | None
    """The history of what it names."""
    law: str | None
    """The provision it rests on."""
    since: When | None
    """From when it holds."""
    entry: Link | None
    """The entry that says so."""
    unsettled: bool
    """Whether another value is possible on the day."""


class MemberShown(Part):
    """A member."""

    name: Link
    """Its name, and its history."""
    member_class: str
    """Its class, in words."""
    org_no: Shown
    """Its organisation number."""
    since: When
    """From when it is a member."""
    leaving: bool
    """Whether it may have left by the day."""
    entry: Link
    """The entry that says so."""


class SeatsShown(Part):
    """What one member has in a body."""

    member: str
    """The member."""
    seats: Shown
    """How many seats."""
    votes: Shown
    """How many votes."""
    deputies: Shown
    """How many deputies."""


class BodyShown(Part):
    """A body."""

    name: Link
    """Its name, and its history."""
    kind: str
    """What kind of body, in words."""
    parent: str | None
    """The body it is under."""
    role: Shown | None
    """What it is for."""
    seats: tuple[SeatsShown, ...]
    """Seats and votes by member; empty where they are not known."""
    since: When
    """From when it exists."""
    ended: When | None
    """When it was dissolved, on another day than the one asked about."""
    entry: Link
    """The entry that says so."""


class OfficeShown(Part):
    """An office."""

    title: Link
    """Its title, and its history."""
    kind: str
    """What kind of office, in words."""
    belongs: str | None
    """The body or member it belongs to."""
    since: When
    """From when it exists."""
    entry: Link
    """The entry that says so."""


class TargetShown(Part):
    """One target of a service level."""

    metric: str
    """What is measured."""
    demand: Shown
    """What is demanded, with its unit."""
    calendar: Shown
    """The hours that count."""
    binding: Shown
    """Whether it binds."""


class LevelShown(Part):
    """The version of a service level that is in force."""

    version: str
    """Its number and name."""
    number: int
    """Its number."""
    targets: tuple[TargetShown, ...]
    """Its targets."""
    note: str | None
    """What is not known of its targets."""
    since: When
    """From when it is in force."""
    entry: Link
    """The entry that says so."""


class AgreementShown(Part):
    """An agreement."""

    name: Link
    """Its name, and its history."""
    provider: str
    """Who provides."""
    customers: str
    """Who buys."""
    services: str
    """What is bought."""
    level: LevelShown | None
    """The service level certainly in force."""
    possible: str | None
    """Other versions that may be in force instead."""
    since: When
    """From when it holds for these customers."""
    entry: Link
    """The entry that says so."""


class GrantShown(Part):
    """A grant of authority."""

    heading: Link
    """Who gave it to whom, and its history."""
    powers: str
    """What it gives authority to."""
    scope: tuple[tuple[str, Shown], ...]
    """What it covers, by dimension."""
    limits: tuple[tuple[str, Shown], ...]
    """Its limits in money, by what each is counted over."""
    conditions: tuple[str, ...]
    """What it is bounded by."""
    legal_basis: Shown
    """The provision it rests on."""
    since: When
    """From when it is in force."""
    until: str
    """Its last day, or that it runs until revoked."""
    entry: Link
    """The entry that says so."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Puts rows in words, for one reader."""

    speech: Speech
    names: Names
    texts: Mapping[str, str | None]
    erased: Mapping[str, int] = field(default_factory=dict)
    """The entry of the order, for texts that were erased by one."""

    def history(self, kind: str, id_: str, text: str) -> Link:
        """Returns a link to the history of a subject."""
        url = self.speech.collaboration(self.names.collaboration_id, "history", subject=f"{kind}:{id_}")
        return Link(text=text, url=url)

    def entry(self, number: int) -> Link:
        """Returns a link to an entry."""
        url = self.speech.collaboration(self.names.collaboration_id, "entries", str(number))
        return Link(text=str(number), url=url)

    def known(self, value: object, written: str | None = None) -> Shown:
        """Returns a value that may be unknown or none."""
        if value == "unknown":
            return Shown(text=self.speech("value.unknown"), gap=True)
        if value is None:
            return Shown(text=self.speech("value.none"), gap=True)
        if isinstance(value, bool):
            return Shown(text=self.speech("value.yes" if value else "value.no"))
        return Shown(text=str(value) if written is None else written)

    def sealed(self, value: Mapping[str, str] | None) -> Shown | None:
        """Returns a text kept beside the book, None where there is none."""
        if value is None:
            return None
        return kept_or_erased(value["commitment"], self.texts, self.erased, self.speech)

    def holder(self, holder: Mapping[str, str]) -> str:
        """Returns who grants or holds."""
        return self.names.of(holder["kind"], holder["id"])

    def listed(self, kind: str, ids: Iterable[str]) -> str:
        """Returns the names of several subjects of a kind."""
        return self.speech.listed(self.names.of(kind, id_) for id_ in ids)

    # Rows --------------------------------------------------------------------------------

    def member(self, body: Body, leaving: Container[str]) -> MemberShown:
        """Returns a member; `leaving` are the ids of those that may have left by the day."""
        number = body["org_no"]
        return MemberShown(
            name=self.history("member", body["id"], body["name"]),
            member_class=titled(self.speech.word("member_class", body["member_class"])),
            org_no=self.known(number, org_no(number)),
            since=when(body["effective"], self.speech),
            leaving=body["id"] in leaving,
            entry=self.entry(body["entry"]),
        )

    def seats(self, plan: Iterable[Body]) -> tuple[SeatsShown, ...]:
        """Returns the seats and votes of a body by member."""
        return tuple(
            SeatsShown(
                member=self.names.of("member", seat["member_id"]),
                **{name: self.known(seat[name]) for name in ("seats", "votes", "deputies")},
            )
            for seat in plan
        )

    def body(self, body: Body) -> BodyShown:
        """Returns a body."""
        return BodyShown(
            name=self.history("body", body["id"], body["name"]),
            kind=titled(self.speech.word("body_kind", body["kind"])),
            parent=None if body["parent"] is None else self.names.of("body", body["parent"]),
            role=self.sealed(body["role"]),
            seats=self.seats(body["seats"]),
            since=when(body["effective"], self.speech),
            ended=None if body["ended"] is None else when(body["ended"], self.speech),
            entry=self.entry(body["entry"]),
        )

    def office(self, body: Body) -> OfficeShown:
        """Returns an office."""
        owners = [self.names.of(kind, body[kind]) for kind in ("body", "member") if body[kind] is not None]
        return OfficeShown(
            title=self.history("office", body["id"], body["title"]),
            kind=titled(self.speech.word("office_kind", body["kind"])),
            belongs=", ".join(owners) or None,
            since=when(body["effective"], self.speech),
            entry=self.entry(body["entry"]),
        )

    def agreement(self, body: Body) -> AgreementShown:
        """Returns an agreement with its service level."""
        possible = [str(version) for version in body["possible_sla_versions"]]
        return AgreementShown(
            name=self.history("agreement", body["id"], body["name"]),
            provider=self.holder(body["provider"]),
            customers=self.listed("member", body["customers"]),
            services=self.listed("service", body["services"]),
            level=None if body["service_level"] is None else self.level(body["service_level"]),
            possible=self.speech("agreements.level_possible", versions=possible) if possible else None,
            since=when(body["effective"], self.speech),
            entry=self.entry(body["entry"]),
        )

    def level(self, body: Body) -> LevelShown:
        """Returns a version of a service level."""
        number = body["sla_version"]
        return LevelShown(
            version=self.speech("agreements.level_version", number=number, name=body["name"]),
            number=number,
            targets=tuple(self.target(target) for target in body["targets"]),
            note=self._unsaid(body["targets"], body["targets_complete"]),
            since=when(body["effective"], self.speech),
            entry=self.entry(body["entry"]),
        )

    def _unsaid(self, targets: Sequence[Body], complete: object) -> str | None:
        """Returns what is not known of a version's targets."""
        if complete is True:
            return None if targets else self.speech("agreements.targets_none")
        if not targets:
            return self.speech("agreements.targets_unknown")
        return self.speech("agreements.targets_some" if complete is False else "agreements.targets_maybe")

    def target(self, target: Body) -> TargetShown:
        """Returns one target."""
        if target["value"] == "unknown":
            demand = Shown(text=self.speech("targets.unknown_of", unit=target["unit"]), gap=True)
        else:
            value = quantity(target["value"], self.speech)
            demand = Shown(text=self.speech(f"targets.{target['operator']}", value=value, unit=target["unit"]))
        return TargetShown(
            metric=target["metric"],
            demand=demand,
            calendar=self.known(target["calendar"]),
            binding=self.known(target["binding"]),
        )

    def grant(self, body: Body) -> GrantShown:
        """Returns a grant of authority."""
        parties = {"grantor": self.holder(body["grantor"]), "grantee": self.holder(body["grantee"])}
        until = body["until"]
        return GrantShown(
            heading=self.history("grant", body["id"], self.speech("authority.from_to", **parties)),
            powers=self.speech.listed(self.speech.word("power", power) for power in body["powers"]),
            scope=tuple(self._scope(body["scope"])),
            limits=tuple(
                (self.speech(f"authority.limit.{per}"), self._limit(body["limits"][per]))
                for per in ("per_act", "per_year", "per_party")
            ),
            conditions=tuple(self._condition(condition) for condition in body["conditions"]),
            legal_basis=self.known(body["legal_basis"]),
            since=when(body["effective"], self.speech),
            until=self.speech("authority.until", day=until) if until else self.speech("authority.until_revoked"),
            entry=self.entry(body["entry"]),
        )

    def _scope(self, scope: Body) -> Iterable[tuple[str, Shown]]:
        kinds = {"services": "service", "members": "member"}
        for dimension, values in scope.items():
            if values is not None:
                named = (self.names.of(kinds[dimension], v) if dimension in kinds else v for v in values)
                yield self.speech(f"field.{dimension}"), Shown(text=self.speech.listed(named))

    def _limit(self, limit: int | str | None) -> Shown:
        if limit is None:
            return Shown(text=self.speech("value.no_limit"))
        return self.known(limit, None if isinstance(limit, str) else money(limit, self.speech))

    def _condition(self, condition: Body) -> str:
        said = self.sealed(condition["text"])
        if said is not None and said.text is not None:
            return said.text
        if condition["agreement_id"] is None:
            return self.speech.word("condition_kind", condition["kind"])
        return self.speech("authority.bounded", agreement=self.names.of("agreement", condition["agreement_id"]))
