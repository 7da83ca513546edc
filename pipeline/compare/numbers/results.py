"""What methods give: numbers under the names that the columns of ``estimates`` have, NaN where one is not defined."""

from dataclasses import dataclass
from math import isnan

NAN = float("nan")
COLUMNS = ("estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "effect", "effect_low", "effect_high")


class Result:
    """Numbers of one row of ``estimates``, and perhaps what decides its note."""

    def columns(self) -> dict[str, object]:
        """Give the columns to their numbers, without those that are not defined."""
        return {name: number for name, number in vars(self).items() if name in COLUMNS and not isnan(number)}


@dataclass(frozen=True)
class Estimate(Result):
    """A number with its interval, and its standard error where it has one."""

    estimate: float
    conf_low: float = NAN
    conf_high: float = NAN
    std_error: float = NAN


@dataclass(frozen=True)
class TTest(Result):
    """A difference of means, or a mean change, in the outcome's unit, with its t test and interval."""

    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class ChiSquare(Result):
    """A chi-square test."""

    statistic: float = NAN
    df: float = NAN
    p_value: float = NAN


@dataclass(frozen=True)
class EffectSize(Result):
    """The size of an effect without unit, with its interval."""

    effect: float
    effect_low: float = NAN
    effect_high: float = NAN

    def times(self, factor: float) -> "EffectSize":
        """Stretch the effect and its limits alike."""
        return EffectSize(self.effect * factor, self.effect_low * factor, self.effect_high * factor)
