#!/usr/bin/env python3
"""Checks an evidence package of a minute book, offline: nothing here needs the program that made it.

    python3 verify.py package.zip [--known CHECKPOINT] [--json]

Needs Python 3.11 and the package `cryptography`, and nothing else: copy this file wherever you trust it to be. For
every book in the package it derives anew, from the bytes of the entries, what the signed checkpoint says:

1. every entry is in its place: numbers 1, 2, 3 ... of this book, each once, and no time of recording before the last;
2. every entry's bytes have the hash the tree has in that place, and the tree has the root that was signed (RFC 6962);
3. the checkpoint is signed by the log's key, and cosigned by as many witnesses as the policy asks for (C2SP notes); a
   second signature of the log (ML-DSA-44) is checked too, where this `cryptography` has that algorithm;
4. every earlier checkpoint is signed too, and is of the same entries: the book only grew;
5. every key that followed another was let in by it, or it is said that the other was lost;
6. every text that is kept is the one its entry commits to, and every document the one its name says;
7. the installation's own log, a leaf for every checkpoint of a book, has the root that was signed, and each book agrees
   with every leaf of it: a book that was dropped whole is named, where the package says that all are in it;
8. every timestamp (RFC 3161) is of the checkpoint beside it. The time in it counts only once its signature is checked
   with OpenSSL, by the command that is printed: this file does not do that.

With --known a checkpoint from your last visit, or of a member, is compared too, one of the installation as well: only
that, or a witness, shows that the whole is not another history signed with the same key.

Exit code 0: all is as signed; 1: something is not, and it says what; 2: no package. C2SP signed-note and tlog formats.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError as missing:
    if __name__ != "__main__":
        raise
    sys.stderr.write(f"Nothing was checked: {missing}. To install it: python3 -m pip install cryptography\n")
    sys.exit(2)

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    MLDSA44PublicKey.from_public_bytes(bytes(1312))
    HAS_ML_DSA = True
except (ImportError, UnsupportedAlgorithm):
    HAS_ML_DSA = False

ED25519, COSIGNATURE, ML_DSA, WIDTH, HASH, KNOWN = 0x01, 0x04, 0x06, 256, 32, "the checkpoint you know"
SHA_256 = bytes.fromhex("608648016503040201")
"""The name of that hash in DER."""
LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
COMMITMENT = re.compile(rb'\{"commitment":"([0-9a-f]{64})"\}')
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""How entries are written."""


class Wrong(Exception):
    """Something is not as it was signed."""


