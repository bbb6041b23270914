"""The household's budget: filled in by who may decide, kept as a draft, recorded with the decision, shown ever after.

The advice never reads it.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from app.language.words import Words, mark
from app.scoring.budget import (
    INCOME_DROP,
    LARGEST_AMOUNT,
    MOST_PEOPLE,
    PAYMENT_RISE,
    Budget,
    Left,
    Reckoning,
    Situation,
    reckon,
)
from app.scoring.case.events import DECIDING, Event
from app.scoring.case.transitions import may
from app.scoring.charges import Charges
from app.scoring.problems import CaseProblem
from app.store.cases.cases import Case
from app.store.cases.dossiers import budget_in
from app.ui.kit.components import show_alert, show_note, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.typed_number import Limits, clear_number, is_unread, type_number
from app.ui.loaders import ClientFile, policy_in_force
from app.ui.officer.two_voices import Told
from app.ui.shell.frame import link_to
from app.ui.shell.lasting_drafts import begin_anew

DRAFT = "budget"
AMOUNT, PEOPLE = Limits(0.0, LARGEST_AMOUNT), Limits(1.0, float(MOST_PEOPLE), 0)
FIELDS = {
    "income": (mark("Income a month (€)"), AMOUNT),
    "rent": (mark("Rent or cost of the home a month (€)"), AMOUNT),
    "other_loans": (mark("Payments on other loans a month (€)"), AMOUNT),
    "maintenance": (mark("Maintenance paid a month (€)"), AMOUNT),
    "people": (mark("People to feed, the client included"), PEOPLE),
}
"""Field -> label, what can stand there; its key begins with ``budget_``."""
NEEDED = {
    "income": mark("the income"),
    "rent": mark("the rent, 0 where there is none"),
    "people": mark("the people to feed"),
}
"""Without these nothing can be reckoned; the others count as 0 where they are empty."""
SITUATIONS: dict[Situation, str] = {
    "now": mark("Now, without the loan"),
    "with the loan": mark("With this loan"),
    "less income": mark("With this loan, income {drop} lower"),
    "higher payment": mark("With this loan, payment {rise} higher"),
}
Values = dict[str, float | None]


def show_budget(file: ClientFile, told: Told, words: Words) -> None:
    """The budget that was recorded, and the fields of one where who is here may decide."""
    st.header(words.say("Budget"), anchor=False)
    recorded = recorded_budget(told.case)
    if told.is_decided:
        if _is_erased(told.case):
            show_note(words.say("What the budget said has been erased."))
        elif recorded is None:
            show_note(words.say("The decision rests on no budget: none was filled in."))
        else:
            st.markdown(plain(words.say("The decision rests on this budget: it stays as it was filled in.")))
            show_reckoning(recorded, words)
    if not _may_decide(told):
        if not told.is_decided:
            show_note(words.say("Whoever may decide on this file fills in its budget."))
        return
    if told.is_decided:
        with st.expander(words.say("Fill in the budget anew"), key=f"anew_{file.client.client}"):
            _show_form(file, told.case, words)
    else:
        _show_form(file, told.case, words)


def _may_decide(told: Told) -> bool:
    return any(may(told.case.state, kind, told.me) for kind in DECIDING)


def recorded_budget(case: Case) -> Reckoning | None:
    """The budget of the last decision on this application; None where it had none."""
    ruling = _last_ruling(case)
    return budget_in(case.contents.get(ruling.number, {})) if ruling else None


def _is_erased(case: Case) -> bool:
    ruling = _last_ruling(case)
    return ruling is not None and ruling.payload is not None and ruling.number not in case.contents


def _last_ruling(case: Case) -> Event | None:
    for event in reversed(case.events):
        if event.kind in DECIDING:
            return event
        if event.kind == "received":
            break
    return None


def _show_form(file: ClientFile, case: Case, words: Words) -> None:
    client, begun = file.client.client, begin_budget(file, case)
    st.markdown(
        words.say(
            "Part of this file and of what is decided, never of the model’s advice."
            " Other loans and maintenance count as 0 where they stay empty."
        )
    )
    with st.container(border=True, key="budget"):
        # Row by row: on a narrow screen the fields stand under each other in this order.
        places = [column for _ in range(2) for column in st.columns(3, gap="medium")]
        for place, (name, (label, limits)) in zip(places, FIELDS.items(), strict=False):
            type_number(words.say(label), key_of(name, client), limits, words, begin=begun[name], place=place)
        st.button(
            words.say("Back to what the file knows"),
            icon=":material/undo:",
            key="budget_anew",
            on_click=forget_budget,
            args=(client,),
        )
    missing = _missing(client)
    if is_unread(*_keys(client)):
        show_note(words.say("What is left can be told once every number can be read."))
    elif missing:
        show_note(_incomplete(missing, words))
    else:
        payment = Charges.of(file.client.features).payment
        show_reckoning(reckon(_budget(client), payment, policy_in_force().left_per_person), words)


def show_budget_line(file: ClientFile, case: Case, payment: float | None, words: Words) -> None:
    """What the budget says of the loan that is decided upon, where it is decided."""
    client = file.client.client
    begin_budget(file, case)
    with st.container(key="budget_line", horizontal=True, vertical_alignment="center"):
        if is_unread(*_keys(client)):
            show_note(words.say("What is left can be told once every number can be read."))
        elif missing := _missing(client):
            show_note(_incomplete(missing, words) if _is_typed(file, case) else words.say("No budget is filled in."))
        else:
            found = reckon(_budget(client), payment, policy_in_force().left_per_person)
            show_note(in_a_line(found, words))
            _show_limit(found, words)
        link_to("client", words)


def show_reckoning(found: Reckoning, words: Words) -> None:
    """What is left in each situation, and whether that is less than the policy wants."""
    heads = [words.say(head) for head in (mark("Situation"), mark("Income"), mark("Payment"), mark("Left"))]
    rows = [
        (
            _situation(each, words),
            words.money(each.income),
            words.money(each.payment),
            words.money(each.amount),
            words.money(each.per_person),
        )
        for each in found.left
    ]
    spent = words.say(
        "What is left a month, after {spent} of rent, other loans and maintenance",
        spent=words.money(found.budget.spent),
    )
    show_table(spent, [*heads, words.say("Left per person")], rows)
    _show_limit(found, words)


def _situation(left: Left, words: Words) -> str:
    drop, rise = words.percent(INCOME_DROP), words.percent(PAYMENT_RISE)
    return words.say(SITUATIONS[left.situation], drop=drop, rise=rise)


def in_a_line(found: Reckoning, words: Words) -> str:
    """What is left with the loan; without it, where its payment is not known."""
    told = found.at("with the loan") or found.left[0]
    return words.say(
        "{situation}: {left} a month are left, {person} per person.",
        situation=_situation(told, words),
        left=words.money(told.amount),
        person=words.money(told.per_person),
    )


def _show_limit(found: Reckoning, words: Words) -> None:
    if found.below:
        show_alert(*limit_in_words(found.below, found.least or 0.0, words))


def limit_in_words(below: Iterable[Left], least: float, words: Words) -> list[str]:
    """That less is left than the policy wants, when, and that a person decides all the same."""
    return [
        words.say("Less than {least} a month is left per person.", least=words.money(least)),
        *(words.labelled(_situation(each, words), words.money(each.per_person)) for each in below),
        words.say("The policy wants more; it refuses nothing by itself: you decide."),
    ]


def begin_budget(file: ClientFile, case: Case) -> Values:
    """What the fields begin with - the budget recorded last, else what the file knows - where nothing stands there."""
    client, begun = file.client.client, _begin(file, case)
    for name, value in begun.items():
        st.session_state.setdefault(key_of(name, client), value)
    return begun


def _begin(file: ClientFile, case: Case) -> Values:
    recorded = recorded_budget(case)
    if recorded is not None:
        return {name: float(getattr(recorded.budget, name)) for name in FIELDS}
    known = Charges.of(file.client.features)
    people = None if known.people is None else float(known.people)
    others = round(known.others, 2) or None
    return {"income": known.income, "rent": None, "other_loans": others, "maintenance": None, "people": people}


def key_of(name: str, client: int) -> str:
    """Of a field; each client has their own."""
    return f"{DRAFT}_{name}_{client}"


def _keys(client: int) -> list[str]:
    return [key_of(name, client) for name in FIELDS]


def _missing(client: int) -> list[str]:
    return [said for name, said in NEEDED.items() if st.session_state.get(key_of(name, client)) is None]


def _is_typed(file: ClientFile, case: Case) -> bool:
    begun = _begin(file, case)
    return any(st.session_state.get(key_of(name, file.client.client)) != value for name, value in begun.items())


def _incomplete(missing: list[str], words: Words) -> str:
    return words.say(
        "The budget counts once it is whole. Still missing: {missing}.",
        missing=words.enumeration([words.say(each) for each in missing]),
    )


def _budget(client: int) -> Budget:
    given = {name: st.session_state.get(key_of(name, client)) or 0.0 for name in FIELDS}
    return Budget(given["income"], given["rent"], given["other_loans"], given["maintenance"], int(given["people"]))


def typed_budget(file: ClientFile, case: Case) -> Budget | None:
    """The budget to record with a decision; None where none is filled in.

    Raises:
        CaseProblem: one is begun, and cannot be read or is not whole: nothing of it may get lost.
    """
    client = file.client.client
    begin_budget(file, case)
    if not is_unread(*_keys(client)):
        if not _missing(client):
            return _budget(client)
        if not _is_typed(file, case):
            return None
    raise CaseProblem(
        mark("The budget is begun, and cannot be reckoned: nothing was recorded."),
        mark("It is recorded with the decision once every number can be read and nothing is missing."),
        mark("Complete it on the file, or take it back there; then decide."),
    )


def forget_budget(client: int) -> None:
    """Have the fields begin anew: what was in them is recorded, or taken back. Before they are drawn."""
    for key in _keys(client):
        clear_number(key)
    begin_anew(DRAFT, client)
