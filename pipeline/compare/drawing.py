"""Whether what was declared of how the sample was drawn can be used, and is."""

from collections.abc import Iterator

from pipeline.compare.registry import ESTIMATORS, Estimator
from pipeline.errors import Problem
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study


def drawing_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    """What counts people as they were drawn needs to know how."""
    sample = study.declaration.sample
    if estimator.allows_weights and not (sample.weight or sample.strata or sample.population or analysis.margins or analysis.response):
        yield Problem(
            toml_place(study, f"analyses '{analysis.id}' estimator"),
            f"'{analysis.estimator}' counts people as they were drawn, and the sample has no weight, strata or population",
            "weight, strata or population under [sample]",
            "Declare how the sample was drawn, or choose 'adjusted'.",
        )


def unused_weight_problems(study: Study) -> Iterator[Problem]:
    """How the sample was drawn must count in some analysis; asked of whole studies only."""
    sample = study.declaration.sample
    able = [name for name, one in ESTIMATORS.items() if one.allows_weights]
    for key in ("weight", "strata", "population"):
        if getattr(sample, key) and not any(analysis.estimator in able for analysis in study.declaration.analyses):
            yield Problem(
                toml_place(study, f"sample {key}"),
                "is used by no analysis",
                f"an analysis by {' or '.join(able)}",
                "Add one: the other estimators count everybody alike.",
            )
