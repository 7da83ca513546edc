"""Every cell of responses and units has a value or the reason why there is none, whatever the file holds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_REASONS, MISSING_SUFFIX
from tests.miniature import both, miniature, source

CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::one
id,person,person,yes,,,,Nummer,Number,id
select_one,group,person,yes,group,,,Grupp,Group,group
integer,number,person,yes,,,,Tal,Number,group
select_one,mood,person,,mood,,,Hur,How,mood
rating,calm,person,,calm,,,Lugn,Calm,calm
integer,days,person,,days,0..365,,Dagar,Days,days
decimal,share,person,,,,,Andel,Share,share
date,day,person,,,,,Dag,Day,day
text,more,person,,,,,Mer,More,more
select_multiple,steps,person,,steps,,,Steg,Steps,"steps[{}]"
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
group,participant,1,Deltagare,Participants,
group,control,2,Kontroll,Control,
mood,good,Bra,Bra,Good,
mood,bad,{blank},Dålig,Bad,
mood,dk,Vet ej,,,dont_know
calm,1,1,Nej,No,
calm,2,2,Ja,Yes,
calm,refused,-9,,,refused
days,0,{blank},Inga,None,
days,na,Ej aktuellt,,,not_applicable
steps,cv,CV,CV,CV,
steps,talk,TALK,Samtal,Talk,
"""
HEADING = ["id", "submitdate", "group", "mood", "calm", "days", "share", "day", "more", "steps[CV]", "steps[TALK]"]
CELLS = [
    ["Bra", "Vet ej", "bra ", ""],
    ["1", "2", "-9", "", " "],
    ["0", "12", "Ej aktuellt", ""],
    ["0.5", "", "1e-3"],
    ["2024-03-01", ""],
    ["x", "", "  "],
    ["Y", "", "N", "1"],
    ["Y", "", "0"],
]


def rows(rng: np.random.Generator) -> Iterator[str]:
    for place in range(30):
        submitted = "2024-03-01" if rng.random() < 0.7 else ""
        cells = [str(rng.choice(options)) for options in CELLS]
        reached = int(rng.integers(0, len(cells) + 1)) if not submitted else len(cells)
        yield ",".join(
            f'"{cell}"' for cell in [str(place), submitted, str(1 + place % 2), *cells[:reached], *[""] * (len(cells) - reached)]
        )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("blank", ["", "aldrig"])
def test_a_value_never_stands_beside_the_reason_why_there_is_none(tmp_path: Path, seed: int, blank: str) -> None:
    rng = np.random.default_rng(seed)
    study = miniature(
        tmp_path,
        files={"one.csv": "\n".join([",".join(HEADING), *rows(rng), ""])},
        codebook=CODEBOOK,
        answers=ANSWERS.format(blank=blank) + ("" if blank else "steps,none,,Inget,None,\n"),
        waves=[{"name": "t1", "label": both("now")}],
        sources=[source("one", wave="t1", format="limesurvey", ignore=["submitdate"], blank=str(rng.choice(["skipped", "not_asked"])))],
        measures=[{"name": "m", "label": both("M"), "unit": both("u"), "rule": "as_answered", "items": ["number"]}],
        balance={"covariates": []},
        analyses=[{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["m"], "label": both("M")}],
    )
    try:
        result = clean_responses(study)
    except ResearcherError as refused:
        assert "no cell holds another answer" in str(refused)
        return
    rows_of_file = result.flow[result.flow["chain"] == "rows:one"].set_index("node")["n"]
    assert rows_of_file["rows_received"] == 30 == rows_of_file["rows_kept"] + len(result.exclusions)
    assert len(result.responses["person"]) == rows_of_file["rows_kept"]
    for frame in (result.responses["person"], result.units["person"]):
        for name in frame.columns:
            if f"{name}{MISSING_SUFFIX}" in frame.columns:
                reasons = frame[f"{name}{MISSING_SUFFIX}"]
                assert frame[name].isna().tolist() == (reasons > 0).tolist(), name
                assert reasons.between(0, len(MISSING_REASONS)).all()
    assert pd.Series([one.name for one in study.variables if one.box]).tolist() == ["steps_cv", "steps_talk"]
