"""What can be set from outside: environment variables that begin with STYRINGSBOK_, or a file `.env`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.log.timestamping import HOURS_BETWEEN
from ledger.self_check import ENTRIES_PER_SECOND


class Settings(BaseSettings):
    """The settings of one process. Raises ValidationError naming the variable that is wrong."""

    model_config = SettingsConfigDict(
        env_prefix="STYRINGSBOK_", env_file=".env", extra="ignore", use_attribute_docstrings=True
    )

    database: str | None = None
    """sqlite:///path/to/file.db or postgresql://user@host/database; left out: a file in the user's data directory."""
    host: str = "127.0.0.1"
    """The address to listen on; the default is reachable from this machine only."""
    port: int = Field(default=8000, ge=1, le=65_535)
    origin: str | None = None
    """What the installation calls itself where it signs: a URL without its scheme. Cannot be changed afterwards."""
    signing_key: SecretStr | None = None
    """The key checkpoints are signed with; left out: in a file."""
    signing_key_file: Path | None = None
    """The file with that key; left out: beside the book, made at the first start."""
    second_signature: bool = False
    """Whether checkpoints are signed with a second key too, of ML-DSA-44. Its file has the name of the first one's with
    `.ml-dsa-44` after it, and is made when it is first needed."""
    witnesses: Path | None = None
    """A trust policy (tlog-policy): its witnesses that have an address are asked to cosign; none unless named."""
    timestampers: Path | None = None
    """A list of authorities that are to stamp checkpoints (RFC 3161), one a line: a name, its address, and the PEM file
    of the root to trust, beside the list; none unless named."""
    timestamp_hours: int = Field(default=HOURS_BETWEEN, ge=1, le=8_760)
    """How many hours a book that grows waits for its next timestamp, at least."""
    self_check_entries_per_second: int = Field(default=ENTRIES_PER_SECOND, ge=0, le=1_000_000)
    """How many entries the self-check of a served book reads a second, at most; 0 turns it off."""
    attachment_bytes_max: int = Field(default=26_214_400, ge=1, le=1_073_741_824)
    """Bytes a document may have; the default is 25 MiB."""
    cors_origins: tuple[str, ...] = ()
    """Origins of other sites whose pages may read the API; none unless named."""
