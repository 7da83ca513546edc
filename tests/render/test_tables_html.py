"""What holds for every table: semantic, escaped, complete, and the same in plain text."""

from html.parser import HTMLParser

import pytest

from pipeline.render.results import Results
from pipeline.render.selection import declared_estimates
from pipeline.render.tables.appendix import appendix_tables
from pipeline.render.tables.baseline import table_one
from pipeline.render.tables.comparison import results_table, secondary_table
from pipeline.render.tables.description import description_table
from pipeline.render.tables.deviations import deviations_table
from pipeline.render.tables.exhibits import curve_tables, transition_tables
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.measurement import missing_table, reliability_table
from pipeline.render.tables.others import other_estimates_tables, ratios_table
from pipeline.render.tables.provenance import provenance_table
from pipeline.render.tables.subgroups import by_subgroup_table
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes, note_letters, to_text
from pipeline.render.tables.withheld import withheld_table

SINGLE = (
    flow_table,
    table_one,
    reliability_table,
    description_table,
    missing_table,
    results_table,
    secondary_table,
    ratios_table,
    by_subgroup_table,
    withheld_table,
    deviations_table,
    provenance_table,
)
SEVERAL = (transition_tables, curve_tables, appendix_tables)


def all_tables(results: Results) -> list[Table]:
    singles = [table for make in SINGLE if (table := make(results)) is not None]
    return singles + [table for make in SEVERAL for table in make(results)] + other_estimates_tables(results, declared_estimates(results))


class Outline(HTMLParser):
    """Collect rows as the widths of their cells, header cells with their scope, and tags left open."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, dict[str, str | None]]]] = []
        self.open: list[str] = []
        self.texts: dict[int, str] = {}
        self.headers: list[tuple[dict[str, str | None], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append((tag, dict(attrs)))
            if tag == "th":
                self.headers.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "th" in self.open:
            attributes, text = self.headers[-1]
            self.headers[-1] = (attributes, text + data)


def outline(table: Table) -> Outline:
    parser = Outline()
    parser.feed(table._repr_html_())
    parser.close()
    return parser


def width(row: list[tuple[str, dict[str, str | None]]]) -> int:
    return sum(int(attributes.get("colspan") or 1) for _, attributes in row)


def plain(**more: object) -> Table:
    settings = {"columns": (ColumnHead("A"), ColumnHead("B")), "lines": (Line("row", (Cell("1"), Cell("2"))),), "footnotes": ()}
    return Table("plain", "Caption", "Stub", **{**settings, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_table_is_well_formed_with_a_caption_and_scoped_filled_headers(request: pytest.FixtureRequest, language: str) -> None:
    tables = all_tables(request.getfixturevalue({"sv": "swedish", "en": "english"}[language]))
    assert len(tables) > len(SINGLE)
    for table in tables:
        parser = outline(table)
        assert parser.open == []
        assert table._repr_html_().count("<caption") == 1
        for attributes, text in parser.headers:
            assert attributes["scope"] in ("col", "colgroup", "row", "rowgroup")
            assert text.strip(), f"{table.name} has an empty header"
        assert "{" not in table._repr_html_()


def test_every_row_of_a_table_is_as_wide_as_its_columns(swedish: Results) -> None:
    for table in all_tables(swedish):
        parser = outline(table)
        grouped = any(column.above for column in table.columns)
        spanned = sum(1 for _, attributes in parser.rows[0] if attributes.get("rowspan"))
        for number, row in enumerate(parser.rows):
            assert width(row) + (spanned if grouped and number == 1 else 0) == len(table.columns) + 1, table.name


def test_ids_are_unique_in_a_report(swedish: Results) -> None:
    names = [table.name for table in all_tables(swedish)]
    assert len(names) == len(set(names))
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in names)


def test_a_wide_table_can_be_scrolled_by_keyboard_and_is_named_by_its_caption() -> None:
    html = plain()._repr_html_()
    assert '<div class="table-scroll" role="region" aria-labelledby="caption-plain" tabindex="0">' in html
    assert '<caption id="caption-plain">Caption</caption>' in html


def test_a_folded_table_is_whole_behind_a_line_that_opens_it() -> None:
    open_one, folded = plain(), plain(fold="Show <all> rows")
    html = folded._repr_html_()
    assert html == f'<details class="folded"><summary>Show &lt;all&gt; rows</summary>{open_one._repr_html_()}</details>'
    assert outline(folded).headers == outline(open_one).headers
    assert to_text(folded) == to_text(open_one)


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b"])
def test_text_never_becomes_tags(payload: str) -> None:
    table = Table(
        "plain", payload, payload, (ColumnHead(payload, payload),), (Line(payload), Line(payload, (Cell(payload, (payload,)),))), (payload,)
    )
    html = table._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    assert "a & b" not in html


def test_a_question_with_angle_brackets_is_shown_as_written(english: Results) -> None:
    table = next(table for table in appendix_tables(english) if table.name == "question-l-2")
    assert "I want to &lt;stay&gt; for the next few years" in table._repr_html_()


def test_numbers_are_aligned_by_class_and_no_style_or_script_is_inline(swedish: Results) -> None:
    for table in all_tables(swedish):
        assert "style=" not in table._repr_html_()
        assert "<script" not in table._repr_html_()
    assert '<td class="number">1</td>' in plain()._repr_html_()


def test_a_row_with_too_few_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        plain(lines=(Line("row", (Cell("1"),)),))


def test_equal_remarks_share_a_letter_in_reading_order() -> None:
    table = plain(lines=(Line("one", (Cell("1", ("few",)), Cell("2", ("many",)))), Line("two", (Cell("3"), Cell("4", ("few",))))))
    assert note_letters(table) == {"few": "a", "many": "b"}
    assert table._repr_html_().count('<sup class="note-mark">a</sup>') == 3


def test_letters_go_on_after_z() -> None:
    remarks = tuple(f"remark {number}" for number in range(28))
    assert list(note_letters(plain(lines=(Line("row", (Cell("1", remarks), Cell("2"))),))).values())[-2:] == ["aa", "ab"]


def test_a_remark_of_every_filled_cell_moves_to_the_heading() -> None:
    table = hoist_notes(plain(lines=(Line("one", (Cell("1", ("all", "one")), Cell(""))), Line("two", (Cell("2", ("all",)), Cell("3"))))))
    assert table.columns[0].notes == ("all",)
    assert [line.cells[0].notes for line in table.lines] == [("one",), ()]


def test_a_remark_of_some_cells_stays_where_it_is() -> None:
    lines = (Line("one", (Cell("1", ("some",)), Cell(""))), Line("two", (Cell("2"), Cell("3"))))
    assert hoist_notes(plain(lines=lines)).lines == lines


def test_rows_under_a_heading_form_a_group_until_a_row_stands_apart() -> None:
    html = plain(lines=(Line("group"), Line("in", (Cell("1"), Cell("2"))), Line("out", (Cell("3"), Cell("4")), apart=True)))._repr_html_()
    assert html.count("<tbody>") == 2
    assert '<th scope="rowgroup" colspan="3">group</th>' in html


def test_plain_text_holds_caption_headings_rows_and_remarks() -> None:
    text = to_text(plain(lines=(Line("row", (Cell("1\n(0 to 2)", ("few",)), Cell("2"))),), footnotes=("Note.",)))
    assert text.splitlines() == ["Caption", "Stub | A | B", "row | 1 (0 to 2) [a] | 2", "Note.", "a) few"]


def test_the_notebook_gets_html_and_plain_text() -> None:
    assert set(plain()._repr_mimebundle_()) == {"text/html", "text/plain"}
