"""What holds for every figure: same bytes, nothing leaks, everything readable, nothing outside the page."""

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import _pylab_helpers
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from PIL import Image

from pipeline.render.figures import canvas
from pipeline.render.figures.curve import curve_figures
from pipeline.render.figures.experience import experience_figures
from pipeline.render.figures.figure import PIXELS, Figure
from pipeline.render.figures.flow import flow_figure
from pipeline.render.figures.forest import forest_figure
from pipeline.render.figures.hero import comparison_hero
from pipeline.render.figures.lettering import HALF_CAPITAL, STARTS, Lettered, text_width, wrapped
from pipeline.render.figures.likert import likert_figures
from pipeline.render.figures.look import CONTROL, INK, PAPER, PARTICIPANT, READABLE, SETTINGS, WIDTH, contrast, ink_on
from pipeline.render.figures.love import love_figure
from pipeline.render.figures.raster import PIXELS_PER_INCH
from pipeline.render.figures.scores import scores_figure
from pipeline.render.figures.stacked import SCALE
from pipeline.render.figures.steps import steps_figures
from pipeline.render.figures.transition import transition_figures
from pipeline.render.markup import escape
from pipeline.render.results import Results
from pipeline.render.wording.outcomes import primary_outcomes
from tests.render.test_page import Tags

pytestmark = pytest.mark.slow


def hero_figure(results: Results) -> Figure | None:
    return comparison_hero(results, primary_outcomes(results))


SINGLE = (hero_figure, flow_figure, love_figure, forest_figure, scores_figure)
SEVERAL = (likert_figures, steps_figures, transition_figures, experience_figures, curve_figures)
NAMES = {
    "hero",
    "flow",
    "love",
    "forest",
    "scores",
    "likert-leaving",
    "steps-steps",
    "transition-lock-change",
    "experience-said",
    "curve-job-change",
}
Box = tuple[float, float, float, float]


def all_figures(results: Results) -> list[Figure]:
    singles = [figure for make in SINGLE if (figure := make(results)) is not None]
    return singles + [figure for make in SEVERAL for figure in make(results)]


@contextmanager
def pages() -> Iterator[list[canvas.Sheet]]:
    """Keep every page that is painted."""
    kept: list[canvas.Sheet] = []
    make = canvas.Sheet.__init__

    def remember(page: canvas.Sheet, *size: float) -> None:
        make(page, *size)
        kept.append(page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas.Sheet, "__init__", remember)
        yield kept


@dataclass(frozen=True)
class Drawn:
    """All figures of a release, and the pages that they were painted on."""

    figures: list[Figure]
    pages: list[canvas.Sheet]


def drawn(results: Results) -> Drawn:
    with pages() as kept:
        return Drawn(all_figures(results), kept)


@pytest.fixture(scope="module")
def in_swedish(swedish: Results) -> Drawn:
    return drawn(swedish)


@pytest.fixture(scope="module")
def in_english(english: Results) -> Drawn:
    return drawn(english)


def box_of(page: canvas.Sheet, line: Lettered) -> Box:
    """Give left, right, top and bottom of a text, in inches from the top left corner."""
    x, y = line.at.transform(line.place) / page.dpi
    width = text_width(line.text, line.style.size, line.style.weight)
    left = x + line.offset[0] / 72 - STARTS[line.style.side] * width
    middle, half = page.tall - y - line.offset[1] / 72, HALF_CAPITAL * line.style.size / 72
    return left, left + width, middle - half, middle + half


def with_long_labels(results: Results) -> Results:
    labels = results.labels.copy()
    labels["text"] = labels["text"].where(labels["kind"].isin(["wave", "unit", "measure_unit"]), labels["text"] + " eller något liknande")
    return replace(results, labels=labels)


def test_every_kind_of_figure_is_drawn_from_a_full_release(in_swedish: Drawn) -> None:
    assert {figure.name for figure in in_swedish.figures} == NAMES


def test_a_release_with_nothing_to_show_gives_no_figure(empty: Results) -> None:
    assert all_figures(empty) == []


