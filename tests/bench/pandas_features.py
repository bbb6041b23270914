"""The baseline of the feature benchmark: the same aggregations as a usual pandas kernel writes them.

One ``read_csv`` a table, missing codes replaced, flags as columns, one ``groupby().agg`` for each group of rows, joined
to the application. It covers seven in eight features of the six history tables (the rest are mostly ratios to income),
the main columns and ratios of the application, under the features' own names; ``test_pandas_features.py`` counts them
and holds their values to ours. It checks nothing of what it reads.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

CLIENT, UNKNOWN_DAY, YEAR = "SK_ID_CURR", 365243, 365.25
LATE = ["1", "2", "3", "4", "5"]


def read(folder, name):
    """A table with its codes for "missing" replaced."""
    table = pd.read_csv(folder / f"{name}.csv")
    days = [column for column in table.columns if column.startswith("DAYS_")]
    table[days] = table[days].replace(UNKNOWN_DAY, np.nan)
    text = table.select_dtypes(include=["object", "string"]).columns
    table[text] = table[text].replace(["XNA", "XAP"], np.nan)
    return table


def flag(condition, *known):
    """1.0 or 0.0; missing where one of the columns it compares is."""
    flags = condition.astype("float64")
    return flags.mask(np.logical_or.reduce([column.isna() for column in known])) if known else flags


def ratio(numerator, denominator):
    return numerator / denominator.replace(0, np.nan)


def aggregated(rows, **measures):
    return rows.groupby(CLIENT).agg(**measures)


def bureau(folder):
    loans, months = read(folder, "bureau"), months_per_loan(read(folder, "bureau_balance"))
    for day in ("DAYS_CREDIT_ENDDATE", "DAYS_ENDDATE_FACT"):
        loans[day] = loans[day].where(loans[day].abs() <= 50 * 366)
    kinds = {
        "consumer_loans": "Consumer credit",
        "cards": "Credit card",
        "mortgages": "Mortgage",
        "car_loans": "Car loan",
        "microloans": "Microloan",
    }
    for name, kind in kinds.items():
        loans[name] = flag(kind == loans.CREDIT_TYPE, loans.CREDIT_TYPE)
    loans["active"] = flag(loans.CREDIT_ACTIVE == "Active", loans.CREDIT_ACTIVE)
    loans["sold"] = flag(loans.CREDIT_ACTIVE.isin(["Sold", "Bad debt"]), loans.CREDIT_ACTIVE)
    loans["overdue"] = flag(loans.AMT_CREDIT_MAX_OVERDUE > 0, loans.AMT_CREDIT_MAX_OVERDUE)
    loans["past_end"] = flag(loans.DAYS_CREDIT_ENDDATE < 0, loans.DAYS_CREDIT_ENDDATE)
    loans["early"] = loans.DAYS_CREDIT_ENDDATE - loans.DAYS_ENDDATE_FACT
    everything = aggregated(
        loans,
        bureau_loans=("SK_ID_BUREAU", "size"), bureau_active=("active", "sum"), bureau_active_share=("active", "mean"),
        bureau_sold=("sold", "sum"), **{f"bureau_{name}": (name, "sum") for name in kinds},
        bureau_credit=("AMT_CREDIT_SUM", "sum"), bureau_debt=("AMT_CREDIT_SUM_DEBT", "sum"),
        bureau_overdue=("AMT_CREDIT_SUM_OVERDUE", "sum"), bureau_days_overdue=("CREDIT_DAY_OVERDUE", "max"),
        bureau_overdue_highest=("AMT_CREDIT_MAX_OVERDUE", "max"), bureau_once_overdue_share=("overdue", "mean"),
        bureau_prolongations=("CNT_CREDIT_PROLONG", "sum"), bureau_latest=("DAYS_CREDIT", "max"),
        bureau_oldest=("DAYS_CREDIT", "min"), bureau_age=("DAYS_CREDIT", "mean"),
        bureau_latest_update=("DAYS_CREDIT_UPDATE", "max"), bureau_average_update=("DAYS_CREDIT_UPDATE", "mean"),
    )  # fmt: skip
    active = loans[loans.active == 1]
    of_active = aggregated(
        active,
        bureau_active_credit=("AMT_CREDIT_SUM", "sum"),
        active_debt=("AMT_CREDIT_SUM_DEBT", "sum"),
        bureau_active_annuity=("AMT_ANNUITY", "sum"),
        bureau_active_age=("DAYS_CREDIT", "mean"),
        bureau_active_years_left=("DAYS_CREDIT_ENDDATE", "max"),
        bureau_active_past_end_share=("past_end", "mean"),
    )
    of_closed = aggregated(
        loans[loans.CREDIT_ACTIVE == "Closed"],
        bureau_closed_credit=("AMT_CREDIT_SUM", "sum"),
        bureau_closed_latest=("DAYS_ENDDATE_FACT", "max"),
        bureau_closed_early=("early", "mean"),
    )
    of_cards = debt_to_credit(active[active.cards == 1], "bureau_card_utilisation")
    last_year = loans[loans.DAYS_CREDIT >= -365]
    recent = aggregated(last_year, bureau_loans_12m=("SK_ID_BUREAU", "size"))
    recent_debt = debt_to_credit(last_year, "bureau_debt_to_credit_12m")
    two_years = aggregated(
        loans[loans.DAYS_CREDIT >= -730], bureau_loans_24m=("active", "size"), bureau_active_24m=("active", "sum")
    )
    reported = loans[[CLIENT, "SK_ID_BUREAU"]].merge(months, on="SK_ID_BUREAU")
    reported["once_late"] = flag(reported.late > 0)
    by_month = aggregated(
        reported,
        bureau_months=("months", "sum"),
        late=("late", "sum"),
        months_known=("months_known", "sum"),
        bureau_late_months_12m=("late_12m", "sum"),
        bureau_worst_status=("worst", "max"),
        bureau_worst_status_12m=("worst_12m", "max"),
        bureau_late_loans_share=("once_late", "mean"),
        bureau_since_late=("last_late", "max"),
        closed=("closed", "sum"),
    )
    clients = everything.join([of_active, of_closed, of_cards, recent, recent_debt, two_years, by_month])
    clients["bureau_debt_to_credit"] = ratio(clients.bureau_debt, clients.bureau_credit)
    clients["bureau_active_debt_to_credit"] = ratio(clients.active_debt, clients.bureau_active_credit)
    clients["bureau_late_share"] = ratio(clients.late, clients.months_known)
    clients["bureau_closed_months_share"] = ratio(clients.closed, clients.bureau_months)
    clients["bureau_since_late"] *= -1
    past = ["latest", "oldest", "age", "latest_update", "average_update", "active_age", "closed_latest"]
    for name in past:
        clients[f"bureau_{name}"] /= -YEAR
    for name in ("active_years_left", "closed_early"):
        clients[f"bureau_{name}"] /= YEAR
    return clients.drop(columns=["active_debt", "late", "months_known", "closed"])


def debt_to_credit(loans, name):
    sums = loans.groupby(CLIENT)[["AMT_CREDIT_SUM_DEBT", "AMT_CREDIT_SUM"]].sum()
    return ratio(sums.AMT_CREDIT_SUM_DEBT, sums.AMT_CREDIT_SUM).rename(name)


def months_per_loan(months):
    months["grade"] = pd.to_numeric(months.STATUS.where(months.STATUS.isin(["0", *LATE])))
    months["is_late"] = flag(months.STATUS.isin(LATE), months.STATUS)
    months["closed"] = flag(months.STATUS == "C", months.STATUS)
    recent = months.MONTHS_BALANCE >= -12
    months["late_12m"], months["grade_12m"] = months.is_late.where(recent), months.grade.where(recent)
    months["late_month"] = months.MONTHS_BALANCE.where(months.is_late == 1)
    return months.groupby("SK_ID_BUREAU", as_index=False).agg(
        months=("STATUS", "size"),
        months_known=("grade", "count"),
        late=("is_late", "sum"),
        late_12m=("late_12m", "sum"),
        worst=("grade", "max"),
        worst_12m=("grade_12m", "max"),
        last_late=("late_month", "max"),
        closed=("closed", "sum"),
    )


def previous_application(folder):
    rows = read(folder, "previous_application").sort_values(["DAYS_DECISION", "SK_ID_PREV"], ascending=False)
    status, reason = rows.NAME_CONTRACT_STATUS, rows.CODE_REJECT_REASON.fillna("")
    flags = {
        "approved": flag(status == "Approved", status),
        "refused": flag(status == "Refused", status),
        "cancelled": flag(status == "Canceled", status),
        "rules": flag(reason == "HC"),
        "limit": flag(reason == "LIMIT"),
        "score": flag(reason == "SCO"),
        "fraud_score": flag(reason == "SCOFR"),
        "revolving": flag(rows.NAME_CONTRACT_TYPE == "Revolving loans", rows.NAME_CONTRACT_TYPE),
        "walk_in": flag(rows.NAME_PRODUCT_TYPE == "walk-in"),
        "agent": flag(rows.CHANNEL_TYPE == "AP+ (Cash loan)", rows.CHANNEL_TYPE),
        "high_rate": flag(rows.NAME_YIELD_GROUP == "high", rows.NAME_YIELD_GROUP),
        "low_rate": flag(rows.NAME_YIELD_GROUP.isin(["low_action", "low_normal"]), rows.NAME_YIELD_GROUP),
    }
    term = rows.CNT_PAYMENT.replace(0, np.nan)
    rows = rows.assign(
        **flags,
        asked=rows.AMT_APPLICATION.replace(0, np.nan),
        granted=ratio(rows.AMT_CREDIT, rows.AMT_APPLICATION),
        term=term,
        cost=(ratio(rows.AMT_ANNUITY * rows.CNT_PAYMENT, rows.AMT_CREDIT) - 1) / (term / 12),
        early=rows.DAYS_LAST_DUE_1ST_VERSION - rows.DAYS_LAST_DUE,
    )
    shares = ("revolving", "walk_in", "agent", "high_rate", "low_rate", "approved", "refused", "cancelled")
    counts = {f"previous_refused_{name}": (name, "sum") for name in ("rules", "limit", "score", "fraud_score")}
    everything = aggregated(
        rows,
        previous_applications=("SK_ID_PREV", "size"),
        previous_approved=("approved", "sum"),
        previous_refused=("refused", "sum"),
        **counts,
        **{f"previous_{name}_share": (name, "mean") for name in shares},
        previous_latest=("DAYS_DECISION", "max"),
        previous_first=("DAYS_DECISION", "min"),
        previous_asked=("asked", "mean"),
        previous_granted_to_asked=("granted", "mean"),
    )
    of_approved = aggregated(
        rows[rows.approved == 1],
        approved_latest=("DAYS_DECISION", "max"),
        approved_credit=("AMT_CREDIT", "mean"),
        approved_credit_highest=("AMT_CREDIT", "max"),
        approved_annuity=("AMT_ANNUITY", "mean"),
        approved_term=("term", "mean"),
        approved_cost=("cost", "mean"),
        approved_down_payment=("RATE_DOWN_PAYMENT", "mean"),
        approved_insured_share=("NFLAG_INSURED_ON_APPROVAL", "mean"),
        approved_ended_early=("early", "mean"),
    )
    of_refused = aggregated(
        rows[rows.refused == 1], refused_latest=("DAYS_DECISION", "max"), refused_asked=("asked", "mean")
    )
    recent = aggregated(
        rows[rows.DAYS_DECISION >= -365],
        previous_applications_12m=("SK_ID_PREV", "size"),
        previous_refused_12m=("refused", "sum"),
        previous_approved_12m=("approved", "sum"),
    )
    last_5 = aggregated(
        rows.groupby(CLIENT).head(5),
        previous_refused_last_5=("refused", "mean"),
        previous_term_last_5=("term", "mean"),
        previous_cost_last_5=("cost", "mean"),
    )
    last = rows.groupby(CLIENT).head(1).set_index(CLIENT)
    last = pd.DataFrame({"last_decision": last.NAME_CONTRACT_STATUS, "last_term": last.term})
    clients = everything.join([of_approved, of_refused, recent, last_5, last])
    for name in ("previous_latest", "previous_first", "approved_latest", "refused_latest"):
        clients[name] /= -YEAR
    clients["approved_ended_early"] /= YEAR
    return clients


def pos_cash(folder):
    rows = read(folder, "POS_CASH_balance")
    rows = rows.assign(
        completed=flag(rows.NAME_CONTRACT_STATUS == "Completed", rows.NAME_CONTRACT_STATUS),
        late=flag(rows.SK_DPD > 0),
        materially_late=flag(rows.SK_DPD_DEF > 0),
        late_month=rows.MONTHS_BALANCE.where(rows.SK_DPD > 0),
    )
    loans = rows.groupby([CLIENT, "SK_ID_PREV"], as_index=False).agg(
        months=("SK_DPD", "size"),
        first_month=("MONTHS_BALANCE", "min"),
        last_month=("MONTHS_BALANCE", "max"),
        term=("CNT_INSTALMENT", "max"),
        shortest_term=("CNT_INSTALMENT", "min"),
        left=("CNT_INSTALMENT_FUTURE", "min"),
        completed=("completed", "max"),
        late=("late", "sum"),
        materially_late=("materially_late", "sum"),
        delay=("SK_DPD", "max"),
        last_late=("late_month", "max"),
    )
    running = (loans.completed == 0) & (loans.left > 0) & (loans.last_month >= -2)
    loans = loans.assign(
        shortened=flag(loans.shortest_term < loans.term, loans.term),
        left=loans.left.where(running),
        running_term=loans.term.where(running),
    )
    clients = aggregated(
        loans,
        pos_loans=("SK_ID_PREV", "size"),
        pos_months=("months", "sum"),
        pos_first_month=("first_month", "min"),
        pos_completed_share=("completed", "mean"),
        left=("left", "sum"),
        term=("running_term", "sum"),
        pos_shortened_share=("shortened", "mean"),
        late=("late", "sum"),
        materially_late=("materially_late", "sum"),
        pos_delay=("delay", "max"),
        pos_since_late=("last_late", "max"),
    )
    clients["pos_left_share"] = ratio(clients.left, clients.term)
    clients["pos_late_share"] = ratio(clients.late, clients.pos_months)
    clients["pos_material_late_share"] = ratio(clients.materially_late, clients.pos_months)
    clients[["pos_first_month", "pos_since_late"]] *= -1
    recent = aggregated(
        rows[rows.MONTHS_BALANCE >= -12],
        pos_late_share_12m=("late", "mean"),
        pos_material_late_share_12m=("materially_late", "mean"),
        pos_delay_12m=("SK_DPD", "max"),
    )
    return clients.drop(columns=["left", "term", "late", "materially_late"]).join(recent)


def credit_card(folder):
    rows = read(folder, "credit_card_balance")
    rows["utilisation"] = ratio(rows.AMT_BALANCE, rows.AMT_CREDIT_LIMIT_ACTUAL)
    rows["over_limit"] = flag(rows.utilisation > 1, rows.utilisation)
    rows["owing"], rows["late"] = flag(rows.AMT_BALANCE > 0, rows.AMT_BALANCE), flag(rows.SK_DPD > 0)
    minimum, paid = rows.AMT_INST_MIN_REGULARITY, rows.AMT_PAYMENT_CURRENT
    rows["below_minimum"] = flag(paid < minimum, paid, minimum)
    sums = {
        name: (f"AMT_{name}", "sum")
        for name in (
            "DRAWINGS_ATM_CURRENT",
            "DRAWINGS_CURRENT",
            "PAYMENT_CURRENT",
            "INST_MIN_REGULARITY",
            "PAYMENT_TOTAL_CURRENT",
            "BALANCE",
        )
    }
    clients = aggregated(
        rows,
        card_cards=("SK_ID_PREV", "nunique"),
        card_months=("SK_ID_PREV", "size"),
        card_balance=("AMT_BALANCE", "mean"),
        card_utilisation=("utilisation", "mean"),
        card_utilisation_highest=("utilisation", "max"),
        card_over_limit_share=("over_limit", "mean"),
        card_owing_share=("owing", "mean"),
        card_drawings_count=("CNT_DRAWINGS_CURRENT", "mean"),
        card_below_minimum_share=("below_minimum", "mean"),
        card_late_share=("late", "mean"),
        card_delay=("SK_DPD", "max"),
        **sums,
    )
    clients["card_cash_share"] = ratio(clients.DRAWINGS_ATM_CURRENT, clients.DRAWINGS_CURRENT)
    clients["card_payment_to_minimum"] = ratio(clients.PAYMENT_CURRENT, clients.INST_MIN_REGULARITY)
    clients["card_payment_to_balance"] = ratio(clients.PAYMENT_TOTAL_CURRENT, clients.BALANCE)
    last_year = aggregated(
        rows[rows.MONTHS_BALANCE >= -12],
        card_utilisation_12m=("utilisation", "mean"),
        card_cash_count_12m=("CNT_DRAWINGS_ATM_CURRENT", "mean"),
        card_delay_12m=("SK_DPD", "max"),
        card_below_minimum_share_12m=("below_minimum", "mean"),
    )
    last_quarter = aggregated(
        rows[rows.MONTHS_BALANCE >= -3],
        card_balance_3m=("AMT_BALANCE", "mean"),
        card_utilisation_3m=("utilisation", "mean"),
        card_drawings_3m=("AMT_DRAWINGS_CURRENT", "mean"),
    )
    return clients.drop(columns=list(sums)).join([last_year, last_quarter])


def instalments(folder):
    rows = read(folder, "installments_payments")
    keys = [CLIENT, "SK_ID_PREV", "NUM_INSTALMENT_VERSION", "NUM_INSTALMENT_NUMBER"]
    due = rows.groupby(keys, as_index=False).agg(
        due=("AMT_INSTALMENT", "max"),
        paid=("AMT_PAYMENT", "sum"),
        payments=("AMT_PAYMENT", "count"),
        day=("DAYS_INSTALMENT", "max"),
        paid_day=("DAYS_ENTRY_PAYMENT", "max"),
    )
    delay = due.paid_day - due.day
    due = due.assign(
        unpaid=(due.due - due.paid).clip(lower=0).round(6),
        days_late=delay.clip(lower=0),
        days_early=(-delay).clip(lower=0),
        missed=flag(due.payments == 0),
        late=flag(delay > 0, delay),
        late_30=flag(delay > 30, delay),
    )
    due["underpaid"] = flag(due.unpaid > 0, due.unpaid)
    clients = aggregated(
        due,
        instalments=("due", "size"),
        instalment_average=("due", "mean"),
        paid=("paid", "sum"),
        owed=("due", "sum"),
        instalment_unpaid=("unpaid", "sum"),
        instalment_underpaid_share=("underpaid", "mean"),
        instalment_missed=("missed", "sum"),
        instalment_late_share=("late", "mean"),
        instalment_late_30_share=("late_30", "mean"),
        instalment_delay=("days_late", "mean"),
        instalment_delay_longest=("days_late", "max"),
        instalment_advance=("days_early", "mean"),
        instalment_first=("day", "min"),
    )
    clients["instalment_paid_ratio"] = ratio(clients.paid, clients.owed)
    clients["instalment_first"] /= -YEAR
    last_year = aggregated(
        due[due.day >= -365],
        instalments_12m=("due", "size"),
        instalment_due_12m=("due", "sum"),
        paid_12m=("paid", "sum"),
        instalment_underpaid_share_12m=("underpaid", "mean"),
        instalment_late_share_12m=("late", "mean"),
        instalment_delay_12m=("days_late", "mean"),
        instalment_delay_longest_12m=("days_late", "max"),
    )
    last_year["instalment_paid_ratio_12m"] = ratio(last_year.paid_12m, last_year.instalment_due_12m)
    half_year = aggregated(
        due[due.day >= -180], instalment_late_share_6m=("late", "mean"), instalment_delay_6m=("days_late", "mean")
    )
    return clients.drop(columns=["paid", "owed"]).join([last_year.drop(columns="paid_12m"), half_year])


def application(folder):
    rows = pd.concat([read(folder, "application_train"), read(folder, "application_test")]).set_index(CLIENT)
    scores = rows[["EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"]]
    taken = {
        "credit": rows.AMT_CREDIT,
        "annuity": rows.AMT_ANNUITY,
        "income": rows.AMT_INCOME_TOTAL,
        "goods_price": rows.AMT_GOODS_PRICE,
        "contract_type": rows.NAME_CONTRACT_TYPE,
        "education": rows.NAME_EDUCATION_TYPE,
        "occupation": rows.OCCUPATION_TYPE,
        "credit_to_income": ratio(rows.AMT_CREDIT, rows.AMT_INCOME_TOTAL),
        "annuity_to_income": ratio(rows.AMT_ANNUITY, rows.AMT_INCOME_TOTAL),
        "credit_to_annuity": ratio(rows.AMT_CREDIT, rows.AMT_ANNUITY),
        "credit_to_goods": ratio(rows.AMT_CREDIT, rows.AMT_GOODS_PRICE),
        "age": -rows.DAYS_BIRTH / YEAR,
        "years_employed": -rows.DAYS_EMPLOYED / YEAR,
        "years_since_registration": -rows.DAYS_REGISTRATION / YEAR,
        "employed_to_age": ratio(rows.DAYS_EMPLOYED, rows.DAYS_BIRTH),
        "external_score_1": scores.EXT_SOURCE_1,
        "external_score_2": scores.EXT_SOURCE_2,
        "external_score_3": scores.EXT_SOURCE_3,
        "external_score_mean": scores.mean(axis=1),
        "external_score_lowest": scores.min(axis=1),
        "external_score_highest": scores.max(axis=1),
        "documents": rows[[f"FLAG_DOCUMENT_{number}" for number in range(2, 22)]].sum(axis=1),
    }
    return pd.DataFrame(taken)


def pandas_features(folder):
    """One row per client of the CSV files in ``folder``, SK_ID_CURR index."""
    clients = application(folder)
    for table in (bureau, previous_application, pos_cash, credit_card, instalments):
        clients = clients.join(table(folder))
    return clients


if __name__ == "__main__":
    pandas_features(Path(sys.argv[1])).to_parquet(sys.argv[2])
