"""The served portfolio: one release folder holds everything that is served, all of one version.

```
portfolio/
  serving.json            names the release that is served; replaced in one rename
  releases/<release>/
    manifest.json         version, hashes, sizes
    champion/             the champion that scored it
    clients.sqlite        one row per client by id: scores and every feature
    clients.parquet       the same rows for questions over everyone
    population.json       distribution of each feature by outcome
    effects.parquet       contributions in points of a fixed sample of clients (``app.store.effects``)
    records/              each client's own raw rows, a Parquet file per table (``app.store.records``)
```
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.champion import Champion
from app.scoring.decision import Decision, Value
from app.scoring.features import by_name
from app.scoring.policy import Policy
from app.scoring.population import Distribution, read_population
from app.scoring.problems import PortfolioProblem, UnknownClient
from app.scoring.schema.bounds import HIGHEST_ID
from app.store.manifest import REPUBLISH, Stamps, altered, check_files, facts, read_manifest, stamps
from app.store.release_locks import hold
from app.store.signature import check_signature

POINTER = "serving.json"
RELEASES = "releases"
SCORES = ("population", "defaulted", "probability", "points", "out_of_fold_probability")


@dataclass(frozen=True, slots=True)
class Client:
    """One client's row.

    Attributes:
        client: SK_ID_CURR.
        population: "labelled" when the outcome is known, "current" otherwise.
        probability: calibrated probability of default, as the batch scored it.
        features: every feature of ``Portfolio.features`` by name, model input or not; None when not provided.
    """

    client: int
    population: str
    probability: float
    features: Mapping[str, Value]


@dataclass(frozen=True)
class Portfolio:
    """An open release. Safe to share between threads.

    Attributes:
        release: its name; the key of every cache.
        manifest: what publishing wrote about it.
        champion: the champion that scored it.
        stamps: how its files stood on the disk when they were found whole.
    """

    folder: Path
    release: str
    manifest: Mapping[str, Any]
    champion: Champion
    engine: Engine
    stamps: Stamps

    @classmethod
    def open(cls, root: Path, *, signed: bool = True) -> Portfolio:
        """Open the release that ``root`` serves, and check that it is one version, each file as it was published.

        Args:
            signed: whether it must be signed where ``RELEASE_KEY`` is set.

        Raises:
            PortfolioProblem: nothing is published there, or a part is missing, altered, of another version, not signed.
            ModelProblem: its champion is incomplete or altered.
        """
        release = serving(root)
        folder = root / RELEASES / release
        before = stamps(folder)
        if signed:
            check_signature(folder)
        told = read_manifest(folder)
        check_files(folder, told)
        manifest = facts(told)
        champion = Champion.load(folder / "champion")
        _check_champion(champion, manifest)
        # mode=ro and immutable: a reader can neither create nor lock what publishing wrote once and for all.
        engine = create_engine(f"sqlite:///file:{(folder / 'clients.sqlite').resolve()}?mode=ro&immutable=1&uri=true")
        portfolio = cls(folder, release, manifest, champion, engine, before)
        hold(folder, portfolio)
        portfolio._check_columns()
        return portfolio

    @cached_property
    def _clients(self) -> Table:
        return Table("clients", MetaData(), autoload_with=self.engine)

    @property
    def _id(self) -> Column[int]:
        return self._clients.c.SK_ID_CURR

    def _check_columns(self) -> None:
        try:
            columns = set(self._clients.columns.keys())
        except SQLAlchemyError as error:
            raise altered(self.folder, "clients.sqlite") from error
        unknown = [name for name in self.champion.features if name not in by_name]
        if unknown:
            raise PortfolioProblem(
                "The model of the portfolio {release} reads {column}, which this version of the desk does not declare.",
                "Portfolio and desk must declare the same features.",
                REPUBLISH,
                release=self.release,
                column=unknown[0],
            )
        absent = [name for name in (*SCORES, *self.champion.features, *self.population) if name not in columns]
        if absent:
            raise PortfolioProblem(
                "The portfolio {release} lacks {count} columns that are declared, first {column}.",
                "It holds every input of its model and every feature whose distribution it lists.",
                REPUBLISH,
                release=self.release,
                count=len(absent),
                column=absent[0],
            )

    @property
    def size(self) -> int:
        """Number of clients."""
        return int(self.manifest["clients"])

    @cached_property
    def population(self) -> dict[str, Distribution]:
        """Distribution of each feature by outcome."""
        return read_population(self.folder / "population.json")

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Names of the features it holds that this version of the desk declares, in the order of their declaration.

        A feature declared after it was published is none of them: its clients have no such value.
        """
        return tuple(name for name in by_name if name in self.population)

    def check_untouched(self) -> None:
        """Raise PortfolioProblem when a file is not the one that was opened; reads none of them."""
        now = stamps(self.folder)
        if now != self.stamps:
            changed = [name for name in {**self.stamps, **now} if now.get(name) != self.stamps.get(name)]
            raise altered(self.folder, changed[0])

    def client(self, client: int) -> Client:
        """The row of one client.

        Raises:
            UnknownClient: the portfolio has no such client.
        """
        with self.engine.connect() as connection:
            # A NumPy integer would be bound as bytes, and no client found.
            row = connection.execute(select(self._clients).where(self._id == int(client))).mappings().first()
        if row is None:
            raise UnknownClient(
                "Client {client} is not in this portfolio.",
                "Only published clients can be shown.",
                "Check the number on the application, or pick a random client.",
                client=client,
            )
        return Client(client, row["population"], row["probability"], {name: row[name] for name in self.features})

    def decide(self, client: int, policy: Policy) -> Decision:
        """One client's decision under ``policy``, with its contributions."""
        return self.champion.decide(client, self.client(client).features, policy)

    def random_client(self, draw: random.Random | None = None) -> int:
        """Any client, each equally likely."""
        position = (draw or random).randrange(self.size)
        with self.engine.connect() as connection:
            return connection.execute(select(self._id).order_by(self._id).offset(position).limit(1)).scalar_one()

    def next_in_grey_zone(self, policy: Policy, after: int | None = None) -> int | None:
        """The grey-zone client with the next id after ``after``, then from the start again; None when there is none."""
        low, high = policy.threshold_points - policy.grey_zone_points, policy.threshold_points + policy.grey_zone_points
        within = select(func.min(self._id)).where(self._clients.c.points.between(low, high))
        with self.engine.connect() as connection:
            following = connection.execute(within.where(self._id > after)).scalar() if after is not None else None
            return following if following is not None else connection.execute(within).scalar()


