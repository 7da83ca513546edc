"""Make a folder of one's own for studies, raw data and reports, apart from the program and its history."""

from pathlib import Path

from pipeline import __version__
from pipeline.errors import ResearcherError
from pipeline.paths import tool_root
from pipeline.tables.atomic import write_text

MAKEFILE = """\
# Evaluations, made by Rörlighet {version}. 'make help' lists what there is to type; it is the same here as in the program's folder.
# Where the program lies; if it moves, correct this line.
RORLIGHET := {tool}

GOALS := $(or $(MAKECMDGOALS),all)
.PHONY: $(GOALS)
$(GOALS):
	@test -f "$(RORLIGHET)/Makefile" || {{ echo "Rörlighet is not in $(RORLIGHET). Correct the line RORLIGHET of the Makefile here."; exit 2; }}
	@$(MAKE) --no-print-directory -C "$(RORLIGHET)" PROJECT="$(CURDIR)" $@
"""
GITIGNORE = """\
# Answers of real people never enter git; what is made of them can be made again.
/data/raw/*
!/data/raw/README.md
/data/processed/
/reports/
*.key
*.part
.ipynb_checkpoints/
.DS_Store
~$*
"""
README = """\
# Evaluations

Studies, raw data and reports, apart from the program that makes them. Type here:

```sh
make new STUDY=x FROM="before.csv after.sav"   # draft a study from its exports
make                                           # build every study; then open reports/index.html
make help                                      # all that can be typed
```

| folder | what | in git |
|---|---|---|
| `studies/` | what is declared: one folder per study | yes |
| `data/raw/` | exports as received, never changed | never |
| `data/processed/` | tables about people, rebuilt at will | never |
| `reports/` | notebooks and pages, rebuilt at will | no |
| `releases/` | what was published, never changed | yes |
| `notebooks/` | templates of your own, if you have any; the program has its own | yes |

The program lies in `{tool}`. To have a newer version: `git pull` there, and `make` here; CHANGELOG.md there says which numbers move. Every report names the version that made it, under Provenance. Without make (Windows): `python -m pipeline --project FOLDER build`, with the program's Python.
"""
RAW = "Exports as received, one folder per study. They are never changed, and never enter git: they are answers of real people.\n"
FILES = {"Makefile": MAKEFILE, ".gitignore": GITIGNORE, "README.md": README, "data/raw/README.md": RAW}
FOLDERS = ("studies", "releases")


def make_project(folder: str) -> list[str]:
    """Make the folder, with a Makefile that finds this program.

    Parameters
    ----------
    folder : str
        New or empty; ``~`` is the home of who runs this.

    Returns
    -------
    list of str
        What was made, and what to type next.

    Raises
    ------
    ResearcherError
        When it lies in the program's folder, holds something, or has a name that make cannot read.
    """
    if not folder.strip():
        raise ResearcherError.of("DIR", "is empty", remedy="Name a new folder: make project DIR=~/evaluations.")
    place, tool = Path(folder).expanduser().resolve(), tool_root()
    if place.is_relative_to(tool):
        remedy = "Choose a folder elsewhere: what lies here is the program's, and is updated with it."
        raise ResearcherError.of(str(place), "lies in the folder of the program", remedy=remedy)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ResearcherError.of(str(place), "is there, and not empty", "a new or an empty folder", "Choose another name.")
    unreadable = sorted({sign for sign in f"{place}{tool}" if sign in '#$%:;|"`\\\n\t'})
    if unreadable:
        remedy = "Letters of any language, digits, blanks, '-', '_' and '.' are no trouble."
        raise ResearcherError.of(str(place), f"make cannot read a path with {' '.join(map(repr, unreadable))}", remedy=remedy)
    for name, text in FILES.items():
        write_text(place / name, text.format(version=__version__, tool=tool) if "{tool}" in text else text)
    for name in FOLDERS:
        (place / name).mkdir(exist_ok=True)
    return [f"{place} made, with {', '.join(FILES)}.", f'Next: cd "{place}" and make new STUDY=x FROM="before.csv after.sav"']
