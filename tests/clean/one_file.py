"""One file declared as a study of one group, as far as cleaning goes: no measures, no analyses."""

import hashlib
import json
from pathlib import Path

from pipeline.clean.responses import clean_responses
from pipeline.errors import raise_if_any
from pipeline.paths import Paths
from pipeline.spec.boxes import boxes_of
from pipeline.spec.check_sources import codebook_row_problems, source_problems, unit_id_problems
from pipeline.spec.codebook import read_answer_lists, read_variables
from pipeline.spec.declaration import Declaration
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned
from tests.miniature import both, declaration

CODEBOOK = "type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::survey\n"
ANSWERS = "list_name,name,raw,label::sv,label::en,missing\n"


def cleaned_file(root: Path, file: str, content: bytes, *, codebook: str, answers: str, **told: object) -> Cleaned:
    """Declare a file as the source ``survey`` of persons in wave ``t1``, check the declaration and clean the file.

    Parameters
    ----------
    root : Path
    file, content : str, bytes
    codebook, answers : str
        Rows of both tables, without their headings.
    told
        Further keys of the source.

    Raises
    ------
    ResearcherError
        With the problems of the declaration, or those of the file.
    """
    paths = Paths(root, "mini")
    for folder in (paths.raw, paths.declared):
        folder.mkdir(parents=True, exist_ok=True)
    (paths.raw / file).write_bytes(content)
    (paths.declared / "codebook.csv").write_text(CODEBOOK + codebook, encoding="utf-8")
    (paths.declared / "answers.csv").write_text(ANSWERS + (answers or "none,none,none,none,none,\n"), encoding="utf-8")
    groups = ("group_label", "participant_label", "control_label", "measures", "balance")
    declared = {name: value for name, value in declaration().items() if name not in groups}
    source = {"name": "survey", "file": file, "unit": "person", "wave": "t1", "sha256": hashlib.sha256(content).hexdigest(), **told}
    declared |= {
        "design": "single_group",
        "sample": {"unit": "person"},
        "waves": [{"name": "t1", "label": both("now")}],
        "sources": [source],
        "analyses": [],
    }
    variables, problems = read_variables(paths, ("survey",))
    lists, more = read_answer_lists(paths)
    raise_if_any([*problems, *more])
    variables, lists = boxes_of(variables, lists)
    study = Study("mini", paths, Declaration.model_validate_json(json.dumps(declared)), variables, lists, {}, None)
    raise_if_any([*unit_id_problems(study), *source_problems(study), *codebook_row_problems(study)])
    return clean_responses(study)
