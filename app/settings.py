"""Where things are, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.scoring.problems import AccessProblem

COMMITS = ("COMMIT", "RENDER_GIT_COMMIT")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a customer turns to; made-up placeholders until they are configured.

    Attributes:
        configured: whether the lender said how it is reached.
        officer: who answers for data protection.
        authority: who supervises it.
    """

    configured: bool
    phone: str
    email: str
    address: str
    officer: str
    authority: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Contact:
        """Contacts an environment names."""
        return cls(
            configured=bool(environment.get("CONTACT_EMAIL")),
            phone=environment.get("CONTACT_PHONE") or "01 99 00 00 00",  # kept free for fiction by the regulator
            email=environment.get("CONTACT_EMAIL") or "contact@lender.example",
            address=environment.get("CONTACT_ADDRESS") or "1 rue de l’Exemple, 75000 Paris",
            officer=environment.get("CONTACT_DPO") or "dpo@lender.example",
            authority=environment.get("CONTACT_AUTHORITY") or "CNIL, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr",
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one installation to the next.

    Attributes:
        portfolio: folder of the served portfolio.
        store: URL of the database that is written to: journal, policy, access log.
        api_keys: the API's keys, a ``name:role:hash`` each, as ``python -m app.api.keys`` prints them.
        api_rate: what one caller may ask of one worker, e.g. ``"600/minute"``.
        api_url: where the dashboard's API console finds the API.
        api_console_key: the key it calls with.
        commit: the revision that runs, when the host says it.
        four_eyes: whether a policy is activated by another person than who proposed it.
        role_claim: claim of the identity token that names roles; none when empty.
        allow_anonymous: whether others' data may be shown without sign-in: knowingly, never by default.
        link_secret: what customers' links are signed with.
        link_days: how long such a link opens.
        retention_years: how long files, decisions and accesses are kept.
        sessions_per_address: how many tabs of the desk one network address may hold open.
        contact: whom a customer turns to.
        evidence_key: what heads of the chain of evidence are signed with; none are when it is empty.
        evidence_file: where signed heads are written: best where whoever owns the database cannot write.
    """

    portfolio: Path
    store: str = field(repr=False)
    api_keys: str = field(repr=False)
    api_rate: str
    api_url: str
    api_console_key: str = field(repr=False)
    commit: str
    four_eyes: bool = True
    role_claim: str = ""
    allow_anonymous: bool = False
    link_secret: str = field(default="", repr=False)
    link_days: int = 7
    retention_years: int = 5
    sessions_per_address: int = 200
    contact: Contact = field(default_factory=lambda: Contact.of({}))
    evidence_key: str = field(default="", repr=False)
    evidence_file: Path = ROOT / "data" / "evidence.heads"

    @classmethod
    def of(cls, environment: Mapping[str, str], root: Path = ROOT) -> Settings:
        """Settings an environment asks for.

        ``PORTFOLIO_DIR`` names the portfolio; without it, the lender's own in ``data/portfolio`` once one is published
        there, the committed demonstration until then.
        """
        own, demo = root / "data" / "portfolio", root / "data" / "demo" / "portfolio"
        default = own if (own / "serving.json").is_file() else demo
        return cls(
            portfolio=Path(environment.get("PORTFOLIO_DIR") or default),
            store=environment.get("STORE_URL") or f"sqlite:///{root / 'data' / 'journal.sqlite'}",
            api_keys=environment.get("API_KEYS", ""),
            api_rate=environment.get("API_RATE") or "600/minute",
            api_url=environment.get("API_URL") or "http://127.0.0.1:8000",
            api_console_key=environment.get("API_CONSOLE_KEY", ""),
            commit=next((environment[name] for name in COMMITS if environment.get(name)), "unknown"),
            four_eyes=environment.get("FOUR_EYES") != "0",
            role_claim=environment.get("ROLE_CLAIM", ""),
            allow_anonymous=environment.get("ALLOW_ANONYMOUS") == "1",
            link_secret=environment.get("LINK_SECRET", ""),
            link_days=_whole("LINK_DAYS", environment, 7),
            retention_years=_whole("RETENTION_YEARS", environment, 5),
            sessions_per_address=_whole("SESSIONS_PER_ADDRESS", environment, 200, most=100_000),
            contact=Contact.of(environment),
            evidence_key=environment.get("EVIDENCE_KEY", ""),
            evidence_file=Path(environment.get("EVIDENCE_FILE") or root / "data" / "evidence.heads"),
        )


def _whole(name: str, environment: Mapping[str, str], default: int, most: int = 100) -> int:
    value = environment.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and 0 < int(value) <= most):
        raise AccessProblem(
            "{name} is “{value}”.",
            "It is a whole number from 1 to {most}.",
            "Correct the setting, then start again.",
            name=name,
            value=value[:40],
            most=most,
        )
    return int(value)


@cache
def settings() -> Settings:
    """This process's settings."""
    return Settings.of(os.environ)


def listed_roles() -> str:
    """Who may do what as it is listed now, an ``e-mail:role`` or ``claim value:role`` each: never read once for all.

    ``ROLES_FILE`` is read each time; without it ``ROLES``, which Streamlit sets anew when its file of secrets changes.

    Raises:
        AccessProblem: the file cannot be read. Nobody is let in by an older list.
    """
    file = os.environ.get("ROLES_FILE")
    if not file:
        return os.environ.get("ROLES", "")
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessProblem(
            "The file that ROLES_FILE names cannot be read.",
            "Who may do what is read from it each time.",
            "Ask the person who runs this desk to put it right.",
        ) from error
