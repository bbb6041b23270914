"""Directions: which way a feature may move the probability of default, and why nobody could be told otherwise.

A direction is taken for its reason, and dropped when outcomes contradict it beyond chance: so ``credit`` has none, as
larger loans are repaid more often. What outcomes say of each is in ``training/directions.md``.
"""

from __future__ import annotations

from app.scoring.features.feature import Direction

EARNING = Direction(-1, "The same loan is repaid more easily from a higher income.")
BURDEN = Direction(1, "The more of an income is promised already, the less is left when something happens.")
PAYMENT = Direction(1, "A higher payment is harder to keep up than a lower one.")
LITTLE_OF_ONES_OWN = Direction(1, "The less of the buyer's own money is in the purchase, the less there is to lose.")
UNTRIED = Direction(1, "A loan beyond what was carried before is untried.")
SETTLED = Direction(-1, "What has lasted, a job, an address, a number, is likelier to last.")
OLD_CAR = Direction(1, "An older car tells of less to fall back on.")
GOOD_SCORE = Direction(-1, "A higher external score means that others judge the applicant safer.")
POPULOUS = Direction(-1, "Work is easier to find again where many people live.")
RISKY_PLACE = Direction(1, "A higher rating means that more people of the place did not repay.")
ELSEWHERE = Direction(1, "Whoever lives or works away from the registered address is harder to reach.")
LATE_AROUND = Direction(1, "The more of an applicant's acquaintances pay late, the fewer can help out.")
LOOKING = Direction(1, "Each enquiry is a loan that was looked for elsewhere.")
OWING = Direction(1, "The more is owed already, the more has to be repaid beside this loan.")
ANOTHER_LOAN = Direction(1, "Loans taken in quick succession are taken when money is short.")
LONG_AGO = Direction(-1, "Old loans are a long habit of repaying; recent ones have still to be repaid.")
LATE_BEFORE = Direction(1, "Whoever paid late before is likelier to pay late again.")
LATE_LONG_AGO = Direction(-1, "The longer nothing was late, the less it says of today.")
PAYING = Direction(-1, "Whoever pays what is due, or more and earlier, is likelier to go on.")
REFUSED_BEFORE = Direction(1, "A refusal was somebody's judgement of a risk.")
REFUSED_LONG_AGO = Direction(-1, "The older a refusal, the less it says of today.")
APPROVED_BEFORE = Direction(-1, "An approval was somebody's judgement that there is little risk.")
DEAR_LOANS = Direction(1, "Loans at a high rate, or by an agent, go to those who get no other.")
CHEAP_LOANS = Direction(-1, "Loans at a low rate go to those who are judged safe.")
SAVING = Direction(-1, "A down payment is money that was saved.")
