"""What the tests of compare share: the bundled studies cleaned and scored, and ways to change them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimates import estimate_effects
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import analysis_frame, comparison_of
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Estimated, Scored
from tests.once import results_of, scored_of


@dataclass(frozen=True)
class Made:
    """A study with the results of the stages before compare."""

    study: Study
    cleaned: Cleaned
    scored: Scored

    @property
    def panel(self) -> Panel:
        return Panel(self.study, self.cleaned, self.scored)

    def estimated(self) -> Estimated:
        return estimate_effects(self.study, self.cleaned, self.scored)

    def comparison(self, analysis: str, outcome: str, **changes: object) -> Comparison:
        """Give what the estimator of a declared analysis sees, with some keys of the analysis changed."""
        [declared] = [one for one in self.study.declaration.analyses if one.id == analysis]
        changed = declared.model_copy(update={"outcomes": (outcome,), **changes})
        return comparison_of(analysis_frame(self.panel, changed), outcome)

    def declared(self, **changes: object) -> "Made":
        """Change top-level keys of the declaration."""
        return replace(self, study=replace(self.study, declaration=self.study.declaration.model_copy(update=changes)))

    def with_people(self, keep: Callable[[pd.DataFrame], pd.Series | np.ndarray]) -> "Made":
        """Keep the people for whom ``keep`` of the table of people is True, and score anew."""
        people = self.cleaned.units["person"]
        kept = people.loc[np.asarray(keep(people), dtype=bool)]
        responses = self.cleaned.responses["person"]
        return self.with_tables({"person": kept}, {"person": responses.loc[responses["person"].isin(kept["person"])]})

    def with_tables(self, units: Mapping[str, pd.DataFrame], responses: Mapping[str, pd.DataFrame]) -> "Made":
        """Replace some tables of units and responses, and score anew."""
        cleaned = replace(self.cleaned, units={**self.cleaned.units, **units}, responses={**self.cleaned.responses, **responses})
        return replace(self, cleaned=cleaned, scored=score_responses(self.study, cleaned))


def made(study: Study) -> Made:
    return Made(study, *scored_of(study))


@pytest.fixture(scope="session")
def made_trs(trs: Study) -> Made:
    return made(trs)


@pytest.fixture(scope="session")
def made_jobs2(jobs2: Study) -> Made:
    return made(jobs2)


@pytest.fixture(scope="session")
def trs_estimated(made_trs: Made) -> Estimated:
    return results_of(made_trs.study)[-1]


@pytest.fixture(scope="session")
def jobs2_estimated(made_jobs2: Made) -> Estimated:
    return results_of(made_jobs2.study)[-1]
