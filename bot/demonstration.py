"""The demonstration world of `make sandbox`: a small firm's people, places, catalog and rules, as tables to read."""

from bot.sandbox.workspace import Channel, Person
from models.locations import LocationKind
from models.members import Role

PEOPLE = (
    Person("UKIM", "kim", "Kim Berg", "Europe/Berlin", "Storekeeper", "kim@example.com", "#c2410c", "keeper everywhere, admin"),
    Person("UBO", "bo", "Bo Chen", "Europe/Berlin", "Operations lead", "bo@example.com", "#0f766e", "approver"),
    Person("UANA", "ana", "Ana Silva", "Europe/Lisbon", "Field technician", "ana@example.com", "#7c3aed", "drives Van 3"),
    Person("UDEE", "dee", "Dee Okafor", "America/New_York", "Photographer", "dee@example.com", "#be185d", "borrows cameras"),
    Person("UMAREK", "marek", "Marek Novák", "Europe/Prague", "IT lead", "marek@example.com", "#1d4ed8", "keeper of the IT room, approver"),
    Person("UPRIYA", "priya", "Priya Nair", "Asia/Kolkata", "Workshop lead", "priya@example.com", "#a16207", "keeper of the workshop"),
    Person("UTOM", "tom", "Tom Ellis", "Europe/London", "Site manager", "tom@example.com", "#4d7c0f", "runs the harbour site"),
    Person("UYUKI", "yuki", "Yuki Tanaka", "Asia/Tokyo", "New colleague", "yuki@example.com", "#0369a1", "no role yet"),
)

CHANNELS = (
    ("CGENERAL", "general", "Everybody"),
    ("CSTORES", "stores", "Reminders and requests"),
    ("CVAN3", "van-3", "Everything about Van 3"),
    ("CIT", "it-desk", "Laptops, phones, monitors"),
)

#: Where reminders and approval cards go, unless a location names its own channel.
CHANNEL = "CSTORES"

#: What the page suggests to somebody new.
HINTS = (
    ("Check a camera out to yourself", "/checkout out SN-00483 until friday"),
    ("Take bolts from the van", "/stock -5 M8 hex bolt at Van 3"),
    ("Ask who has something", "/checkout who SN-00484"),
    ("Ask whether a run is covered", "/stock can build 500 Site lamp at Warehouse"),
    ("See where a lot of resin went", "/stock trace E-2207"),
)

#: Who has left a photo of a label in which channel, with which words; and what is on it.
FOUND = ("UMAREK", "CSTORES", "This lay on the bench. Whose is it? Scan this, or drag the photo into your messages with Quartermaster.")
FOUND_SERIAL = "SN-00485"

ROLES = (
    ("Kim Berg", Role.KEEPER, None),
    ("Kim Berg", Role.ADMIN, None),
    ("Bo Chen", Role.APPROVER, None),
    ("Marek Novák", Role.KEEPER, "IT room"),
    ("Marek Novák", Role.APPROVER, "IT room"),
    ("Priya Nair", Role.KEEPER, "Workshop"),
)

PLACES = (
    ("Warehouse", LocationKind.WAREHOUSE, None, "CSTORES", "Europe/Berlin"),
    ("Shelf A", LocationKind.WAREHOUSE, "Warehouse", None, None),
    ("Van 3", LocationKind.VAN, None, "CVAN3", "Europe/Lisbon"),
    ("IT room", LocationKind.WAREHOUSE, None, "CIT", "Europe/Prague"),
    ("Workshop", LocationKind.WORKSHOP, None, None, "Asia/Kolkata"),
    ("Harbour site", LocationKind.SITE, None, None, "Europe/London"),
    ("Acme Fasteners", LocationKind.SUPPLIER, None, None, None),
    ("Lumen IT", LocationKind.SUPPLIER, None, None, None),
    ("Riverside Homes", LocationKind.CUSTOMER, None, None, None),
)

#: Whom to ask at a supplier, and how many days it takes.
SUPPLIERS = (
    ("Acme Fasteners", "orders@acme.example, Jo Stone", 9),
    ("Lumen IT", "sales@lumen.example, +44 20 7946 0321", 8),
)

#: Item, supplier, its number for it, sold at a time, sold from, price of that, and from a larger quantity on.
TERMS = """
M8 hex bolt  | Acme Fasteners | AF-M8-40 | 100 | 200 | 18.90 | 1000 16.40
M6 hex bolt  | Acme Fasteners | AF-M6-30 | 100 | 100 | 13.20 |
M8 nut       | Acme Fasteners | AF-N8    | 250 | 250 | 15.50 | 1000 13.75
Toner, black | Lumen IT       | L-TN-BK  | 1   | 1   | 61.00 | 4 57.50
"""

