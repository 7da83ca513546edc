"""What ``study.toml`` may say: frozen types, unknown keys refused.

docs/study_toml.md and the JSON Schema are written from these types.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.spec.declared import Declared, Name, Reference, Text
from pipeline.spec.publication import Day, Publish, Published
from pipeline.spec.simulation import Simulation
from pipeline.spec.sources import Exclusion, Sample, Source, Unit, Wave

Crossing = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\*[a-z][a-z0-9_]*)?$")]
"""A variable, or two crossed: ``sex*sick_listed``."""


Sign = Literal["long_string", "variability", "even_odd", "mahalanobis", "synonyms", "duration", "attention"]


class PublishedFigure(Declared):
    """What was published of a measure elsewhere: context for the sample's own figure, never a test."""

    figure: Literal["alpha", "mean", "share"] = Field(description="What the number is")
    category: str = Field("", description="Class that a share is of, where the measure has classes")
    value: float = Field(description="The published number; a share of 0 to 1")
    of: Text = Field(description="Of whom, and when")
    source: str = Field(min_length=1, description="Where it is published")


class Scoring(Declared):
    """What makes a value of one person's answers: stated by the study, or given by an instrument."""

    name: Name = Field(description="Short name, by which analyses call it")
    label: Text = Field(description="As reports call it")
    unit: Text = Field(description="Unit of the value, for axes and tables")
    rule: str = Field(description="Scoring rule (listed above)")
    items: tuple[Name, ...] = Field(description='With an instrument also a table of its items: { ti_1 = "q7" }')
    range: tuple[float, float] | None = Field(None, description="Least and greatest answer of one item; needed to reverse")
    minimum_answered: float = Field(1.0, ge=0, le=1, description="Least share of items a person must have answered")
    counts: tuple[str, ...] = Field((), description="Answer codes that count, for the rules that count")
    counts_also: dict[Name, tuple[str, ...]] = Field({}, description="Item -> answer codes that count for it as well, for rule 'count_of'")
    leaves_out: tuple[str, ...] = Field((), description="Answer codes to whom the measure does not apply")
    threshold: float | None = Field(None, description="Cut-off, for rules that have one")
    direction: Literal["higher", "lower", "neither"] = Field("neither", description="Which values are better")
    categories: dict[str, Text] = Field({}, description="Labels of the classes, for rules that classify; in their order")
    collapse: dict[str, tuple[str, ...]] = Field({}, description="Class -> answer codes that belong to it, for rule 'collapsed'")
    classes: tuple[float, ...] = Field((), description="Lower edges of the classes in which the distribution is shown")
    published: tuple[PublishedFigure, ...] = Field((), description="Published figures that stand beside the sample's own")


class Measure(Scoring):
    """A number or class made from one person's answers in one wave; beside an instrument only the name is needed."""

    instrument: Name | None = Field(None, description="One of docs/instruments.md, which gives every key that is not stated here")
    of: Name | None = Field(None, description="Which measure of the instrument, where it gives several and this one has another name")
    reversed: tuple[Name, ...] = Field((), description="Items that are turned before they are scored")
    correct: dict[Name, str] = Field({}, description="Item -> code of the right answer, for knowledge questions")
    waves: tuple[Name, ...] = Field((), description="Empty: every wave in which all items are asked")
    scales: dict[Name, tuple[Name, ...]] = Field({}, description="Scale -> its questions, for rule 'careless'")
    flags: tuple[Sign, ...] = Field((), description="Signs that count, for rule 'careless'")
    least_flags: int | None = Field(None, ge=1, description="With at least so many of them somebody is flagged, for rule 'careless'")
    duration: Name | None = Field(None, description="Variable that says how long answering took, for rule 'careless'")
    description: Text | None = Field(None, description="Source, wording, licence: printed in the methods")
    said: Text | None = Field(
        None, description="How it is said in a sentence after 'differ in', such as 'how many found work'; without it the label stands there"
    )


