"""What the command line shows while something takes its time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def along(what: str) -> Callable[[Sequence[T]], Iterable[T]]:
    """Goes through rows with a bar on the screen."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return lambda rows: track(rows, what, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that hears how many of `total` are done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Shows that something is under way whose end is not known."""
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
