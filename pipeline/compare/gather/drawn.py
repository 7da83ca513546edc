"""How the people of a comparison were drawn, as numbers take it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.panel import CLUSTER, STRATUM, WEIGHT
from pipeline.compare.numbers.survey import Drawn


def drawn_of(comparison: Comparison, people: pd.DataFrame) -> Drawn:
    """Give weights, clusters, strata and population of some people of a comparison.

    Parameters
    ----------
    comparison : Comparison
    people : DataFrame
        Rows of its frame.

    Returns
    -------
    Drawn
        Without a declared weight everybody counts alike, without a cluster each is one. A cluster in two
        strata is two.
    """
    everybody = np.arange(len(people)).astype("str")
    names, strata = np.unique(people[STRATUM] if STRATUM in people else np.full(len(people), ""), return_inverse=True)
    together = people[CLUSTER].to_numpy(dtype="str") if comparison.clustered else everybody
    clusters = np.unique(np.char.add(np.char.add(strata.astype("str"), " "), together), return_inverse=True)[1]
    weights = people[WEIGHT].to_numpy(dtype="float64") if WEIGHT in people else np.ones(len(people))
    population = comparison.population
    counts = None if population is None else [population[name] if isinstance(population, Mapping) else population for name in names]
    stratified = STRATUM in people or counts is not None
    return Drawn(weights, clusters, strata, None if counts is None else np.array(counts, dtype="float64"), stratified)