class Package:
    """The files of a package: a ZIP file, or the folder it was unpacked into."""

    def __init__(self, path: Path) -> None:
        self._folder, self._archive = path, None if path.is_dir() else self._whole(path)
        found = self._archive.namelist() if self._archive else self._below(path)
        self.there = {name for name in found if not name.endswith("/")}
        self._names = sorted(self.there)

    @staticmethod
    def _whole(path: Path) -> zipfile.ZipFile:
        archive = zipfile.ZipFile(path)
        if damaged := archive.testzip():
            raise ValueError(f"{damaged} is damaged: fetch it again")
        return archive

    @staticmethod
    def _below(folder: Path) -> list[str]:
        return [one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()]

    def names(self, under: str) -> list[str]:
        """Returns the files whose names begin with `under`, sorted."""
        start = bisect_left(self._names, under)
        return list(takewhile(lambda name: name.startswith(under), islice(self._names, start, None)))

    def read(self, name: str) -> bytes:
        """Returns a file. Raises Wrong where it is missing."""
        if name not in self.there:
            raise Wrong(f"{name} is missing from the package")
        return self._archive.read(name) if self._archive else (self._folder / name).read_bytes()


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """Returns the four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes((algorithm,)) + public).digest()[:4]


def read_key(text: str) -> tuple[str, int, bytes]:
    """Returns name, algorithm and public key of a verifier key, `name+id+key`."""
    name, id_, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if key_id(name, raw[0], raw[1:]).hex() != id_:
        raise Wrong(f"the key {text[:60]} does not have the id it names")
    return name, raw[0], raw[1:]


class Note:
    """A signed text."""

    def __init__(self, raw: bytes, what: str) -> None:
        self.what = what
        self.text, blank, below = raw.decode(errors="replace").rpartition("\n\n")
        self.text += "\n"
        self.lines = [LINE.fullmatch(line) for line in below.removesuffix("\n").split("\n")]
        if not blank or not all(self.lines):
            raise Wrong(f"{what} is no signed note")

    def lines_of(self, name: str) -> list[str]:
        """Returns the lines of the signatures under a name."""
        return [line[0] for line in self.lines if line and line[1] == name]

    def signed_by(self, name: str, algorithm: int, public: bytes) -> bool:
        """Returns whether the key signed it. Raises Wrong where a line names the key and does not verify.

        False too for an ML-DSA-44 key, where this `cryptography` lacks that algorithm.
        """
        if algorithm == ML_DSA and not HAS_ML_DSA:
            return False
        wanted = key_id(name, algorithm, public)
        for line in self.lines:
            raw = base64.b64decode(line[2]) if line else b""
            if not line or line[1] != name or raw[:4] != wanted:
                continue
            message, signature = self.text.encode(), raw[4:]
            if algorithm != ED25519:
                time, signature = raw[4:12], raw[12:]
                message = f"cosignature/v1\ntime {int.from_bytes(time)}\n{self.text}".encode()
            try:
                if algorithm == ML_DSA:
                    MLDSA44PublicKey.from_public_bytes(public).verify(signature, self._tree_message(name, time))
                else:
                    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
            except (InvalidSignature, ValueError, OverflowError):
                raise Wrong(f"{self.what}: the signature of {name} does not fit what it is on") from None
            return True
        return False

    def _tree_message(self, name: str, time: bytes) -> bytes:
        """Returns what ML-DSA-44 signs of a checkpoint (C2SP tlog-cosignature): whose log it is, its size and root."""
        origin, size, root = self.checkpoint()
        named = (bytes((len(one.encode()),)) + one.encode() for one in (name, origin))
        return b"subtree/v1\n\x00" + time.join(named) + bytes(8) + size.to_bytes(8) + root

    def checkpoint(self) -> tuple[str, int, bytes]:
        """Returns origin, size and root."""
        lines = self.text.split("\n")
        try:
            return lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        except (IndexError, ValueError):
            raise Wrong(f"{self.what} is no checkpoint") from None


class Policy:
    """Whom to believe (C2SP tlog-policy): the logs, the witnesses, and how many of them."""

    def __init__(self, text: str) -> None:
        self.logs: list[tuple[str, int, bytes]] = []
        self.witnesses: dict[str, tuple[str, int, bytes]] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        for line in text.split("\n"):
            match line.replace("\t", " ").split():
                case ["log", key, *_]:
                    self.logs.append(read_key(key))
                case ["witness", name, key, *_]:
                    self.witnesses[name] = read_key(key)
                case ["group", name, least, *members]:
                    count = {"all": len(members), "any": 1}.get(least) or int(least)
                    self.groups[name] = (count, members)
                case ["quorum", name]:
                    self.quorum = name
        if not self.quorum:
            raise Wrong("the policy does not say which witnesses are enough")

    def check_log(self, note: Note) -> set[int]:
        """Returns with which algorithms the log signed it. Raises Wrong unless it did, and as each of its keys says.

        An earlier checkpoint need not be cosigned.
        """
        origin = note.checkpoint()[0]
        signed = {key[1] for key in self.logs if key[0] == origin and note.signed_by(*key)}
        if not signed:
            raise Wrong(f"{note.what} is not signed by a key the policy has for {origin}")
        return signed

    def check(self, note: Note) -> list[str]:
        """Returns the witnesses that cosigned. Raises Wrong where log or witnesses are not those asked for."""
        self.check_log(note)
        cosigned = [name for name, key in self.witnesses.items() if note.signed_by(*key)]
        if not self._enough(self.quorum, cosigned):
            raise Wrong(f"{note.what} is not cosigned by the witnesses the policy asks for ({self.quorum})")
        return cosigned

    def _enough(self, name: str, cosigned: list[str]) -> bool:
        if name == "none":
            return True
        if name not in self.groups:
            return name in cosigned
        least, members = self.groups[name]
        return sum(self._enough(member, cosigned) for member in members) >= least


def leaf_hash(leaf: bytes) -> bytes:
    """Returns the hash of an entry's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


