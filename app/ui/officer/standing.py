"""Where a file stands: the sentence that stands first wherever the file is open."""

from __future__ import annotations

from datetime import tzinfo

import streamlit as st

from app.language.cases import MANAGERS
from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.case.actors import Addressee
from app.scoring.case.state import CaseState
from app.ui.kit.markup import element


def show_standing(state: CaseState, words: Words) -> None:
    """The sentence, for the eye and for screen readers."""
    st.html(element("p", standing(state, zone_of(st.context.timezone), words), class_="standing"))


def standing(state: CaseState, zone: tzinfo, words: Words) -> str:
    """Where a file stands, by whom and since when."""
    since = when(state.since, zone, words)
    match state.status:
        case "claimed" if state.holder:
            return words.say("In progress: {who} has had this file since {when}.", who=state.holder.name, when=since)
        case "referred" if state.referred_by and state.referred_to:
            return words.say(
                "Referred by {who} to {to}, since {when}.",
                who=state.referred_by.name,
                to=addressee_in_words(state.referred_to, words),
                when=since,
            )
        case "second signature" if state.proposed:
            return words.say(
                "Decided by {who}, waiting for a second signature since {when}: the decision does not count yet.",
                who=state.proposed.by.name,
                when=since,
            )
        case "decided" if state.in_force:
            return _decided(state, state.in_force.by.name, since, words)
        case "review":
            return _review(state, zone, words)
        case "closed":
            gone = words.say("Nothing is held of this file any more, since {when}.", when=since)
            return gone if state.erased else words.say("Closed since {when}.", when=since)
        case _:
            return words.say("To do since {when}.", when=since) if since else words.say("To do: nobody has it yet.")


def _decided(state: CaseState, who: str, since: str, words: Words) -> str:
    if state.letter_owed:
        return words.say("Decided by {who}, since {when}: the letter is to be issued.", who=who, when=since)
    return words.say("Decided by {who}, since {when}; the letter is issued.", who=who, when=since)


def _review(state: CaseState, zone: tzinfo, words: Words) -> str:
    told = {"when": when(state.since, zone, words), "due": when(state.due, zone, words)}
    if state.holder is None:
        return words.say(
            "The customer asked for a review on {when}, to be answered by {due}: nobody has it yet.", **told
        )
    return words.say(
        "The customer asked for a review on {when}, to be answered by {due}: {who} has it.",
        who=state.holder.name,
        **told,
    )


def addressee_in_words(to: Addressee, words: Words) -> str:
    """Whom a file is given to."""
    if to.name:
        return to.name
    return words.say(MANAGERS) if to.role == "manager" else words.say("a colleague")
