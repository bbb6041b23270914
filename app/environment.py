"""How settings are read: from environment variables, each held to its rule; a wrong one is a sentence that names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.scoring.problems import AccessProblem

SHORTEST_SECRET = 32
FEWEST_TURNS = 20
OBVIOUS = re.compile(r"change.?me|password|secret|default|example|qwerty", re.IGNORECASE)
DATABASES = {"sqlite", "postgresql", "postgres"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is told of a setting that breaks it: three sentences with the fields ``name``, ``value`` and ``most``."""

    found: str
    rule: str
    way_out: str


IS = "{name} is “{value}”."
CORRECT = "Correct the setting, then start again."
GUESSABLE = "{name} is short or plain enough to be guessed."
RANDOM = "It has at least 32 characters, drawn at random."
DRAW = 'Make one with: python -c "import secrets; print(secrets.token_hex(32))"'


def is_guessable(secret: str) -> bool:
    """Whether a secret is short, holds a word that everybody tries, repeats itself or only counts up or down."""
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    turns = set(pairwise(steps))
    return len(secret) < SHORTEST_SECRET or len(turns) < FEWEST_TURNS or bool(OBVIOUS.search(secret))


def _drawn(secret: SecretStr) -> SecretStr:
    if is_guessable(secret.get_secret_value()):
        raise ValueError
    return secret


def _database(url: SecretStr) -> SecretStr:
    try:
        known = make_url(url.get_secret_value()).get_backend_name()
    except ArgumentError as error:
        raise ValueError from error
    if known not in DATABASES:
        raise ValueError
    return url


def _switched(written: object) -> object:
    return {"1": True, "0": False}.get(written, written) if isinstance(written, str) else written


Whole = Annotated[int, Field(ge=1), Rule(IS, "It is a whole number from 1 to {most}.", CORRECT)]
Switch = Annotated[
    bool, BeforeValidator(_switched), Field(strict=True), Rule(IS, "It is 1 for yes, 0 for no.", CORRECT)
]
FirstViewAsked = Annotated[
    str,
    Field(pattern=r"^(off|grey zone|(100|[1-9]?[0-9])%)$"),
    Rule(IS, "It is off, grey zone, or a share such as 20%.", CORRECT),
]
Address = Annotated[
    str, Field(pattern=r"^https?://[^/\s]"), Rule(IS, "It begins with http:// or https://, then a host.", CORRECT)
]
Database = Annotated[
    SecretStr,
    AfterValidator(_database),
    Rule("{name} names no database.", "It begins with sqlite:/// or postgresql://.", CORRECT),
]
Drawn = Annotated[SecretStr, AfterValidator(_drawn), Rule(GUESSABLE, RANDOM, DRAW)]
ApiKey = Annotated[
    SecretStr, AfterValidator(_drawn), Rule(GUESSABLE, RANDOM, "Make one with: python -m app.api.keys NAME ROLE")
]


class Environment(BaseSettings):
    """Settings read from the variables of their names in capitals; an empty variable is none.

    Raises:
        AccessProblem: a setting breaks its rule. Of a secret, the value is told nowhere.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        loc_by_alias=False,
        validate_by_name=True,
        validate_default=False,
        alias_generator=str.upper,
    )

    @model_validator(mode="wrap")
    @classmethod
    def _told(cls, given: Any, read: Any) -> Any:
        try:
            return read(given)
        except ValidationError as error:
            wrong = error.errors()[0]
        raise _broken(cls.model_fields[str(wrong["loc"][0])], wrong["input"])


def variable(field: FieldInfo) -> str:
    """The environment variable a setting is read from first."""
    alias = field.validation_alias
    return str(alias.choices[0] if isinstance(alias, AliasChoices) else alias)


def guessable(name: str) -> AccessProblem:
    """What is told of a secret of that name."""
    return AccessProblem(GUESSABLE, RANDOM, DRAW, name=name)


def _broken(field: FieldInfo, given: object) -> AccessProblem:
    told = next(each for each in field.metadata if isinstance(each, Rule))
    most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    value = "" if field.annotation is SecretStr else str(given)[:40]
    return AccessProblem(told.found, told.rule, told.way_out, name=variable(field), value=value, most=most)
