"""Trust policies (C2SP tlog-policy): which log to believe, and which witnesses must have cosigned a checkpoint.

The auditor's file: it says what a checkpoint must bear to count, so that one without is told from one with too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger.log.notes import COSIGNATURE, ED25519, ML_DSA_COSIGNATURE, InvalidNote, Note, VerifierKey

LINES_MAX = 1_000
NONE = "none"


class InvalidPolicy(Exception):
    """A policy that cannot be read. The message says which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, and where it takes checkpoints."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of its members must have cosigned."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which logs to believe, and which witnesses together are enough."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    """A witness, a group, or `none` where no witness need have cosigned."""

    def check(self, note: Note, origin: str) -> dict[str, int]:
        """Checks a checkpoint's signatures; returns the time of each known witness's cosignature, by its name.

        Raises InvalidNote where no known log of that origin signed it, a known signature does not verify, or too few
        witnesses have cosigned.
        """
        logs = [key for key in self.logs if key.name == origin]
        if not logs:
            raise InvalidNote(f"the policy knows no log {origin}")
        keys = {witness.key: witness.name for witness in self.witnesses.values()}
        signed = note.verified((*logs, *keys))
        if not any(key in signed for key in logs):
            raise InvalidNote(f"no key the policy has for {origin} signed the checkpoint")
        times = {keys[key]: time for key, time in signed.items() if key in keys and time is not None}
        if not self._enough(self.quorum, times):
            raise InvalidNote(f"the checkpoint lacks the cosignatures the quorum {self.quorum} asks for")
        return times

    def _enough(self, name: str, cosigned: Iterable[str]) -> bool:
        if name == NONE:
            return True
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._enough(member, cosigned) for member in group.members) >= group.least

    def __str__(self) -> str:
        lines = [f"log {key}" for key in self.logs]
        lines += [" ".join(filter(None, ("witness", w.name, str(w.key), w.url))) for w in self.witnesses.values()]
        lines += [f"group {group.name} {group.least} {' '.join(group.members)}" for group in self.groups.values()]
        return "\n".join((*lines, f"quorum {self.quorum}")) + "\n"


def read_policy(text: str) -> Policy:
    """Returns the policy in a file. Raises InvalidPolicy, naming the line."""
    reading = _Reading()
    lines = text.split("\n")
    if len(lines) > LINES_MAX:
        raise InvalidPolicy(f"a policy of more than {LINES_MAX} lines is not read")
    for number, line in enumerate(lines, start=1):
        words = line.replace("\t", " ").split()
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.take(words)
        except ValueError as error:
            raise InvalidPolicy(f"line {number} of the policy: {error}") from error
    if reading.quorum is None:
        raise InvalidPolicy("the policy has no quorum line: write `quorum none` where no witness need have cosigned")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


@dataclass
class _Reading:
    """A policy as far as it is read."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None

    def take(self, words: list[str]) -> None:
        """Reads one line. Raises ValueError."""
        match words:
            case ["log", key, *url] if len(url) <= 1:
                self._log(VerifierKey.read(key))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._witness(Witness(name, VerifierKey.read(key), *url))
            case ["group", name, least, *members] if members:
                self._group(name, least, members)
            case ["quorum", name]:
                if self.quorum is not None or (name != NONE and not self._known(name)):
                    raise ValueError(f"the quorum is named once, and {name} on a line before it")
                self.quorum = name
            case [word, *_]:
                raise ValueError(f"{word} is no line of a policy, or has too many or too few words")

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _log(self, key: VerifierKey) -> None:
        if key.algorithm not in (ED25519, ML_DSA_COSIGNATURE) or key.public in {log.public for log in self.logs}:
            raise ValueError("a log's key is of type 0x01 or 0x06, and stands once")
        self.logs.append(key)

    def _witness(self, witness: Witness) -> None:
        keys = {other.key.public for other in self.witnesses.values()}
        if witness.key.algorithm not in (COSIGNATURE, ML_DSA_COSIGNATURE) or witness.key.public in keys:
            raise ValueError("a witness's key is of type 0x04 or 0x06, and stands once")
        if witness.name == NONE or self._known(witness.name):
            raise ValueError(f"the name {witness.name} is taken")
        self.witnesses[witness.name] = witness

    def _group(self, name: str, least: str, members: list[str]) -> None:
        used = {member for group in self.groups.values() for member in group.members}
        if name == NONE or self._known(name):
            raise ValueError(f"the name {name} is taken")
        if not all(map(self._known, members)) or len(set(members)) != len(members) or used & set(members):
            raise ValueError("a group's members are named before it, each in one group and once")
        count = {"all": len(members), "any": 1}.get(least) or (int(least) if least.isdecimal() else 0)
        if not 1 <= count <= len(members):
            raise ValueError(f"of {len(members)} members {least} cannot be asked for")
        self.groups[name] = Group(name, count, tuple(members))
