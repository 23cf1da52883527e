"""The demonstration world's upkeep: repairs with what they cost, a hammer in the workshop, what is due, and what is to be replaced."""

from datetime import timedelta

from bot.telling import Telling
from models import catalog, editing, repairs, schedules
from models.maintenance import Interval


def plan(told: Telling) -> None:
    """What is done again and again, and for how long things are good. The thermal camera is due in a few days, a laser level soon after."""
    session, act = told.session, told.on(58)
    items = {name: catalog.item(session, told.variants[name].item_id) for name in ("Thermal camera", "Laser level", "Canon R6")}
    first = (told.now + timedelta(days=4)).date()
    for of, days in ((items["Thermal camera"], 0), (items["Laser level"], 6)):
        first_on = first + timedelta(days=days)
        schedules.add(session, act, of=of, name="Calibration", every=12, unit=Interval.MONTHS, ahead=14, first_on=first_on)
    schedules.add(session, act, of=items["Canon R6"], name="Sensor cleaning", every=2, unit=Interval.USES, ahead=1)
    (projector,) = told.assets("PJ-05")
    editing.edit_asset(session, act, projector, replace_by_on=(told.now + timedelta(days=33)).date())
    for laptop in told.assets("MB-1001", "MB-1002", "MB-1003", "MB-1004"):
        editing.edit_asset(session, act, laptop, warranty_until_on=(told.now + timedelta(days=330)).date())


def repair_camera(told: Telling) -> None:
    """A camera comes back from its vendor, and is cleaned in the house later."""
    session, (camera,) = told.session, told.assets("SN-00483")
    repairs.send_to_repair(session, told.on(43), asset=camera, target=told.places["Lumen IT"], note="Lens cap missing, shutter sticks")
    repairs.repaired(session, told.on(37), asset=camera, cost_minor=18_450, note="New shutter unit")


def break_hammer(told: Telling) -> None:
    """A rotary hammer goes to the workshop, and is still there."""
    (hammer,) = told.assets("RH-07")
    repairs.send_to_repair(told.session, told.on(20), asset=hammer, target=told.places["Workshop"], note="Chuck slips")


def report_drill(told: Telling) -> None:
    """Somebody has just reported a drill, and nobody has decided yet."""
    (drill,) = told.assets("DR-31")
    repairs.report(told.session, told.on(0.3, "Tom Ellis"), asset=drill, problem="The battery falls out when it gets warm")
