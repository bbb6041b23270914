"""What speaks for a request and against it, in a customer's words: by topic, as nobody applies with 244 features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from app.language.words import Words, mark
from app.scoring.decision import Contribution, Decision, Value
from app.scoring.features import FEATURES, by_name
from app.scoring.population import Population
from app.scoring.reasons import LEAST_POINTS, MOST
from app.ui.customer.facts import fact, value_of


@dataclass(frozen=True, slots=True)
class Topic:
    """What several features are about.

    Attributes:
        phrase: singular noun phrase of an English sentence, to be translated.
        starts: features whose names start so are of this topic, unless an earlier topic claims them.
        read_too: what the letter says of it among the data that are used, where it can be given to nobody as a reason:
            where somebody lives, how others repay.
    """

    phrase: str
    starts: tuple[str, ...]
    read_too: str = ""

    @property
    def tellable(self) -> bool:
        """Whether it can be given to a person as a reason."""
        return not self.read_too


TOPICS = (
    Topic(mark("the information we received from credit agencies"), ("external_score",)),
    Topic(mark("the weight of your payments in your income"),
          ("credit_to_income", "annuity_to_income", "instalment_due_to_income", "under_way_annuity_to_income",
           "bureau_annuity_to_income", "bureau_debt_to_income", "card_balance_to_income")),
    Topic(mark("the loan compared with the price of your purchase"), ("credit_to_goods", "credit_over_goods")),
    Topic(mark("the length of the loan"), ("credit_to_annuity",)),
    Topic(mark("the amount you ask for"), ("credit", "goods_price")),
    Topic(mark("the monthly payment"), ("annuity",)),
    Topic(mark("the type of loan you ask for"), ("contract_type",)),
    Topic(mark("your income"), ("income",)),
    Topic(mark("the time you have spent in your job"), ("years_employed", "employed_to")),
    Topic(mark("your work"), ("occupation", "employer_type", "not_employed")),
    Topic(mark("your level of education"), ("education",)),
    Topic(mark("your car"), ("owns_car", "car_age")),
    Topic(mark("the time since you changed your contact details or identity papers"),
          ("years_since_", "registration_to")),
    Topic(mark("the set of papers and phone numbers you gave us"),
          ("work_phone", "home_phone", "document", "identity_document")),
    Topic(mark("the place where you live and work"), ("region_", "city_", "address_"),
          read_too=mark("The place where you live and work. The calculation reads it too.")),
    Topic(mark("the way people close to you repay their loans"), ("circle",),
          read_too=mark("How people close to you repay. The calculation reads it too.")),
    Topic(mark("the number of loan requests you made lately"), ("enquiries",)),
    Topic(mark("your home"), ("housing", "owns_home", "building_", "basement_", "common_area", "lifts", "entrances",
                              "floors_", "land_", "living_", "other_", "total_area", "repair_", "house_", "walls",
                              "emergency_")),
    Topic(mark("the way you repay your loans at other lenders"),
          ("bureau_sold", "bureau_overdue", "bureau_days_overdue", "bureau_once_overdue", "bureau_prolongations",
           "bureau_late_", "bureau_worst", "bureau_since_late", "bureau_active_past_end")),
    Topic(mark("the amount you still owe to other lenders"),
          ("bureau_debt", "bureau_active_debt", "bureau_active_credit", "bureau_active_annuity",
           "bureau_card_utilisation")),
    Topic(mark("the history of your loans at other lenders"), ("bureau_",)),
    Topic(mark("the way you repaid your earlier loans with us"),
          ("instalment", "pos_late", "pos_material", "pos_delay", "pos_since_late")),
    Topic(mark("the outcome of your earlier requests with us"),
          ("previous_approved", "previous_refused", "previous_cancelled", "previous_granted", "refused_",
           "last_decision", "last_refusal")),
    Topic(mark("the kind of loans you had or asked for with us"), ("previous_", "approved_", "last_", "pos_")),
    Topic(mark("the use of your credit cards with us"), ("card_",)),
)  # fmt: skip


@cache
def topic_of() -> Mapping[str, Topic]:
    """Feature name -> its topic; every feature a model may read has one."""
    unprotected = [feature.name for feature in FEATURES if not feature.protected]
    return MappingProxyType({name: _topic(name) for name in unprotected})


def _topic(feature: str) -> Topic:
    exact = (topic for topic in TOPICS if feature in topic.starts)
    return next(exact, None) or next(topic for topic in TOPICS if feature.startswith(topic.starts))


def topics(decision: Decision, most: int = MOST) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """The topics that weigh most for the request, and those that weigh most against it, the heaviest first: those that
    can be given as reasons.

    A topic weighs what its features weigh together: contributions add up, so none is told on both sides.
    """
    weights: dict[str, float] = {}
    for each in _told(decision):
        phrase = topic_of()[each.feature].phrase
        weights[phrase] = weights.get(phrase, 0.0) + each.points
    by_weight = sorted((topic for topic in TOPICS if topic.tellable), key=lambda topic: weights.get(topic.phrase, 0.0))
    helping = [topic for topic in reversed(by_weight) if weights.get(topic.phrase, 0.0) >= LEAST_POINTS]
    hurting = [topic for topic in by_weight if weights.get(topic.phrase, 0.0) <= -LEAST_POINTS]
    return tuple(helping[:most]), tuple(hurting[:most])


@dataclass(frozen=True, slots=True)
class Given:
    """One reason that a letter gives.

    Attributes:
        feature: of the topic, the one that weighs most the same way, one whose value is known before others; None where
            nothing of the topic is known.
    """

    topic: Topic
    feature: str | None
    value: Value
    helping: bool


def given(decision: Decision, helping: bool, most: int = MOST) -> tuple[Given, ...]:
    """The topics that weigh most on one side, the heaviest first, each with the fact of the file that weighs most in
    it.

    What is not known is told where it counts against somebody: they can bring it. It is no reason to accept.
    """
    told = (_given(topic, decision, helping) for topic in topics(decision, len(TOPICS))[0 if helping else 1])
    return tuple(each for each in told if each.value is not None or not helping)[:most]


def _given(topic: Topic, decision: Decision, helping: bool) -> Given:
    sign = 1.0 if helping else -1.0
    about = [each for each in _told(decision) if topic_of()[each.feature] is topic]
    pulling = [each for each in about if sign * each.points > 0.0]
    known = [each for each in pulling if each.value is not None]
    if not known and all(each.value is None for each in about):
        return Given(topic, None, None, helping)
    heaviest = max(known or pulling, key=lambda each: sign * each.points)
    return Given(topic, heaviest.feature, heaviest.value, helping)


def in_a_sentence(reason: Given, population: Population, words: Words) -> str:
    """The reason as the customer reads it; what speaks against them stands beside what is usual."""
    if reason.feature is None:
        return words.say("We know nothing about this: {topic}.", topic=words.say(reason.topic.phrase))
    told = fact(reason.feature, reason.value, words)
    usual = population[reason.feature].typical
    if reason.helping or None in (reason.value, usual) or by_name[reason.feature].kind != "number":
        return told
    value, typical = (value_of(reason.feature, each, words) for each in (reason.value, usual))
    if value == typical:  # told alike once rounded
        return told
    return " ".join((told, words.say("For a typical client: {value}.", value=typical)))


def _told(decision: Decision) -> tuple[Contribution, ...]:
    return tuple(each for each in decision.contributions if each.feature in topic_of())
