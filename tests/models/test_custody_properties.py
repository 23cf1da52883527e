"""Any sequence of verbs of custody, among all the others, keeps every invariant: repairs, hand-overs and kits.

QUARTERMASTER_PROPERTY_EXAMPLES=2000 runs that many random sequences instead of the few that are always the same.
"""

from collections.abc import Sequence

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlmodel import Session

from models import archiving, handing_over, kit_register, maintenance, repairs
from models.assets import Asset
from models.catalog import Variant
from models.checking_out import check_out
from models.entries import ENTRIES, EntryKind
from models.kit_register import Belongs
from models.kits import Kit
from models.ledger import Act
from models.locations import Location
from tests.models.test_properties import AGO, PEOPLE, PLACES, SERIALS, Stores, tried

NAMES = st.sampled_from(["Case 1", "Case 2"])


def answer(session: Session, act: Act, *, accepts: bool) -> None:
    """Accepts or refuses what was offered last, whoever it was offered to."""
    offered = select(ENTRIES.c.id).where(ENTRIES.c.kind == EntryKind.GIVING).order_by(ENTRIES.c.id.desc()).limit(1)
    entry_id = session.connection().execute(offered).scalar()
    if entry_id is not None:
        (handing_over.accept if accepts else handing_over.refuse)(session, act, entry_id=entry_id)


def decide(session: Session, act: Act, *, asset: Asset, stays: bool) -> None:
    """Keeps what is reported in use, or takes it out of use."""
    record = maintenance.open_of(session, asset.id)
    if record is not None:
        (repairs.keep_in_use if stays else repairs.take_out_of_use)(session, act, record=record)


def make_a_kit(session: Session, act: Act, *, called: str, assets: Sequence[Asset]) -> None:
    belongs = [Belongs(session.get_one(Variant, one.variant_id), asset=one) for one in assets]
    kit_register.add_kit(session, act, name=called, belongs=belongs)


def kit_of(session: Session, name: str) -> Kit | None:
    return session.scalars(select(Kit).where(Kit.name == name, Kit.archived_at.is_(None))).first()  # type: ignore[union-attr, arg-type]


def lend_a_kit(session: Session, act: Act, *, called: str, holder: Location) -> None:
    if kit := kit_of(session, called):
        check_out(session, act, kit=kit, holder=holder)


def give_up_a_kit(session: Session, act: Act, *, called: str) -> None:
    if kit := kit_of(session, called):
        archiving.archive_kit(session, act, kit)


class Custody(Stores):
    """The stores, with all that happens to equipment besides."""

    @rule(who=PEOPLE, serial=SERIALS)
    def report(self, who: str, serial: str) -> None:
        self.does(who, repairs.report, asset=serial, problem="It smokes")

    @rule(who=PEOPLE, serial=SERIALS, stays=st.booleans())
    def decide_about_what_is_reported(self, who: str, serial: str, stays: bool) -> None:
        self.does(who, decide, asset=serial, stays=stays)

    @rule(who=PEOPLE, serial=SERIALS, to=st.sampled_from(["Workshop", "Workshop", "Site North", "Van 3"]))
    def send_to_repair(self, who: str, serial: str, to: str) -> None:
        self.does(who, repairs.send_to_repair, asset=serial, target=to)

    @rule(who=PEOPLE, serial=SERIALS, to=st.none() | PLACES)
    def repair(self, who: str, serial: str, to: str | None) -> None:
        self.does(who, repairs.repaired, asset=serial, target=to)

    @rule(serials=st.sets(SERIALS, min_size=1), ago=AGO)
    def lend_to_the_workshop(self, serials: set[str], ago: int | None) -> None:
        self.does("Kim", check_out, assets=serials, holder="Workshop", ago=ago)

    @rule(who=PEOPLE, serials=st.sets(SERIALS, min_size=1), to=st.sampled_from(["Ana", "Ben"]))
    def give(self, who: str, serials: set[str], to: str) -> None:
        self.does(who, handing_over.give, assets=serials, holder=to)

    @rule(who=PEOPLE, accepts=st.booleans())
    def answer_an_offer(self, who: str, accepts: bool) -> None:
        self.does(who, answer, accepts=accepts)

    @rule(name=NAMES, serials=st.sets(SERIALS, min_size=1))
    def make_a_kit(self, name: str, serials: set[str]) -> None:
        self.does("Kim", make_a_kit, called=name, assets=serials)

    @rule(who=PEOPLE, name=NAMES, to=PLACES)
    def lend_a_kit(self, who: str, name: str, to: str) -> None:
        self.does(who, lend_a_kit, called=name, holder=to)

    @rule(name=NAMES)
    def give_up_a_kit(self, name: str) -> None:
        self.does("Kim", give_up_a_kit, called=name)


Custody.TestCase.settings = tried(12)
TestCustody = pytest.mark.long(Custody.TestCase)
