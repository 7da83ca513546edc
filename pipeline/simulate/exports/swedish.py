"""Write CSV as Swedish survey tools do: semicolons, cp1252, CRLF, decimal comma."""

from pipeline.errors import Problem, ResearcherError
from pipeline.simulate.exports.delimited import delimited
from pipeline.simulate.exports.export import PLAIN_NUMBER, Export


def write_swedish(export: Export) -> bytes:
    """Write a table as Swedish CSV; the decimal point becomes a comma in columns of numbers.

    Raises
    ------
    ResearcherError
        When a character is not in cp1252.
    """
    table = export.table.copy()
    for heading in table.columns:
        if export.column(heading).kind == "number":
            table[heading] = [cell.replace(".", ",") if PLAIN_NUMBER.fullmatch(cell) else cell for cell in table[heading]]
    try:
        return delimited(table, ";", "\r\n").encode("cp1252")
    except UnicodeEncodeError as error:
        found = f"'{error.object[error.start]}' cannot be written"
        remedy = "Take the character out of the texts, or declare another encoding or format for the source."
        raise ResearcherError([Problem("an export in cp1252", found, "the characters of cp1252", remedy)]) from error
