"""What is served, opened once per release. Nothing about a client is kept between two runs of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from app.scoring.decision import Decision
from app.scoring.dependence import Dependence
from app.scoring.peers.nearness import Near, Nearness
from app.scoring.peers.peer_group import Members, Neighbours
from app.scoring.policy import Policy
from app.scoring.what_if.counterfactual import Counterfactual, what_would_it_take
from app.scoring.what_if.revision import Form
from app.scoring.what_if.simulation import Edits, Simulation, simulate
from app.settings import settings
from app.store import champions, effects
from app.store.access import AccessLog
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.drafts import Drafts
from app.store.evidence import Evidence, read_evidence
from app.store.heads import Heads
from app.store.incidents import Incidents
from app.store.journal import Journal
from app.store.neighbours import read_nearness
from app.store.policies import PolicyHistory
from app.store.portfolio import RELEASES, Client, Portfolio
from app.store.questions import nearest
from app.store.records import application_form
from app.store.served_release import ServedRelease
from app.store.suspensions import Suspensions

PATIENCE_SECONDS = 2.0
"""Before the release that was served answers on, while the one that takes its place is still being opened."""


@dataclass(frozen=True, slots=True)
class ClientFile:
    """One client's row and decision, of one release and under one policy.

    Attributes:
        inputs: names of the features the model reads.
    """

    client: Client
    decision: Decision
    inputs: frozenset[str]


def portfolio() -> Portfolio:
    """The portfolio that is served now: opened again when another release takes its place.

    Raises:
        PortfolioProblem, ModelProblem: nothing is published, or what is published is not one whole version.
    """
    return _served(settings().portfolio).now(PATIENCE_SECONDS)


@st.cache_resource(max_entries=2, show_spinner=False)
def _served(root: Path) -> ServedRelease:
    return ServedRelease(root)


def client_file(client: int) -> ClientFile:
    """A client's file.

    Raises:
        UnknownClient: the portfolio has no such client.
    """
    opened = portfolio()
    row = opened.client(client)
    decision = opened.champion.decide(client, row.features, policy_in_force())
    return ClientFile(row, decision, frozenset(opened.champion.features))


def importance() -> Mapping[str, float]:
    """Mean absolute effect of each model input in points, largest first."""
    opened = portfolio()
    return _importance(opened.release, opened.folder)


@st.cache_resource(max_entries=2, show_spinner=False)
def _importance(release: str, folder: Path) -> Mapping[str, float]:
    return MappingProxyType(effects.importance(folder))


def dependence(feature: str) -> Dependence:
    """Values and effects of one model input over the release's sample of clients."""
    opened = portfolio()
    return _dependence(opened.release, opened.folder, feature)


# A thousand pairs an item, the same for every client: reading them goes through everyone's rows.
@st.cache_resource(max_entries=32, show_spinner=False)
def _dependence(release: str, folder: Path, feature: str) -> Dependence:
    return effects.dependence(folder, feature)


def strongest(most: int) -> tuple[Dependence, ...]:
    """Values and effects of the model inputs that weigh most, the heaviest first."""
    opened = portfolio()
    return _strongest(opened.release, opened.folder, tuple(importance())[:most])


@st.cache_resource(max_entries=2, show_spinner=False)
def _strongest(release: str, folder: Path, features: tuple[str, ...]) -> tuple[Dependence, ...]:
    return effects.dependences(folder, features)


def application(file: ClientFile) -> dict[str, Any]:
    """The raw application columns of a client, as stored.

    Raises:
        PortfolioProblem: the release was published without records.
    """
    return application_form(portfolio().folder, file.client.client)


def what_if(file: ClientFile, form: Form, edits: Edits) -> Simulation:
    """The client's decision before and after edits.

    Raises:
        SimulationProblem: a value no application could bear.
    """
    opened = portfolio()
    policy = policy_in_force()
    return simulate(file.client.client, form, file.client.features, edits, opened.champion, policy, opened.population)


def what_it_takes(file: ClientFile) -> Counterfactual:
    """The smallest change of the loan that the policy in force accepts."""
    opened = portfolio()
    return _search(opened.release, file.client.client, policy_in_force(), opened)


# Some 200 loans are scored: not at every rerun of a page that shows the answer. A few kilobytes are kept, of the loan
# only, for the clients asked about last.
@st.cache_resource(max_entries=64, show_spinner=False)
def _search(release: str, client: int, policy: Policy, _opened: Portfolio) -> Counterfactual:
    form, features = application_form(_opened.folder, client), _opened.client(client).features
    return what_would_it_take(form, features, _opened.champion, policy, _opened.population)


