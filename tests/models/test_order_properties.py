"""Whatever is ordered, received, closed, cancelled and undone, in whatever order: the orders say what the ledger says."""

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from sqlmodel import Session

from models import audit, ordering, orders, purchasing, receiving
from models.entries import ENTRIES
from models.ledger import Act
from models.orders import ORDERS, OrderState, PurchaseOrder
from models.quantities import whole
from models.receiving import Arrival
from models.refusals import Refusal
from models.undo import undo
from tests.models.test_properties import EXAMPLES
from tests.world import World, fresh_database, open_world

ITEMS = st.sampled_from(["M8 bolt", "M8 nut"])
NUMBERS = st.integers(orders.FIRST_NUMBER, orders.FIRST_NUMBER + 3)
DECISIONS = {"order": ordering.order, "close short": ordering.close_short, "cancel": ordering.cancel}


class Buying(RuleBasedStateMachine):
    """Somebody buys two things from one supplier, and changes their mind a lot."""

    @initialize()
    def open(self) -> None:
        self.database = fresh_database()
        with open_world(self.database) as w:
            w.has("1 M8 bolt in Warehouse", "1 M8 nut in Warehouse")
            w.supplier()
            self.furnished = w.session.scalars(select(func.max(ENTRIES.c.id))).one()

    def teardown(self) -> None:
        self.database.close()

    def does(self, what: Callable[[World], object]) -> None:
        """Kim does something in a transaction of their own; what is refused changes nothing."""
        try:
            with self.database.transaction() as session:
                what(World(session))
        except Refusal:
            pass

    @rule(quantity=st.integers(1, 9), item=ITEMS)
    def add(self, quantity: int, item: str) -> None:
        self.does(lambda w: w.drafts(f"{quantity} {item}"))

    @rule(number=NUMBERS, verb=st.sampled_from(["order", "order", *DECISIONS]))
    def decide(self, number: int, verb: str) -> None:
        self.does(lambda w: [DECISIONS[verb](w.session, w.act(), order=one) for one in _numbered(w.session, number)])

    @rule(number=NUMBERS, item=ITEMS, quantity=st.integers(0, 9), confirmed=st.booleans())
    def receive(self, number: int, item: str, quantity: int, confirmed: bool) -> None:
        def come(w: World) -> None:
            for order in _numbered(w.session, number):
                if (line := orders.line_for(w.session, order.id, w.variant(item).id)) is not None:
                    target, arrivals = w.location("Warehouse"), [Arrival(line, whole(quantity))]
                    receiving.receive(w.session, w.act(), order=order, arrivals=arrivals, target=target, confirmed=confirmed)

        self.does(come)

    @rule(number=NUMBERS)
    def receive_all(self, number: int) -> None:
        self.does(
            lambda w: [
                receiving.receive_all(w.session, w.act(), order=one, target=w.location("Warehouse")) for one in _numbered(w.session, number)
            ]
        )

    @rule(back=st.integers(0, 9))
    def undo(self, back: int) -> None:
        self.does(lambda w: _undo(w.session, w.act(), back, but=self.furnished))

    @invariant()
    def the_books_agree(self) -> None:
        with self.database.reading() as session:
            assert audit.problems(session) == []

    @invariant()
    def what_is_to_come_is_what_was_ordered_and_has_not_come(self) -> None:
        with self.database.reading() as session:
            ordered = session.scalars(select(PurchaseOrder).where(ORDERS.c.state == OrderState.ORDERED))
            lines = [line for order in ordered for line in orders.lines_of(session, order.id)]
            expected = purchasing.expected(session, [line.variant_id for line in lines])
            assert sorted((one.order_id, one.variant_id, one.quantity) for one in expected) == sorted(
                (line.order_id, line.variant_id, line.open) for line in lines if line.open
            )

    @invariant()
    def nothing_has_come_of_a_draft_or_a_cancelled_order(self) -> None:
        with self.database.reading() as session:
            undecided = select(PurchaseOrder).where(ORDERS.c.state.in_([OrderState.DRAFT, OrderState.CANCELLED]))
            assert not any(line.received for one in session.scalars(undecided) for line in orders.lines_of(session, one.id))


def _numbered(session: Session, number: int) -> list[PurchaseOrder]:
    return list(session.scalars(select(PurchaseOrder).where(ORDERS.c.number == number)))


def _undo(session: Session, act: Act, back: int, *, but: int) -> None:
    entry_id = session.scalars(select(func.max(ENTRIES.c.id))).one() - back
    if entry_id > but:
        undo(session, act, entry_id=entry_id)


Buying.TestCase.settings = settings(
    max_examples=EXAMPLES or 10,
    stateful_step_count=25,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestBuying = Buying.TestCase
