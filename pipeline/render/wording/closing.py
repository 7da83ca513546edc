"""The last pages: what is withheld and by which policy, and from what the report was made."""

from collections.abc import Iterator

from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.results import Results
from pipeline.render.wording.phrases import listed


def withheld(results: Results) -> Markup:
    """Say how much is withheld, by which limits, and why when they are lower than usual."""
    policy, say = results.facts["disclosure"], results.say
    count = int(policy["withheld"]["estimates"]) + int(policy["withheld"]["distributions"])
    sentences = [say("withheld.count", count=count) if count else say("withheld.none")]
    sentences.append(say("withheld.policy", base=int(policy["minimum_base"]), cell=int(policy["minimum_cell"])))
    if results.has_label("disclosure_reason", "reason"):
        sentences.append(say("withheld.reason", reason=results.label("disclosure_reason", "reason")))
    if contradicted := results.facts.get("contradicted"):
        outcomes = listed(results, [results.inside(results.outcome_label(one["outcome"])) for one in contradicted])
        sentences.append(say("withheld.contradicted", outcomes=outcomes))
    return joined(paragraph(sentence) for sentence in sentences)


def provenance(results: Results) -> Markup:
    """Say that the report can be made again, where the data come from, and how many numbers were computed twice."""
    parts = [paragraph(results.say("provenance.intro"))]
    url = str(results.facts.get("source_url") or "")
    if url.startswith("https://"):
        parts.append(element("p", results.say("provenance.source"), " ", element("a", url, href=url)))
    return joined([*parts, *_publication(results), *_recomputed(results)])


def _publication(results: Results) -> Iterator[Markup]:
    """Say which release this is, who answers for it, and which ones it follows; nothing where the study does not publish."""
    said, say = results.facts.get("publication"), results.say
    if not said:
        return
    who = "publication.checked" if said["checked_by"] else "publication.prepared"
    names = {"prepared": said["prepared_by"], "checked": said["checked_by"] or ""}
    sentences = [results.say_with(who, {"number": said["number"], "date": said["date"], **names})]
    earlier = {one["number"]: one for one in results.facts["provenance"]["follows"]}
    followed = [
        say("publication.release", number=one["number"], date=one["date"]) for one in earlier.values() if one["state"] == "followed"
    ]
    followed += [f"{results.label('published', one['id'])} ({one['date']})" for one in said["elsewhere"]]
    if followed:
        sentences.append(say("publication.follows", releases=listed(results, followed)))
    for kind, numbers in (("replaces", [said["replaces"]]), ("withdrawn", said["withdrawn"])):
        for number in (one for one in numbers if one in earlier):
            reason = results.label(kind, str(number))
            sentences.append(say(f"publication.{kind}", number=number, date=earlier[number]["date"], reason=reason))
    yield paragraph(" ".join(sentences))


def _recomputed(results: Results) -> Iterator[Markup]:
    """Say how many numbers another package computed again, and which methods have no other."""
    found = results.facts.get("second_opinion")
    if not found or not found["packages"]:
        return
    packages = [f"{name} {version}" for name, version in found["packages"].items()]
    counts = {"count": int(found["recomputed"]), "all": int(found["numbers"])}
    sentences = [results.say("opinion.recomputed", packages=listed(results, packages), **counts)]
    if found["held"]:
        sentences.append(results.say("opinion.held", count=int(found["held"])))
    if found["without"]:
        named = [f"{results.say(f'opinion.without.{method}')} ({count})" for method, count in found["without"].items()]
        sentences.append(results.say("opinion.without", methods=listed(results, named)))
    yield paragraph(" ".join(sentences))