def neighbours(file: ClientFile, group: Neighbours) -> Members:
    """The clients nearest to one: their numbers alone are kept, for as long as the items shown change.

    Raises:
        QuestionProblem: nearness on nothing.
    """
    opened = portfolio()
    return _nearest(opened.release, group, opened, file.client)


@st.cache_resource(max_entries=64, show_spinner=False)
def _nearest(release: str, group: Neighbours, _opened: Portfolio, _client: Client) -> Members:
    return nearest(_opened.folder, group, _client.features, _opened.population)


MOST_NEIGHBOURS = 100
"""As many of the nearest are kept for each client that was asked about."""


def nearest_clients(file: ClientFile, size: int) -> tuple[Near, ...]:
    """The clients nearest to one on what the model reads, at most ``MOST_NEIGHBOURS``."""
    opened = portfolio()
    return _nearest_clients(opened.release, file.client.client, opened)[:size]


@st.cache_resource(max_entries=64, show_spinner=False)
def _nearest_clients(release: str, client: int, _opened: Portfolio) -> tuple[Near, ...]:
    return _nearness(release, _opened).nearest(client, MOST_NEIGHBOURS)


# A byte for each input of each client: reading them anew would take seconds.
@st.cache_resource(max_entries=1, show_spinner=False)
def _nearness(release: str, _opened: Portfolio) -> Nearness:
    return read_nearness(_opened)


def policy_in_force() -> Policy:
    """What every page decides by: the policy activated last for the served model, else what its champion recommends.

    Raises:
        StoreProblem: the store cannot be read; a page then says so, rather than decide by what may have been replaced.
    """
    return policies().decides(portfolio().champion)


def policies() -> PolicyHistory:
    """The history of policies; tried again at the next call while it cannot be opened.

    Raises:
        StoreProblem: the database is away, read-only or full.
    """
    return _policies(settings().store, settings().four_eyes)


@st.cache_resource(max_entries=1, show_spinner=False)
def _policies(url: str, four_eyes: bool) -> PolicyHistory:
    return PolicyHistory.open(connect(url), four_eyes, Heads.of(settings()))


def evidence() -> Evidence:
    """What a threshold of the served model is judged on.

    Raises:
        QuestionProblem: the release has no client that the model never saw and whose outcome is known.
    """
    opened = portfolio()
    return _evidence(opened.release, opened)


@st.cache_resource(max_entries=1, show_spinner=False)
def _evidence(release: str, _opened: Portfolio) -> Evidence:
    return read_evidence(_opened)


def journal() -> Journal:
    """The decision journal; tried again at the next call while it cannot be opened.

    Raises:
        StoreProblem: the database is away, read-only or full.
    """
    return _journal(settings().store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _journal(url: str) -> Journal:
    return Journal.open(connect(url), Heads.of(settings()))


def access_log() -> AccessLog:
    """The log of who saw which client; tried again at the next call while it cannot be opened.

    Raises:
        StoreProblem: the database is away, read-only or full.
    """
    return _access_log(settings().store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _access_log(url: str) -> AccessLog:
    return AccessLog.open(connect(url), Heads.of(settings()))


def cases() -> Cases:
    """The files and what happened to them; tried again at the next call while they cannot be opened.

    Raises:
        StoreProblem: the database is away, read-only or full.
    """
    return _cases(settings().store, settings().champion_archive, settings().review_days)


@st.cache_resource(max_entries=1, show_spinner=False)
def _cases(url: str, archive: Path, review_days: int) -> Cases:
    return Cases.open(connect(url), archive, review_days, Heads.of(settings()))


def drafts() -> Drafts:
    """What people are typing; raises as ``cases``."""
    return _drafts(settings().store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _drafts(url: str) -> Drafts:
    return Drafts.open(connect(url))


def models(portfolio_folder: Path, archive: Path) -> tuple[str, ...]:
    """Versions of the models of all releases that are there, and of those that dossiers need."""
    return champions.versions(portfolio_folder / RELEASES, archive)


def suspensions() -> Suspensions:
    """The stop switch; raises as ``cases``."""
    return _suspensions(settings().store, settings().four_eyes)


@st.cache_resource(max_entries=1, show_spinner=False)
def _suspensions(url: str, four_eyes: bool) -> Suspensions:
    return Suspensions.open(connect(url), four_eyes, Heads.of(settings()))


def incidents() -> Incidents:
    """The register of incidents; raises as ``cases``."""
    return _incidents(settings().store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _incidents(url: str) -> Incidents:
    return Incidents.open(connect(url), Heads.of(settings()))
