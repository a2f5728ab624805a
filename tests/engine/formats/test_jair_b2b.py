"""The reader of published brokerage events: what it understands and what it refuses."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.formats import jair_b2b
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.problem import Interval, Precedence
from hanhlang.engine.validate import problem_faults

EXAMPLES = Path(__file__).parents[3] / "examples" / "b2b"
TINY = (EXAMPLES / "tiny.dzn").read_text()


def test_an_event_becomes_one_pool_one_grid_and_numbered_meetings():
    problem = jair_b2b.read(TINY, fairness=1)

    assert [person.id for person in problem.people] == ["1", "2", "3", "4", "5", "6"]
    assert [len(pool.units) for pool in problem.pools] == [2]
    assert problem.grids[0].starts == (0, 1, 2, 3, 4)
    assert problem.grids[0].blocks == (0, 0, 0, 0, 0)
    assert problem.meetings[0].people == ("1", "2")
    assert problem.precedences == (Precedence("4", "8"),)
    assert (problem.fairness, problem.place_all, problem.format) == (1, True, "jair-b2b")
    assert problem_faults(problem) == ()


def test_sessions_become_windows_and_fixed_slots_count_from_the_first_minute():
    problem = jair_b2b.read(TINY)

    assert problem.meetings[0].windows == (Interval(0, 3),)  # morning: slots 1 to 3
    assert problem.meetings[2].windows == ()
    assert problem.meetings[6].windows == (Interval(3, 5),)
    assert problem.meetings[6].fixed_start == 3  # slot 4


def test_forbidden_slots_are_cut_out_and_zero_means_nothing():
    problem = jair_b2b.read(TINY)

    assert problem.people[0].windows == ()
    assert problem.people[3].windows == (Interval(1, 5),)
    assert problem.people[5].windows == (Interval(0, 2), Interval(3, 5))


def test_somebody_with_every_slot_forbidden_is_never_free():
    problem = jair_b2b.read(TINY.replace("{0,3}", "{1,2,3,4,5}"))

    # No window would mean "always"; the one given lies after the last slot.
    assert problem.people[5].windows == (Interval(5, 6),)


def test_an_afternoon_meeting_of_an_event_without_afternoon_has_no_slot():
    problem = jair_b2b.read(TINY.replace("nMorningSlots = 3", "nMorningSlots = 5"))

    assert problem.meetings[6].windows == (Interval(5, 6),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nTables = 2;", "", "line 1, nTables: the field is missing; add it or fetch the file again."),
        ("nMorningSlots = 3", "nMorningSlots = 6", "line 6, nMorningSlots: 6 is more than nTotalSlots; use at most 5."),
        ("nMeetings = 8", "nMeetings = 9", "line 8, requested: it has 8 rows, nMeetings is 9; make them equal."),
        ("|1, 3, 1,", "|1, 9, 1,", "line 9, requested, meeting 2: participant 9 does not exist; use 1 to 6."),
        ("|1, 3, 1,", "|1, 1, 1,", "line 9, requested, meeting 2: participant 1 meets itself; name two participants."),
        (
            "|1, 3, 1,",
            "|1, 3, 4,",
            "line 9, requested, meeting 2: session 4 does not exist; use 1 (morning), 2 (afternoon) or 3 (either).",
        ),
        ("|1, 3, 1,", "|1, 3,", "line 9, requested, meeting 2: the row has 2 numbers; give participant, participant, session."),
        ("{0,3}", "{0,6}", "line 32, forbidden, participant 6: slot 6 does not exist; use 0 to 5."),
        (",4,0]", ",6,0]", "line 34, fixed, meeting 7: slot 6 does not exist; use 0 to 5."),
        ("{4}]", "{8}]", "line 43, precedences, meeting 8: it is to be earlier than itself; remove it from its set."),
        ("{4}]", "{40}]", "line 43, precedences, meeting 8: meeting 40 does not exist; use 1 to 8."),
        (
            "nTotalSlots = 5",
            "nTotalSlots = 999999999",
            "line 5, nTotalSlots: 999999999 is too large; this reader takes up to 2000.",
        ),
        (
            "nTotalSlots = 5",
            "nTotalSlots = 9999999999999",
            "line 5, nTotalSlots: '9999999999999' is too large; use at most 9 digits.",
        ),
        ("nTables = 2;", "nTables = -2;", "line 4, nTables: '-' stands where '[' should; correct it or fetch the file again."),
        (
            "nTables = 2;",
            "nTables = 2; nTables = 3;",
            "line 4, nTables: the field is given twice, first on line 4; keep one of them.",
        ),
        ("nTables = 2;", "nTables = [2];", "line 4, nTables: the value is of the kind numbers, not number; see the format's description."),
        (
            "nTables = 2;",
            "nTables = 2; nChairs = 3;",
            "line 4, nChairs: no such field in this format; remove it or choose another --format.",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_line_field_and_remedy(old, new, message):
    assert old in TINY

    with pytest.raises(FormatFault) as refused:
        jair_b2b.read(TINY.replace(old, new, 1))

    assert str(refused.value) == message


def test_a_truncated_file_says_that_it_ends_too_early():
    with pytest.raises(FormatFault, match=r"^line 10, requested: the file ends where .*; the file may be cut off, fetch it again\.$"):
        jair_b2b.read(TINY[: TINY.index("|1, 4, 3") + 4])


def test_an_oversized_file_is_refused_before_it_is_read():
    with pytest.raises(FormatFault, match="more than 4000000 characters"):
        jair_b2b.read(" " * 4_000_001)


@settings(max_examples=300, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(TINY)),
            st.integers(0, 12),
            st.sampled_from(["", "{", "}", "[", "[|", "|]", ";", ",", "0", "7", "99999", "=", "%", "\n", "é", "\x00", "nTables", " "])
            | st.text(max_size=4),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_done_to_a_file_it_is_read_or_refused_in_one_line(edits):
    text = TINY
    for at, removed, put in edits:
        text = text[:at] + put + text[at + removed :]

    try:
        problem = jair_b2b.read(text)
    except FormatFault as refused:
        assert "\n" not in str(refused)
        assert str(refused).isprintable()
    else:
        assert problem_faults(problem) == ()