def serving(root: Path) -> str:
    """Name of the release that ``root`` serves."""
    try:
        return str(json.loads((root / POINTER).read_text(encoding="utf-8"))["release"])
    except FileNotFoundError as error:
        raise PortfolioProblem(
            "No portfolio is published in {root}.",
            "A served folder holds {pointer}.",
            REPUBLISH,
            root=root,
            pointer=POINTER,
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise altered(root, POINTER) from error


def parse_client(text: str) -> int:
    """The client number a person typed, however its digits are set apart: "100 004" is 100004.

    Raises:
        UnknownClient: it is not a whole number above zero that a client could bear.
    """
    cleaned = "".join(text.split())
    if not (cleaned.isascii() and cleaned.isdigit() and len(cleaned) <= 40 and 1 <= int(cleaned) <= HIGHEST_ID):
        raise UnknownClient(
            "“{text}” is not a client number.",
            "A client number is made of digits only, such as 100002.",
            "Type the number on the application.",
            text=text.strip()[:40],
        )
    return int(cleaned)


def _check_champion(champion: Champion, manifest: Mapping[str, Any]) -> None:
    if champion.version != manifest["model_version"]:
        raise PortfolioProblem(
            "The portfolio was scored by model {scored} but its folder holds champion {held}.",
            "Portfolio and champion must be of one version.",
            REPUBLISH,
            scored=manifest["model_version"],
            held=champion.version,
        )
