"""The technical file of a model, in the order of annex IV of Regulation (EU) 2024/1689, filled from what was measured.

What nobody here knows is said to be unknown: a file that reads complete and is not would be worse than a short one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.language.features import label
from app.language.words import Words
from app.scoring.features import by_name
from app.scoring.recommendation import BREAK_EVEN, of_card
from app.ui.charts.cost import PER
from app.ui.kit.markup import Markup, element
from app.ui.kit.palette import LIGHT

MOST_ITEMS = 10
STYLE = (
    "body{font:16px/1.5 sans-serif;color:var(--ink);background:var(--background);max-width:46rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}li{margin:.3rem 0}"
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One point of the annex: its title, and what is known of it, a sentence each."""

    title: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TechnicalFile:
    """A whole file.

    Attributes:
        title: names the model.
        chapters: in the order of the annex.
    """

    title: str
    chapters: tuple[Chapter, ...]


def technical_file(told: Mapping[str, Any], version: str, words: Words) -> TechnicalFile:
    """The file of a champion.

    Args:
        told: its card.
    """
    chapters = (
        Chapter(words.say("1. General description"), _general(told, version, words)),
        Chapter(words.say("2. How it was made"), _made(told, words)),
        Chapter(words.say("3. What it can do, and where it fails"), _works(told, words)),
        Chapter(words.say("4. Why it is measured so"), _measured(words)),
        Chapter(words.say("5. Risks"), _risks(told, words)),
        Chapter(words.say("6. Changes over its life"), _changes(words)),
        Chapter(words.say("7. Standards applied"), (_unknown(words),)),
        Chapter(words.say("8. Declaration of conformity"), (_unknown(words),)),
        Chapter(words.say("9. Watch once in service"), _watched(words)),
    )
    return TechnicalFile(words.say("Technical file of model {version}", version=version), chapters)


def _unknown(words: Words) -> str:
    return words.say("Not known to this desk: the provider adds it.")


def _general(told: Mapping[str, Any], version: str, words: Words) -> tuple[str, ...]:
    return (
        words.say(
            "Purpose: the probability that an applicant for a consumer loan will have serious payment difficulties, to "
            "help an officer decide and explain. A person decides."
        ),
        words.say("Not for: deciding without a person, marketing, or people unlike those it learnt from."),
        words.say("Version: {version}. It is told apart from every other by the hash of its files.", version=version),
        words.say(
            "It answers on this desk's pages and by a scoring API; it needs {libraries} and no special hardware.",
            libraries=", ".join(f"{name} {number}" for name, number in told["recipe"]["libraries"].items()),
        ),
        words.say("Provider, address and instructions for use: not known to this desk; the provider adds them."),
    )


