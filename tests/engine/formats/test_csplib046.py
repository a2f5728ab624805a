"""The reader of CSPLib problem 046: what it understands and what it refuses."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.formats import csplib046
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.problem import Road
from hanhlang.engine.validate import problem_faults

TEXT = (Path(__file__).parents[3] / "examples" / "b2b" / "three-halls.txt").read_text()


def test_each_meeting_has_its_own_site_and_distances_become_roads():
    problem = csplib046.read(TEXT)

    assert [site.id for site in problem.sites] == [f"site-{number}" for number in range(6)]
    assert [meeting.pools for meeting in problem.meetings] == [(f"place-{number}",) for number in range(6)]
    assert [meeting.people for meeting in problem.meetings] == [("0", "2"), ("0", "1"), ("0", "3"), ("1", "3"), ("1", "2"), ("2", "3")]
    assert Road("site-0", "site-2", (2,) * 24) in problem.roads
    assert len(problem.roads) == 30
    assert problem.grids[0].starts == tuple(range(8))
    assert (problem.place_all, problem.format) == (True, "csplib046")
    assert problem_faults(problem) == ()


def test_a_meeting_that_nobody_attends_gets_a_person_of_its_own():
    problem = csplib046.read(TEXT.replace("Agents (1): 1 3 4", "Agents (1): 1 3").replace("Agents (2): 0 4 5", "Agents (2): 0 5"))

    assert problem.meetings[4].people == ("nobody-4",)
    assert [person.id for person in problem.people] == ["0", "1", "2", "3", "nobody-4"]
    assert problem_faults(problem) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DomainSize = 8", "", "line 1, DomainSize: the field is missing; add it or fetch the file again."),
        ("DomainSize = 8", "DomainSize = x", "line 6, DomainSize: 'x' is not a whole number of up to 9 digits; correct it."),
        ("DomainSize = 8", "DomainSize = 501", "line 6, DomainSize: 501 is too large; this reader takes up to 500."),
        ("Agents (1): 1 3 4", "Agents (1): 1 3 6", "line 10, Agents (1): meeting 6 does not exist; use 0 to 5."),
        ("Agents (1)", "Agents (0)", "line 10, Agents (0): it is given twice, first on line 9; keep one of them."),
        ("Agents (1)", "Agents (7)", "line 10, Agents: NumberOfAgents is 4, yet there is a row 7; make them agree."),
        (" Agents (1): 1 3 4\n", "", "line 1, Agents: row 1 is missing; add it or fetch the file again."),
        (" 1: 1 0 1 1 2 1", " 1: 1 0 1 1 2", "line 17, Between Meetings Distance, row 1: it has 5 distances; give 6."),
        (
            " 1: 1 0 1 1 2 1",
            " 1: 1 0 1 1 2 7",
            "line 17, Between Meetings Distance, row 1: to 5 it is 7 but back 1; make the table symmetric.",
        ),
        ("Agents Meetings:", "Agenten:", "line 8, file: 'Agenten:' is not understood; remove it or fetch the file again."),
    ],
)
def test_a_damaged_file_is_refused_with_line_field_and_remedy(old, new, message):
    assert old in TEXT

    with pytest.raises(FormatFault) as refused:
        csplib046.read(TEXT.replace(old, new, 1))

    assert str(refused.value) == message


@settings(max_examples=300, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(TEXT)),
            st.integers(0, 12),
            st.sampled_from(["", ":", "=", "0", "99999", "\n", "é", "\x00"]) | st.text(max_size=4),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_done_to_a_file_it_is_read_or_refused_in_one_line(edits):
    text = TEXT
    for at, removed, put in edits:
        text = text[:at] + put + text[at + removed :]

    try:
        problem = csplib046.read(text)
    except FormatFault as refused:
        assert "\n" not in str(refused)
        assert str(refused).isprintable()
    else:
        assert len(problem.meetings) == len(problem.sites)
