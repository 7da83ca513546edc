"""The checklist of the reporting guideline that fits the design: each item, where the report has it, and what is missing.

One list of items for three guidelines: TREND (2004) where people chose the programme
themselves, CONSORT (2010) where chance decided, STROBE (2007) where groups or one group
are only described. Interviews have none here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.render.results import Results
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table

GUIDELINES = {"self_selected": "TREND", "randomised": "CONSORT", "observational": "STROBE", "single_group": "STROBE"}
"""Design -> guideline."""
OWN_WORDS = "researcher"
"""Section of what the program cannot know: only the researchers can have written it."""
RESULTS = ("results", "targets", "ladder", "change", "primary")


@dataclass(frozen=True)
class Item:
    """One item: its name in the catalogue, its number in each guideline that has it, and the sections that may hold it, best first."""

    name: str
    trend: str
    consort: str
    strobe: str
    sections: tuple[str, ...]

    def number(self, guideline: str) -> str:
        """Give its number in a guideline; empty where that does not ask for it."""
        return str(getattr(self, guideline.lower()))


ITEMS = (
    Item("summary", "1", "1", "1", ("summary",)),
    Item("background", "2", "2a", "2", ("context", OWN_WORDS)),
    Item("objectives", "5", "2b", "3", ("question",)),
    Item("design", "8", "3", "4", ("question",)),
    Item("setting", "3", "4", "5", ("question",)),
    Item("intervention", "4", "5", "", (OWN_WORDS,)),
    Item("outcomes", "6", "6", "7", ("methods",)),
    Item("measurement", "6", "6", "8", ("measures", "agreement")),
    Item("size", "7", "7", "10", ("power", OWN_WORDS)),
    Item("sequence", "", "8", "", (OWN_WORDS,)),
    Item("concealment", "", "9", "", (OWN_WORDS,)),
    Item("implementation", "", "10", "", (OWN_WORDS,)),
    Item("blinding", "9", "11", "", (OWN_WORDS,)),
    Item("bias", "", "", "9", ("limits",)),
    Item("units", "10", "", "11", ("methods",)),
    Item("statistics", "11", "12", "12", ("methods",)),
    Item("flow", "12", "13", "13", ("flow",)),
    Item("dates", "13", "14", "5", (OWN_WORDS,)),
    Item("baseline", "14", "15", "14", ("people", "targets-people", "flow")),
    Item("equivalence", "15", "", "", ("people",)),
    Item("analysed", "16", "16", "15", ("flow",)),
    Item("results", "17", "17", "16", RESULTS),
    Item("others", "18", "18", "17", ("alternatives", "checks", "subgroups", "levels", "secondary")),
    Item("harms", "19", "19", "", (OWN_WORDS,)),
    Item("limitations", "20", "20", "19", ("limits",)),
    Item("generalisability", "21", "21", "21", ("limits",)),
    Item("interpretation", "22", "22", "18, 20", ("summary",)),
    Item("plan", "", "23, 24", "", ("deviations",)),
    Item("funding", "", "25", "22", (OWN_WORDS,)),
)


def checklist_table(results: Results, places: Mapping[str, str]) -> Table | None:
    """Fill the checklist of the study's design.

    Parameters
    ----------
    results : Results
    places : mapping
        Anchor of each section of the report -> how it is named there, such as ``B1 Vilka som räknas``.

    Returns
    -------
    Table or None
        None where no guideline fits the design.
    """
    guideline = GUIDELINES.get(results.facts["design"])
    if guideline is None:
        return None
    say = results.say
    lines = tuple(_line(results, item, item.number(guideline), places) for item in ITEMS if item.number(guideline))
    columns = (ColumnHead(say("checklist.item"), number=False), ColumnHead(say("checklist.place"), number=False))
    return Table(
        name="checklist",
        caption=say("checklist.caption", guideline=say(f"checklist.{guideline.lower()}")),
        stub=say("checklist.number"),
        columns=(*columns, ColumnHead(say("checklist.missing"), number=False)),
        lines=tuple(sorted(lines, key=lambda line: int(line.header.rstrip("ab").split(",")[0]))),
        footnotes=(say("checklist.note"),),
    )


def _line(results: Results, item: Item, number: str, places: Mapping[str, str]) -> Line:
    """Say where an item stands; what only the researchers can have written is theirs to look for."""
    section = next((name for name in item.sections if name in places), "")
    locked = results.facts["plan"]["locked"]
    missing = ""
    if section == OWN_WORDS:
        missing = results.say("checklist.look")
    elif not section:
        missing = results.say("checklist.write", language=results.language)
    elif section == "deviations" and not locked:
        section, missing = "", results.say("checklist.lock")
    return Line(number, (Cell(results.say(f"checklist.item.{item.name}")), Cell(places.get(section, "")), Cell(missing)))