def test_the_same_release_gives_the_same_bytes_and_changes_no_setting(swedish: Results, in_swedish: Drawn) -> None:
    before = dict(mpl.rcParams)
    again = all_figures(swedish)
    assert [figure.svg for figure in again] == [figure.svg for figure in in_swedish.figures]
    assert [figure.png for figure in again] == [figure.png for figure in in_swedish.figures]
    assert dict(mpl.rcParams) == before
    assert not _pylab_helpers.Gcf.figs, "nothing is left open"


def test_a_drawing_holds_no_date_no_loose_text_and_refers_to_nothing_outside(in_swedish: Drawn) -> None:
    for figure in in_swedish.figures:
        image = re.sub(r"<!DOCTYPE.*?>", "", figure.svg.decode("utf-8"), flags=re.DOTALL)
        assert "<dc:date>" not in image
        assert "<text" not in image, "text must be outlines of the bundled font"
        assert set(re.findall(r'(?:href=|url\()"?(.)', image)) <= {"#"}
        assert "/usr" not in image


def pixels(figure: Figure) -> np.ndarray:
    """Give a figure's picture as height × width × red, green, blue."""
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB"))


def test_a_picture_is_twice_as_wide_as_it_is_shown_and_holds_pixels_only(in_swedish: Drawn) -> None:
    for figure in in_swedish.figures:
        kinds, place = [], 8
        while place < len(figure.png):
            size = int.from_bytes(figure.png[place : place + 4], "big")
            kinds.append(figure.png[place + 4 : place + 8])
            place += 12 + size
        assert set(kinds) == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}, "no date, no program, no text"
        assert pixels(figure).shape[1] == 2 * round(PIXELS * figure.wide)
        assert len(figure.png) < 1.2 * len(figure.svg)


def test_every_text_of_the_drawing_is_ink_at_the_same_place_of_the_picture(in_swedish: Drawn) -> None:
    for figure, page in zip(in_swedish.figures, in_swedish.pages, strict=True):
        shown = pixels(figure)
        for line in page.lettering.lines:
            left, right, top, bottom = (round(inches * PIXELS_PER_INCH) for inches in box_of(page, line))
            if line.text.strip():
                assert len(np.unique(shown[max(top, 0) : bottom + 1, max(left, 0) : right + 1].reshape(-1, 3), axis=0)) > 4, line.text


def test_a_picture_looks_as_matplotlib_itself_would_draw_it(in_swedish: Drawn) -> None:
    for figure, page in zip(in_swedish.figures, in_swedish.pages, strict=True):
        shown = pixels(figure).astype(float)
        with mpl.rc_context(SETTINGS | {"text.hinting": "no_hinting"}):
            itself = RendererAgg(shown.shape[1], shown.shape[0], PIXELS_PER_INCH)
            page.draw(itself)
        apart = np.abs(shown - np.asarray(itself.buffer_rgba())[:, :, :3]).max(axis=2)
        assert apart.mean() < 5, "here letters are not kerned; nothing else differs"
        assert np.mean(apart > 128) < 0.015


def test_the_colours_of_paper_and_groups_are_kept_as_they_are(in_english: Drawn) -> None:
    shown = {figure.name: pixels(figure).reshape(-1, 3) for figure in in_english.figures}
    for look in (PARTICIPANT, CONTROL):
        colour = [round(255 * part) for part in to_rgb(look.colour)]
        assert any((one == colour).all(axis=1).sum() > 50 for one in shown.values())
    assert all((one[0] == 255).all() for one in shown.values())


@pytest.mark.parametrize("language", ["in_swedish", "in_english"])
def test_the_notebook_gets_the_image_with_its_alternative_text(request: pytest.FixtureRequest, language: str) -> None:
    for figure in request.getfixturevalue(language).figures:
        data, metadata = figure._repr_mimebundle_()
        html = Tags(data["text/html"])
        assert html.named("img")[0]["alt"] == figure.alt
        assert base64.b64decode(html.named("img")[0]["src"].removeprefix("data:image/png;base64,")) == figure.png
        assert escape(figure.caption) in data["text/html"]
        assert data["image/svg+xml"] == figure.svg.decode("utf-8")
        assert metadata["image/svg+xml"]["alt"] == figure.alt
        assert metadata["image/svg+xml"]["caption"] == figure.caption
        assert "{" not in figure.alt + figure.caption


