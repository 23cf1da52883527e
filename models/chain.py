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
    body = canonical([previous, head, changes, words_digest, [_without_empty_end(movement) for movement in movements]])
    return hashlib.sha256(body.encode()).hexdigest()


def _without_empty_end(movement: Sequence[int | None]) -> Sequence[int | None]:
    """A movement without its lot, where it has none: as it was hashed before there were lots."""
    return movement[:-1] if movement[-1] is None else movement


def words_digest(salt: str, note: str | None, changes: str) -> str:
    """SHA-256 over an entry's free text and its salt. After the text is erased nobody can guess it from this."""
    return hashlib.sha256(canonical([salt, note, changes]).encode()).hexdigest()