class Tree:
    """A tree that grows leaf by leaf: the roots of its whole subtrees, the largest first."""

    def __init__(self) -> None:
        self.size, self.roots = 0, list[bytes]()

    def add(self, leaf: bytes) -> None:
        """Adds a leaf's hash."""
        filled = self.size
        while filled & 1:
            leaf = hashlib.sha256(b"\x01" + self.roots.pop() + leaf).digest()
            filled >>= 1
        self.roots.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self.roots:
            return hashlib.sha256().digest()
        found = self.roots[-1]
        for subtree in reversed(self.roots[:-1]):
            found = hashlib.sha256(b"\x01" + subtree + found).digest()
        return found


def tile_path(level: object, index: int, width: int) -> str:
    """Returns where a tile lies below its log."""
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}{'' if width == WIDTH else f'.p/{width}'}"


def unpacked(bundle: bytes, what: str) -> Iterator[bytes]:
    """Yields the entries of a bundle: two bytes of length, then the entry."""
    place = 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2])
        entry = bundle[place + 2 : place + 2 + length]
        if len(entry) != length:
            raise Wrong(f"{what} ends in the middle of an entry")
        yield entry
        place += 2 + length


def parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields tag and content of the values in DER bytes. Raises IndexError where they are cut."""
    place = 0
    while place < len(der):
        tag, length, place = der[place], der[place + 1], place + 2
        if length & 0x80:
            wide = length & 0x7F
            length, place = int.from_bytes(der[place : place + wide]), place + wide
        if place + length > len(der):
            raise IndexError("a value ends beyond the bytes there are")
        yield tag, der[place : place + length]
        place += length


def inside(der: bytes, *path: int) -> bytes:
    """Returns the content that is reached by taking, level by level, the value in that place. Raises IndexError."""
    for place in path:
        der = list(parts(der))[place][1]
    return der


class Timestamp:
    """An authority's answer (RFC 3161), read as far as what it is of and when: its signature is not checked here."""

    def __init__(self, raw: bytes, what: str) -> None:
        try:
            # Answer, its token, the signed data, what is in it, and there the TSTInfo.
            info = inside(raw, 0, 1, 1, 0, 2, 1, 0, 0)
            self.algorithm, self.imprint = inside(info, 2, 0, 0), inside(info, 2, 1)
            self.time = datetime.strptime(inside(info, 4).decode()[:14] + "Z", "%Y%m%d%H%M%S%z")
        except (IndexError, ValueError):
            raise Wrong(f"{what} is no timestamp") from None


