"""What each stage hands to the next: frames that passed their table's check."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG, IMPUTATION, LINKAGE, QUOTATIONS, SECOND_OPINION


def no_quotations() -> pd.DataFrame:
    """Give the table of quotations of a study that declares none."""
    return table_of(QUOTATIONS, ())


def nothing_found() -> pd.DataFrame:
    """Give the log of a cleaning that found nothing."""
    return table_of(CLEANING_LOG, ())


def nobody_doubted() -> pd.DataFrame:
    """Give the table of doubtful links of a study whose ids all hold."""
    return table_of(LINKAGE, ())


@dataclass(frozen=True)
class Cleaned:
    """Made by ``clean_responses``: answers per unit and wave, facts per unit, and an account of every row."""

    responses: Mapping[str, pd.DataFrame]
    """Unit -> one row per unit and wave; beside each variable stands ``<name>__missing``."""
    units: Mapping[str, pd.DataFrame]
    """Unit -> one row per unit: what cannot change between waves."""
    exclusions: pd.DataFrame
    cleaning_log: pd.DataFrame
    flow: pd.DataFrame
    linkage: pd.DataFrame = field(default_factory=nobody_doubted)
    """Ids that may be one person under two, or two under one; micro-data."""


@dataclass(frozen=True)
class Scored:
    """Made by ``score_responses``: measures per unit and wave, and how reliable they are."""

    scores: Mapping[str, pd.DataFrame]
    reliability: pd.DataFrame
    imputed: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Unit -> one row per unit and imputation, one column per reference of the analyses that are imputed; none where none is."""
    imputation: pd.DataFrame = field(default_factory=lambda: table_of(IMPUTATION, ()))
    """How the imputations went, reference by reference."""


@dataclass(frozen=True)
class Estimated:
    """Made by ``estimate_effects``: every number, every distribution, and the flow down to each analysis."""

    estimates: pd.DataFrame
    distributions: pd.DataFrame
    flow: pd.DataFrame
    quotations: pd.DataFrame = field(default_factory=no_quotations)
    cleaning_log: pd.DataFrame = field(default_factory=nothing_found)
    """As cleaning left it: what was found is told beside the results."""
    second_opinion: pd.DataFrame = field(default_factory=lambda: table_of(SECOND_OPINION, ()))


@dataclass(frozen=True)
class Described:
    """Made for the data book: what was answered, question by question, with the names of everything; micro-data, never released."""

    databook: pd.DataFrame
    flow: pd.DataFrame
    labels: pd.DataFrame


@dataclass(frozen=True)
class Decided:
    """Made by ``decided_results``: numbers that may leave, before they are told in the study's words."""

    estimates: pd.DataFrame
    distributions: pd.DataFrame
    flow: pd.DataFrame
    quotations: pd.DataFrame
    facts: Mapping[str, object]
    """How much is withheld, how many levels there are, what was found on the way: plain data."""


@dataclass(frozen=True)
class Released:
    """Made by ``told_results``: all that a report may show, and nothing else leaves."""

    estimates: pd.DataFrame
    distributions: pd.DataFrame
    flow: pd.DataFrame
    labels: pd.DataFrame
    deviations: pd.DataFrame
    facts: Mapping[str, object]
    texts: Mapping[str, str]
    quotations: pd.DataFrame = field(default_factory=no_quotations)
