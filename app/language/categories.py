"""Category values as people say them, by feature. A value that is missing here is shown as the table writes it."""

from __future__ import annotations

from app.language.words import Words
from app.scoring.decision import Value

_WHO_CAME = {
    "Unaccompanied": "Nobody",
    "Family": "Family",
    "Spouse, partner": "Spouse or partner",
    "Children": "Children",
    "Other_A": "Somebody else",
    "Other_B": "Somebody else",
    "Group of people": "A group of people",
}
_LOANS = {"Cash loans": "Cash loan", "Consumer loans": "Purchase loan", "Revolving loans": "Revolving credit"}

CATEGORY_WORDS: dict[str, dict[str, str]] = {
    "contract_type": _LOANS,
    "gender": {"F": "Woman", "M": "Man"},
    "family_status": {
        "Married": "Married",
        "Single / not married": "Single",
        "Civil marriage": "Living with a partner",
        "Separated": "Separated",
        "Widow": "Widowed",
    },
    "accompanied_by": _WHO_CAME,
    "income_type": {
        "Working": "Employee",
        "Commercial associate": "Employee in commerce",
        "Pensioner": "Pensioner",
        "State servant": "Civil servant",
        "Unemployed": "Unemployed",
        "Student": "Student",
        "Businessman": "Business owner",
        "Maternity leave": "Parental leave",
    },
    "education": {
        "Lower secondary": "Lower secondary",
        "Secondary / secondary special": "Secondary",
        "Incomplete higher": "Higher education, not completed",
        "Higher education": "Higher education",
        "Academic degree": "Postgraduate degree",
    },
    "housing": {
        "House / apartment": "House or flat",
        "With parents": "With parents",
        "Municipal apartment": "Social housing",
        "Rented apartment": "Rented flat",
        "Office apartment": "Company flat",
        "Co-op apartment": "Cooperative flat",
    },
    "occupation": {
        "Accountants": "Accountant",
        "Cleaning staff": "Cleaner",
        "Cooking staff": "Cook",
        "Core staff": "Core staff",
        "Drivers": "Driver",
        "HR staff": "Human resources",
        "High skill tech staff": "Skilled technician",
        "IT staff": "IT",
        "Laborers": "Worker",
        "Low-skill Laborers": "Unskilled worker",
        "Managers": "Manager",
        "Medicine staff": "Health worker",
        "Private service staff": "Personal services",
        "Realty agents": "Estate agent",
        "Sales staff": "Sales",
        "Secretaries": "Secretary",
        "Security staff": "Security",
        "Waiters/barmen staff": "Waiter or bartender",
    },
    "employer_type": {
        "Advertising": "Advertising",
        "Agriculture": "Agriculture",
        "Bank": "Bank",
        "Business Entity Type 1": "Company (type 1)",
        "Business Entity Type 2": "Company (type 2)",
        "Business Entity Type 3": "Company (type 3)",
        "Cleaning": "Cleaning",
        "Construction": "Construction",
        "Culture": "Culture",
        "Electricity": "Electricity",
        "Emergency": "Emergency services",
        "Government": "Government",
        "Hotel": "Hotels",
        "Housing": "Housing sector",
        "Insurance": "Insurance",
        "Kindergarten": "Nursery school",
        "Legal Services": "Legal services",
        "Medicine": "Health care",
        "Military": "Armed forces",
        "Mobile": "Mobile telephony",
        "Other": "Other",
        "Police": "Police",
        "Postal": "Post",
        "Realtor": "Estate agency",
        "Religion": "Religious organisation",
        "Restaurant": "Restaurants",
        "School": "School",
        "Security": "Security services",
        "Security Ministries": "Security ministries",
        "Self-employed": "Self-employed",
        "Services": "Services",
        "Telecom": "Telecommunications",
        "University": "University",
        **{f"Industry: type {number}": f"Industry (type {number})" for number in range(1, 14)},
        **{f"Trade: type {number}": f"Trade (type {number})" for number in range(1, 8)},
        **{f"Transport: type {number}": f"Transport (type {number})" for number in range(1, 5)},
    },
    "repair_account": {
        "not specified": "Not specified",
        "org spec account": "Special account of an organisation",
        "reg oper account": "Account of the regional operator",
        "reg oper spec account": "Special account of the regional operator",
    },
    "house_type": {
        "block of flats": "Block of flats",
        "specific housing": "Specific housing",
        "terraced house": "Terraced house",
    },
    "walls": {
        "Block": "Blocks",
        "Mixed": "Mixed materials",
        "Monolithic": "Cast concrete",
        "Others": "Other materials",
        "Panel": "Panels",
        "Stone, brick": "Stone or brick",
        "Wooden": "Wood",
    },
    "emergency_state": {"No": "No", "Yes": "Yes"},
    "last_decision": {
        "Approved": "Approved",
        "Canceled": "Cancelled",
        "Refused": "Refused",
        "Unused offer": "Offer not used",
    },
    "last_contract_type": _LOANS,
    "last_product": {
        "Card Street": "Card, without an offer",
        "Card X-Sell": "Card, on offer",
        "Cash": "Cash loan",
        **{
            f"Cash {channel}: {rate}": f"Cash loan, {wording}, {rate} rate"
            for channel, wording in (("Street", "without an offer"), ("X-Sell", "on offer"))
            for rate in ("low", "middle", "high")
        },
        **{
            f"POS {goods} {interest} interest": f"{wording} {interest} interest"
            for goods, wording in (
                ("household", "Loan for household goods"),
                ("industry", "Loan for equipment"),
                ("mobile", "Loan for a telephone"),
                ("other", "Loan for other goods"),
                ("others", "Loan for other goods"),
            )
            for interest in ("with", "without")
        },
    },
    "last_refusal_reason": {
        "CLIENT": "Withdrawn by the client",
        "HC": "Rules of the lender",
        "LIMIT": "Amount above the limit",
        "SCO": "Score",
        "SCOFR": "Fraud score",
        "SYSTEM": "Automatic check",
        "VERIF": "Verification",
    },
}


RECORD_WORDS: dict[str, dict[str, str]] = {
    "loan_kind": {
        "Consumer credit": "Consumer loan",
        "Credit card": "Credit card",
        "Car loan": "Car loan",
        "Mortgage": "Mortgage",
        "Microloan": "Microloan",
        "Loan for business development": "Business loan",
        "Another type of loan": "Other loan",
        "Unknown type of loan": "Loan of unknown type",
        "Loan for working capital replenishment": "Working capital loan",
        "Cash loan (non-earmarked)": "Cash loan",
        "Real estate loan": "Real estate loan",
        "Loan for the purchase of equipment": "Equipment loan",
        "Loan for purchase of shares (margin lending)": "Loan to buy shares",
        "Mobile operator loan": "Loan of a telephone operator",
        "Interbank credit": "Interbank loan",
    },
    "loan_status": {"Active": "Running", "Closed": "Closed", "Sold": "Sold on", "Bad debt": "Not repaid"},
}
"""Words of the histories that no feature shows."""
_WORDS = CATEGORY_WORDS | RECORD_WORDS


def category_in_words(feature: str, value: Value, words: Words) -> str:
    """A category value in the reader's language."""
    raw = str(value)
    return words.say(_WORDS.get(feature, {}).get(raw, raw.replace("{", "(").replace("}", ")")))
