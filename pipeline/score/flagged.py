"""The rule that says who answered without care: several signs together, as declared; and whether they can be found."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.errors import Problem, suggestion
from pipeline.score.amounts import answered_enough, is_among
from pipeline.score.careless import FAST, NAN, SCALES, Questionnaire, sign_of
from pipeline.spec.declaration import Measure
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import NUMERIC_TYPES


def careless(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say who has at least ``least_flags`` of the declared signs.

    Parameters
    ----------
    items : DataFrame, one row per person of one wave
        The questions of ``scales`` as answered, not reversed; the duration and the
        attention questions where these are declared; empty where not answered.
    measure : Measure
        Supplies ``scales``, ``flags``, ``least_flags``, ``duration``, ``correct``
        (right answers to attention questions) and ``minimum_answered``, of the
        questions of scales.

    Returns
    -------
    Series of float, same index
        1 or 0; empty below ``minimum_answered``, and where no sign could be
        reckoned. A sign that could not is none.
    """
    names = list(dict.fromkeys(item for own in measure.scales.values() for item in own))
    place = {item: number for number, own in reversed([*enumerate(measure.scales.values())]) for item in own}
    answers = items[names].to_numpy(dtype="float64")
    asked = Questionnaire(answers, np.array([place[name] for name in names]))
    found = np.array([_sign(name, asked, items, measure) for name in measure.flags])
    flagged = pd.Series((np.nansum(found, axis=0) >= (measure.least_flags or 1)).astype("float64"), index=items.index)
    known = pd.Series(~np.isnan(found).all(axis=0), index=items.index)
    return flagged.where(known & answered_enough(items[names], measure))


def _sign(name: str, asked: Questionnaire, items: pd.DataFrame, measure: Measure) -> np.ndarray:
    if name == "duration":
        time = items[str(measure.duration)].to_numpy(dtype="float64")
        return np.where(np.isnan(time), NAN, time < FAST * np.nanmedian(time)) if (~np.isnan(time)).any() else time
    if name == "attention":
        wrong = [items[one].notna() & ~is_among(items[one], (code,)) for one, code in measure.correct.items()]
        known = items[list(measure.correct)].notna().any(axis="columns")
        return np.where(known, np.any(wrong, axis=0), NAN)
    return sign_of(name, asked)


def flag_problems(study: Study, measure: Measure) -> Iterator[Problem]:
    """Give what the declared signs of rule ``careless`` lack: questions that are numbers, and what they are found by."""
    numbers = [item for own in measure.scales.values() for item in own] + [measure.duration] * (measure.duration is not None)
    for name in dict.fromkeys([*numbers, *measure.correct]):
        if name not in measure.items:
            yield Problem(
                _place(study, measure, "items"), f"does not hold '{name}'", remedy="Name there every question that signs are found by."
            )
        elif name in numbers and not study.variable[name].is_numeric:
            yield Problem(
                _place(study, measure, "items"),
                f"'{name}' is of type {study.variable[name].type}",
                ", ".join(NUMERIC_TYPES),
                "Leave its scale out.",
            )
    for name, code in measure.correct.items():
        codes = study.codes_of(study.variable[name]) if name in study.variable else ()
        if codes and code not in codes:
            yield Problem(
                _place(study, measure, "correct"), f"'{code}' is not an answer of '{name}'", ", ".join(codes), suggestion(code, codes)
            )
    needed = {"even_odd": len(measure.scales) >= SCALES, "duration": measure.duration is not None, "attention": bool(measure.correct)}
    for flag in measure.flags:
        if not needed.get(flag, True):
            remedy = {"even_odd": f"It needs at least {SCALES} scales.", "duration": "Name the variable in duration."}
            yield Problem(
                _place(study, measure, "flags"),
                f"'{flag}' cannot be found",
                remedy=remedy.get(flag, "Name the questions and their right answers."),
            )
    if measure.least_flags is not None and measure.least_flags > len(measure.flags) > 0:
        yield Problem(
            _place(study, measure, "least_flags"),
            f"{measure.least_flags} of {len(measure.flags)} signs",
            f"1 to {len(measure.flags)}",
            "Nobody would be flagged.",
        )


def _place(study: Study, measure: Measure, key: str) -> str:
    return toml_place(study, f"measures '{measure.name}' {key}")
