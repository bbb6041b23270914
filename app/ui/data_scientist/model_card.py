"""The model's card as a page: what it is for, what was measured of it, by group, by item, and on which data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

import streamlit as st

from app.language.features import label
from app.language.groups import group_in_words
from app.language.words import Words, mark
from app.ui.charts.beeswarm import beeswarm
from app.ui.charts.cost import PER
from app.ui.charts.style import STILL
from app.ui.data_scientist.technical_file import document, technical_file
from app.ui.kit.components import card, definitions, palette, show_alert, show_note, show_table
from app.ui.kit.markup import element
from app.ui.kit.pdf import can_make_pdf, pdf
from app.ui.kit.plain_text import plain
from app.ui.loaders import policy_in_force, portfolio, strongest
from app.ui.shell.export import Export, show_export
from app.ui.shell.frame import link_to
from app.ui.shell.navigation import PAGES, Role
from app.ui.shell.sign_in import drawn_for

ROLES: tuple[Role, ...] = ("data scientist", "manager")
NEXT = ("threshold", "fairness", "drift", "api_console", "find")
CLOSER = "closer_model"
MOST_ITEMS, MOST_SWARMS = 20, 10
Kind = Literal["index", "share", "per thousand"]
MEASURES: dict[str, tuple[str, Kind]] = {
    "auc": (mark("AUC: how often a defaulter is ranked above a client who repays"), "index"),
    "cost_per_client": (mark("Cost per 1,000 applications, in lost good clients"), "per thousand"),
    "calibration_error": (mark("Calibration error"), "share"),
    "acceptance_rate": (mark("Acceptance rate"), "share"),
    "default_rate_accepted": (mark("Not repaid, of those accepted"), "share"),
    "recall": (mark("Defaults refused"), "share"),
    "specificity": (mark("Good clients accepted"), "share"),
    "ks": (mark("Kolmogorov-Smirnov distance"), "index"),
}
"""What is shown of each set of clients, and how it is written."""
STEPS = {
    "missing rate": mark("Missing for nearly everyone"),
    "correlation with the outcome": mark("Default rates of its tenths differ less than by chance"),
    "multicollinearity": mark("Goes along with an item that tells more"),
    "permuted outcome": mark("No more useful than on shuffled outcomes"),
}
FILES = {"thin": mark("fewer than two external scores"), "full": mark("two external scores or more")}
SLICES = {
    "gender": mark("Gender"),
    "age": mark("Age"),
    "contract_type": mark("Type of loan"),
    "file": mark("External scores"),
}


def show_model(words: Words) -> None:
    """The answer, what it is for, what was measured; then one thing at a time, and what can be taken away."""
    champion = portfolio().champion
    told = champion.card
    st.title(words.say("Can this model be trusted?"), anchor=False)
    st.html(element("p", answer(told["measures"], champion.version, words), class_="lead"))
    for alarm in told["alarms"]:
        show_alert(words.say("Training raised an alarm."), alarm)
    st.header(words.say("At a glance"), anchor=False)
    st.html(element("div", _purpose(words), _in_service(words), class_="cards"))
    st.header(words.say("Measured on clients it never saw"), anchor=False)
    _show_measures(told["measures"], words)
    st.header(words.say("Look closer"), anchor=False)
    chosen = st.selectbox(
        words.say("What to look at"), list(DETAILS), key=CLOSER, format_func=lambda each: words.say(DETAILS[each][0])
    )
    DETAILS[chosen][1](told, words)
    _show_files(told, words)
    with st.container(key="told_model", horizontal=True):
        for page in PAGES:
            if page.script in NEXT and drawn_for().role in page.roles:
                link_to(page.script, words)


def answer(measured: Mapping[str, Any], version: str, words: Words) -> str:
    """How well it ranks, and how sure that is."""
    repeated, auc = measured.get("repeated"), measured["out_of_fold"]["auc"]
    if repeated is None or repeated["auc"]["spread"] is None:
        return words.say(
            "Of a client who defaults and one who repays, model {version} puts the first at higher risk {auc} of the "
            "time, on clients it never saw.",
            version=version,
            auc=words.percent(auc, 1),
        )
    return words.say(
        "Of a client who defaults and one who repays, model {version} puts the first at higher risk {auc} of the time, "
        "give or take {spread} points, on clients it never saw.",
        version=version,
        auc=words.percent(repeated["auc"]["mean"], 1),
        spread=words.number(100 * repeated["auc"]["spread"], 2),
    )


def _purpose(words: Words) -> str:
    purpose = words.say(
        "The probability that an applicant for a consumer loan will have serious payment difficulties, to help an "
        "officer decide and explain. A person decides."
    )
    never = words.say("Deciding without a person, marketing, or people unlike those it learnt from.")
    apart = element("p", element("strong", words.say("Not for")), " ", never)
    return card(words.say("What it is for"), element("p", purpose), apart)


def _in_service(words: Words) -> str:
    opened, policy = portfolio(), policy_in_force()
    rows = [
        (words.say("Items it reads"), words.number(len(opened.champion.features))),
        (words.say("Clients it scored"), words.number(opened.size)),
        (words.say("Threshold in force"), words.percent(policy.threshold, 1)),
        (words.say("Threshold it recommends"), words.percent(opened.champion.recommended.threshold, 1)),
        (words.say("Release"), opened.release),
    ]
    return card(words.say("In service"), definitions(rows))


def _show_measures(measured: Mapping[str, Any], words: Words) -> None:
    repeated, intervals = measured.get("repeated", {}), measured["intervals_95"]
    heads = [words.say("Measure"), words.say("Folds"), words.say("Kept apart from every choice")]
    rows = []
    for name, (said, kind) in MEASURES.items():
        told = [
            in_words(measured[split][name], intervals[split].get(name), kind, words)
            for split in ("out_of_fold", "untouched")
        ]
        if repeated:
            told.insert(0, _repeated(repeated.get(name), kind, words))
        rows.append((words.say(said), *told))
    if repeated:
        drawn = words.plural("{count} drawing of the folds", "{count} drawings of the folds", repeated["drawings"])
        heads[1:2] = [drawn, words.say("The first drawing")]
    with st.container(key="wide_measures"):
        show_table(
            words.say("Mean and spread, or the figure with its 95% interval where there is one"), tuple(heads), rows
        )


def in_words(value: float, interval: tuple[float, float] | None, kind: Kind, words: Words) -> str:
    """A figure of the card, with its interval."""
    shown = figure(value, kind, words)
    if interval is None:
        return shown
    low, high = (figure(each, kind, words) for each in interval)
    return words.say("{value} ({low} to {high})", value=shown, low=low, high=high)


def figure(value: float, kind: Kind, words: Words) -> str:
    """A figure as its kind is written: an index with the four digits that tell two models apart."""
    if kind == "index":
        return words.points(value, 4)
    return words.number(PER * value, 0) if kind == "per thousand" else words.percent(value, 1)


def _repeated(known: Mapping[str, Any] | None, kind: Kind, words: Words) -> str:
    if known is None or known["spread"] is None:
        return "–"
    times, digits = {"index": (1, 4), "share": (100, 2), "per thousand": (PER, 1)}[kind]
    mean, spread = figure(known["mean"], kind, words), words.points(times * known["spread"], digits)
    return words.say("{mean} ± {spread}", mean=mean, spread=spread)


def _show_groups(told: Mapping[str, Any], words: Words) -> None:
    heads = (
        words.say("Group"),
        words.say("Clients"),
        words.say("Not repaid"),
        words.say("AUC"),
        words.say("Accepted"),
        words.say("Cost"),
        words.say("Calibration error"),
    )
    about = words.say("By group, out of fold; cost per {files} applications", files=words.number(PER))
    with st.container(key="wide_table"):
        show_table(about, heads, [_group(each, words) for each in told["measures"]["slices"]])


def _group(each: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    name, value = each["slice"], each["value"]
    group = words.say(FILES[value]) if name == "file" else group_in_words(name, value, words)
    named, clients = words.labelled(words.say(SLICES[name]), group), words.number(each["clients"])
    if "auc" not in each:
        return (named, clients, *["–"] * 5)
    return (
        named,
        clients,
        words.percent(each["default_rate"], 1),
        in_words(each["auc"], each["intervals_95"]["auc"], "index", words),
        words.percent(each["acceptance_rate"], 1),
        in_words(each["cost_per_client"], each["intervals_95"]["cost_per_client"], "per thousand", words),
        words.percent(each["calibration_error"], 1),
    )


def _show_importance(told: Mapping[str, Any], words: Words) -> None:
    about = words.say(
        "Each dot is a client of a fixed sample, strong where the item is high, faint where it is low. To the right, "
        "the item helps."
    )
    st.markdown(plain(about))
    shown = strongest(MOST_SWARMS)
    named = words.enumeration([label(each.feature, words) for each in shown])
    swarm = beeswarm(shown, words, palette())
    st.plotly_chart(swarm, theme=None, config=STILL, key="beeswarm", alt=f"{about} {named}")
    heads = (
        words.say("Item"),
        words.say("Effect on average, in points"),
        words.say("AUC lost when shuffled"),
        words.say("Cost added when shuffled"),
    )
    rows = [_item(each, words) for each in told["importance"][:MOST_ITEMS]]
    caption = words.say("Importance three ways; cost per {files} applications", files=words.number(PER))
    with st.container(key="wide_table"):
        show_table(caption, heads, rows)


def _item(each: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    return (
        label(each["feature"], words),
        words.points(each["mean_contribution"], 1),
        figure(each["auc_lost"], "index", words),
        words.points(PER * each["cost_added"], 1),
    )


def _show_selection(told: Mapping[str, Any], words: Words) -> None:
    selection, excluding = told["selection"], told["protected"]["price_of_excluding"]
    sentence = words.say(
        "Of {considered} items {kept} are kept. Against all of them, that costs {auc} points of AUC; leaving gender, "
        "age and family status out costs {excluded}.",
        considered=words.number(selection["considered"]),
        kept=words.number(selection["kept"]),
        auc=words.number(100 * selection["price_of_selecting"]["auc_lost"], 2),
        excluded=words.number(100 * excluding["auc_lost"], 2),
    )
    st.markdown(plain(sentence))
    rows = [_step(step["name"], len(step["removed"]), words) for step in selection["steps"]]
    show_table(words.say("What was left out, and why"), (words.say("Reason"), words.say("Items left out")), rows)


def _step(name: str, removed: int, words: Words) -> tuple[str, ...]:
    return words.say(STEPS[name]) if name in STEPS else name, words.number(removed)


def _show_data(told: Mapping[str, Any], words: Words) -> None:
    data, recipe = told["data"], told["recipe"]
    absent = ", ".join(data["absent_tables"]) or words.say("none, every table was there")
    rows = [
        (words.say("Clients with a known outcome"), words.number(data["labelled_clients"])),
        (words.say("Of them, kept apart from every choice"), words.number(data["untouched_clients"])),
        (words.say("Real people"), words.say("no, invented") if data["synthetic"] else words.say("yes")),
        (words.say("Tables that were absent"), absent),
        (words.say("Hash of rows and outcomes"), data["hash"][:16]),
        (words.say("Revision of the code"), recipe["git_revision"]),
        (words.say("Seed"), str(recipe["seed"])),
        (words.say("Trees"), words.number(recipe["trees"])),
        *((name, version) for name, version in recipe["libraries"].items()),
    ]
    st.html(element("section", definitions(rows), class_="card"))
    show_note(words.say("The tables carry no application dates: no vintage analysis, no test on a later period."))


def _show_files(told: Mapping[str, Any], words: Words) -> None:
    st.header(words.say("To take away"), anchor=False)
    files = _files(told, words)
    chosen = st.selectbox(
        words.say("Document"),
        list(files),
        key="model_file",
        format_func=lambda each: plain(words.say(files[each][0].label)),
    )
    show_export(*files[chosen], words)


def _files(told: Mapping[str, Any], words: Words) -> dict[str, tuple[Export, Callable[[], str | bytes]]]:
    name = f"model-{portfolio().champion.version}"
    files: dict[str, tuple[Export, Callable[[], str | bytes]]] = {
        "technical_file": (
            Export("technical_file", mark("Technical file"), f"{name}.html", "text/html", ROLES),
            lambda: document(technical_file(told, portfolio().champion.version, words), words),
        ),
        "card": (
            Export("card", mark("Card"), f"{name}.json", "application/json", ROLES),
            lambda: json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False),
        ),
    }
    if can_make_pdf():
        files["technical_pdf"] = (
            Export("technical_pdf", mark("Technical file (PDF)"), f"{name}.pdf", "application/pdf", ROLES),
            lambda: pdf(document(technical_file(told, portfolio().champion.version, words), words)),
        )
    return files


DETAILS: dict[str, tuple[str, Callable[[Mapping[str, Any], Words], None]]] = {
    "importance": (mark("Items that weigh most"), _show_importance),
    "groups": (mark("By group"), _show_groups),
    "selection": (mark("What was left out, and its price"), _show_selection),
    "data": (mark("Data, revision and libraries"), _show_data),
}
