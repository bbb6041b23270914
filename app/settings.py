"""What differs from one installation to the next: every setting of desk, API and commands, each with its sentence.

``docs/settings.md`` holds the same sentences, and a test holds the one to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict
from sqlalchemy import make_url

from app.environment import Address, ApiKey, Database, Drawn, Environment, FirstViewAsked, Switch, Whole
from app.scoring.problems import AccessProblem

ROOT = Path(__file__).resolve().parent.parent
NONE = SecretStr("")
MADE_UP_EMAIL = "contact@lender.example"


def _made_up(value: str) -> Callable[[dict[str, Any]], str]:
    """A placeholder for as long as everything about the lender is one: a real letter has no line of it."""
    return lambda told: value if told.get("email") == MADE_UP_EMAIL else ""


class Contact(Environment):
    """Whom a customer turns to; made-up placeholders until ``CONTACT_EMAIL`` is configured, then only what is said."""

    model_config = SettingsConfigDict(alias_generator=lambda name: f"CONTACT_{name.upper()}")

    email: str = Field(default=MADE_UP_EMAIL, description="the lender's e-mail address")
    # Kept free for fiction by the regulator.
    phone: str = Field(default_factory=_made_up("01 99 00 00 00"), description="its telephone number")
    address: str = Field(
        default_factory=_made_up("1 rue de l’Exemple, 75000 Paris"),
        description="its postal address, at the head of each letter",
    )
    name: str = Field(default="", description="its name, at the head of each letter: Prêt à dépenser unless said")
    signatory: str = Field(
        default="",
        description="who signs a letter, a person or an office: the loan department, in the reader's language, unless"
        " said",
    )
    officer: str = Field(
        default_factory=_made_up("dpo@lender.example"),
        validation_alias="CONTACT_DPO",
        description="who answers for data protection: the lender's e-mail address unless said",
    )
    authority: str = Field(
        default="CNIL, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr",
        description="who supervises data protection: the CNIL unless said",
    )
    agencies: str = Field(
        default_factory=_made_up("Agence Exemple, 2 rue de l’Exemple, 75000 Paris"),
        description="with whom a customer checks the ratings of credit agencies; a refusal says to ask the lender"
        " unless said",
    )
    bureau: str = Field(
        default_factory=_made_up("Fichier Exemple, 3 rue de l’Exemple, 75000 Paris"),
        description="with whom a customer checks their loans at other lenders; a refusal says to ask the lender unless"
        " said",
    )
    mediator: str = Field(
        default_factory=_made_up("Médiateur Exemple, 4 rue de l’Exemple, 75000 Paris"),
        description="the mediator a refused customer may turn to; no letter speaks of one unless said",
    )
    debt_advice: str = Field(
        default_factory=_made_up("Point conseil Exemple, 01 99 00 00 01"),
        description="who advises on debts and budgets for free; no letter speaks of it unless said",
    )

    @property
    def configured(self) -> bool:
        """Whether the lender said how it is reached."""
        return "email" in self.model_fields_set

    @property
    def data_protection(self) -> str:
        """Whom to write to about one's data."""
        return self.officer or self.email


class Roles(Environment):
    """Who may do what. Read each time: ``listed_roles``."""

    roles: str = Field(
        default="",
        repr=False,
        description="who may do what:"
        " `ada@lender.example:officer, bob@lender.example:manager, group-17:data_scientist`",
    )
    roles_file: Path | None = Field(
        default=None,
        description="a file that holds such items, one a line, instead of `ROLES`;"
        " read each time somebody does something",
    )


