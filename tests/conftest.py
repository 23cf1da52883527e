"""What holds for every test: random examples are the same at every run of CI, and a busy machine fails none of them."""

import os

import pytest
from hypothesis import HealthCheck, settings

BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("laptop", **BUSY)
settings.register_profile("ci", **BUSY, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest are begun first: at the end one processor would wait for another."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end how many of the rendered photos could be read."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    if read := [said for report in reports for name, said in report.user_properties if name == "read" and report.when == "call"]:
        terminalreporter.section("photos read")
        for line in sorted(set(read)):
            terminalreporter.line(line)
