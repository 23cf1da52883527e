"""The line of photos that wait to be read: so many of one person's, and no more."""

from collections import Counter
from threading import Lock

from models.refusals import Refusal

#: Reading takes a second each, and others send some, too.
MOST_WAITING = 20


class Line:
    """How many photos of each person's wait, or are being read."""

    def __init__(self) -> None:
        self._waiting = Counter[str]()
        self._lock = Lock()

    def join(self, user_id: str, photos: int) -> None:
        """So many more wait. Refuses more of one person's than may."""
        with self._lock:
            if self._waiting[user_id] + photos > MOST_WAITING:
                raise Refusal(f"{self._waiting[user_id]} photos of yours wait to be read. Send more when they are answered.")
            self._waiting[user_id] += photos

    def leave(self, user_id: str, photos: int) -> None:
        """They were read."""
        with self._lock:
            self._waiting[user_id] -= photos
            self._waiting += Counter()  # lets go of whoever has none left
