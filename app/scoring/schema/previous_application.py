"""What the client asked of this lender before."""

from __future__ import annotations

from app.scoring.schema.column import XAP, XNA, TableSchema, category, days, filled, flags, key, numbers, reference
from app.scoring.schema.keys import CLIENT
from app.scoring.schema.words import ACCOMPANIED_BY, WEEKDAYS, YES_NO

_PURPOSES = """Building a house or an annex | Business development | Buying a garage | Buying a holiday home / land
 | Buying a home | Buying a new car | Buying a used car | Car repairs | Education | Everyday expenses | Furniture
 | Gasification / water supply | Hobby | Journey | Medicine | Money for a third person | Other
 | Payments on other loans | Purchase of electronic equipment | Refusal to name the goal | Repairs | Urgent needs
 | Wedding / gift / holiday"""

_GOODS = """Additional Service | Animals | Audio/Video | Auto Accessories | Clothing and Accessories | Computers
 | Construction Materials | Consumer Electronics | Direct Sales | Education | Fitness | Furniture | Gardening
 | Homewares | House Construction | Insurance | Jewelry | Medical Supplies | Medicine | Mobile | Office Appliances
 | Other | Photo / Cinema Equipment | Sport and Leisure | Tourism | Vehicles | Weapon"""

_CHANNELS = """AP+ (Cash loan) | Car dealer | Channel of corporate sales | Contact center | Country-wide
 | Credit and cash offices | Regional / Local | Stone"""

_SELLERS = """Auto technology | Clothing | Connectivity | Construction | Consumer electronics | Furniture | Industry
 | Jewelry | MLM partners | Tourism"""

_PRODUCTS = """Card Street | Card X-Sell | Cash | Cash Street: high | Cash Street: low | Cash Street: middle
 | Cash X-Sell: high | Cash X-Sell: low | Cash X-Sell: middle | POS household with interest
 | POS household without interest | POS industry with interest | POS industry without interest
 | POS mobile with interest | POS mobile without interest | POS other with interest | POS others without interest"""

_PAYMENTS = "Cash through the bank | Cashless from the account of the employer | Non-cash from your account"

PREVIOUS_APPLICATION = TableSchema(
    "previous_application",
    (
        key("SK_ID_PREV"),
        reference(CLIENT, "application"),
        category("NAME_CONTRACT_TYPE", "Cash loans | Consumer loans | Revolving loans", (XNA,)),
        *numbers("AMT_ANNUITY"),
        *filled("AMT_APPLICATION"),
        *numbers("AMT_CREDIT AMT_DOWN_PAYMENT AMT_GOODS_PRICE"),
        category("WEEKDAY_APPR_PROCESS_START", WEEKDAYS),
        *filled("HOUR_APPR_PROCESS_START"),
        category("FLAG_LAST_APPL_PER_CONTRACT", YES_NO),
        *flags("NFLAG_LAST_APPL_IN_DAY"),
        *numbers("RATE_DOWN_PAYMENT RATE_INTEREST_PRIMARY RATE_INTEREST_PRIVILEGED"),
        category("NAME_CASH_LOAN_PURPOSE", _PURPOSES, (XNA, XAP)),
        category("NAME_CONTRACT_STATUS", "Approved | Canceled | Refused | Unused offer"),
        *days("DAYS_DECISION", nullable=False),
        category("NAME_PAYMENT_TYPE", _PAYMENTS, (XNA,)),
        category("CODE_REJECT_REASON", "CLIENT | HC | LIMIT | SCO | SCOFR | SYSTEM | VERIF", (XNA, XAP)),
        category("NAME_TYPE_SUITE", ACCOMPANIED_BY, nullable=True),
        category("NAME_CLIENT_TYPE", "New | Refreshed | Repeater", (XNA,)),
        category("NAME_GOODS_CATEGORY", _GOODS, (XNA,)),
        category("NAME_PORTFOLIO", "Cards | Cars | Cash | POS", (XNA,)),
        category("NAME_PRODUCT_TYPE", "walk-in | x-sell", (XNA,)),
        category("CHANNEL_TYPE", _CHANNELS),
        *numbers("SELLERPLACE_AREA", nullable=False, sentinels=(-1.0,)),
        category("NAME_SELLER_INDUSTRY", _SELLERS, (XNA,)),
        *numbers("CNT_PAYMENT"),
        category("NAME_YIELD_GROUP", "low_action | low_normal | middle | high", (XNA,)),
        category("PRODUCT_COMBINATION", _PRODUCTS, nullable=True),
        *days("DAYS_FIRST_DRAWING DAYS_FIRST_DUE DAYS_LAST_DUE_1ST_VERSION DAYS_LAST_DUE DAYS_TERMINATION"),
        *flags("NFLAG_INSURED_ON_APPROVAL", nullable=True),
    ),
)
