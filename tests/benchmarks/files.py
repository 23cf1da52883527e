"""Files of any length to import: the shapes in which teams bring what they have."""

from collections.abc import Callable


def assets(rows: int) -> str:
    """Assets in our own form, a hundred of an item and a thousand in a store."""
    lines = (f"Camera model {n // 100:05d},SN-{n:07d},Store {n // 1000:04d}" for n in range(rows))
    return "\n".join(["item,serial,location", *lines])


def places(rows: int) -> str:
    """Stock of items that lie in ten places each."""
    lines = (f"Fitting size {n // 10:05d},Store {n % 10:04d},{n % 90 + 10}" for n in range(rows))
    return "\n".join(["item,location,quantity", *lines])


def items(rows: int, *, quantity: int = 40) -> str:
    """Items that nobody knows yet, each with its stock and a reorder point of 10."""
    lines = (f"Fitting size {n:05d},Warehouse,{quantity},10,60" for n in range(rows))
    return "\n".join(["item,location,quantity,reorder below,reorder to", *lines])


def peer_assets(rows: int) -> str:
    """A peer's assets with names of their own, serials and tags, each checked out to somebody."""
    person = "Checked Out To: "
    columns = ["Name", "Asset Tag", "Serial", "Category", "Supplier", "Location", "Model", "Model Number", "Purchase Date", "Purchase Cost"]
    head = ",".join([*columns, *(f"{person}{what}" for what in ("Username", "First Name", "Last Name", "Email"))])
    return "\n".join([head, *(_peer_asset(n) for n in range(rows))])


def _peer_asset(n: int) -> str:
    bought = f"Laptops,Acme,Store {n // 1000:04d},Macbook Pro {n // 100:05d},A{n // 100:05d},1/23/23,2266.13"
    who = n // 10
    return f"Laptop of desk {n:05d},ICC-{n:07d},S{n:09d},{bought},user{who:04d},First{who:04d},Last{who:04d},user{who:04d}@example.com"


#: What is imported, and the text of a file with so many rows of it.
SHAPES: dict[str, Callable[[int], str]] = {
    "assets": assets,
    "items in ten places": places,
    "new items with reorder points": items,
    "a peer's assets, lent": peer_assets,
}