class Settings(Environment):
    """This installation's settings."""

    portfolio: Path = Field(
        default_factory=lambda: _served_folder(),
        validation_alias="PORTFOLIO_DIR",
        description="the published portfolio: `data/portfolio` once one is published there, the demonstration until"
        " then; training publishes into `data/portfolio` unless said",
    )
    store_url: Database = Field(
        default=SecretStr(f"sqlite:///{ROOT / 'data' / 'journal.sqlite'}"),
        description="database of journal, policies and access log: `postgresql://…` to keep them, else a SQLite file",
    )
    evidence_key: Drawn = Field(
        default=NONE,
        description="what heads of the chain of evidence are signed with; none are without it",
    )
    evidence_file: Path = Field(
        default=ROOT / "data" / "evidence.heads",
        description="the file signed heads are added to, best where whoever owns the database cannot write:"
        " `data/evidence.heads` unless said",
    )
    release_key: Drawn = Field(
        default=NONE,
        description="what a release is signed with when it is published; where it is set,"
        " a release that is not signed with it is not opened",
    )
    four_eyes: Switch = Field(default=True, description="`0` lets a manager activate their own proposal")
    review_days: Whole = Field(
        default=30,
        le=365,
        description="within how many days a review that a customer asks for is answered: 30 unless said",
    )
    first_view: FirstViewAsked = Field(
        default="off",
        description="whose own view is recorded before the advice is shown: `off`, `grey zone`, or a share of the files"
        " such as `20%`, drawn by client number",
    )
    champions: Path | None = Field(
        default=None,
        validation_alias="CHAMPIONS_DIR",
        description="where champions that a dossier needs are kept: `champions` beside the SQLite file of the store,"
        " else beside `EVIDENCE_FILE`, unless said",
    )
    commit: str = Field(
        default="unknown",
        validation_alias=AliasChoices("COMMIT", "RENDER_GIT_COMMIT"),
        description="the revision `/ready` names; on Render `RENDER_GIT_COMMIT` is read by itself",
    )
    port: Whole = Field(default=8_000, le=65_535, description="where the API listens: 8000 unless said")
    api_keys: SecretStr = Field(
        default=NONE,
        description="`name:role:hash` items, as `python -m app.api.keys NAME ROLE` prints them; roles `scoring`,"
        " `monitoring`, `data_scientist`, `revoked`. Without any, only the demonstration is served",
    )
    api_keys_file: Path | None = Field(
        default=None,
        description="a file that holds more such items, one a line; read again when it changes, so that a key revoked"
        " in it counts within a second",
    )
    api_rate: str = Field(
        default="600/minute", description="what one caller may ask of one worker of the API: `600/minute` unless said"
    )
    api_url: Address = Field(
        default="http://127.0.0.1:8000", description="where the API console calls: `http://127.0.0.1:8000` unless said"
    )
    api_console_key: ApiKey = Field(
        default=NONE, description="the key the API console calls with, as `python -m app.api.keys` made it"
    )
    role_claim: str = Field(
        default="",
        description="the claim of the identity token that names a role, or a value listed in `ROLES`, never one with"
        " an `@`; only verified e-mail addresses count without it",
    )
    allow_anonymous: Switch = Field(
        default=False, description="`1` shows clients who are not made up without any sign-in; nothing else does"
    )
    link_secret: Drawn = Field(default=NONE, description="what customers' links are signed with; a new one closes all")
    link_days: Whole = Field(default=7, le=100, description="how many days such a link opens: 7 unless said")
    retention_years: Whole = Field(
        default=5, le=100, description="how many years files, decisions and accesses are kept: 5 unless said"
    )
    sign_in_minutes: Whole = Field(
        default=15,
        le=1_440,
        description="how many minutes ago a manager may have signed in who activates a policy, suspends the advice"
        " or lifts that: 15 unless said",
    )
    connections_per_address: Whole = Field(
        default=200,
        le=100_000,
        description="how many connections one network address may hold open to one worker of the API: 200 unless said",
    )
    sessions_per_address: Whole = Field(
        default=200,
        le=100_000,
        description="how many tabs one network address may hold open: 200 unless said; raise it where a whole office"
        " shares one address",
    )

    @property
    def store(self) -> str:
        """The store's URL in clear, its password within."""
        return self.store_url.get_secret_value()

    @property
    def champion_archive(self) -> Path:
        """Where champions that a dossier needs are kept."""
        if self.champions is not None:
            return self.champions
        url = make_url(self.store)
        on_disk = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return (Path(str(url.database)) if on_disk else self.evidence_file).parent / "champions"

    @cached_property
    def contact(self) -> Contact:
        """Whom a customer turns to."""
        return Contact()


def _served_folder() -> Path:
    own = ROOT / "data" / "portfolio"
    return own if (own / "serving.json").is_file() else ROOT / "data" / "demo" / "portfolio"


@cache
def settings() -> Settings:
    """This process's settings, read once.

    Raises:
        AccessProblem: a setting breaks its rule.
    """
    return Settings()


def listed_roles() -> str:
    """Who may do what as it is listed now, an ``e-mail:role`` or ``claim value:role`` each: never read once for all.

    ``ROLES_FILE`` is read each time; without it ``ROLES``, which Streamlit sets anew when its file of secrets changes.

    Raises:
        AccessProblem: the file cannot be read. Nobody is let in by an older list.
    """
    listed = Roles()
    if listed.roles_file is None:
        return listed.roles
    try:
        return listed.roles_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessProblem(
            "The file that ROLES_FILE names cannot be read.",
            "Who may do what is read from it each time.",
            "Ask the person who runs this desk to put it right.",
        ) from error
