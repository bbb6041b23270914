"""A fact of a customer's file in a sentence of theirs: "42 % of your past instalments were paid late"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.language.features import in_words, value_in_words
from app.language.words import Words, mark
from app.scoring.decision import Value

RATED = ("external_score_1", "external_score_2", "external_score_3", "external_score_mean", "external_score_lowest",
         "external_score_highest", "building_apartments", "building_age", "living_apartments", "living_area",
         "total_area")  # fmt: skip
"""What is kept from 0 to 1, and told of 100."""
SENTENCES: Mapping[str, str] = MappingProxyType({
    "external_score_1": mark("A first credit agency gives your file {value} out of 100."),
    "external_score_2": mark("A second credit agency gives your file {value} out of 100."),
    "external_score_3": mark("A third credit agency gives your file {value} out of 100."),
    "external_score_mean": mark("Credit agencies give your file {value} out of 100 on average."),
    "external_score_lowest": mark("Your lowest mark from a credit agency is {value} out of 100."),
    "external_score_highest": mark("Your best mark from a credit agency is {value} out of 100."),
    "external_scores": mark("Number of marks we got from credit agencies: {value}."),
    "external_score_mean_to_duration": mark("Your marks from credit agencies, for a loan this long, come to {value}."),
    "external_score_mean_to_annuity": mark("Your marks from credit agencies, for such payments, come to {value}."),
    "credit_to_income": mark("You ask for {value} of your declared income."),
    "annuity_to_income": mark("The payment would take {value} of your declared income."),
    "bureau_debt_to_income": mark("What you owe other lenders is {value} of your declared income."),
    "bureau_annuity_to_income": mark("Your payments to other lenders take {value} of your declared income."),
    "credit_to_goods": mark("You ask to borrow {value} of the price of your purchase."),
    "credit_over_goods": mark("The loan, less the price of your purchase, is {value}."),
    "credit_to_annuity": mark("With payments like these the loan lasts {value}, interest not counted."),
    "credit": mark("You ask for {value}."),
    "goods_price": mark("Your purchase costs {value}."),
    "credit_to_approved_highest": mark("You ask for {value} of your largest loan with us so far."),
    "annuity": mark("You would pay {value} a month."),
    "annuity_to_approved": mark("The payment is {value} of what you paid for earlier loans with us."),
    "contract_type": mark("The type of loan you ask for: {value}."),
    "income": mark("Your declared income is {value}."),
    "income_type": mark("Your situation: {value}."),
    "years_employed": mark("Time in your present job: {value}."),
    "occupation": mark("Your job: {value}."),
    "employer_type": mark("Your type of employer: {value}."),
    "education": mark("Your level of education: {value}."),
    "car_age": mark("The age of your car: {value}."),
    "years_since_registration": mark("Time since your contact details changed: {value}."),
    "years_since_identity_document": mark("Time since your identity papers changed: {value}."),
    "years_since_phone_change": mark("Time since your phone number changed: {value}."),
    "documents": mark("Number of papers you gave us: {value}."),
    "enquiries_hour": mark("Times a lender asked about you in the hour before: {value}."),
    "enquiries_week": mark("Times a lender asked about you in the week before: {value}."),
    "enquiries_month": mark("Times a lender asked about you in the month before: {value}."),
    "enquiries_quarter": mark("Times a lender asked about you in the three months before: {value}."),
    "enquiries_year": mark("Times a lender asked about you in the year before: {value}."),
    "housing": mark("Your home: {value}."),
    "building_apartments": mark("The number of flats in your building counts as {value} out of 100."),
    "building_age": mark("The age of your building counts as {value} out of 100."),
    "living_apartments": mark("The number of lived-in flats in your building counts as {value} out of 100."),
    "living_area": mark("The lived-in part of your home counts as {value} out of 100."),
    "total_area": mark("The size of your home counts as {value} out of 100."),
    "house_type": mark("The type of your building: {value}."),
    "bureau_once_overdue_share": mark("{value} of your loans at other lenders were late at least once."),
    "bureau_active_past_end_share": mark("{value} of your running loans at other lenders are past their end."),
    "bureau_late_share": mark("You were late in {value} of the months you owed other lenders."),
    "bureau_debt_to_credit": mark("You still owe {value} of what other lenders lent you."),
    "bureau_active_debt_to_credit": mark("You still owe {value} of your running loans at other lenders."),
    "bureau_card_utilisation": mark("You use {value} of your card limits at other lenders."),
    "bureau_debt_to_credit_12m": mark("You still owe {value} of your newest loans at other lenders."),
    "bureau_debt": mark("You still owe other lenders {value}."),
    "bureau_loans": mark("Number of your loans at other lenders: {value}."),
    "bureau_active": mark("Your loans still running at other lenders: {value}."),
    "bureau_active_share": mark("{value} of your loans at other lenders are still running."),
    "bureau_consumer_loans": mark("Your consumer loans at other lenders: {value}."),
    "bureau_credit": mark("Other lenders lent you {value} in all."),
    "bureau_latest": mark("Your last loan at another lender began {value} ago."),
    "bureau_oldest": mark("Your first loan at another lender began {value} ago."),
    "bureau_age": mark("Your loans at other lenders began {value} ago on average."),
    "bureau_latest_update": mark("The last news of your loans at other lenders: {value} ago."),
    "bureau_average_update": mark("News of your loans at other lenders is {value} old on average."),
    "bureau_active_age": mark("Your running loans at other lenders began {value} ago on average."),
    "bureau_active_years_left": mark("The longest of your loans at other lenders has {value} to run."),
    "bureau_closed_credit": mark("Your loans that ended at other lenders came to {value}."),
    "bureau_closed_latest": mark("Time since a loan of yours ended at another lender: {value}."),
    "bureau_closed_early": mark("Time by which your loans at other lenders ended early: {value} on average."),
    "bureau_loans_12m": mark("Your new loans at other lenders in a year: {value}."),
    "bureau_loans_24m": mark("Your new loans at other lenders in two years: {value}."),
    "bureau_active_24m": mark("Your loans of the last two years still running at other lenders: {value}."),
    "pos_late_share": mark("You were late in {value} of the months of your earlier loans."),
    "pos_material_late_share": mark("You were very late in {value} of the months of your earlier loans."),
    "pos_since_late": mark("Time since you were last late on an earlier loan: {value}."),
    "pos_delay_12m": mark("Your longest delay in a year on an earlier loan: {value}."),
    "instalments": mark("Number of instalments you had to pay us so far: {value}."),
    "instalment_unpaid": mark("You left {value} of past instalments unpaid."),
    "instalment_late_share": mark("{value} of your past instalments were paid late."),
    "instalment_delay": mark("Your past instalments were {value} late on average."),
    "instalment_advance": mark("When you paid early, it was by {value} on average."),
    "instalment_due_12m": mark("You had to pay us {value} in a year."),
    "instalment_underpaid_share_12m": mark("{value} of your instalments in a year were not paid in full."),
    "instalment_late_share_12m": mark("{value} of your instalments in a year were paid late."),
    "instalment_late_share_6m": mark("{value} of your instalments in six months were paid late."),
    "previous_approved": mark("Your earlier requests that we accepted: {value}."),
    "previous_approved_share": mark("We accepted {value} of your earlier requests."),
    "previous_refused": mark("Your earlier requests that we refused: {value}."),
    "previous_refused_share": mark("We refused {value} of your earlier requests."),
    "previous_cancelled_share": mark("{value} of your earlier requests were cancelled."),
    "previous_granted_to_asked": mark("We lent you {value} of what you asked for before."),
    "refused_latest": mark("Time since we last refused a request of yours: {value}."),
    "refused_asked": mark("The requests we refused were for {value} on average."),
    "previous_refused_12m": mark("Your requests of a year that we refused: {value}."),
    "previous_approved_12m": mark("Your requests of a year that we accepted: {value}."),
    "previous_refused_last_5": mark("We refused {value} of your last five requests."),
    "previous_asked": mark("You asked us for {value} on average before."),
    "previous_walk_in_share": mark("{value} of your earlier requests came without an offer from us."),
    "previous_high_rate_share": mark("{value} of our earlier offers to you had a high rate."),
    "previous_low_rate_share": mark("{value} of our earlier offers to you had a low rate."),
    "approved_credit": mark("We lent you {value} on average before."),
    "approved_credit_highest": mark("Your largest loan with us was {value}."),
    "approved_annuity": mark("You paid us {value} a month on average for earlier loans."),
    "approved_term": mark("Your earlier loans with us lasted {value} on average."),
    "approved_cost": mark("Your earlier loans with us cost {value} a year on average."),
    "approved_down_payment": mark("You paid {value} of the price yourself in earlier loans."),
    "approved_insured_share": mark("{value} of your earlier loans with us were insured."),
    "approved_ended_early": mark("Time by which your earlier loans ended early: {value} on average."),
    "previous_term_last_5": mark("Your last five requests were for {value} on average."),
    "previous_cost_last_5": mark("Your last five requests cost {value} a year on average."),
    "last_product": mark("What you asked us for last time: {value}."),
    "pos_loans": mark("Number of your earlier loans with us: {value}."),
    "pos_months": mark("Months in which you repaid earlier loans: {value}."),
    "pos_active": mark("Your earlier loans that still run: {value}."),
    "pos_left_share": mark("{value} of the instalments of your running loans are still to be paid."),
    "card_over_limit_share": mark("Your card was over its limit in {value} of the months."),
    "card_payment_to_balance": mark("You paid back {value} of what you owed on your card."),
    "card_utilisation_12m": mark("You used {value} of your card limit over a year."),
    "card_utilisation_3m": mark("You used {value} of your card limit over three months."),
})  # fmt: skip
"""Feature -> the sentence that tells its value; what is not here is told by its label."""
YES_OR_NO: Mapping[str, tuple[str, str]] = MappingProxyType({
    "not_employed": (mark("You told us of no present job."), mark("You have a job.")),
    "owns_home": (mark("You own your home."), mark("You do not own your home.")),
    "owns_car": (mark("You own a car."), mark("You do not own a car.")),
    "work_phone": (mark("You gave us a phone number at work."), mark("You gave us no phone number at work.")),
    "document_3": (mark("You gave us the main paper."), mark("You did not give us the main paper.")),
})  # fmt: skip


def fact(feature: str, value: Value, words: Words) -> str:
    """What the file says of one feature, as a sentence."""
    if value is None:
        return words.say("{item}.", item=in_words(feature, value, words))
    if feature in YES_OR_NO:
        yes, no = YES_OR_NO[feature]
        return words.say(yes if value else no)
    if feature in SENTENCES:
        return words.say(SENTENCES[feature], value=value_of(feature, value, words))
    return words.say("{item}.", item=in_words(feature, value, words))


def value_of(feature: str, value: Value, words: Words) -> str:
    """The value alone, as the sentence bears it."""
    if feature in RATED and value is not None:
        return words.number(100 * float(value), 0)
    return value_in_words(feature, value, words)
