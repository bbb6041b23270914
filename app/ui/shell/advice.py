"""Whether anything of a client's advice may be shown to who is here: the one place that says so, asked by every page.

Not while the advice is suspended, nor before an own view that is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.language.words import Words, mark
from app.scoring.case.actors import Actor
from app.scoring.case.first_view import FirstView, asks_first_view
from app.scoring.case.state import UNTOUCHED, CaseState
from app.scoring.case.transitions import may
from app.scoring.decision import Band
from app.settings import settings
from app.store.suspensions import Suspension
from app.ui.kit.markup import element
from app.ui.loaders import portfolio, suspensions
from app.ui.shell.sign_in import drawn_for

Hidden = Literal["suspended", "own view first"]
WHY_HIDDEN: dict[Hidden, str] = {"suspended": mark("suspended"), "own view first": mark("your own view first")}
"""What stands where the advice would."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What of the advice may be shown to somebody, as it is now.

    Attributes:
        me: who they are to files.
        suspended: what suspends the advice of the model that is served; None while it is given.
        first_view: whose files want an own view first.
    """

    me: Actor
    suspended: Suspension | None
    first_view: FirstView

    def hidden(self, client: int, band: Band, state: CaseState) -> Hidden | None:
        """Why nothing of the advice on a client may be shown; None where it may.

        Args:
            band: of the advice.
            state: where the file stands.
        """
        if self.suspended:
            return "suspended"
        asked = asks_first_view(client, band, self.first_view)
        return "own view first" if asked and may(state, "first_view", self.me) else None

    @property
    def tells_all(self) -> bool:
        """Whether nobody's advice is hidden: only then may files be looked for by it, which would tell it."""
        return self.suspended is None and (self.first_view == FirstView() or not may(UNTOUCHED, "first_view", self.me))


def showing() -> Showing:
    """What of the advice may be shown to who is here, read now.

    Raises:
        StoreProblem: whether it is suspended cannot be read.
    """
    stopped = suspensions().in_force(portfolio().champion.version)
    return Showing(drawn_for().actor, stopped, FirstView.of(settings().first_view))


def show_suspended(words: Words) -> None:
    """In place of the advice; by whom and why stands above every page."""
    st.html(element("p", words.say("Suspended: people decide without it, on the documents."), class_="lead"))