class Book:
    """One book of a package, checked entry by entry."""

    def __init__(self, package: Package, name: str, policy: Policy) -> None:
        self.package, self.name, self.policy = package, name, policy
        self.under = f"log/{name}"
        self.commitments, self.breaks, self.last_time = dict[str, int](), list[str](), ""

    def check(self, known: list[Note], log: Installation) -> dict[str, Any]:
        """Returns what was found in order. Raises Wrong at the first thing that is not."""
        note = Note(self.package.read(f"{self.under}/checkpoint"), f"the checkpoint of {self.name}")
        origin, size, root = note.checkpoint()
        witnesses = self.policy.check(note)
        if origin.rsplit("/", 1)[-1] != self.name:
            raise Wrong(f"the checkpoint of {self.name} is of another log, {origin}")
        roots = self._earlier(origin) + log.said.get(self.name, [])
        for other in known:
            if other.checkpoint()[0] == origin:
                self.policy.check_log(other)
                roots.append((*other.checkpoint()[1:], KNOWN))
        if beyond := [what for at, _, what in roots if at > size]:
            raise Wrong(f"{self.name} ends at entry {size}, and {beyond[0]} is of more entries: the tail was dropped")
        self._entries(size, root, sorted(roots, key=lambda one: one[0]))
        about = {"book": self.name, "entries": size, "root": root.hex(), "witnesses": witnesses}
        unchecked = not HAS_ML_DSA and any(key[:2] == (origin, ML_DSA) for key in self.policy.logs)
        about["second_signature"] = None if unchecked else ML_DSA in self.policy.check_log(note)
        about["leaf"] = log.receipt(self.name, self._as_leaves())
        return {**about, "texts": self._texts(), "breaks": self.breaks, "timestamps": list(self._timestamps())}

    def _timestamps(self) -> Iterator[dict[str, Any]]:
        """Yields the timestamps of the book. Raises Wrong for one that is of something else than its checkpoint."""
        for path in self.package.names(f"timestamps/{self.name}/"):
            size, _, authority = path.rpartition("/")[2].removesuffix(".tsr").partition(".")
            if not path.endswith(".tsr"):
                continue
            note = f"timestamps/{self.name}/{size}.note"
            stamped, token = self.package.read(note), Timestamp(self.package.read(path), path)
            self.policy.check_log(Note(stamped, note))
            if not self.package.read(f"{self.under}/checkpoints/{size}").startswith(stamped):
                raise Wrong(f"{note} is not the checkpoint of {size} entries of {self.name}")
            if (token.algorithm, token.imprint) != (SHA_256, hashlib.sha256(stamped).digest()):
                raise Wrong(f"{path} is of something else than the checkpoint of {size} entries of {self.name}")
            command = f"openssl ts -verify -data {note} -in {path} -CAfile timestamps/{authority}.pem"
            command += f" -attime {int(token.time.timestamp())}"
            yield {"entries": int(size), "authority": authority, "time": token.time.isoformat(), "check": command}

    def _as_leaves(self) -> list[bytes]:
        """Returns what was signed of the book as it is a leaf: the text with the log's own signatures alone."""
        paths = (f"{self.under}/checkpoint", *self.package.names(f"{self.under}/checkpoints/"))
        notes = [Note(self.package.read(path), path) for path in paths]
        return ["\n".join((note.text, *note.lines_of(note.checkpoint()[0]), "")).encode() for note in notes]

    def _earlier(self, origin: str) -> list[tuple[int, bytes, str]]:
        found = []
        for path in self.package.names(f"{self.under}/checkpoints/"):
            note = Note(self.package.read(path), path)
            self.policy.check_log(note)
            if note.checkpoint()[0] != origin:
                raise Wrong(f"{path} is of another log")
            self.breaks += [f"entry {note.checkpoint()[1]}: {line}" for line in note.text.split("\n")[3:] if line]
            found.append((*note.checkpoint()[1:], f"the checkpoint of {note.checkpoint()[1]} entries"))
        return found

    def _entries(self, size: int, root: bytes, roots: list[tuple[int, bytes, str]]) -> None:
        tree, agreed, sure = Tree(), 0, 0  # sure: agreed with what you know, whoever signed the rest
        for index in range(-(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            hashes = self.package.read(f"{self.under}/{tile_path(0, index, width)}")
            path = f"{self.under}/{tile_path('entries', index, width)}"
            count = 0
            for entry in unpacked(self.package.read(path), path):
                number = tree.size + 1
                self._entry(entry, number)
                found = leaf_hash(entry)
                if hashes[count * HASH : (count + 1) * HASH] != found:
                    raise Wrong(f"entry {number} of {self.name} is not the one in the tree: its bytes were changed")
                tree.add(found)
                count += 1
                while roots and roots[0][0] == tree.size:
                    _, expected, what = roots.pop(0)
                    if tree.root != expected:
                        first = 1 + (sure if what == KNOWN else agreed)
                        raise Wrong(f"{what} is of other entries: one of {first} to {number} of {self.name} changed")
                    agreed, sure = number, number if what == KNOWN else sure
            if count != width or len(hashes) != width * HASH:
                raise Wrong(f"{path} holds {count} entries and its tile {len(hashes) // HASH} hashes, not {width}")
        if tree.root != root:
            changed = f"one of {agreed + 1} to {size} of {self.name} changed"
            raise Wrong(f"the entries do not lead to the signed root: {changed}")

    def _entry(self, raw: bytes, number: int) -> None:
        what = f"entry {number} of {self.name}"
        try:
            entry = json.loads(raw)
            book, own, time = entry["collaboration_id"], entry["number"], entry["recorded_at"]
        except (ValueError, KeyError, TypeError):
            raise Wrong(f"{what} is no entry") from None
        if CANONICAL(entry).encode() != raw:
            raise Wrong(f"{what} is not written as entries are")
        if (book, own) != (self.name, number):
            raise Wrong(f"{what} calls itself entry {own} of {book}")
        if time < self.last_time:
            raise Wrong(f"{what} was recorded before the entry before it")
        self.last_time = time
        for commitment in COMMITMENT.findall(raw):
            self.commitments.setdefault(commitment.decode(), number)

    def _texts(self) -> int:
        path = f"texts/{self.name}.ndjson"
        if path not in self.package.there:
            return 0
        count = 0
        for line in self.package.read(path).splitlines():
            row = json.loads(line)
            number = self.commitments.get(row["commitment"])
            if number is None:
                raise Wrong(f"{path} holds a text no entry of {self.name} commits to")
            if hashlib.sha256(bytes.fromhex(row["salt"]) + row["text"].encode()).hexdigest() != row["commitment"]:
                raise Wrong(f"a text of entry {number} of {self.name} is not the one it commits to")
            count += 1
        return count


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Returns whether a leaf's hash stands at an index of the tree with this size and root (RFC 9162, 2.1.3.2)."""
    last = size - 1
    if index >= size:
        return False
    for one in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            leaf = hashlib.sha256(b"\x01" + one + leaf).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + one).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and leaf == root


class Installation:
    """The installation's own log, where the policy asks for it: what was signed of its books, leaf after leaf."""

    def __init__(self, package: Package, policy: Policy, origin: str) -> None:
        self.package, self.policy, self.origin = package, policy, origin
        self.said = dict[str, list[tuple[int, bytes, str]]]()
        self.bundles = package.names("installation/tile/entries/")
        self.is_asked_for = origin in {name for name, _, _ in policy.logs}
        self.size, self.root = 0, b""

    def check(self, known: list[Note]) -> Iterator[dict[str, Any]]:
        """Yields what was found, where there is something to look at. Raises Wrong at the first thing that is not."""
        if not self.is_asked_for and known:
            raise Wrong(f"the policy has no key for {self.origin}, so {known[0].what} cannot be compared")
        if not self.is_asked_for:
            return
        paths = ["installation/checkpoint", *self.package.names("installation/checkpoints/")]
        notes = [Note(self.package.read(path), path) for path in paths]
        witnesses = self.policy.check(notes[0])
        for note in (*notes, *known):
            self.policy.check_log(note)
            if note.checkpoint()[0] != self.origin:
                raise Wrong(f"{note.what} is of another log")
        _, self.size, self.root = notes[0].checkpoint()
        for note in (*notes, *known):
            if note.checkpoint()[1] > self.size:
                raise Wrong(f"the installation's log ends at leaf {self.size}, and {note.what} is of more leaves")
        if self.bundles:
            self._leaves([*notes, *known])
        elif known:
            raise Wrong(f"the package is without the leaves that {known[0].what} could be held against")
        about = {"installation": self.origin, "leaves": self.size, "root": self.root.hex(), "witnesses": witnesses}
        yield {**about, "books": sorted(self.said)}

    def _leaves(self, notes: list[Note]) -> None:
        tree, left = Tree(), sorted((note.checkpoint()[1:], note.what) for note in notes)
        while tree.size < self.size:
            before, width = tree.size, min(WIDTH, self.size - tree.size)
            path = f"installation/{tile_path('entries', before // WIDTH, width)}"
            for leaf in unpacked(self.package.read(path), path):
                tree.add(leaf_hash(leaf))
                self._leaf(leaf, f"leaf {tree.size} of the installation's log")
                while left and left[0][0][0] == tree.size:
                    (_, root), what = left.pop(0)
                    if root != tree.root:
                        raise Wrong(f"{what} is of other leaves of the installation's log: they were changed")
            if tree.size != before + width:
                raise Wrong(f"{path} holds {tree.size - before} leaves, not {width}")

    def _leaf(self, raw: bytes, what: str) -> None:
        note = Note(raw, what)
        origin, size, root = note.checkpoint()
        keys = [(algorithm, key) for name, algorithm, key in self.policy.logs if name == self.origin]
        if not any(note.signed_by(origin, *key) for key in keys):
            raise Wrong(f"{what} is not signed by the installation")
        if origin != self.origin:  # its own are of breaks after a restore
            book = origin.removeprefix(f"{self.origin}/")
            self.said.setdefault(book, []).append((size, root, f"{what}, a checkpoint of {size} entries,"))

    def receipt(self, book: str, leaves: list[bytes]) -> int | None:
        """Returns the number of a book's last leaf, by its receipt; None where there is none. Raises Wrong."""
        path = f"installation/{book}.tlog-proof"
        if not self.root or path not in self.package.names(path):
            return None
        head, _, note = self.package.read(path).decode(errors="replace").partition("\n\n")
        _, index, *hashes = head.split("\n")
        number, proof = int(index.removeprefix("index ")), [base64.b64decode(one) for one in hashes]
        point = Note(note.encode(), path)
        self.policy.check_log(point)
        if point.checkpoint() != (self.origin, self.size, self.root):
            raise Wrong(f"{path} leads to another checkpoint than that of the installation")
        if not any(is_included(leaf_hash(leaf), number, self.size, proof, self.root) for leaf in leaves):
            raise Wrong(f"{path} does not prove that a checkpoint of {book} is in the installation's log")
        return number + 1


def check_keys(package: Package, policy: Policy) -> list[str]:
    """Returns which keys were lost, and why. Raises Wrong for one let in by nobody, and one the policy alone has."""
    listed = json.loads(package.read("keys.json"))
    origin, keys, lost = listed["origin"], list[bytes](), list[str]()
    for number, key in enumerate(listed["keys"], start=1):
        public = base64.b64decode(key["public"])
        id_, raw = key_id(origin, ED25519, public).hex(), base64.b64encode(bytes((ED25519,)) + public).decode()
        head = f"styringsbok key rotation\norigin {origin}\nnumber {number}\n"
        text = f"{head}key {origin}+{id_}+{raw}\nsince {key['since']}\n"
        if keys and key["statement"].startswith(f"{text}the key before was lost: "):
            lost.append(f"key {number}, since {key['since']}: {key['statement'].removeprefix(text).strip()}")
        elif keys:
            note = Note(key["statement"].encode(), f"key {number} of {origin}")
            if note.text != text or not note.signed_by(origin, ED25519, keys[-1]):
                raise Wrong(f"key {number} of {origin} was not let in by the key before it")
        keys.append(public)
    keys += check_second_keys(origin, keys, listed.get("second", []))
    if strangers := [name for name, _, key in policy.logs if key not in keys]:
        raise Wrong(f"the policy has a key for {strangers[0]} that the log never had")
    return lost


def check_second_keys(origin: str, first: list[bytes], listed: list[dict[str, str]]) -> list[bytes]:
    """Returns the log's second keys, of ML-DSA-44. Raises Wrong for one that none of its first keys let in."""
    found = list[bytes]()
    for number, key in enumerate(listed, start=1):
        public = base64.b64decode(key["public"])
        id_, raw = key_id(origin, ML_DSA, public).hex(), base64.b64encode(bytes((ML_DSA,)) + public).decode()
        text = f"styringsbok second key\norigin {origin}\nnumber {number}\nkey {origin}+{id_}+{raw}\n"
        note = Note(key["statement"].encode(), f"second key {number} of {origin}")
        signed = [note.signed_by(origin, ED25519, one) for one in first]
        if note.text != f"{text}since {key['since']}\n" or not any(signed):
            raise Wrong(f"second key {number} of {origin} was let in by no first key of its")
        found.append(public)
    return found


def check_timestamps(package: Package, listed: list[str]) -> None:
    """Raises Wrong unless the timestamps in the package are those its manifest names, with the root of each."""
    there = [name for name in package.names("timestamps/") if name.endswith(".tsr")]
    if gone := sorted(set(listed) ^ set(there)):
        raise Wrong(f"the package does not hold the timestamps its manifest names: {', '.join(gone)}")
    for name in there:
        package.read(f"timestamps/{name.rpartition('/')[2].removesuffix('.tsr').partition('.')[2]}.pem")


def told_of_witnesses(found: dict[str, Any]) -> Iterator[str]:
    """Yields what is to be said of who cosigned the checkpoint, by the keys the policy has for them."""
    if found["witnesses"]:
        yield f"cosigned by {', '.join(found['witnesses'])}, by the keys the policy has for them"


def told_of_times(book: dict[str, Any]) -> Iterator[str]:
    """Yields what is to be said of the first and the last timestamp of each authority, and how to check who signed."""
    by: dict[str, list[dict[str, Any]]] = {}
    for one in book["timestamps"]:
        by.setdefault(one["authority"], []).append(one)
    for authority, found in by.items():
        for one in found if len(found) == 1 else (found[0], found[-1]):
            yield f"entries 1 to {one['entries']} were there by {one['time']}, if {authority} signed it; to check that:"
            yield f"  {one['check']}"


def verify(path: Path, known: list[Path], trusted: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yields what was found of each book, then of the installation's log, which has `installation` for its name.

    Raises Wrong, or OSError and ValueError where it is no package.
    """
    package = Package(path)
    policy = Policy((trusted.read_bytes() if trusted else package.read("policy.txt")).decode())
    lost = check_keys(package, policy)
    notes = [Note(one.read_bytes(), f"the checkpoint in {one}") for one in known]
    books = sorted({name.split("/")[1] for name in package.names("log/")})
    manifest = json.loads(package.read("manifest.json"))
    check_timestamps(package, manifest.get("timestamps", []))
    if gone := sorted(set(manifest["books"]) ^ set(books)):
        raise Wrong(f"the package does not hold the books its manifest names: {', '.join(gone)}")
    log = Installation(package, policy, json.loads(package.read("keys.json"))["origin"])
    for note in notes:
        if note.checkpoint()[0] != log.origin and note.checkpoint()[0].rsplit("/", 1)[-1] not in books:
            raise Wrong(f"the book of {note.what} is missing: it was dropped")
    found, wrong = list[dict[str, Any]](), None
    try:
        found += log.check([note for note in notes if note.checkpoint()[0] == log.origin])
    except Wrong as error:  # said after the books: what is wrong in one of them tells more
        wrong = error
    if (gone := sorted(set(log.said) - set(books))) and manifest.get("whole"):
        wrong = wrong or Wrong(f"{gone[0]} is in the installation's log, and missing from the package: it was dropped")
    for document in package.names("attachments/"):
        if hashlib.sha256(package.read(document)).hexdigest() != document.removeprefix("attachments/"):
            raise Wrong(f"{document} is another document than its name says: it was changed")
    for name in books:
        yield {**Book(package, name, policy).check(notes, log), "lost_keys": lost}
    if wrong is not None:
        raise wrong
    yield from found


def _said_of(found: dict[str, Any]) -> Iterator[str]:
    """Yields what is to be said of a book, or of the installation's log."""
    if "installation" in found:
        yield f"the installation's log: {found['leaves']} leaves, as they were signed"
        yield from told_of_witnesses(found)
        return
    yield f"{found['book']}: {found['entries']} entries, as they were signed"
    yield from told_of_witnesses(found)
    yield from (f"went on after a restore without proof, at {one}" for one in found["breaks"])
    if found["second_signature"] is None:
        yield "its second signature (ML-DSA-44) was not checked: this `cryptography` cannot"
    yield from found["lost_keys"]
    yield from told_of_times(found)


def main(arguments: list[str] | None = None) -> int:
    """Verifies what the command line names and says what it found. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Checks an evidence package of a minute book, offline.")
    parser.add_argument("package", type=Path, help="the package, or the folder it was unpacked into")
    parser.add_argument("--known", type=Path, action="append", default=[], help="a checkpoint you have from before")
    parser.add_argument("--policy", type=Path, help="your own policy, rather than the one in the package")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    given = parser.parse_args(arguments)
    found, code, wrong = list[dict[str, Any]](), 0, None
    try:
        for one in verify(given.package, given.known, given.policy):
            found.append(one)
            if not given.json:
                sys.stdout.write("\n  ".join(_said_of(one)) + "\n")
    except Wrong as error:
        code, wrong = 1, str(error)
    except OSError as error:
        code, wrong = 2, f"{error.filename or given.package} cannot be read: {error.strerror or error}"
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        code, wrong = 2, f"the package cannot be read: {error}"
    if given.json:
        books, log = [one for one in found if "book" in one], [one for one in found if "installation" in one]
        about = {"ok": code == 0, "books": books, "installation": log[0] if log else None, "wrong": wrong}
        sys.stdout.write(json.dumps(about, ensure_ascii=False) + "\n")
    elif wrong is not None:
        sys.stderr.write(f"{wrong}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
