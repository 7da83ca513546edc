"""Sentences on the time to an event, and on whether the curves of levels differ; never on why."""

from pipeline.render.curves import event_said
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, note_texts, why_absent
from pipeline.render.times import Time, comparisons
from pipeline.render.wording.changes import unit_inside
from pipeline.render.wording.phrases import first_upper, listed

NOT_REACHED = "median_not_reached"


def share_reached(results: Results, row: Row) -> str:
    """Write the share that has had the event by a time, from the row of those who have not."""
    return results.percent(1 - row.estimate)


def share_with_span(results: Results, row: Row) -> str:
    """Write the same with its interval, where there is one."""
    share = share_reached(results, row)
    if not (known(row.conf_low) and known(row.conf_high)):
        return share
    span = results.between(*(results.number(100 * (1 - end), 0) for end in (row.conf_high, row.conf_low)))
    return results.say("words.with_interval", estimate=share, level=results.percent(row.confidence), span=span)


def time_text(results: Results, value: float) -> str:
    """Write a time: whole ones without decimals."""
    return results.number(value, 0 if value == int(value) else 1)


def time_sentences(results: Results, time: Time) -> list[str]:
    """Say how many had the event by when, how long it took half of them, and the mean time without it."""
    shown = [row for row in time.moments if known(row.estimate)]
    if not shown:
        return [results.say("progress.time_missing", outcome=results.outcome_label(time.outcome))]
    last = reached_sentence(results, time, shown[-1], share_with_span(results, shown[-1]))
    return [last, *_earlier(results, time, shown[:-1]), *_median(results, time), *_mean(results, time)]


def brief_times(results: Results, time: Time) -> list[str]:
    """Say in one sentence how many had had the event by when, for the summary."""
    unit = unit_inside(results, time.outcome)
    shown = [row for row in time.moments if known(row.estimate)]
    values = [(time_text(results, float(row.term)), share_with_span(results, row)) for row in shown]
    said = [results.say("progress.time_at", time=at, unit=unit, share=share) for at, share in values]
    return [f"{listed(results, said)}."] if said else time_sentences(results, time)


def reached_sentence(results: Results, time: Time, row: Row, share: str) -> str:
    """Say how many had the event by a time, the share written as it is to stand."""
    return results.say(
        "progress.time",
        time=time_text(results, float(row.term)),
        unit=unit_inside(results, time.outcome),
        share=share,
        event=event_said(results, time.analysis),
    )


def _earlier(results: Results, time: Time, rows: list[Row]) -> list[str]:
    unit = unit_inside(results, time.outcome)
    said = [
        results.say("progress.time_at", time=time_text(results, float(row.term)), unit=unit, share=share_reached(results, row))
        for row in rows
    ]
    return [results.say("progress.time_earlier", shares=listed(results, said))] if said else []


def _median(results: Results, time: Time) -> list[str]:
    row = time.row("median_time")
    if row is None:
        return []
    if known(row.estimate):
        return [results.say("progress.median", time=time_text(results, row.estimate), unit=unit_inside(results, time.outcome))]
    return [results.say("progress.median_not_reached")] if NOT_REACHED in row.note.split() else []


def _mean(results: Results, time: Time) -> list[str]:
    row = time.number("restricted_mean")
    if row is None:
        return []
    unit = unit_inside(results, time.outcome)
    mean = f"{results.number(row.estimate, 1)} {unit}"
    if known(row.conf_low) and known(row.conf_high):
        span = results.between(*(results.number(end, 1) for end in (row.conf_low, row.conf_high)))
        mean = results.say("words.with_interval", estimate=mean, level=results.percent(row.confidence), span=span)
    return [results.say("progress.mean_time", mean=mean, horizon=time_text(results, row.reference_value), unit=unit)]


def comparison_sentences(results: Results, time: Time) -> list[str]:
    """Say for each variable whether the curves of its levels differ by more than chance, without saying why."""
    sentences = []
    for row in comparisons(time):
        name = first_upper(results.outcome_label(row.term))
        if not known(row.p_value):
            sentences.append(results.say("progress.log_rank_missing", variable=name, reason=why_absent(results, [row.note])))
            continue
        key = "differ" if row.p_value < 1 - time.analysis["confidence"] else "open"
        notes = "; ".join(note_texts(results, row.note))
        said = results.say(f"progress.log_rank_{key}", variable=name, p=results.p_value(row.p_value))
        sentences.append(f"{said} {results.say('progress.log_rank_note', note=first_upper(notes))}" if notes else said)
    return sentences
