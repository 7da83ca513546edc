"""The look of a report where its style sheet is not: in notebooks, which viewers show with sheets of their own.

JupyterLab takes out style sheets and ids of a notebook that it does not trust, but
keeps ``style`` attributes; VS Code and nbconvert keep all. The page's content policy
forbids such attributes, so the page is made of the same HTML without them.
"""

import re

from pipeline.render.markup import Markup

ONLY = "notebook-only"
"""Class of what the page leaves out, because it says it in another way."""
LOOKS = {
    "table": "margin:1em 0 .3em;border-collapse:collapse",
    "caption": "text-align:left;font-weight:600",
    "th": "text-align:left",
    "th.number": "text-align:right",
    "th.row": "text-align:left;font-weight:400",
    "th.colgroup": "text-align:center",
    "td": "text-align:left",
    "td.number": "text-align:right;white-space:nowrap",
    "td.headline": "text-align:right;white-space:nowrap;font-weight:600",
    "ul.table-notes": "list-style:none;margin:0 0 1em;padding:0;font-size:.9em",
    "dl.facts": "display:flex;flex-wrap:wrap;gap:1.5em",
    "dt": "float:none;width:auto;font-weight:600",
    "dd": "float:none;width:auto;margin:0 0 .6em",
    "small": "display:block",
    "p.outcome": "font-weight:600",
    "p.kicker": "font-weight:600",
    "p.simulated": "padding:.6em 1em;border-left:4px solid #7a2e00;background:#fff4d6;color:#4a1c00",
    f"p.{ONLY}": "padding:.4em 1em;border:2px solid #7a2e00;background:#fff4d6;color:#7a2e00;font-weight:600;text-align:center",
    "span.verdict": "padding:.05em .5em;border:1px solid;border-radius:1em;font-size:.85em;font-weight:600;white-space:nowrap",
    "summary": "font-weight:600;cursor:pointer",
    "figure": "margin:1.2em 0",
    "figcaption": "max-width:46em;font-size:.93em",
}
"""Element, or element and one of its classes or its scope -> style."""
START = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
NAMED = re.compile(r' (?:class|scope)="([^"]*)"')
STYLED = re.compile(r'(<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")*?) style="[^"]*"')
LEFT_OUT = re.compile(rf'<(p|span) class="{ONLY}">[^<]*</\1>')
VERDICT = '<span class="verdict'
APART = f'<span class="{ONLY}">– </span>'
"""Stands before a verdict, so that name and verdict are two in any viewer and when copied."""


def for_notebook(html: str) -> str:
    """Give elements their look, and set verdicts apart from what stands before them."""
    return START.sub(_with_look, html.replace(VERDICT, APART + VERDICT))


def for_page(html: str) -> Markup:
    """Take away what ``for_notebook`` gave, and what is only for notebooks."""
    return Markup(LEFT_OUT.sub("", STYLED.sub(r"\1", html)))


def _with_look(start: re.Match[str]) -> str:
    tag, attributes = start.groups()
    names = [f"{tag}.{name}" for value in NAMED.findall(attributes) for name in value.split()]
    look = next((LOOKS[name] for name in reversed(names) if name in LOOKS), LOOKS.get(tag, ""))
    return f'<{tag}{attributes} style="{look}">' if look else start[0]