def _made(told: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    data, recipe, selection = told["data"], told["recipe"], told["selection"]
    rule = of_card(told)
    why = words.say("not told by this version's card")
    if rule is not None:
        why = (
            words.say("where accepting and refusing are expected to cost the same")
            if rule.rule == BREAK_EVEN
            else words.say("the cheapest one found by the folds, as outcomes reject the break-even one")
        )
    return (
        words.say(
            "Method: {trees} gradient boosted trees (LightGBM), calibrated by Platt's scaling, so that contributions "
            "add up exactly. Effects are held to a direction wherever an applicant could expect one.",
            trees=words.number(recipe["trees"]),
        ),
        words.say(
            "Data: {clients} clients with a known outcome, of whom {apart} are kept apart from every choice; hash of "
            "rows and outcomes {hash}.",
            clients=words.number(data["labelled_clients"]),
            apart=words.number(data["untouched_clients"]),
            hash=data["hash"],
        ),
        words.say("These clients are invented: figures of real people are not known.")
        if data["synthetic"]
        else words.say("Where the data came from, and how they were gathered: not known to this desk."),
        words.say(
            "Items: {kept} of {considered} were selected. Gender, age and family status are audited and never used.",
            kept=words.number(selection["kept"]),
            considered=words.number(selection["considered"]),
        ),
        words.say(
            "Threshold recommended: {threshold}, {why}, a missed default costing {weight} lost good clients.",
            threshold=words.percent(told["policy"]["recommended_threshold"], 1),
            why=why,
            weight=words.number(told["policy"]["missed_default_weight"]),
        ),
        words.say(
            "Whoever decides is a person: an officer writes down their own view before the advice is shown, and signs "
            "against it with a reason; above the limits of the policy a second person signs."
        ),
        words.say(
            "Made by revision {revision} with seed {seed}: the same data give the same bytes.",
            revision=told["recipe"]["git_revision"],
            seed=str(recipe["seed"]),
        ),
    )


def _works(told: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    measured = told["measures"]
    untouched, interval = measured["untouched"], measured["intervals_95"]["untouched"]
    heaviest = [label(each["feature"], words) for each in told["importance"][:MOST_ITEMS] if each["feature"] in by_name]
    rates = [each["default_rate"] for each in measured["slices"] if "default_rate" in each]
    aucs = [each["auc"] for each in measured["slices"] if "auc" in each]
    found = [
        words.say(
            "On the clients kept apart: AUC {auc} ({low} to {high}), {cost} lost good clients per {files} "
            "applications, {accepted} accepted, of whom {defaults} do not repay.",
            auc=words.percent(untouched["auc"], 1),
            low=words.percent(interval["auc"][0], 1),
            high=words.percent(interval["auc"][1], 1),
            cost=words.number(PER * untouched["cost_per_client"], 0),
            files=words.number(PER),
            accepted=words.percent(untouched["acceptance_rate"], 1),
            defaults=words.percent(untouched["default_rate_accepted"], 1),
        ),
        words.say("What weighs most: {items}.", items=words.enumeration(heaviest)),
        words.say("It is wrong about people unlike those it learnt from, and cannot know what no table holds."),
    ]
    if aucs:
        found.append(
            words.say(
                "By gender, age, type of loan and external scores, AUC goes from {low} to {high}, and defaults from "
                "{least} to {most}.",
                low=words.percent(min(aucs), 1),
                high=words.percent(max(aucs), 1),
                least=words.percent(min(rates), 1),
                most=words.percent(max(rates), 1),
            )
        )
    return tuple(found)


def _measured(words: Words) -> tuple[str, ...]:
    return (
        words.say(
            "A missed default costs more than a lost good client: models are chosen, and thresholds set, by that cost; "
            "AUC says how well clients are ranked, the calibration error whether a probability can be taken at its "
            "word."
        ),
    )


def _risks(told: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    alarms = tuple(told["alarms"]) or (words.say("Training raised no alarm."),)
    return (
        words.say(
            "A wrong refusal costs a person a loan: whoever is refused is told why and may ask for a person's review. "
            "Acceptance by group is compared on the page Fairness."
        ),
        *alarms,
        words.say("The lender's own system of risk management: not known to this desk; the provider adds it."),
    )


def _changes(words: Words) -> tuple[str, ...]:
    return (
        words.say(
            "Each version is held against the one before it on clients new to both, and served only when it costs no "
            "more, is calibrated, and widens no gap between groups; an override is recorded with its reason."
        ),
        words.say("A threshold changes by two people; the journal keeps who, when and why."),
    )


def _watched(words: Words) -> tuple[str, ...]:
    return (
        words.say(
            "Each month's applicants are compared with those it learnt from, and outcomes with what was announced; the "
            "page Drift says when to investigate and when to act. A manager can stop the model at once."
        ),
        words.say("Serious incidents are kept in a register, with their dates and what was done."),
    )


def document(file: TechnicalFile, words: Words) -> str:
    """The file as a whole HTML document that fetches nothing."""
    style = element("style", Markup(f":root{{{LIGHT.variables}}}{STYLE}"))
    head = element("head", Markup('<meta charset="utf-8">'), element("title", file.title), style)
    chapters = (
        element(
            "section", element("h2", each.title), element("ul", *(element("li", sentence) for sentence in each.told))
        )
        for each in file.chapters
    )
    basis = words.say("In the order of annex IV of Regulation (EU) 2024/1689, from the model's own card.")
    body = element("body", element("main", element("h1", file.title), element("p", basis), *chapters))
    return f"<!doctype html>{element('html', head, body, lang=words.language)}"
