"""The application form with the client's file: application_train (with TARGET) and application_test."""

from __future__ import annotations

from app.scoring.schema.column import XNA, Column, TableSchema, category, days, filled, flags, key, numbers, ratings
from app.scoring.schema.keys import CLIENT
from app.scoring.schema.words import ACCOMPANIED_BY, WEEKDAYS, YES_NO

_INDUSTRIES = " | ".join(f"Industry: type {number}" for number in range(1, 14))
_TRADES = " | ".join(f"Trade: type {number}" for number in range(1, 8))
_TRANSPORTS = " | ".join(f"Transport: type {number}" for number in range(1, 5))

_ORGANIZATIONS = f"""Advertising | Agriculture | Bank | Business Entity Type 1 | Business Entity Type 2
 | Business Entity Type 3 | Cleaning | Construction | Culture | Electricity | Emergency | Government | Hotel | Housing
 | {_INDUSTRIES} | Insurance | Kindergarten | Legal Services | Medicine | Military | Mobile | Other | Police | Postal
 | Realtor | Religion | Restaurant | School | Security | Security Ministries | Self-employed | Services | Telecom
 | {_TRADES} | {_TRANSPORTS} | University"""

_OCCUPATIONS = """Accountants | Cleaning staff | Cooking staff | Core staff | Drivers | HR staff
 | High skill tech staff | IT staff | Laborers | Low-skill Laborers | Managers | Medicine staff
 | Private service staff | Realty agents | Sales staff | Secretaries | Security staff | Waiters/barmen staff"""

_INCOME_TYPES = """Working | Commercial associate | Pensioner | State servant | Unemployed | Student | Businessman
 | Maternity leave"""

_EDUCATION = """Lower secondary | Secondary / secondary special | Incomplete higher | Higher education
 | Academic degree"""

_HOUSING = """House / apartment | With parents | Municipal apartment | Rented apartment | Office apartment
 | Co-op apartment"""

_BUILDING = """APARTMENTS BASEMENTAREA YEARS_BEGINEXPLUATATION YEARS_BUILD COMMONAREA ELEVATORS ENTRANCES FLOORSMAX
 FLOORSMIN LANDAREA LIVINGAPARTMENTS LIVINGAREA NONLIVINGAPARTMENTS NONLIVINGAREA"""

_DOCUMENTS = " ".join(f"FLAG_DOCUMENT_{number}" for number in range(2, 22))


def _building(statistic: str) -> str:
    return " ".join(f"{measure}_{statistic}" for measure in _BUILDING.split())


_COLUMNS: tuple[Column, ...] = (
    key(CLIENT),
    category("NAME_CONTRACT_TYPE", "Cash loans | Revolving loans"),
    category("CODE_GENDER", "F | M", (XNA,)),
    category("FLAG_OWN_CAR", YES_NO),
    category("FLAG_OWN_REALTY", YES_NO),
    *filled("CNT_CHILDREN AMT_INCOME_TOTAL AMT_CREDIT"),
    *numbers("AMT_ANNUITY AMT_GOODS_PRICE"),
    category("NAME_TYPE_SUITE", ACCOMPANIED_BY, nullable=True),
    category("NAME_INCOME_TYPE", _INCOME_TYPES),
    category("NAME_EDUCATION_TYPE", _EDUCATION),
    category("NAME_FAMILY_STATUS", "Married | Single / not married | Civil marriage | Separated | Widow", ("Unknown",)),
    category("NAME_HOUSING_TYPE", _HOUSING),
    *filled("REGION_POPULATION_RELATIVE"),
    *days("DAYS_BIRTH DAYS_EMPLOYED DAYS_REGISTRATION DAYS_ID_PUBLISH", nullable=False),
    *numbers("OWN_CAR_AGE"),
    *flags("FLAG_MOBIL FLAG_EMP_PHONE FLAG_WORK_PHONE FLAG_CONT_MOBILE FLAG_PHONE FLAG_EMAIL"),
    category("OCCUPATION_TYPE", _OCCUPATIONS, nullable=True),
    *numbers("CNT_FAM_MEMBERS"),
    *ratings("REGION_RATING_CLIENT REGION_RATING_CLIENT_W_CITY", best=1, worst=3),
    category("WEEKDAY_APPR_PROCESS_START", WEEKDAYS),
    *filled("HOUR_APPR_PROCESS_START"),
    *flags("REG_REGION_NOT_LIVE_REGION REG_REGION_NOT_WORK_REGION LIVE_REGION_NOT_WORK_REGION"),
    *flags("REG_CITY_NOT_LIVE_CITY REG_CITY_NOT_WORK_CITY LIVE_CITY_NOT_WORK_CITY"),
    category("ORGANIZATION_TYPE", _ORGANIZATIONS, (XNA,)),
    *numbers("EXT_SOURCE_1 EXT_SOURCE_2 EXT_SOURCE_3"),
    *numbers(_building("AVG")),
    *numbers(_building("MODE")),
    *numbers(_building("MEDI")),
    category(
        "FONDKAPREMONT_MODE",
        "not specified | org spec account | reg oper account | reg oper spec account",
        nullable=True,
    ),
    category("HOUSETYPE_MODE", "block of flats | specific housing | terraced house", nullable=True),
    *numbers("TOTALAREA_MODE"),
    category(
        "WALLSMATERIAL_MODE", "Block | Mixed | Monolithic | Others | Panel | Stone, brick | Wooden", nullable=True
    ),
    category("EMERGENCYSTATE_MODE", "No | Yes", nullable=True),
    *numbers("OBS_30_CNT_SOCIAL_CIRCLE DEF_30_CNT_SOCIAL_CIRCLE OBS_60_CNT_SOCIAL_CIRCLE DEF_60_CNT_SOCIAL_CIRCLE"),
    *days("DAYS_LAST_PHONE_CHANGE"),
    *flags(_DOCUMENTS),
    *numbers("AMT_REQ_CREDIT_BUREAU_HOUR AMT_REQ_CREDIT_BUREAU_DAY AMT_REQ_CREDIT_BUREAU_WEEK"),
    *numbers("AMT_REQ_CREDIT_BUREAU_MON AMT_REQ_CREDIT_BUREAU_QRT AMT_REQ_CREDIT_BUREAU_YEAR"),
)

APPLICATION_TRAIN = TableSchema("application_train", (_COLUMNS[0], *flags("TARGET"), *_COLUMNS[1:]))
APPLICATION_TEST = TableSchema("application_test", _COLUMNS)
