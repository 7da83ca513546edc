"""A finished figure: its drawing, what it says in words, and its caption."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG with the text that stands in for it.

    Parameters
    ----------
    name : str
        Slug, unique in a report.
    svg : bytes
        Self-contained drawing; the same bytes for the same release.
    alt : str
        The finding in words, for those who do not see the drawing.
    caption : str
        What is drawn, of whom, and how to read it.
    """

    name: str
    svg: bytes
    alt: str
    caption: str

    def __post_init__(self) -> None:
        if not self.alt.strip() or not self.caption.strip():
            raise ValueError(f"figure {self.name} needs both an alternative text and a caption")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        image = self.svg.decode("utf-8")
        return {"image/svg+xml": image, "text/plain": self.alt}, {
            "image/svg+xml": {"name": self.name, "alt": self.alt, "caption": self.caption}
        }
