"""Questions with answer codes: answered alone, with a right answer, by status before, or by several coders."""

from collections.abc import Iterator

import numpy as np

from pipeline.errors import Problem, ResearcherError, examples
from pipeline.simulate.latent import known_share, latent_answer, loading_by_alpha, weights_of
from pipeline.simulate.marginals import apportioned, cut_points, difficulties
from pipeline.simulate.references import code_problems, given_problems, known_of
from pipeline.simulate.world import CROSSED, MadeUpWorld, column, stream
from pipeline.spec.drawn import Choices, Coding, Knowledge, Moves, Weights
from pipeline.spec.naming import toml_place, unknown_name, unknown_names
from pipeline.spec.study import Study, Variable

ALL_CODERS = "all"
TOO_HIGH = "cannot be reached with these shares and this spread"


def codes_of(world: MadeUpWorld, name: str) -> np.ndarray:
    """Give the codes of a variable's answers, in list order."""
    return np.array(world.study.codes_of(world.study.variable[name]), dtype=str)


def keys_of(world: MadeUpWorld, unit: str, given: tuple[str, ...], wave: str) -> np.ndarray:
    """Give every unit's crossed codes, such as ``woman*participant``."""
    keys = np.full(world.size(unit), "", dtype=object)
    for number, name in enumerate(given):
        keys = keys + (CROSSED if number else "") + column(world, unit, name, wave).astype(str).astype(object)
    return keys.astype(str)


def shares_by_key(declared: Choices | Coding) -> dict[str, Weights]:
    """Give shares by the crossed codes they depend on; one empty key when they depend on nothing."""
    return declared.shares if declared.given else {"": declared.shares}  # type: ignore[dict-item,return-value]


def weighted_rows(world: MadeUpWorld, declared: Choices | Coding, name: str, wave: str) -> Iterator[tuple[np.ndarray, tuple[float, ...]]]:
    """Give the rows of every key with the weights of their codes; refuse keys that no shares are declared for."""
    study, variable = world.study, world.study.variable[name]
    shares = shares_by_key(declared)
    keys = keys_of(world, variable.unit, declared.given, wave)
    unknown = [key for key in np.unique(keys).tolist() if key not in shares]
    if unknown:
        where, remedy = toml_place(study, f"simulation, shares of '{name}'"), "Declare shares for them too."
        raise ResearcherError([Problem(where, "say nothing of some units", ", ".join(shares), remedy, examples(unknown))])
    for key in np.unique(keys).tolist():
        yield np.flatnonzero(keys == key), weights_of(study.codes_of(variable), shares[key])


def read_places(latent: np.ndarray, weights: tuple[float, ...], offsets: tuple[float, ...] = (0.0,), item: int = 0) -> np.ndarray:
    """Cut latent numbers into places 0, 1, 2 … of the answer list."""
    return np.searchsorted(cut_points(weights, offsets), latent + offsets[item], side="left")


