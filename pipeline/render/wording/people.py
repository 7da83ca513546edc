"""Who the report is about: how many took part, who answered when, and how alike the groups were before."""

from collections.abc import Container, Iterator

from pipeline.render.balance import balance_differences
from pipeline.render.flow import Chain, flow_chains, waves_asked
from pipeline.render.markup import Markup, element
from pipeline.render.results import Results
from pipeline.render.selection import known
from pipeline.render.wording.outcomes import NOTABLE_IMBALANCE, Outcome
from pipeline.render.wording.phrases import group_names, listed
from pipeline.spec.vocabulary import EVERYBODY


def size_facts(results: Results, outcomes: list[Outcome]) -> Markup:
    """Show the few numbers that say how large the study is, for the summary."""
    facts = [*_sample_facts(results), *_wave_facts(results)]
    clusters = [int(one.main.n_clusters) for one in outcomes if known(one.main.n_clusters)]
    cluster = results.facts["sample"].get("cluster") or ""
    if clusters and results.has_label("unit", cluster):
        facts.append((results.label("unit", cluster), results.number(max(clusters), 0), results.say("counts.in_analyses")))
    return element("dl", *(_fact(*fact) for fact in facts), class_="facts")


def _fact(name: str, value: str, remark: str) -> Markup:
    return element("div", element("dt", name), element("dd", value, " ", element("small", remark)))


def _sample_facts(results: Results) -> Iterator[tuple[str, str, str]]:
    chains = flow_chains(results)
    whole, *groups = (chains.get(("sample", group)) for group in (EVERYBODY, *results.groups))
    if whole is None or not known(whole.end.n):
        return
    names = (results.inside(results.group_label(group)) for group in results.groups) if len(groups) > 1 else ()
    parts = [
        f"{results.number(int(chain.end.n), 0)} {name}"
        for chain, name in zip(groups, names, strict=False)
        if chain is not None and known(chain.end.n)
    ]
    unit = results.label("unit", results.facts["sample"]["unit"])
    yield results.say("counts.in_study", unit=unit), results.number(int(whole.end.n), 0), ", ".join(parts)


def _wave_facts(results: Results) -> Iterator[tuple[str, str, str]]:
    chains = flow_chains(results)
    for wave in waves_asked(results, EVERYBODY):
        chain = chains.get((f"wave:{wave}", EVERYBODY))
        if chain is not None and known(chain.end.n) and known(chain.start.n):
            name = results.say("counts.answered", wave=results.inside(results.label("wave", wave)))
            yield name, results.number(int(chain.end.n), 0), results.percent(chain.end.n / chain.start.n)


def flow_sentences(results: Results) -> list[str]:
    """Say how many were invited, took part and answered, per group."""
    sentences = []
    chains = flow_chains(results)
    sample = chains.get(("sample", EVERYBODY))
    if sample is not None and sample.start.node == "invited" and known(sample.start.n) and known(sample.end.n):
        share = results.percent(sample.end.n / sample.start.n)
        sentences.append(results.say("people.invited", invited=int(sample.start.n), n=int(sample.end.n), share=share))
    for wave in waves_asked(results, EVERYBODY):
        shares = [_answered_share(results, chains.get((f"wave:{wave}", group))) for group in results.groups]
        if all(shares):
            sentences.append(_wave_sentence(results, wave, shares))
    if holds_complete_answers_only(results):
        sentences.append(results.say("people.complete_cases"))
    return sentences


def _wave_sentence(results: Results, wave: str, shares: list[str]) -> str:
    """Say what share of each group, or of the only one, answered in a wave."""
    name = results.inside(results.label("wave", wave))
    if len(shares) == 1:
        return results.say("people.wave_of_one", wave=name, share=shares[0])
    return results.say_with("people.wave", {"wave": name, "share_a": shares[0], "share_b": shares[1], **group_names(results)})


def holds_complete_answers_only(results: Results) -> bool:
    """Say whether nobody is missing in any later wave: then 100 per cent says nothing about who was lost."""
    later = waves_asked(results, EVERYBODY)[1:]
    return bool(later) and not any(lost_some(results, wave) for wave in later)


def other_people(results: Results, waves: Container[str]) -> list[str]:
    """Say that values of these waves are of different people, where there are several and somebody is missing in one of them."""
    asked = [wave for wave in waves_asked(results, EVERYBODY) if wave in waves]
    return [results.say("words.other_people")] if len(asked) > 1 and any(lost_some(results, wave) for wave in asked) else []


def lost_some(results: Results, wave: str) -> bool:
    """Say whether anybody of the sample did not answer in a wave; a number that is withheld is not nobody."""
    chain = flow_chains(results).get((f"wave:{wave}", EVERYBODY))
    return chain is not None and chain.lost != 0


def _answered_share(results: Results, chain: Chain | None) -> str:
    if chain is None or not (known(chain.end.n) and known(chain.start.n)) or chain.start.n == 0:
        return ""
    return results.percent(chain.end.n / chain.start.n)


def balance_sentences(results: Results) -> list[str]:
    """Say how many baseline facts differ notably between the groups, in which they have nothing in common, and which differ most."""
    found = [one for one in balance_differences(results) if one.is_known]
    if not found:
        return []
    large = [one for one in found if abs(one.estimate) > NOTABLE_IMBALANCE]
    complete = [results.inside(one.label) for one in large if one.is_complete]
    measured = [one for one in large if not one.is_complete]
    bound = results.number(NOTABLE_IMBALANCE, 1)
    sentences = [results.say("people.balance", compared=len(found), count=len(large), bound=bound)]
    if complete:
        sentences.append(results.say("people.complete", names=listed(results, complete)))
    if measured:
        most = max(measured, key=lambda one: abs(one.estimate))
        sentences.append(results.say("people.most", name=results.inside(most.label), size=results.number(most.estimate)))
    sentences.append(results.say(f"people.balance.{results.facts['design']}"))
    if results.facts["design"] == "self_selected" and results.estimates["estimator"].eq("adjusted").any():
        sentences.append(results.say("people.adjusted"))
    return sentences
