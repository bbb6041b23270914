"""What is served, opened once per release. Nothing about a client is kept between two runs of a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.scoring.decision import Decision
from app.settings import settings
from app.store.portfolio import Client, Portfolio, serving
from app.ui.words import Words


@dataclass(frozen=True, slots=True)
class ClientFile:
    """One client's row and decision, of one release and under one policy.

    Attributes:
        inputs: names of the features the model reads.
    """

    client: Client
    decision: Decision
    inputs: frozenset[str]


def portfolio(words: Words) -> Portfolio:
    """The portfolio that is served now: opened again when another release takes its place.

    Raises:
        PortfolioProblem, ModelProblem: nothing is published, or what is published is not one whole version.
    """
    root = settings().portfolio
    release = serving(root)
    with st.spinner(words.say("Opening the client portfolio…")):
        return _open(root, release)


# Two: the release that is served, and the one that a session started before the swap may still be reading.
@st.cache_resource(max_entries=2, show_spinner=False)
def _open(root: Path, release: str) -> Portfolio:
    return Portfolio.open(root)


def client_file(client: int, words: Words) -> ClientFile:
    """A client's file.

    Raises:
        UnknownClient: the portfolio has no such client.
    """
    opened = portfolio(words)
    row = opened.client(client)
    decision = opened.champion.decide(client, row.features, opened.active_policy)
    return ClientFile(row, decision, frozenset(opened.champion.features))
