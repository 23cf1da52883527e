"""The program itself, `quartermaster run`, against the sandbox: how soon it is connected, and how much memory it takes at work."""

import time
from pathlib import Path
from typing import NamedTuple

from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import RunningServer
from bot.sandbox.workspace import Channel, Workspace
from tests.benchmarks.counter import KIM, MANIFEST
from tests.benchmarks.stores import BOLT, SOURCE, TARGET, item, serial
from tests.office import Office, started
from tests.world import MONDAY

#: So often somebody asks for an asset, looks at an item and moves something before the memory is read.
AT_WORK = 200


class Program:
    """`quartermaster run` in a process of its own."""

    def __init__(self, server: RunningServer, database: Path) -> None:
        self.began = time.perf_counter()
        self._process = started(server, database)

    @property
    def memory(self) -> float:
        """What it takes of the machine's memory now, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024

    def close(self) -> None:
        """Ends it, as a service manager would."""
        self._process.terminate()
        self._process.wait(timeout=30)


class Ran(NamedTuple):
    """How long it took until its socket was open, in seconds, and its memory after some work, in MB."""

    connected: float
    memory: float


def measure(database: Path, assets: int) -> Ran:
    """Starts the program on that database, lets it work for a while, and ends it."""
    workspace = Workspace(people=[KIM], clock=MONDAY.timestamp)
    bot = workspace.install(read_manifest(MANIFEST)).bot_user_id
    workspace.channels["CGENERAL"] = Channel("CGENERAL", "general", [KIM.id, bot])
    programs: list[Program] = []

    def start(server: RunningServer) -> Program:
        programs.append(Program(server, database))
        return programs[0]

    office = Office(workspace, start)
    try:
        connected = time.perf_counter() - programs[0].began
        kim = office.person(KIM.name)
        for turn in range(AT_WORK):
            number = turn * 7_919 % assets
            for sentence in (
                f"/checkout who {serial(number)}",
                f"/stock {item(number)}",
                f"/stock move 1 {BOLT} from {SOURCE} to {TARGET}",
            ):
                kim.types(sentence)
        kim.sees(f"Moved 1 {BOLT} from {SOURCE} to {TARGET}.")
        return Ran(connected, programs[0].memory)
    finally:
        office.close()
