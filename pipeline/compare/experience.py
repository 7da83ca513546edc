"""Experience: what those who were asked answered, as shares with Wilson's interval."""

from collections.abc import Iterator

from pipeline.compare.cells import EVERYBODY, asked_groups, class_index, classes_of, counted, group_of, masks_of
from pipeline.compare.proportions import wilson_interval
from pipeline.spec.study import Exhibit, Study
from pipeline.tables.results import Cleaned, Scored

CONFIDENCE = 0.95


def experience_rows(study: Study, cleaned: Cleaned, scored: Scored, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the answers to questions that perhaps only one group was asked.

    Parameters
    ----------
    study : Study
    cleaned, scored
        Results of the stages before.
    exhibit : Exhibit
        Of kind ``experience``; every wave in which an outcome exists, or its
        own ``waves``.

    Yields
    ------
    dict
        One row per answer and group asked; ``share`` of those who answered.
    """
    for name in exhibit.outcomes:
        unit = study.unit_of(name)
        identifier = study.unit[unit].id
        scale = name in study.measure
        table = (scored.scores if scale else cleaned.responses)[unit]
        waves = exhibit.waves or (study.waves_of_measure(study.measure[name]) if scale else study.waves_of(study.variable[name]))
        for wave in waves:
            rows = table.loc[table["wave"] == wave]
            codes = asked_groups(study, wave)
            masks = masks_of(group_of(study, cleaned, unit, rows[identifier]), codes)
            if len(codes) == 1:
                masks.pop(EVERYBODY)
            labels, _ = classes_of(study, name)
            for row in counted(labels, class_index(study, name, rows[name]), masks):
                low, high = _interval(int(str(row["n"])), int(str(row["total"])))
                yield {"unit": unit, "outcome": name, "wave": wave, "conf_low": low, "conf_high": high} | row


def _interval(count: int, total: int) -> tuple[float, float]:
    return wilson_interval(count, total, CONFIDENCE) if total else (float("nan"), float("nan"))
