"""Which kinds of documents are taken, and whether content is what it is said to be: by its bytes, never by its name."""

from __future__ import annotations

import codecs
import zipfile
from typing import IO

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT = "application/vnd.oasis.opendocument.text"
_TABLE = "application/vnd.oasis.opendocument.spreadsheet"

_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}
_PARTS = {_WORD: "word/document.xml", _SHEET: "xl/workbook.xml"}
_MEMBERS_MAX = 10_000
_PLAIN = ("text/plain", "text/csv")

MEDIA_TYPES: tuple[str, ...] = (*_BEGINNINGS, *_PARTS, _TEXT, _TABLE, *_PLAIN)
"""Content types a document may have. Nothing that a browser would run."""

BLOCK_BYTES = 1024 * 1024


def fits(content: IO[bytes], media_type: str) -> bool:
    """Returns whether content can be of a media type of ours. Documents of word processors must be without macros."""
    content.seek(0)
    if media_type in _BEGINNINGS:
        return content.read(16).startswith(_BEGINNINGS[media_type])
    if media_type in _PLAIN:
        return _is_text(content)
    return _is_package(content, media_type)


def _is_text(content: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in iter(lambda: content.read(BLOCK_BYTES), b""):
            if "\0" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_package(content: IO[bytes], media_type: str) -> bool:
    try:
        with zipfile.ZipFile(content) as package:
            names = package.namelist()
            if len(names) > _MEMBERS_MAX or any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            if media_type in _PARTS:
                return "[Content_Types].xml" in names and _PARTS[media_type] in names
            with package.open("mimetype") as said:
                return said.read(200) == media_type.encode()
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, ValueError):
        return False
