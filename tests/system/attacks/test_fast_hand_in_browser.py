"""Sliders, numbers and lists changed as fast as a hand can: the session lives and answers what it was left at.

Streamlit sends a message that the browser holds as a reference; under a fast hand the browser has dropped it meanwhile,
and the session is lost ("Cached ForwardMsg MISS"). ``.streamlit/config.toml`` keeps it from sending any.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.ui.kit.typed_number import TEXT
from app.ui.shell.navigation import PAGES
from tests.system.desk import PATIENCE, Visit, on_screen, read, settle

pytestmark = pytest.mark.system

STEPS, CHOICES = 200, 4
QUIET = 1.5
NUMBER = f"[class*='st-key-{TEXT}'] input"
LARGEST_STEP = 28_000
"""Bytes that one step of the threshold may send: 23,800 when this was written."""
STILL = {"client", "decide", "queue", "new_applicant", "policy", "journal", "stop_switch", "data_protection"}
"""Pages without a control to move: what they ask for is chosen, ticked or typed."""
MOVED = [page.script for page in PAGES if page.script not in STILL]


def press(control: Locator, keys: Iterable[str]) -> None:
    control.focus()
    for key in keys:
        control.page.keyboard.press(key)


def retype(control: Locator, numbers: Iterable[str]) -> None:
    for each in numbers:
        control.fill(each)
        control.press("Enter")


def to_and_fro(back: str, forth: str, steps: int) -> Iterator[str]:
    """Five steps one way, five the other: what was shown a moment ago is asked for again."""
    return (forth if step // 5 % 2 else back for step in range(steps))


def move_everything(page: Page) -> int:
    """How many controls there were."""
    sliders, numbers, lists = (
        page.get_by_test_id("stMain").locator(part).all() for part in ("[role=slider]", NUMBER, "[role=combobox]")
    )
    for slider in sliders:
        press(slider, to_and_fro("ArrowLeft", "ArrowRight", STEPS))
    for number in numbers:
        settle(page)
        if number.count():  # else a number before this one has left nothing to choose among
            retype(number, to_and_fro("5", "7", STEPS // 10))
    for name in [each.get_attribute("aria-label") for each in lists]:
        named = page.get_by_role("combobox", name=name, exact=True).filter(visible=True)
        steady(page)
        if named.count():  # else a choice before this one has taken it away
            press(named, ("ArrowDown", "ArrowDown", "Enter") * CHOICES)
    return len(sliders) + len(numbers) + len(lists)


def check_answered(page: Page) -> None:
    """The session lives, and what is shown is what a run on the controls as they stand shows again."""
    shown = steady(page)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    page.locator("h1").click()
    page.keyboard.press("r")
    assert steady(page) == shown


def steady(page: Page) -> str:
    """What is shown once nothing has changed for ``QUIET`` seconds: the last change may still be in the browser."""
    until = time.monotonic() + PATIENCE / 1_000
    shown, since = "", time.monotonic()
    while time.monotonic() < until:
        settle(page)
        if (now := read(page)) != shown:
            shown, since = now, time.monotonic()
        elif time.monotonic() - since > QUIET:
            return shown
        page.wait_for_timeout(100)
    raise AssertionError(f"still changing: {shown}")


@pytest.mark.parametrize("script", [*MOVED, "compare?group=some"])
def test_a_fast_hand_leaves_the_session_alive_and_answered(visit: Visit, client: int, script: str) -> None:
    page = visit(f"/{script}{'&' if '?' in script else '?'}lang=en&client={client}")
    assert move_everything(page)
    check_answered(page)


def test_no_step_of_a_fast_hand_is_lost(visit: Visit) -> None:
    page = visit("/threshold?lang=en")
    number, told = on_screen(page, "Threshold, in %"), page.locator("p.lead")
    start, steps = round(float(number.input_value()), 1), 100  # the slider stands at the nearest tenth
    press(page.get_by_role("slider"), ["ArrowRight"] * steps)
    expected = start + steps / 10
    expect(told).to_contain_text(f"Refusing from {expected:.1f}% on", timeout=PATIENCE)
    expect(number).to_have_value(f"{expected:.4g}", timeout=PATIENCE)
    retype(number, (f"{expected + step / 10:.1f}" for step in range(1, 31)))
    expect(told).to_contain_text(f"Refusing from {expected + 3:.1f}% on", timeout=PATIENCE)
    expect(number).to_have_value(f"{expected + 3:.1f}", timeout=PATIENCE)


def test_nothing_is_sent_by_reference_and_a_step_stays_small(visit: Visit) -> None:
    page, received = visit("/threshold?lang=en"), list[bytes]()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(bytes(frame))))
    page.reload()
    settle(page)
    received.clear()
    told = page.locator("p.lead")
    before = told.inner_text()
    page.get_by_role("slider").press("ArrowRight")
    expect(told).not_to_have_text(before)
    settle(page)
    kinds = [ForwardMsg.FromString(frame).WhichOneof("type") for frame in received]
    assert "script_finished" in kinds and "ref_hash" not in kinds
    sent = sum(map(len, received))
    print(f"a step of the threshold sends {sent:,} bytes")
    assert sent < LARGEST_STEP
    page.close()  # it is listened to
