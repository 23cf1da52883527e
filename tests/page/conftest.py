"""The browser that drives the page, and the workspace it shows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.door import PATIENCE
from tests.page.fake_workspace import FakeWorkspace

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where there is none the tests are skipped, except in CI, which installs it."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"The page is tested in Chromium, and {CHROMIUM} is not there.")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def workspace() -> Iterator[FakeWorkspace]:
    workspace = FakeWorkspace()
    workspace.start()
    yield workspace
    workspace.stop()


@pytest.fixture
def page(browser: Browser, workspace: FakeWorkspace) -> Iterator[Page]:
    """The page as Ana sees it, at #stores. An uncaught error in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="America/Los_Angeles")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"{workspace.address}?as=U1#C1")
    page.get_by_role("heading", name="stores").wait_for()
    page.get_by_text("Nothing has been said here yet.").wait_for()  # whatever is said from now on is new
    yield page
    context.close()
    assert errors == []
