"""The demonstration world's custom fields: until when a tool is calibrated, and what case a camera is in."""

from datetime import timedelta

from bot.telling import Telling
from models import editing, finding
from models.custom_fields import About, FieldKind
from models.custom_register import add_field

#: Somebody is told so many days before; the next calibration is a week more away.
REMIND_DAYS = 14
CALIBRATED = ("TC-201", "LL-02", "CT-09")
CASES = {"SN-00483": "black", "SN-00484": "yellow", "SN-00485": "no case"}


def define(told: Telling) -> None:
    """Two fields, each of a category, and what they say."""
    session, act = told.session, told.on(59)
    tools, cameras = (finding.category(session, name) for name in ("Tools", "Cameras"))
    of = About.ASSET
    until, _ = add_field(session, act, about=of, kind=FieldKind.DATE, name="Calibrated until", category=tools, remind_days=REMIND_DAYS)
    choices = list(CASES.values())
    case, _ = add_field(session, act, about=of, kind=FieldKind.CHOICE, name="Case", category=cameras, choices=choices)
    day = (told.now + timedelta(days=REMIND_DAYS + 7)).date().isoformat()
    says = {serial: {until.id: day} for serial in CALIBRATED} | {serial: {case.id: chosen} for serial, chosen in CASES.items()}
    for serial, custom in says.items():
        editing.edit_asset(session, act, told.assets(serial)[0], custom=custom)
