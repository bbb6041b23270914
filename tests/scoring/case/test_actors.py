"""Who is who, and whom a file can be referred to."""

from app.scoring.case.actors import ANYBODY, MANAGERS, Actor, Addressee, colleagues, same_person

ADA, BEA = (
    Actor("ada@lender.example", "officer", "https://id|1"),
    Actor("Bea@lender.example", "manager", "https://id|2"),
)


def test_a_person_is_known_by_issuer_and_subject_and_else_by_name():
    assert same_person(("Ada", "x|1"), ("Eve", "x|1")) and not same_person(("Ada", "x|1"), ("Ada", "x|2"))
    assert same_person((" ADA", ""), ("ada", "x|1"))


def test_an_addressee_is_a_person_the_managers_or_nobody_named():
    assert Addressee("ADA@lender.example").includes(ADA) and not Addressee("ada@lender.example").includes(BEA)
    assert not Addressee("ada@lender.example", "https://id|9").includes(ADA)
    assert MANAGERS.includes(BEA) and not MANAGERS.includes(ADA) and ANYBODY.includes(ADA)


def test_colleagues_come_from_the_configured_roles_without_oneself():
    roles = {
        "ada@lender.example": "officer",
        "bea@lender.example": "manager",
        "cyd@lender.example": "officer",
        "dan@lender.example": "data scientist",
        "group-17": "officer",
    }
    known = [BEA, Actor("gone@lender.example", "officer", "https://id|7"), Actor("customer", "customer")]
    found = colleagues(roles, known, ADA)
    assert found == (
        MANAGERS,
        Addressee("Bea@lender.example", "https://id|2", "manager"),
        Addressee("cyd@lender.example", "", "officer"),
    )


def test_where_no_role_is_configured_those_who_acted_are_known():
    assert colleagues({}, [ADA, BEA, Actor("Demo officer", "officer")], ADA) == (
        MANAGERS,
        Addressee("Bea@lender.example", "https://id|2", "manager"),
        Addressee("Demo officer", "", "officer"),
    )
