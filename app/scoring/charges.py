"""What a client pays a month as far as the desk knows, beside what they earn: the ratios a lender reads first.

Amounts are a month's: this loan's payment and the declared income, as the policy's largest payment reads them, and the
payments that other lenders and this one know of. No model reads this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scoring.decision import Value


@dataclass(frozen=True, slots=True)
class Charges:
    """Income and known payments a month; None where not provided.

    Attributes:
        payment: of the loan asked for.
        elsewhere: on running loans at other lenders, as those report them; None where none reports any.
        loans_elsewhere: how many loans run there.
        here: on earlier loans here that are under way.
        people: of the family, the client included.
    """

    income: float | None
    payment: float | None
    elsewhere: float | None = None
    loans_elsewhere: int = 0
    here: float | None = None
    people: int | None = None

    @classmethod
    def of(cls, row: Mapping[str, Value]) -> Charges:
        """Those of a feature row; what a release does not hold is not provided."""
        people = _number(row, "family_members")
        return cls(
            income=_number(row, "income"),
            payment=_number(row, "annuity"),
            elsewhere=_number(row, "bureau_active_annuity"),
            loans_elsewhere=int(_number(row, "bureau_active") or 0),
            here=_number(row, "approved_under_way_annuity"),
            people=int(people) if people else None,
        )

    @property
    def others(self) -> float:
        """Known payments beside this loan's."""
        return (self.elsewhere or 0.0) + (self.here or 0.0)

    @property
    def known(self) -> float | None:
        """All known payments, this loan's too; None where that one is not known."""
        return None if self.payment is None else self.payment + self.others

    @property
    def left(self) -> float | None:
        """What all known payments leave of the income."""
        return None if self.income is None or self.known is None else self.income - self.known

    @property
    def left_per_person(self) -> float | None:
        """The same, for each of the family."""
        return None if self.left is None or not self.people else self.left / self.people

    def share(self, amount: float | None) -> float | None:
        """What an amount takes of the income."""
        return None if amount is None or not self.income else amount / self.income


def _number(row: Mapping[str, Value], feature: str) -> float | None:
    value = row.get(feature)
    return None if value is None or value != value else float(value)