class Reading(Declared):
    """One way to read the denominator of a target."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="As the report calls it")
    restrict: dict[Reference, tuple[str, ...]] = Field({}, description="Only units with one of these values")
    planned: int | None = Field(None, ge=1, description="Number planned, where it and not the number who took part is the denominator")


class Analysis(Declared):
    """One declared question: an estimator, its outcomes and what it needs."""

    id: Name = Field(description="Short name, by which tables and the plan call it")
    role: Literal["primary", "secondary", "exploratory"] = Field(
        description="primary answers the study's question; exploratory was not planned"
    )
    estimator: str = Field(description="How it is computed (docs/estimators.md)")
    outcomes: tuple[Reference, ...] = Field(description="Measures or variables with their wave, such as 'calmness@t2'")
    label: Text = Field(description="As reports call it")
    group: Name | None = Field(None, description="Another variable than the sample's group to compare by")
    contrast: tuple[str, str] | None = Field(None, description="Codes (first, second); differences are first minus second")
    covariates: tuple[Reference, ...] = Field((), description="What is taken into account, measured before the outcome")
    cluster: bool | Name = Field(
        True,
        description="False: ignore the declared cluster (HC3 errors; not in a primary analysis, and no verdict is given); "
        "a name: another link or fixed variable is the cluster",
    )
    by: tuple[Crossing, ...] = Field((), description="Variables for results by subgroup; 'sex*sick_listed' crosses two")
    restrict: dict[Reference, tuple[str, ...]] = Field({}, description="Only those with one of these values")
    family: Name | None = Field(
        None, description="p-values are adjusted together within a family (Holm); 'none', with a family_reason: they are not"
    )
    family_reason: Text | None = Field(
        None, description="Why primary outcomes are not adjusted together; printed as a sentence in the report"
    )
    smallest_difference: dict[Reference, float] = Field({}, description="Smallest difference that matters, per outcome, in its unit")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="Level of the intervals")
    before: Name | None = Field(None, description="The wave before, for what changes within units")
    then: Reference | None = Field(None, description="How units later say it was before (retrospective self-rating)")
    beside: Reference | None = Field(
        None, description="The outcome measured otherwise, shown beside it, such as a test beside a self-rating"
    )
    target: float | None = Field(None, gt=0, description="Target: a share of 0 to 1, or a number for estimator 'count'")
    readings: tuple[Reading, ...] = Field((), description="Every reading of the target's denominator; empty: those the analysis is about")
    response: tuple[Reference, ...] = Field(
        (), description="What those asked are like before, from which the chance of answering is estimated"
    )
    margins: tuple[Crossing, ...] = Field((), description="Margins of margins.csv that the weights are made to meet (raking)")
    imputed: bool | None = Field(
        None, description="True: with missing answers imputed as [imputation] says; everybody in the groups counts"
    )
    event: Name | None = Field(None, description="Variable that says how the time ended")
    event_codes: tuple[str, ...] = Field((), description="Codes of the event that is timed")
    said: Text | None = Field(
        None, description="How having had the event is said after 'had', such as 'found work'; without it the answers' labels stand there"
    )
    times: tuple[float, ...] = Field((), description="Times at which the share with the event is given")
    horizon: float | None = Field(None, gt=0, description="Time up to which the mean time without the event is given")
    mediator: Reference | None = Field(
        None, description="What the programme may have moved first, and through it the outcome, such as steps towards a change"
    )
    caliper: float | None = Field(
        None, gt=0, description="How far apart two who are matched may be, in standard deviations of the chance of being in the first group"
    )
    rater: Name | None = Field(None, description="Link that says who coded, for agreement")
    subject: Name | None = Field(None, description="Link that says what was coded, for agreement")


class Imputation(Declared):
    """How missing answers are imputed, for the analyses that say ``imputed``: several times, by chained equations."""

    m: int = Field(20, description="How many times; at least 2")
    rounds: int = Field(10, ge=2, le=1000, description="Rounds of drawing before the answers that are used")
    auxiliary: tuple[Reference, ...] = Field(
        (), description="What else is drawn from and imputed: what tells who is missing, and what goes with the missing answers"
    )


class Part(Declared):
    """Rows of a coding that stand together under a heading, with what the coders took each of them to mean."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="Heading")
    explanation: Text | None = Field(None, description="Printed below the heading")
    rows: dict[str, Text] = Field(description="Answer code of the rows' variable -> its definition in the coders' codebook")


