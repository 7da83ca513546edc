"""Personal data in texts: found in every usual spelling, and nothing else taken for it."""

import pytest

from pipeline.disclose.personal import personal_data_in, personal_data_problems

FOUND = {
    "640823-3234": "a personal identity number",
    "6408233234": "a personal identity number",
    "19640823-3234": "a personal identity number",
    "196408233234": "a personal identity number",
    "640823+3234": "a personal identity number",
    "001219-3421": "a personal identity number",
    "Ring Anna (640823-3234) i morgon": "a personal identity number",
    "701063-2391": "a personal identity number",
    "anna.svensson@example.org": "an e-mail address",
    "070-123 45 67": "a telephone number",
    "0701234567": "a telephone number",
    "+46 70 123 45 67": "a telephone number",
    "08-16 20 00": "a telephone number",
    "+46 (0)8 16 20 00": "a telephone number",
}
NOTHING = (
    "640823-3235",
    "641323-3234",
    "Dnr 2021-01234-01",
    "2007-03-05",
    "05.03.2007",
    "03-04-2024",
    "https://doi.org/10.18637/jss.v059.i05",
    "0, 3, 6, 9, 12, 15, 18",
    "0 1 8 90",
    "2c943e2b4e4f011dc38dfc2d9bafaf6c8e76ab6c8e2be192dc035e7cffaab10a",
    "5 % till 12,5 %; n = 1 644 968",
    "seed 20261121",
    "0.6408233234",
)


@pytest.mark.parametrize(("text", "kind"), FOUND.items())
def test_personal_data_are_found(text: str, kind: str) -> None:
    assert [found for found, _ in personal_data_in(text)] == [kind]


@pytest.mark.parametrize("text", NOTHING)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert list(personal_data_in(text)) == []


def test_a_message_says_where_and_does_not_repeat_the_number() -> None:
    [problem] = personal_data_problems([("studies/x/texts/sv.md", "Vår Anna, 640823-3234.")])
    assert problem.where == "studies/x/texts/sv.md"
    assert "640823" not in str(problem)
