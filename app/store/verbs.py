"""The store's verbs: prove the evidence whole, bring an older store here, back up, score again, give away, erase.

Each imports what is heavy, the champion's libraries, only when it runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from app import command
from app.settings import ROOT, settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.store.backup import Places

Url = Annotated[
    str,
    typer.Option(
        default_factory=lambda: settings().store,
        metavar="URL",
        show_default="STORE_URL",
        help="Store database. A password belongs in the variable, not in a command.",
    ),
]
Served = Annotated[
    Path,
    typer.Option(
        "--portfolio",
        default_factory=lambda: settings().portfolio,
        metavar="DIR",
        show_default="PORTFOLIO_DIR",
        help="Served folder.",
    ),
]
Champions = Annotated[
    Path | None,
    typer.Option(metavar="DIR", show_default="CHAMPIONS_DIR, or beside it", help="Champions that dossiers need."),
]
Champion = Annotated[Path, typer.Option(metavar="DIR", help="Exported champion.")]
FirstHeads = Annotated[bool, typer.Option("--first-heads", help="Nothing was signed with EVIDENCE_KEY before.")]
Client = Annotated[int, typer.Option(help="Number of the client.", show_default=False)]
EXPORTED = ROOT / "model_store" / "champion"


def verify(
    url: Url,
    portfolio: Served,
    head: Annotated[
        str | None, typer.Option(help="Hash an earlier proof ended on: the journal must still contain it.")
    ] = None,
    champions: Champions = None,
    first_heads: FirstHeads = False,
) -> None:
    """Prove every row, link, guard, content, dossier's champion, and the served portfolio."""
    from app.store.verification import verify as prove

    _say(prove(url, portfolio, _archive(champions, url), head, first_heads))


def migrate(
    url: Url, make: Annotated[bool, typer.Option("--make", help="Make the store where there is none.")] = False
) -> None:
    """Bring the store to the newest revision."""
    from app.store.database import connect
    from app.store.revision import existing
    from app.store.revision import migrate as bring

    before, after = bring(connect(url) if make else existing(url))
    _say([f"store: at revision {after}" + (", as it was" if before == after else f", from {before or 'none'}")])


def backup(
    folder: Annotated[Path, typer.Argument(help="Of the back-up: a new one.")],
    url: Url,
    portfolio: Served,
    champion: Champion = EXPORTED,
    champions: Champions = None,
    first_heads: FirstHeads = False,
) -> None:
    """Back everything up."""
    from app.store.backup import back_up

    _say(back_up(_places(url, portfolio, champion, champions, first_heads), folder.absolute()))


def restore(
    folder: Annotated[Path, typer.Argument(help="Of the back-up: the one to restore.")],
    url: Url,
    portfolio: Served,
    champion: Champion = EXPORTED,
    champions: Champions = None,
    first_heads: FirstHeads = False,
) -> None:
    """Restore a back-up where nothing is."""
    from app.store.restore import restore as put_back

    _say(put_back(folder.absolute(), _places(url, portfolio, champion, champions, first_heads)))


def sign(portfolio: Served) -> None:
    """Sign the served release with RELEASE_KEY: one that was published before there was a key."""
    from app.store.portfolio import RELEASES, Portfolio
    from app.store.signature import key_needed
    from app.store.signature import sign as sign_release

    release = Portfolio.open(portfolio, signed=False).release  # found whole, before anybody vouches for it
    if not sign_release(portfolio / RELEASES / release):
        raise key_needed()
    _say([f"portfolio {release}: signed, as it is now"])


def replay(
    entry: Annotated[int, typer.Argument(help="Number of the journal's entry.")],
    url: Url,
    champions: Champions = None,
) -> None:
    """Score a decision's dossier again."""
    from app.store.replay import replay as score_again

    _say(score_again(_opened(url), entry, _archive(champions, url)))


def retention(
    url: Url,
    champions: Champions = None,
    apply: Annotated[bool, typer.Option("--apply", help="Erase what is listed.")] = False,
) -> None:
    """List what files say and is older than RETENTION_YEARS; with --apply, erase it."""
    from app.store.heads import Heads
    from app.store.retention import retain

    years, heads = settings().retention_years, Heads.of(settings())
    _say(retain(_opened(url), years, _archive(champions, url), apply, heads))


def subject(
    client: Client,
    out: Annotated[Path, typer.Option(help="A file that is not there yet.", show_default=False)],
    url: Url,
    portfolio: Served,
) -> None:
    """Write all that is held of one client."""
    from app.store.portfolio import Portfolio
    from app.store.subject import write_subject

    _say(write_subject(_opened(url), Portfolio.open(portfolio), client, out.absolute()))


def erase(
    client: Client,
    why: Annotated[str, typer.Option(help="Kept for good: it names nobody.", show_default=False)],
    url: Url,
    champions: Champions = None,
) -> None:
    """Erase what files say of one client."""
    from app.store.heads import Heads
    from app.store.retention import erase_client

    _say(erase_client(_opened(url), client, why, _archive(champions, url), Heads.of(settings())))


VERBS = command.verbs(
    "What is kept of decisions, and what is served. Every verb leaves with 0 when all is proven or done, 2 with one"
    " sentence when it is not, 70 when the program is at fault."
)
for verb in (verify, migrate, backup, restore, sign, replay, retention, subject, erase):
    VERBS.command()(verb)


def _say(lines: Iterable[str]) -> None:
    print("\n".join(lines))


def _archive(champions: Path | None, url: str) -> Path:
    """Beside the store that is named, unless a folder is."""
    return champions or settings().model_copy(update={"store_url": SecretStr(url)}).champion_archive


def _places(url: str, portfolio: Path, champion: Path, champions: Path | None, first_heads: bool) -> Places:
    from app.store.backup import Places
    from app.store.heads import Heads

    heads = Heads.of(settings())
    key, evidence = heads.key if heads else "", settings().evidence_file
    return Places(url, portfolio, champion, evidence, key, first_heads, _archive(champions, url))


def _opened(url: str) -> Engine:
    from app.store.journal import Journal
    from app.store.revision import existing

    return Journal.open(existing(url)).engine
