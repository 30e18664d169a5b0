"""Who owns how much (eierandeler) and is liable for how much (ansvarsandeler); each sums to exactly one.

Kommuneloven §§ 18-2, 18-4, 19-2, 19-4; IKS-loven §§ 3, 4 and 26: the shares stand in the charter, and every council
resolves on a change of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, judge
from domain.members.party import MemberShare
from domain.members.state import Members, Shares, total
from domain.members.withdrawal import agreed, others_on
from domain.resolutions import Resolutions, ratification
from domain.rulebook import Standing
from domain.text import Id, Share

_SHARES = Annotated[tuple[MemberShare, ...], Field(min_length=1, max_length=400)]


class SharesRestated(Event):
    """Who owns how much was laid down anew."""

    type: Literal["shares.restated"] = "shares.restated"
    shares_version: Id
    """What the councils' resolutions on it name."""
    shares: _SHARES
    liability: _SHARES | None = None
    """None where each is liable as it owns."""
    charter_version: Id | None = None
    """The charter version that lays them down, None where a resolution of its own does."""


class RestateShares(Command):
    """Lay down anew who owns how much. Everyone that is party to the charter is listed; one that is leaving, with 0."""

    type: Literal["shares.restate"]
    shares_version: Id
    shares: _SHARES
    liability: _SHARES | None = None
    charter_version: Id | None = None


def restated(state: Members, event: SharesRestated, fact: Fact) -> Members:
    """Returns the state in which these are the shares from the fact on."""
    liability = None if event.liability is None else _by_member(event.liability)
    shares = Shares(event.shares_version, _by_member(event.shares), liability)
    parties = state.parties
    for member_id, share in (liability or {}).items():
        if member_id in parties:
            party = parties[member_id].model_copy(update={"liability": share})
            parties = parties.insert(member_id, party)
    return replace(
        state,
        parties=parties,
        shares=state.shares.closed_by(fact.effective).with_mark(fact.effective, fact.number, shares),
        restated=state.restated.insert(event.shares_version, fact.number),
    )


def _by_member(shares: Iterable[MemberShare]) -> HashTrieMap[str, Share]:
    return HashTrieMap({share.member_id: share.share for share in shares})


def restate(
    command: RestateShares, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Decision:
    """Returns the shares laid down. Raises Rejection."""
    event = SharesRestated(
        shares_version=command.shares_version,
        shares=command.shares,
        liability=command.liability,
        charter_version=command.charter_version,
    )
    return Decision((event,), judge(_against(event, members, resolutions, standing, context), context.mode))


def _against(
    event: SharesRestated, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    known = members.restated.get(event.shares_version)
    if known is not None:
        yield Rejection("shares.already_restated", "fact", entries=(known,), shares_version=event.shares_version)
    yield from _against_twice(event)
    yield from _against_strangers(event, members, context)
    yield from _against_unchanged(event, members, context)
    for what, shares in (("ownership", event.shares), ("liability", event.liability)):
        if shares is not None:
            yield from _against_left_out(what, shares, members, context)
            yield from _against_sum(what, shares, standing)
    if standing.form is not None and standing.form.shares_law is not None:
        yield from _against_unresolved(event, members, resolutions, standing.form.shares_law, context)


def _named(event: SharesRestated) -> tuple[tuple[MemberShare, ...], ...]:
    return (event.shares, event.liability or ())


def _against_twice(event: SharesRestated) -> Iterator[Rejection]:
    counts = [Counter(share.member_id for share in shares) for shares in _named(event)]
    twice = sorted({member_id for count in counts for member_id, times in count.items() if times > 1})
    if twice:
        yield Rejection("shares.member_listed_twice", "fact", members=twice)


def _against_strangers(event: SharesRestated, members: Members, context: Context) -> Iterator[Rejection]:
    named = sorted({share.member_id for shares in _named(event) for share in shares})
    held = {m: members.is_member(m, context.on) if members.decides(m) else False for m in named}
    strangers = [m for m, member in held.items() if member is False]
    doubtful = [m for m, member in held.items() if member is None]
    if strangers or doubtful:
        yield Rejection(
            "shares.share_of_stranger",
            "fact" if strangers else "unknown",
            entries=members.entries(*(strangers or doubtful)),
            members=strangers or doubtful,
            on=context.on.isoformat(),
        )


def _against_unchanged(event: SharesRestated, members: Members, context: Context) -> Iterator[Rejection]:
    held = members.shares.on(context.on).certain
    liability = None if event.liability is None else _by_member(event.liability)
    if held is not None and (held.value.ownership, held.value.liability) == (_by_member(event.shares), liability):
        yield Rejection("shares.nothing_changed", "fact", entries=(held.number,), shares_version=held.value.version)


def _against_left_out(
    what: str, shares: tuple[MemberShare, ...], members: Members, context: Context
) -> Iterator[Rejection]:
    missing = sorted(set(members.deciding_on(context.on)) - {share.member_id for share in shares})
    if missing:
        yield Rejection(
            "shares.share_missing_for_member", entries=members.entries(*missing), what=what, members=missing
        )


def _against_sum(what: str, shares: tuple[MemberShare, ...], standing: Standing) -> Iterator[Rejection]:
    found = total(share.share for share in shares)
    if found != 1:
        form = standing.form
        yield Rejection(
            "shares.do_not_sum_to_one",
            law=(form.liability_law or form.shares_law) if form else None,
            what=what,
            total=str(found),
            percent=percent(found),
            off=str(abs(found - 1)),
            off_percent=percent(abs(found - 1)),
        )


_PLACES = 6


def percent(share: Fraction) -> str:
    """Returns a share in per cent with at most six decimals, marked with ≈ where that is not all of it."""
    scaled = share * 100 * 10**_PLACES
    whole, rest = divmod(round(scaled), 10**_PLACES)
    text = f"{whole}.{rest:0{_PLACES}d}".rstrip("0").rstrip(".")
    return text if scaled.denominator == 1 else f"≈ {text}"


def _against_unresolved(
    event: SharesRestated, members: Members, resolutions: Resolutions, law: str, context: Context
) -> Iterator[Rejection]:
    """Yields which councils have not resolved on it, by a resolution of its own or on the charter that lays it down.

    One that is left with nothing need not have where it has given notice, or the others have put it out.
    """
    kept = {share.member_id for share in event.shares if share.share.numerator > 0}
    required = [
        m for m in members.required_on(context.on) if m in kept or not _leaves(m, members, resolutions, context)
    ]
    charter = () if event.charter_version is None else (("charter", event.charter_version),)
    round_ = ratification(
        resolutions,
        ("shares", event.shares_version),
        *charter,
        required=required,
        on=context.on,
    )
    if round_.missing or round_.rejected:
        yield Rejection(
            "shares.consent_missing",
            "rule" if round_.rejected else round_.nature_of_gap,
            law=law,
            entries=round_.entries,
            shares_version=event.shares_version,
            missing=list(round_.missing),
            rejected=list(round_.rejected),
        )
    resolved = round_.precedes(context.effective)
    if resolved != "yes":
        yield Rejection(
            "shares.effective_before_last_resolution",
            "rule" if resolved == "no" else "unknown",
            law=law,
            entries=round_.entries,
            shares_version=event.shares_version,
            effective=context.on.isoformat(),
            earliest=round_.last_day.isoformat(),
        )


def _leaves(member_id: str, members: Members, resolutions: Resolutions, context: Context) -> bool:
    notice = members.notices.get(member_id)
    if notice is not None and notice.departs_on <= context.on:
        return True
    return agreed(others_on("position", member_id, members, resolutions, context), context)