class Exhibit(Declared):
    """A declared table or figure that is not one number."""

    id: Name = Field(description="Short name")
    kind: Literal["transition", "experience", "curve", "coding"] = Field(description="What is shown")
    label: Text = Field(description="As the report calls it")
    outcomes: tuple[Name, ...] = Field((), description="Measure or variables shown")
    waves: tuple[Name, ...] = Field((), description="From and to, for a transition")
    time: Name | None = Field(None, description="Time variable of a curve")
    event: Name | None = Field(None, description="Variable that says how the time ended")
    event_codes: tuple[str, ...] = Field((), description="Codes of the event that is timed")
    said: Text | None = Field(
        None, description="How having had the event is said after 'had', such as 'found work'; without it the answers' labels stand there"
    )
    grid: tuple[float, ...] = Field((), description="Times at which a curve is given; nothing between them is released")
    by: tuple[Name, ...] = Field((), description="Variables by whose answers a curve is drawn beside the whole")
    rows: Name | None = Field(None, description="Variable whose answers are the rows of a coding matrix, such as the theme")
    columns: Name | None = Field(None, description="Link whose units are the columns of a coding matrix, such as the interview")
    rater: Name | None = Field(None, description="Link that says who coded")
    present: tuple[str, ...] = Field((), description="Answer codes that mean that a row was found in a column")
    parts: tuple[Part, ...] = Field((), description="Headings for the rows of a coding; the first part answers the study's question")


class Quotations(Declared):
    """Free text that may be quoted: only with consent, only read, and never with who said it."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="As the report calls it")
    text: Reference = Field(description="Variable of type text, with its wave when it has waves")
    consent: Reference = Field(description="select_one of the same unit or of one it links to")
    given: tuple[str, ...] = Field(description="Answer codes that are a consent; no answer is none")
    theme: Name | None = Field(None, description="Rows of an exhibit of kind coding, under whose answers the quotations stand")
    language: Literal["sv", "en"] = Field("sv", description="Language that the quotations are in; they are not translated")
    read: int | None = Field(
        None,
        ge=0,
        description="How many quotations with consent somebody has read for names; another number, or none, and nothing is shown",
    )
    leave_out: tuple[int, ...] = Field((), description="Numbers, in quotations.csv, of those that tell too much and are not shown")


class Balance(Declared):
    """Which facts and baseline measures Table 1 compares."""

    covariates: tuple[Reference, ...] = Field((), description="Facts and measures before, with their wave")


class Disclosure(Declared):
    """Smallest groups and cells that may leave the project."""

    minimum_base: int = Field(6, ge=1, description="Fewest people behind a number that is shown")
    minimum_cell: int = Field(3, ge=1, description="Fewest people in a cell that is shown")
    reason: Text | None = Field(None, description="Required, and printed, when a threshold is lower than the default")


class Care(Declared):
    """Who is taken to have answered without care: a rule that is declared before the answers are seen (docs/declare.md)."""

    scales: tuple[Name, ...] = Field(min_length=1, description="Measures of several questions whose answers are looked at")
    flags: tuple[Sign, ...] = Field((), description="Signs that count; empty: every one that these scales, and the keys below, allow")
    least_flags: int = Field(2, ge=1, description="Somebody is flagged with at least so many of the signs")
    waves: tuple[Name, ...] = Field((), description="Rounds that are looked at; empty: every one in which all of it was asked")
    duration: Name | None = Field(None, description="Variable that says how long answering took")
    attention: dict[Name, str] = Field({}, description="Question that tests attention -> code of its right answer")
    analyses: tuple[Name, ...] = Field(
        (), description="Analyses that are done once more without those who are flagged; nobody is left out otherwise"
    )


class Head(Declared):
    """Who stands behind a report, and when it was written: printed under its title and in how to cite it."""

    date: Day = Field(description="Day of the report, such as 2025-06-30")
    authors: tuple[str, ...] = Field(min_length=1, description="Who wrote it, as they are to be cited")
    commissioner: Text | None = Field(None, description="Who asked for it")
    contact: str | None = Field(None, description="Who answers questions: a unit or a page; an e-mail address counts as personal data")
    version: str | None = Field(None, description="Such as 'Draft' or '2'")


class Report(Declared):
    """One report: a template in some languages."""

    id: Name = Field(description="Short name of its files")
    template: Name = Field(description="Template in notebooks/")
    languages: tuple[Literal["sv", "en"], ...] = Field(("sv", "en"), description="Languages it is made in")
    per: Name | None = Field(None, description="Variable or link with a page per level, such as the municipality")
    on_request: bool = Field(False, description="True: built only by 'make reports STUDY=... LEVELS=<variable>'")
    head: Head | None = Field(None, description="Date, authors, commissioner, contact and version of the report")


class Contradiction(Declared):
    """Something the programme's own documents say in two ways; shown, never silently resolved."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="What it is about")
    text: Text = Field(description="What the documents say")


