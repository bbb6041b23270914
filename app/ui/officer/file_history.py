"""What happened to a file, event by event, the newest first, with the journal's entry where one belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

import streamlit as st

from app.language.cases import event_in_words, ruling_in_words
from app.language.verdicts import reason, when, zone_of
from app.language.words import Words
from app.scoring.case.events import Event
from app.store.cases.cases import Case
from app.store.cases.dossiers import budget_in
from app.store.journal import Entry
from app.ui.kit.components import card, definitions
from app.ui.kit.markup import Markup, element
from app.ui.officer.budget import in_a_line
from app.ui.officer.decision_history import broken_entry, facts, rested_on, title
from app.ui.officer.standing import addressee_in_words
from app.ui.officer.two_voices import terms_in_words

SHOWN = 20


def show_file_history(case: Case, entries: Iterable[Entry], words: Words) -> None:
    """A card for each event; entries of the journal that belong to none come last."""
    st.header(words.say("What happened to this file"), anchor=False)
    zone, listed = zone_of(st.context.timezone), list(entries)
    by_event = {each.event: each for each in listed}
    alone = [each for each in listed if each.event is None]
    cards = [_card(case, each, by_event.get(each.number), zone, words) for each in case.events[: -SHOWN - 1 : -1]]
    cards += [
        card(title(each, words), *broken_entry(each, words), definitions(facts(each, zone, words))) for each in alone
    ]
    if cards:
        st.html(element("div", *cards, class_="cards"))
    else:
        st.markdown(words.say("Nothing is recorded yet."))


def _card(case: Case, event: Event, entry: Entry | None, zone: tzinfo, words: Words) -> Markup:
    told = event_facts(case, event, zone, words)
    if entry is None:
        return card(event_in_words(event.kind, words), definitions(told))
    if event.facts.ruling:
        told.insert(2, (words.say("Decision"), _decision(event, entry, words)))
    rows = definitions([*told, *rested_on(entry, words)])
    return card(event_in_words(event.kind, words), *broken_entry(entry, words), rows)


def _decision(event: Event, entry: Entry, words: Words) -> str:
    ruling = ruling_in_words(event.facts.ruling or "", words)
    return words.say("{choice}, against the model", choice=ruling) if entry.against_the_model else ruling


def event_facts(case: Case, event: Event, zone: tzinfo, words: Words) -> list[tuple[str, str]]:
    """When, by whom, and what was said; that it was erased where it was."""
    content, said = case.contents.get(event.number, {}), event.facts
    rows = [(words.say("On"), when(event.at, zone, words)), (words.say("By"), event.actor.name)]
    if said.ruling and said.entry is None:
        rows.append((words.say("Decision"), ruling_in_words(said.ruling, words)))
    if said.ruling == "other":
        rows.append((words.say("The other loan"), terms_in_words(case, event.number, words)))
    if said.to:
        rows.append((words.say("Referred to"), addressee_in_words(said.to, words)))
    if said.due:
        rows.append((words.say("To be answered by"), when(said.due, zone, words)))
    if content.get("reasons"):
        rows.append((words.say("Reasons"), words.enumeration([reason(code, words) for code in content["reasons"]])))
    if (budget := budget_in(content)) is not None:
        rows.append((words.say("Budget"), in_a_line(budget, words)))
    named = {"comment": words.say("Comment"), "words": words.say("In their words"), "reach": words.say("To reach them")}
    rows += [(name, content[key]) for key, name in named.items() if content.get(key)]
    if event.payload and not content:
        rows.append((words.say("What was said"), words.say("erased")))
    return rows
