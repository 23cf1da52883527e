"""The hash chain: each entry carries the hash of itself and its predecessor, so that a rewritten past is evident."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

#: What stands before the first entry.
GENESIS = "0" * 64


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> str:
    """One JSON text per value: keys sorted, no spaces, letters as they are."""
    return _JSON.encode(value)


def entry_hash(
    previous: str,
    *,
    seq: int,
    kind: str,
    member_id: int,
    on_behalf_of_id: int | None,
    request_id: int | None,
    recorded_at: int,
    happened_at: int,
    key: str | None,
    reverses_id: int | None,
    changes: str,
    words_digest: str | None,
    movements: Iterable[Sequence[int | None]],
) -> str:
    """SHA-256 over an entry's canonical fields, its movements (variant, quantity, source, target, asset, lot) and the previous hash.

    Both times are microseconds since 1970. Names and notes are not in it, but for their salted digest. Columns that the ledger gains
    later are appended where they are not empty.
    """
    head = [seq, kind, member_id, on_behalf_of_id, request_id, recorded_at, happened_at, key, reverses_id]
    # a movement of no lot is hashed without it, as it was before there were lots
    lines = [movement if movement[-1] is not None else movement[:-1] for movement in movements]
    body = canonical([previous, head, changes, words_digest, lines])
    return hashlib.sha256(body.encode()).hexdigest()


def words_digest(salt: str, note: str | None, changes: str) -> str:
    """SHA-256 over an entry's free text and its salt. After the text is erased nobody can guess it from this."""
    return hashlib.sha256(canonical([salt, note, changes]).encode()).hexdigest()
