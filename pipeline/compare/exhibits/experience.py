"""Experience: what those who were asked answered, as shares with Wilson's interval."""

from collections.abc import Iterator

from pipeline.compare.exhibits.cells import classify, counted
from pipeline.compare.gather.panel import Panel
from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.spec.declaration import Exhibit
from pipeline.spec.vocabulary import EVERYBODY

CONFIDENCE = 0.95


def experience_rows(panel: Panel, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the answers to questions that perhaps only one group was asked.

    Parameters
    ----------
    panel : Panel
    exhibit : Exhibit
        Of kind ``experience``; shown for its own ``waves``, or every wave in
        which an outcome exists.

    Yields
    ------
    dict
        One row per answer and group asked; ``share`` of those who answered. All
        together stand beside several groups, and alone where there are none.
    """
    study = panel.study
    for name in exhibit.outcomes:
        for wave in exhibit.waves or panel.waves_of(name):
            masks = dict(panel.masks(name, wave))
            if len(masks) == 2:
                del masks[EVERYBODY]
            classified = classify(study, name, panel.rows(name, wave)[name])
            for row in counted(classified.labels, classified.places, masks):
                low, high = _interval(int(str(row["n"])), int(str(row["total"])))
                yield {"unit": study.unit_of(name), "outcome": name, "wave": wave, "conf_low": low, "conf_high": high} | row


def _interval(count: int, total: int) -> tuple[float, float]:
    return wilson_interval(count, total, CONFIDENCE) if total else (float("nan"), float("nan"))