def exact_places(latent: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    """Give places of the answer list in exact numbers, the lowest latent numbers the first places."""
    places = np.empty(len(latent), dtype=int)
    places[np.argsort(latent, kind="stable")] = np.repeat(np.arange(len(weights)), apportioned(weights, len(latent)))
    return places


def read_choice(world: MadeUpWorld, declared: Choices, name: str, wave: str, latent: np.ndarray) -> np.ndarray:
    """Read latent numbers as codes; a higher number is an answer further down the list, further up where a measure reverses the item."""
    codes, offsets = codes_of(world, name), difficulties(declared.spread, len(declared.names))
    places = np.empty(len(latent), dtype=int)
    for rows, weights in weighted_rows(world, declared, name, wave):
        item = declared.names.index(name)
        places[rows] = exact_places(latent[rows], weights) if declared.exact else read_places(latent[rows], weights, offsets, item)
    return (codes[::-1] if is_reversed(world, name) else codes)[places]


def is_reversed(world: MadeUpWorld, name: str) -> bool:
    """Say whether a measure declares this item reversed."""
    return any(name in measure.reversed for measure in world.study.declaration.measures)


def drawn_choice_problems(study: Study, where: str, part: Choices) -> Iterator[Problem]:
    """Check shares, and whether the alpha can be reached."""
    variables = [study.variable[name] for name in part.names]
    if len({variable.answers for variable in variables}) > 1:
        yield Problem(where, "its variables have several answer lists", remedy="Declare those of each list apart.")
        return
    yield from share_problems(study, where, part)
    if part.alpha is None:
        return
    if len(part.names) < 2 or part.given or part.exact:
        yield Problem(f"{where} alpha", "needs several items, without given and exact", remedy="State a loading instead.")
    elif loading_by_alpha(study, part) is None:
        yield Problem(f"{where} alpha", f"{part.alpha} {TOO_HIGH}", remedy="Lower alpha or spread.")


def share_problems(study: Study, where: str, part: Choices | Coding) -> Iterator[Problem]:
    """Shares are weights of known codes, by crossed codes of what they are given; not all 0."""
    nested = any(isinstance(share, dict) for share in part.shares.values())
    if nested != bool(part.given and part.shares):
        yield Problem(f"{where} shares", "do not fit given", remedy="Shares stand by the other's code if there is a given, else by code.")
        return
    yield from given_problems(study, where, part, "shares")
    for key, shares in shares_by_key(part).items():
        yield from weight_problems(study, f"{where} shares {key}".rstrip(), study.variable[part.drawn[0]], shares)


def weight_problems(study: Study, where: str, variable: Variable, shares: Weights) -> Iterator[Problem]:
    """Codes must be answers, and one at least must have a weight."""
    yield from code_problems(study, where, variable.name, shares)
    if shares and sum(shares.values()) == 0:
        yield Problem(where, "are all 0", remedy="Give one answer a weight.")


def draw_knowledge(world: MadeUpWorld, declared: Knowledge, name: str, wave: str) -> np.ndarray:
    """Draw who knows, who guesses right, and which wrong answer the others give."""
    offsets = difficulties(declared.spread, len(declared.right))
    known = known_share(declared, wave, world.study.wave_names)
    knows = latent_answer(world, declared, name, wave) + offsets[declared.drawn.index(name)] > cut_points((1 - known, known), offsets)[0]
    rng, codes, right = stream(world.seed, "guess", name, wave), codes_of(world, name), declared.right[name]
    lucky, wrong = rng.random(len(knows)) < declared.guess, codes[codes != right]
    return np.where(knows | lucky, right, wrong[rng.integers(0, len(wrong), len(knows))])


def drawn_knowledge_problems(study: Study, where: str, part: Knowledge) -> Iterator[Problem]:
    """Right answers must be answers, and shares not below what guessing gives."""
    for name, code in part.right.items():
        yield from code_problems(study, f"{where} right", name, [code])
    yield from unknown_names(f"{where} shares", part.shares, study.wave_names, "wave")
    if not part.shares or min(part.shares.values()) < part.guess or part.guess >= 1:
        yield Problem(f"{where} shares", "are below guess, or there are none", remedy="Guessing alone gives as many right answers.")
        return
    if part.alpha is not None and (len(part.right) < 2 or loading_by_alpha(study, part) is None):
        yield Problem(f"{where} alpha", f"{part.alpha} {TOO_HIGH}, with guessing", remedy="Lower alpha, guess or spread.")


def draw_move(world: MadeUpWorld, declared: Moves, name: str, wave: str) -> np.ndarray:
    """Draw a status: of the first wave by its shares, of another by that of the wave before."""
    codes, waves = world.study.codes_of(world.study.variable[name]), world.waves_of(name)
    latent = latent_answer(world, declared, name, wave)
    if wave == waves[0]:
        return np.array(codes, dtype=str)[read_places(latent, weights_of(codes, declared.start))]
    before = world.values[name, waves[waves.index(wave) - 1]]
    after = before.copy()
    for status, shares in declared.moves.get(wave, {}).items():
        there = before == status
        after[there] = np.array(codes, dtype=str)[read_places(latent[there], weights_of(codes, shares))]
    return after


def drawn_move_problems(study: Study, where: str, part: Moves) -> Iterator[Problem]:
    """Statuses must be answers, waves those of the variable."""
    variable = study.variable[part.name]
    yield from weight_problems(study, f"{where} start", variable, part.start)
    for wave, moves in part.moves.items():
        yield from unknown_name(f"{where} moves", wave, study.waves_of(variable)[1:], f"later wave of '{part.name}'")
        yield from code_problems(study, f"{where} moves", part.name, moves)
        for status, shares in moves.items():
            yield from weight_problems(study, f"{where} moves from '{status}'", variable, shares)


def draw_coding(world: MadeUpWorld, declared: Coding, name: str, wave: str) -> np.ndarray:
    """Draw one truth per thing that is coded, the same in all rows that agree on ``same``, and what each coder records of it."""
    unit, codes = world.study.variable[name].unit, codes_of(world, name)
    things = keys_of(world, unit, declared.same, wave)
    _, first, thing = np.unique(things, return_index=True, return_inverse=True)
    latent = latent_answer(world, declared, name, wave)[first][thing]
    truth = np.empty(len(latent), dtype=int)
    for rows, weights in weighted_rows(world, declared, name, wave):
        truth[rows] = read_places(latent[rows], weights)
    rng, risk = stream(world.seed, "coder", name, wave), np.zeros(len(truth))
    chance, step = rng.random(len(truth)), rng.integers(1, max(2, len(codes)), len(truth))
    coders = column(world, unit, declared.coder, wave)
    for coder, errors in sorted(declared.errors.items(), key=lambda one: one[0] != ALL_CODERS):
        for code, share in errors.items():
            risk[((coders == coder) | (coder == ALL_CODERS)) & (codes[truth] == code)] = share
    return codes[np.where(chance < risk, (truth + step) % len(codes), truth)]


def drawn_coding_problems(study: Study, where: str, part: Coding) -> Iterator[Problem]:
    """What is coded, and by whom, must be known of each row."""
    facts = known_of(study, study.variable[part.name].unit)
    yield from unknown_names(f"{where} same, coder", (*part.same, part.coder), facts, "link or fixed variable of the unit")
    yield from share_problems(study, where, part)
    for errors in part.errors.values():
        yield from code_problems(study, f"{where} errors", part.name, errors)
