"""Read ``margins.csv``: how many of the population are in each level of a variable, as a register tells it.

What it says becomes part of the declaration, so that the locked plan holds it.
"""

from typing import Any

from pipeline.errors import Problem
from pipeline.paths import Paths
from pipeline.spec.codebook import read_rows

MARGINS = "margins.csv"
MARGIN_COLUMNS = ("variable", "code", "people")


def with_margins(parsed: dict[str, Any], paths: Paths, where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Put the margins of a study where its sample is declared.

    Parameters
    ----------
    parsed : dict
        ``study.toml`` as parsed; not changed.
    paths : Paths
    where : str
        Name of the file, for problems.

    Returns
    -------
    parsed, problems
        With ``sample.margins``: variable (or ``sex*age_group``) to code to people; as it came where there is no such file.
    """
    sample = parsed.get("sample")
    if not isinstance(sample, dict):
        return parsed, []
    if not (paths.declared / MARGINS).is_file():
        return parsed, []
    rows, file, problems = read_rows(paths, MARGINS, MARGIN_COLUMNS, ())
    margins: dict[str, dict[str, int]] = {}
    for number, row in rows:
        level = margins.setdefault(row["variable"], {})
        if not row["people"].isdigit() or int(row["people"]) == 0:
            problems.append(
                Problem(
                    f"{file}, row {number}, column people",
                    f"'{row['people']}'",
                    "a whole number above 0",
                    "Write how many of the population are in it; leave out what nobody is.",
                )
            )
        elif row["code"] in level:
            problems.append(Problem(f"{file}, row {number}", f"'{row['variable']}' has '{row['code']}' twice", remedy="Name it once."))
        else:
            level[row["code"]] = int(row["people"])
    if sample.get("margins", margins) != margins:
        problems.append(Problem(f"{where}, sample margins", f"are not those of {MARGINS}", remedy="Keep them in one of the two."))
    return {**parsed, "sample": {**sample, "margins": margins}}, problems
