"""A client's past: one timeline, then loans elsewhere, earlier applications, payments and card balances as tables."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language.categories import category_in_words
from app.language.words import Words, mark
from app.scoring.history import History, history
from app.store.records import read_histories
from app.ui.charts.style import STILL
from app.ui.charts.timeline import timeline
from app.ui.kit.components import palette, show_note, show_table
from app.ui.kit.plain_text import plain
from app.ui.loaders import portfolio

LATEST = 24
PAST = "past"
Row = tuple[str, ...]
Table = tuple[Row, list[Row]]


def show_credit_history(client: int, words: Words) -> None:
    """Read and drawn only once it is opened."""
    st.header(words.say("Earlier loans and payments"), anchor=False)
    opened = st.expander(words.say("Show the history"), key=PAST, on_change="rerun")
    if opened.open:
        with opened:
            _show_history(history(read_histories(portfolio().folder, client)), words)


def _show_history(past: History, words: Words) -> None:
    events = past.timeline
    finding = summary(past, words)
    st.markdown(plain(finding))
    if not events and not past.balances:
        return
    if events:
        figure = timeline(events, words, palette())
        alternative = words.say("Timeline. {finding}", finding=finding)
        st.plotly_chart(figure, theme=None, config=STILL, key="timeline", alt=alternative)
    names = mark("Loans elsewhere"), mark("Earlier applications"), mark("Payments"), mark("Card balances")
    tables = (loan_rows, application_rows, payment_rows, balance_rows)
    tabs = st.tabs([plain(words.say(name)) for name in names])
    for tab, name, rows in zip(tabs, names, tables, strict=True):
        with tab:
            _show_latest(words.say(name), *rows(past, words), words)


def _show_latest(title: str, heads: Row, rows: Sequence[Row], words: Words) -> None:
    if not rows:
        show_note(words.say("{title}: none is known.", title=title))
        return
    caption = title
    if len(rows) > LATEST:
        caption = words.say(
            "{title}: the {latest} latest of {all}",
            title=title,
            latest=words.number(LATEST),
            all=words.number(len(rows)),
        )
    show_table(caption, heads, rows[:LATEST])


def summary(past: History, words: Words) -> str:
    """The past in a few sentences; that there is none."""
    if not (past.loans or past.applications or past.payments or past.balances):
        return words.say("Nothing is known of earlier loans: this client has no history here or elsewhere.")
    running = sum(loan.status == "Active" for loan in past.loans)
    refused = sum(each.status == "Refused" for each in past.applications)
    late = sum(each.days_late is not None and each.days_late > 0 for each in past.payments)
    told = [
        words.plural(
            "{count} loan elsewhere, of which {running} running.",
            "{count} loans elsewhere, of which {running} running.",
            len(past.loans),
            running=words.number(running),
        ),
        words.plural(
            "{count} earlier application here, of which {refused} refused.",
            "{count} earlier applications here, of which {refused} refused.",
            len(past.applications),
            refused=words.number(refused),
        ),
        words.plural(
            "{count} payment known, of which {late} late.",
            "{count} payments known, of which {late} late.",
            len(past.payments),
            late=words.number(late),
        ),
    ]
    return " ".join(told)


def loan_rows(past: History, words: Words) -> Table:
    """Heads and rows of the loans elsewhere."""
    heads = mark("Loan"), mark("Granted"), mark("Status"), mark("Amount"), mark("Still due")
    rows: list[Row] = [
        (
            _said("loan_kind", loan.kind, words),
            _ago(loan.years_ago, words),
            _said("loan_status", loan.status, words),
            _money(loan.amount, words),
            _money(loan.debt, words),
        )
        for loan in past.loans
    ]
    return tuple(words.say(head) for head in heads), rows


def application_rows(past: History, words: Words) -> Table:
    """Heads and rows of the earlier applications here."""
    heads = mark("Application"), mark("Decided"), mark("Answer"), mark("Asked for"), mark("Granted amount")
    rows: list[Row] = [
        (
            _said("contract_type", each.kind, words),
            _ago(each.years_ago, words),
            _answer(each.status, each.refused_for, words),
            _money(each.asked, words),
            _money(each.granted, words),
        )
        for each in past.applications
    ]
    return tuple(words.say(head) for head in heads), rows


def payment_rows(past: History, words: Words) -> Table:
    """Heads and rows of the instalments that fell due."""
    heads = mark("Fell due"), mark("Due"), mark("Paid"), mark("When")
    rows: list[Row] = [
        (
            _ago(each.years_ago, words),
            _money(each.due, words),
            words.say("nothing") if each.paid is None else words.money(each.paid),
            lateness(each.days_late, words),
        )
        for each in past.payments
    ]
    return tuple(words.say(head) for head in heads), rows


def balance_rows(past: History, words: Words) -> Table:
    """Heads and rows of the months of cards."""
    heads = mark("Month"), mark("Balance"), mark("Limit"), mark("Late")
    rows: list[Row] = [
        (
            _ago(None if each.months_ago is None else each.months_ago / 12, words),
            _money(each.balance, words),
            _money(each.limit, words),
            lateness(each.days_late, words),
        )
        for each in past.balances
    ]
    return tuple(words.say(head) for head in heads), rows


def lateness(days: float | None, words: Words) -> str:
    """How late or early a payment was."""
    if days is None:
        return words.say("not provided")
    if days > 0:
        return words.plural("{count} day late", "{count} days late", days)
    if days < 0:
        return words.plural("{count} day early", "{count} days early", -days)
    return words.say("on time")


def _ago(years: float | None, words: Words) -> str:
    return words.say("not provided") if years is None else words.say("{duration} ago", duration=words.duration(years))


def _money(amount: float | None, words: Words) -> str:
    return words.say("not provided") if amount is None else words.money(amount)


def _said(feature: str, value: str | None, words: Words) -> str:
    return words.say("not provided") if value is None else category_in_words(feature, value, words)


def _answer(status: str | None, refused_for: str | None, words: Words) -> str:
    answer = _said("last_decision", status, words)
    if refused_for is None or status != "Refused":
        return answer
    return words.labelled(answer, category_in_words("last_refusal_reason", refused_for, words))
