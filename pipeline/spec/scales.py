"""The ends of an outcome's scale, as declared."""

from math import nan

from pipeline.spec.study import Study

COUNTING_RULES = ("count_of", "count_correct")


def scale_of(study: Study, name: str) -> tuple[float, float]:
    """Give the least and greatest value that an outcome can have.

    Parameters
    ----------
    study : Study
    name : str
        A measure or variable.

    Returns
    -------
    least, greatest : float
        NaN where nothing is declared, and for categories.
    """
    if study.kind_of(name) == "share":
        return 0.0, 1.0
    if name not in study.measure:
        variable = study.variable[name]
        codes = [float(code) for code in study.codes_of(variable)] if variable.type == "rating" else []
        low, high = (min(codes), max(codes)) if codes else (variable.minimum, variable.maximum)
        return (nan if low is None else low), (nan if high is None else high)
    measure = study.measure[name]
    if measure.rule in COUNTING_RULES:
        return 0.0, float(len(measure.items))
    if measure.rule == "share_correct":
        return 0.0, 1.0
    if measure.range is None:
        return (nan, nan) if len(measure.items) > 1 else scale_of(study, measure.items[0])
    times = len(measure.items) if measure.rule == "sum_of_items" else 1
    return measure.range[0] * times, measure.range[1] * times
