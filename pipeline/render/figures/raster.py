"""A painted figure as PNG, for viewers that refuse SVG, such as JupyterLab in a notebook it does not trust.

Twice as many pixels as the figure has on a page. Text is written as the outlines of
single letters, looked up once: matplotlib would lay out and hint every text anew,
which costs more than all the rest of the picture.
"""

import io
from functools import lru_cache

import numpy as np
import pandas as pd
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D
from PIL import Image

from pipeline.render.figures.lettering import FACE_SIZE, advance, font, letter_for

PIXELS_PER_INCH = 192
"""Twice the 96 that a browser shows an inch with."""
MOST_COLOURS = 256
ALIKE = 0x00F8F8F8
"""The bits of a colour (blue, green, red) by which colours count as different."""


class _Raster(RendererAgg):
    """Pixels, on which text is outlines."""

    def draw_text(  # noqa: PLR0913, PLR0917 - as matplotlib calls it
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float, *_others: object, **_named: object
    ) -> None:
        """Write one line of text (called by matplotlib); ``y`` counts from the top."""
        scale = self.points_to_pixels(prop.get_size_in_points())
        place = Affine2D().scale(scale).rotate_deg(angle).translate(x, self.height - y)
        gc.set_linewidth(0)
        gc.set_snap(False)
        self.draw_path(gc, _outline(s, str(prop.get_weight())), place, gc.get_rgb())


def png_of(page: Drawing) -> bytes:
    """Draw a painted page as PNG.

    Parameters
    ----------
    page : matplotlib.figure.Figure
        Painted; its resolution is changed.

    Returns
    -------
    bytes
        Of at most 256 colours, without date or program: equal bytes for equal content.
    """
    page.set_dpi(PIXELS_PER_INCH)
    width, height = (round(inches * PIXELS_PER_INCH) for inches in page.get_size_inches())
    raster = _Raster(width, height, PIXELS_PER_INCH)
    page.draw(raster)
    places, palette = _few_colours(np.asarray(raster.buffer_rgba()))
    image = Image.fromarray(places)
    image.putpalette(palette.tobytes())
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _few_colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each pixel its place in a palette of the commonest colours, the nearest where its own is rare.

    Parameters
    ----------
    pixels : array of uint8, height × width × 4
        Opaque.

    Returns
    -------
    tuple of arrays of uint8
        Places (height × width) and palette (colours × 3). Of colours that
        cannot be told apart by eye the commonest stays as it is.
    """
    own, colours = pd.factorize(pixels.view("<u4").ravel())
    common = colours[np.argsort(-np.bincount(own), kind="stable")]
    _, first = np.unique(common & ALIKE, return_index=True)
    palette = _channels(common[np.sort(first)[:MOST_COLOURS]])
    distance = np.abs(_channels(colours)[:, None].astype(np.int16) - palette[None]).sum(axis=2)
    return distance.argmin(axis=1).astype(np.uint8)[own].reshape(pixels.shape[:2]), palette


def _channels(colours: np.ndarray) -> np.ndarray:
    """Split packed colours into red, green and blue."""
    return np.ascontiguousarray(colours).view(np.uint8).reshape(-1, 4)[:, :3]


@lru_cache(maxsize=1024)
def _outline(text: str, weight: str) -> Path:
    """Put the outlines of letters beside one another, in parts of the text's size, without kerning."""
    corners, codes, pen = [np.empty((0, 2))], [np.empty(0, np.uint8)], 0.0
    for letter in text:
        own_corners, own_codes = outline_of(letter_for(letter, weight), weight)
        corners.append(own_corners + np.array([pen, 0.0]))
        codes.append(own_codes)
        pen += advance(letter, weight)
    return Path(np.concatenate(corners), np.concatenate(codes))


@lru_cache(maxsize=1024)
def outline_of(letter: str, weight: str) -> tuple[np.ndarray, np.ndarray]:
    """Look up one letter's outline: corners in parts of the text's size, and matplotlib's codes for what joins them."""
    corners, codes = text_to_path.get_text_path(font(FACE_SIZE, weight), letter)
    return np.asarray(corners, float).reshape(-1, 2) / FACE_SIZE, np.asarray(codes, np.uint8)
