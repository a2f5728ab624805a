"""Findings arrive as they were sent, in whatever pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hanhlang.engine.proof.findings import read, written

VALUES = st.one_of(st.integers(), st.text(), st.lists(st.integers()))
FINDINGS = st.lists(st.dictionaries(st.sampled_from(["bound", "plan", "fault"]), VALUES))


@given(FINDINGS, st.data())
def test_whole_ones_are_read_however_the_bytes_are_cut(sent: list, data: st.DataObject):
    stream = b"".join(map(written, sent))
    cuts = data.draw(st.lists(st.integers(0, len(stream))))

    found, rest = [], b""
    for begin, end in pairwise(sorted({0, len(stream), *cuts})):
        whole, rest = read(rest + stream[begin:end])
        found += whole

    assert (found, rest) == (sent, b"")


def test_one_that_is_not_whole_waits():
    stream = written({"bound": 3})

    assert read(stream[:-1]) == ([], stream[:-1])
    assert read(stream) == ([{"bound": 3}], b"")
