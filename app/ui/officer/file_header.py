"""The header of a client's file, the same over all its tabs: number, decision or advice, points, amount, state."""

from __future__ import annotations

from app.language.cases import ruling_in_words, status_in_words
from app.language.features import value_in_words
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.case.state import CaseState
from app.scoring.decision import Decision
from app.store.portfolio import Client
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.shell.bar import header


def show_header(state: CaseState, client: Client, advice: Decision | None, words: Words) -> None:
    """What stands over the tabs; nothing of an advice that may not be shown."""
    facts = [_voice(state, advice, words)]
    if advice:
        facts.append(words.plural("{count} point", "{count} points", round(advice.points)))
    amount = client.features["credit"]
    facts += [value_in_words("credit", amount, words), status_in_words(state.status, words)]
    number = element("strong", words.say("Client {client}", client=client.client), class_="number")
    header().html(element("p", number, *(element("span", fact) for fact in facts if fact), class_="file-header"))


def _voice(state: CaseState, advice: Decision | None, words: Words) -> str | Markup:
    """What a person decided; else the advice, named as one."""
    decided = state.in_force or state.proposed
    if decided:
        tone = "refuse" if decided.ruling == "refuse" else "accept"
        said = words.say("Decided: {ruling}", ruling=ruling_in_words(decided.ruling, words).lower())
        return element("strong", icon(tone), said, class_=f"voiced {tone}")
    if advice:
        said = words.say("Advice: {verdict}", verdict=words.say(VERDICTS[advice.band]).lower())
        return element("strong", icon(advice.band), said, class_=f"voiced {advice.band}")
    return ""