class Context(Declared):
    """A published figure that the results are read against."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="What it is a figure of")
    value: float = Field(description="The published figure")
    measure_unit: Literal["number", "share", "ratio", "index"] = Field("share", description="Kind of number")
    source: Text = Field(description="Where it is published")


class Declaration(Declared):
    """The whole of ``study.toml``."""

    languages: tuple[Literal["sv", "en"], ...] = Field(
        ("sv", "en"),
        min_length=1,
        description='Languages of the study; in one of one language, such as ["sv"], texts and labels are given in that only, and so are its reports',
    )
    title: Text = Field(description="Title of the reports")
    programme: Text | None = Field(
        None, description="What the programme offers, as a noun phrase inside a sentence; needed where chance or choice decides who gets it"
    )
    question: Text = Field(description="The question that the study answers")
    setting: Text = Field(description="Who was invited, where, when and how")
    design: Literal["randomised", "self_selected", "observational", "single_group", "interviews"] = Field(
        description="Decides what reports may say (docs/declare.md, section 4)"
    )
    simulated: bool = Field(description="True only for made-up answers; reports say so")
    source_note: Text = Field(description="Where the data come from and what must not be concluded from them")
    source_url: str = Field("", description="Where the data are published, if they are")
    seed: int = Field(description="Any whole number; random steps begin with it")
    group_label: Text | None = Field(None, description="What the groups are called together")
    participant_label: Text | None = Field(None, description="What participants are called")
    control_label: Text | None = Field(None, description="What those they are compared with are called")
    units: tuple[Unit, ...] = Field(description="What was observed: one row of a file is one of these")
    waves: tuple[Wave, ...] = Field((), description="Rounds of answers, in order of time; none where all was asked once")
    sources: tuple[Source, ...] = Field(description="Files in data/raw/<study>/")
    sample: Sample = Field(description="Who is studied, and who is compared with whom")
    exclusions: tuple[Exclusion, ...] = Field((), description="Rules that take rows out; each row is accounted for")
    measures: tuple[Measure, ...] = Field((), description="How answers become numbers")
    care: Care | None = Field(None, description="Who is taken to have answered without care, and which analyses are done without them too")
    balance: Balance = Field(default_factory=lambda: Balance.model_validate({}), description="What Table 1 compares")
    analyses: tuple[Analysis, ...] = Field(description="The questions, each with its estimator")
    imputation: Imputation | None = Field(None, description="How missing answers are imputed, for analyses that say so")
    exhibits: tuple[Exhibit, ...] = Field((), description="Tables and figures that are not one number")
    quotations: tuple[Quotations, ...] = Field((), description="Free text that may be quoted, with consent")
    disclosure: Disclosure = Field(
        default_factory=lambda: Disclosure.model_validate({}), description="Smallest groups and cells that may leave the project"
    )
    publish: Publish | None = Field(None, description="The release that is being prepared; docs/publish.md explains it")
    published: tuple[Published, ...] = Field((), description="What was published elsewhere of the same people")
    contradictions: tuple[Contradiction, ...] = Field((), description="What documents say in two ways; shown, never resolved")
    context: tuple[Context, ...] = Field((), description="Published figures that results are read against")
    reports: tuple[Report, ...] = Field(description="Which templates are made, in which languages")
    simulation: Simulation | None = Field(None, description="How made-up answers are drawn; docs/simulate.md explains it")