#: Category, name, unit, unit cost, variants (attribute: values) and what each location gets of each of them.
CONSUMABLES = """
Fasteners   | M8 hex bolt            | each | 0.24  |                          | Warehouse 1200, Van 3 30
Fasteners   | M6 hex bolt            | each | 0.18  |                          | Warehouse 800, Van 3 60
Fasteners   | M8 nut                 | each | 0.08  |                          | Warehouse 2400, Van 3 90
Fasteners   | M8 washer              | each | 0.04  |                          | Warehouse 3000
Fasteners   | Wood screw             | each | 0.06  | size: 4x40, 5x60         | Shelf A 900
Fasteners   | Wall anchor            | each | 0.11  | size: 6 mm, 8 mm         | Shelf A 400, Van 3 25
Electrical  | Copper cable           | m    | 1.35  | section: 1.5 mm², 2.5 mm²| Warehouse 180, Van 3 22.5
Electrical  | Cable tie              | each | 0.03  | length: 200 mm, 300 mm   | Shelf A 1500, Van 3 120
Electrical  | Junction box           | each | 2.10  |                          | Shelf A 64, Van 3 9
Electrical  | USB-C to HDMI adapter  | each | 14.90 |                          | IT room 12
Electrical  | LED panel              | each | 23.50 | light: warm, cold        | Warehouse 30
Protection  | Safety gloves          | pair | 3.80  | size: M, L, XL           | Shelf A 24
Protection  | Dust mask              | each | 1.20  |                          | Shelf A 140, Harbour site 40
Protection  | Ear plugs              | pair | 0.30  |                          | Shelf A 300
Protection  | T-shirt                | each | 9.50  | size: S, M, L            | Shelf A 15
Chemicals   | Silicone               | each | 6.40  | colour: white, clear     | Shelf A 36, Van 3 4
Chemicals   | Contact cleaner        | each | 8.90  |                          | Shelf A 18
Chemicals   | Cutting oil            | l    | 11.00 |                          | Workshop 42.5
Office      | Toner                  | each | 89.00 | colour: black, cyan      | IT room 4
Office      | Printer paper          | box  | 21.00 |                          | IT room 9
"""

#: What else an item comes in, the smallest first, and how many of its unit each holds.
PACKS = {
    "M8 hex bolt": (("box", 200), ("carton", 1000)),
    "Wood screw": (("box", 100),),
    "Copper cable": (("drum", 100),),
    "Cable tie": (("bag", 100),),
    "Dust mask": (("box", 20),),
}

RETURNABLES = """
Protection  | Hard hat               | each | 18.00 | Warehouse 20
Protection  | Harness                | each | 95.00 | Warehouse 8
Tools       | Extension lead         | each | 24.00 | Warehouse 14
Tools       | Step ladder            | each | 120.00| Warehouse 5
Cameras     | SD card                | each | 35.00 | Warehouse 12
IT          | Headset                | each | 60.00 | IT room 10
IT          | Laptop charger         | each | 45.00 | IT room 16
"""

#: Category, name, variant, cost, where, serials.
EQUIPMENT = """
Cameras | Canon R6             |                              | 2480.00 | Warehouse | SN-00483..00486
Cameras | Sony FX3             |                              | 4150.00 | Warehouse | SN-00501, SN-00502
Cameras | Sony ZV-E10          |                              | 690.00  | Warehouse | ZV-71, ZV-72
Cameras | Tripod               |                              | 310.00  | Warehouse | TR-11..13
Cameras | Microphone           |                              | 220.00  | Warehouse | MIC-1..3
Tools   | Thermal camera       |                              | 1900.00 | Warehouse | TC-201
Tools   | Cordless drill       |                              | 239.00  | Warehouse | DR-31..36
Tools   | Rotary hammer        |                              | 540.00  | Warehouse | RH-07
Tools   | Laser level          |                              | 420.00  | Van 3     | LL-02
Tools   | Cable tester         |                              | 160.00  | Van 3     | CT-09
Tools   | Welding set          |                              | 1350.00 | Workshop  | WS-01
IT      | MacBook Pro          | memory: 16 GB; storage: 512 GB | 2199.00 | IT room | MB-1001..1004
IT      | MacBook Pro          | memory: 32 GB; storage: 1 TB   | 2899.00 | IT room | MB-2001, MB-2002
IT      | ThinkPad T14         |                              | 1490.00 | IT room   | TP-3001..3003
IT      | iPhone 16            |                              | 949.00  | IT room   | PH-41, PH-42
IT      | Projector            |                              | 780.00  | IT room   | PJ-05
"""

#: What somebody takes of something every week, for the eight weeks since it came.
USE = """
Wood screw, 4x40   | Shelf A | Ana Silva  | 60 45 80 55 70 50 65 75
Ear plugs          | Shelf A | Tom Ellis  | 5 4 6 5 3 7 5 4
Dust mask          | Shelf A | Tom Ellis  | 9 8 12 6 10 9 7 11
Cable tie, 200 mm  | Van 3   | Ana Silva  | 10 0 20 5 10 15 0 20
Silicone, clear    | Shelf A | Ana Silva  | 0 3 0 0 2 0 4 0
"""

REORDER = (
    ("M8 hex bolt", "Warehouse", 1000, 2000),
    ("M8 hex bolt", "Van 3", 20, 60),
    ("M8 nut", "Van 3", 50, 120),
    ("Safety gloves, L", None, 20, 60),
    ("Toner, black", "IT room", 3, 6),
    ("Contact cleaner", "Warehouse", 12, 36),
    ("Copper cable, 2.5 mm²", "Van 3", 15, 50),
    ("Wood screw, 4x40", "Shelf A", 40, 200),
    ("Ear plugs", "Shelf A", 150, 400),
)


def channels(bot_user_id: str) -> list[Channel]:
    """The workspace's channels, with everybody and the bot in them."""
    everybody = [*(person.id for person in PEOPLE), bot_user_id]
    return [Channel(id_, name, list(everybody), topic=topic) for id_, name, topic in CHANNELS]
