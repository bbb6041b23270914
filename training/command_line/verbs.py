"""The verbs by name, in the order of the help."""

from __future__ import annotations

from app import command
from training.command_line import model, registry, synthetic, tables

VERBS = command.verbs(
    "From raw tables to a served portfolio, and all that watches over it. Every verb leaves with 0 when done,"
    " 2 with one sentence when what it was given is at fault, 70 when the program is; drift also with 1 and 3."
)
for verb in (
    model.train,
    registry.promote,
    registry.rollback,
    registry.pull,
    registry.publish,
    tables.score,
    tables.drift,
    tables.drift_power,
    tables.explore,
    tables.build_features,
    model.bench_models,
    model.ablation,
    model.directions,
    model.figures,
    synthetic.demo,
    synthetic.publish_demo,
    synthetic.demo_drift,
    synthetic.synthesize,
    synthetic.estimate_profile,
):
    VERBS.command()(verb)
