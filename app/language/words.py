"""The reader's language: sentences, numbers, money and durations as they write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CATALOGUES = Path(__file__).resolve().parent / "locale"
CURRENCY = "EUR"
MINUS = "−"


def mark(message: str) -> str:
    """Leave ``message`` as it is, and have it extracted for translation."""
    return message


@dataclass(frozen=True)
class Words:
    """Says things in one language. English is the source language: its catalogue is empty."""

    language: Language
    translations: NullTranslations

    @cached_property
    def locale(self) -> Locale:
        """Conventions of the language's numbers."""
        return Locale.parse(self.language)

    def say(self, message: str, /, **values: object) -> str:
        """The translated message, its named fields filled."""
        # gettext answers "" with the catalogue's header
        return self.translations.gettext(message).format(**values) if message else ""

    def plural(self, one: str, many: str, count: float, /, **values: object) -> str:
        """The translated message for ``count`` things; the field ``{count}`` is written as a number."""
        # French says "1,5 mois" but "1,5 an": a fraction takes the form of its whole part, English the plural.
        whole = int(abs(count)) if self.language == "fr" or count == int(count) else 2
        return self.translations.ngettext(one, many, whole).format(count=self.number(count), **values)

    def labelled(self, label: str, value: str) -> str:
        """``label: value``, with the space before the colon that French wants."""
        return self.say("{label}: {value}", label=label, value=value)

    def number(self, value: float, digits: int = 1) -> str:
        """A number with at most ``digits`` decimals."""
        return _minus(format_decimal(round(value, digits) + 0.0, locale=self.locale))

    def points(self, value: float, digits: int = 0) -> str:
        """Points, without a sign."""
        return _minus(format_decimal(round(value, digits) + 0.0, format=_fixed(digits), locale=self.locale))

    def signed(self, value: float, digits: int = 0) -> str:
        """Points gained or lost; one decimal more rather than a zero that hides the sign."""
        digits = digits if round(value, digits) else digits + 1
        sign = "+" if round(value, digits) > 0 else ""
        return sign + self.points(value, digits)

    def money(self, value: float) -> str:
        """An amount in whole units of the currency."""
        places = "¤#,##0" if self.language == "en" else "#,##0\u00a0¤"
        return _minus(format_currency(round(value), CURRENCY, format=places, locale=self.locale, currency_digits=False))

    def percent(self, value: float, decimals: int | None = None) -> str:
        """A fraction of 1 as a percentage: with so many decimals; unless told whole, or with one below 1 %."""
        if decimals is not None:
            return self.say("{number}%", number=self.points(100 * value, decimals))
        digits = 2 if abs(value) >= 0.01 else 3
        return _minus(format_percent(round(value, digits) + 0.0, locale=self.locale, decimal_quantization=False))

    def moment(self, at: datetime) -> str:
        """A date and time of day, in the time zone it bears."""
        time = format_time(at, "short", tzinfo=at.tzinfo, locale=self.locale)
        return f"{format_date(at, 'long', self.locale)}, {time}"

    def day(self, day: date) -> str:
        """A date."""
        return str(format_date(day, "long", self.locale))

    def day_and_month(self, day: date) -> str:
        """A date as short as it is said, without its year."""
        return format_skeleton("MMMd", day, locale=self.locale)

    def day_of(self, at: str) -> str:
        """The date of a recorded moment, which is UTC in ISO 8601."""
        return self.day(datetime.fromisoformat(at).date())

    def duration(self, years: float) -> str:
        """A length of time in years and months."""
        whole, months = divmod(round(abs(years) * 12), 12)
        parts = [self.plural("{count} year", "{count} years", whole)] if whole else []
        if months or not whole:
            parts.append(self.plural("{count} month", "{count} months", months))
        return (MINUS if years < 0 and (whole or months) else "") + " ".join(parts)

    def enumeration(self, items: list[str]) -> str:
        """Items separated by commas, with "and" before the last."""
        if len(items) < 2:
            return "".join(items)
        return self.say("{first} and {last}", first=", ".join(items[:-1]), last=items[-1])


@cache
def words_in(language: Language) -> Words:
    """Words of a language, its catalogue read once."""
    return Words(language, NullTranslations() if language == "en" else _catalogue(language))


def language_of(locale: str | None) -> Language:
    """The language to start with for a browser of that locale, e.g. ``fr-FR``; English unless it is one of ours."""
    spoken = (locale or "").split("-")[0].lower()
    return next((language for language in LANGUAGES if language == spoken), "en")


def _catalogue(language: Language) -> GNUTranslations:
    """The committed catalogue, compiled in memory: there is no binary that could be older than its source."""
    compiled = BytesIO()
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _minus(written: str) -> str:
    return written.replace("-", MINUS)


def _fixed(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")
