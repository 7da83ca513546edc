"""From what the report was made: files, declaration, code and versions."""

from pipeline.render.results import Results
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table

HASHES = ("declaration", "code", "lock")


def provenance_table(results: Results) -> Table | None:
    """Table of what the numbers depend on, with checksums; None when the release does not say."""
    facts = results.facts.get("provenance")
    if not facts:
        return None
    say = results.say
    files = {one["source"]: one["sha256"] for one in facts.get("raw", ())}
    made = {say(f"table.{name}"): facts.get(f"{name}_sha256") for name in HASHES}
    plan = results.facts.get("plan", {}).get("sha256")
    if plan:
        made = {say("table.plan"): plan, **made}
    versions = ", ".join(f"{name} {value}" for name, value in facts.get("versions", {}).items() if value)
    lines = [
        *_section(say("table.raw_files"), {name: _halves(value) for name, value in files.items()}),
        *_section(say("table.checksums"), {name: _halves(value) for name, value in made.items() if value}),
        *([Line(say("table.versions"), (Cell(versions),), apart=True)] if versions else []),
    ]
    return Table(
        "provenance", say("table.provenance_caption"), say("table.part"), (ColumnHead(say("table.value"), number=False),), tuple(lines)
    )


def _section(heading: str, values: dict[str, str]) -> list[Line]:
    return [Line(heading), *(Line(name, (Cell(value),)) for name, value in values.items())] if values else []


def _halves(checksum: str) -> str:
    """Break a checksum in two lines, so that it fits a page."""
    middle = len(checksum) // 2
    return f"{checksum[:middle]}\n{checksum[middle:]}"
