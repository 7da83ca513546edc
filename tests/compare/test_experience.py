"""Exhibits of what people say: who stands in them where groups are compared, and where there is one group."""

from pathlib import Path

from pipeline.clean.responses import clean_responses
from pipeline.compare.exhibits.classes import experience_rows
from pipeline.compare.gather.panel import Panel
from pipeline.score.scores import score_responses
from tests.compare.conftest import Made
from tests.seminars import attendees, seminars


def test_where_no_groups_are_compared_everybody_stands_alone(tmp_path: Path) -> None:
    study = seminars(tmp_path)
    cleaned = clean_responses(study)
    [exhibit] = study.declaration.exhibits
    rows = list(experience_rows(Panel(study, cleaned, score_responses(study, cleaned)), exhibit))
    assert {row["column"] for row in rows} == {"all"}
    yes = sum(one.plans[0] == "Ja" for one in attendees() if one.after is not None)
    [row] = [row for row in rows if (row["outcome"], row["row"]) == ("use_team", "yes")]
    assert (row["n"], row["total"]) == (yes, 32)


def test_where_one_of_two_groups_was_asked_it_stands_alone(made_trs: Made) -> None:
    [exhibit] = [one for one in made_trs.study.declaration.exhibits if one.id == "talks"]
    assert {row["column"] for row in experience_rows(made_trs.panel, exhibit)} == {"participant"}