def test_a_figure_without_alternative_text_is_refused() -> None:
    with pytest.raises(ValueError, match="needs both"):
        Figure("empty", b"<svg/>", b"", " ", "A caption")


@pytest.mark.parametrize("labels", ["as declared", "long"])
def test_no_text_leaves_the_page_or_covers_another(swedish: Results, in_swedish: Drawn, labels: str) -> None:
    for page in (in_swedish if labels == "as declared" else drawn(with_long_labels(swedish))).pages:
        boxes = [(line.text, box_of(page, line)) for line in page.lettering.lines]
        for text, (left, right, top, bottom) in boxes:
            assert left >= -0.01, text
            assert right <= WIDTH + 0.01, text
            assert top >= -0.01, text
            assert bottom <= page.tall + 0.01, text
        for (one, a), (other, b) in combinations(boxes, 2):
            apart = a[1] <= b[0] + 0.01 or b[1] <= a[0] + 0.01 or a[3] <= b[2] + 0.01 or b[3] <= a[2] + 0.01
            assert apart, f"{one!r} and {other!r} lie on each other"


def test_no_text_is_smaller_than_eight_points(in_swedish: Drawn) -> None:
    sizes = {line.style.size for page in in_swedish.pages for line in page.lettering.lines}
    sizes |= {label.get_size() for page in in_swedish.pages for axes in page.axes for label in (*axes.get_xticklabels(), axes.xaxis.label)}
    assert min(sizes) >= 8


def test_every_axis_with_numbers_says_what_they_are(in_swedish: Drawn) -> None:
    unnamed = [
        axes
        for page in in_swedish.pages
        for axes in page.axes
        if not axes.get_xlabel() and not any(line.text for line in page.lettering.lines)
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("rule", "ends", "written"),
    [
        ("mean_of_items", [1.0, 5.0], "12345"),
        ("sum_of_items", [1.0, 5.0], f"1234{2 * 5}"),
        ("as_answered", [1.0, 4.0], "1234"),
        ("mean_of_items", None, "1234"),
    ],
)
def test_a_histogram_ends_where_the_scale_ends_and_writes_no_edge_twice(
    english: Results, rule: str, ends: list[float] | None, written: str
) -> None:
    measures = [one | {"rule": rule, "range": ends} if one["name"] == "leaving" else one for one in english.facts["measures"]]
    with pages() as kept:
        scores_figure(replace(english, facts=english.facts | {"measures": measures}))
    labels = {"".join(label.get_text() for label in axes.get_xticklabels()) for page in kept for axes in page.axes}
    assert written in labels


def test_text_can_be_read_on_every_colour_it_stands_on() -> None:
    grounds = [colour for scale in SCALE.values() for colour in scale] + [PARTICIPANT.colour, CONTROL.colour]
    for ground in grounds:
        assert contrast(ground, ink_on(ground)) >= READABLE, ground


def test_the_groups_differ_in_grey_and_in_shape() -> None:
    assert contrast(PARTICIPANT.colour, CONTROL.colour) > 2
    assert PARTICIPANT.marker != CONTROL.marker
    assert PARTICIPANT.line != CONTROL.line
    assert PARTICIPANT.hatch != CONTROL.hatch


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx((1 + 0.05) / 0.05)
    assert contrast(INK, PAPER) == contrast(PAPER, INK)


def test_wrapped_lines_fit_and_keep_every_word() -> None:
    text = "Jag skulle lämna arbetsplatsen om jag kunde"
    lines = wrapped(text, 1.2)
    assert " ".join(lines) == text
    assert all(text_width(line) <= 1.2 for line in lines)


def test_a_word_that_is_too_long_is_broken_with_a_hyphen() -> None:
    lines = wrapped("arbetsmarknadsutbildningar", 0.8)
    assert all(text_width(line) <= 0.8 for line in lines)
    assert "".join(line.removesuffix("-") for line in lines) == "arbetsmarknadsutbildningar"
