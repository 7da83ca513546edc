"""The search field of a data book: shows the questions that hold all words, and nothing else, in the contents list and on the page."""

from pipeline.render.markup import Markup, element
from pipeline.render.results import Results

SCRIPT = """
(() => {
  const field = document.querySelector("#search"), told = document.querySelector("#found");
  const parts = [...document.querySelectorAll("main > section")];
  const sections = parts.filter(one => one.querySelector(":scope > h3")), others = parts.filter(one => !sections.includes(one));
  const texts = sections.map(one => one.textContent.toLowerCase());
  const links = new Map([...document.querySelectorAll("nav li")].map(one => [one.firstChild.getAttribute("href").slice(1), one]));
  const search = () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const show = (one, fits) => { one.hidden = links.get(one.querySelector("h2, h3").id).hidden = !fits; return fits; };
    others.forEach(one => show(one, !words.length));
    const count = sections.filter((one, place) => show(one, words.every(word => texts[place].includes(word)))).length;
    told.textContent = words.length ? `${count} / ${sections.length}` : "";
  };
  field.addEventListener("input", search);
  field.parentElement.hidden = false;
  search();
})();
"""
"""Without it the page is whole: the field is then not there."""


def search_field(results: Results) -> Markup:
    """Give the field, hidden until its script runs."""
    label = results.say("databook.search")
    field = element("input", type="search", id="search", aria_label=label, placeholder=label, autocomplete="off")
    return element("p", field, " ", element("output", id="found"), class_="search", hidden="hidden")
