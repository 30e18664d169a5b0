"""The transparency log of a book: a Merkle tree over its entries' bytes, and signed statements of how far it goes.

RFC 6962 hashing; C2SP signed-note and tlog-checkpoint v1.0.0, tlog-cosignature v1.0.1, tlog-witness v1.0.0, tlog-tiles
v0.1.0, and tlog-proof and tlog-policy as of 2026-07.
"""
