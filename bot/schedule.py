"""The metronome: APScheduler beats, and what is due is looked up in the tables at every beat."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot import delivery, dropping
from bot.wiring import Wiring
from models import (
    accepting_terms,
    anchors,
    attesting,
    custom_reminders,
    database,
    due_counts,
    expiring,
    handing_over,
    keeping_up,
    lapsing,
    late_orders,
    members,
    pickups,
    recalling,
    reminders,
    sweeping,
    waiting,
)
from models.importing import dropped
from models.ledger import Act
from models.members import SCHEDULE

log = logging.getLogger("quartermaster")


class Beat:
    """One thread that reviews what is due and delivers what is owed, whenever it is woken or the metronome beats."""

    def __init__(self) -> None:
        #: How many beats were asked for, and how many of those are done.
        self._asked = self._done = 0
        self._changed = threading.Condition()
        self._ending = False
        self._wiring: Wiring | None = None
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)
        self._metronome = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self, wiring: Wiring) -> None:
        """Begins to beat, every `tick_seconds`."""
        self._wiring = wiring
        self._thread.start()
        self._metronome.add_job(self.wake, "interval", seconds=wiring.settings.tick_seconds)
        self._metronome.start()

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Does something else at that interval."""
        self._metronome.add_job(act, "interval", seconds=seconds)

    def wake(self) -> None:
        """Beats once more, as soon as the beat under way is done."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()

    def rests(self, *, seconds: float) -> bool:
        """Whether no beat is asked for or under way, waiting so many seconds at most until it is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ending or self._done == self._asked, seconds)

    def wake_in(self, seconds: float) -> None:
        """Beats once more after so many seconds, however many others are asked for before or after that: they are for other messages."""
        self._metronome.add_job(self.wake, "date", run_date=datetime.now(UTC) + timedelta(seconds=seconds))

    def close(self) -> None:
        """Stops after the beat under way."""
        self._ending = True
        self.wake()
        if self._metronome.running:
            self._metronome.shutdown()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            assert self._wiring is not None
            try:
                tick(self._wiring)
            except Exception:
                log.exception("a beat failed; the next one tries again")
            with self._changed:
                self._done = asked
                self._changed.notify_all()

    def _next(self) -> int | None:
        """How many beats are asked for, once there is one more than are done; nothing when it ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending or self._asked > self._done)
            return None if self._ending else self._asked


def tick(wiring: Wiring) -> None:
    """Looks for what has come due, then sends everything that is owed by now."""
    while _review(wiring):
        pass
    dropping.resume(wiring)
    delivery.deliver(wiring)


def _review(wiring: Wiring) -> bool:
    with wiring.database.reading() as session:
        looked = keeping_up.look(session, wiring.clock())
    with wiring.database.transaction() as session:
        now = wiring.clock()
        act = Act(members.actor(session, SCHEDULE), now, wiring.token)
        more = [
            reminders.review(session, now),
            late_orders.review(session, now),
            lapsing.review(session, act),
            expiring.review(session, now),
            custom_reminders.review(session, now),
            pickups.review(session, act),
            waiting.review(session, act),
            keeping_up.review(session, now, looked),
            due_counts.review(session, now),
            handing_over.review(session, act),
            dropped.review(session, now),
            accepting_terms.review(session, now),
            attesting.review(session, act),
        ]
        recalling.review(session, now)
        sweeping.review(session)
        database.forget(session, now)
        anchors.review(session, now)
        return any(more)
