"""The kits of the demonstration world: one in its case, of which somebody brought back all but the microphone, and a template for more."""

from datetime import timedelta

from bot.telling import Telling
from models import kit_lending, kit_register, times
from models.catalog import Variant
from models.kit_register import Belongs
from models.quantities import whole

#: What lies in the case, and what a kit of that sort is made of.
IN_CASE = ("ZV-71", "TR-13", "MIC-1")
TEMPLATE = (("Sony ZV-E10", 1), ("Tripod", 1), ("Microphone", 1))
CARDS = ("SD card", 2)


def put_together(told: Telling) -> None:
    """A kit for interviews, lent and brought back in part, and what another one would need."""
    cards = Belongs(told.variants[CARDS[0]], whole(CARDS[1]))
    in_case = [Belongs(told.session.get_one(Variant, one.variant_id), asset=one) for one in told.assets(*IN_CASE)]
    kit = kit_register.add_kit(told.session, told.on(2.5), name="Interview kit", belongs=[*in_case, cards])
    by_model = [Belongs(told.variants[name], whole(number)) for name, number in TEMPLATE]
    kit_register.add_kit(told.session, told.on(2.5), name="Interview template", belongs=[*by_model, cards])
    act = told.on(2, "Marek Novák")
    due = times.due((told.now + timedelta(days=3)).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None), act.by.time_zone)
    kit_lending.check_out_kit(told.session, act, kit=kit, holder=told.person("Marek Novák"), due=due, purpose="Portraits of the team")
    act = told.on(1.5, "Marek Novák")
    held = kit_lending.out_with(told.session, act, kit, None)
    kit_lending.check_in_kit(
        told.session, act, held=[one for one in held if one.serial != "MIC-1"], note="The microphone is still on my desk"
    )
