"""Other programs may write our files by the published schema, and are refused by it where our reader refuses."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.small import random_problem
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.formats.hanhlang import read_problem, write_plan, write_problem
from hanhlang.engine.formats.schema import plan_schema, problem_schema
from hanhlang.engine.solve import solve

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
EMPTY = {"format": "hanhlang-problem/1", "sites": [], "pools": [], "people": [], "grids": [], "meetings": []}


@pytest.mark.parametrize(("name", "schema"), [("problem.schema.json", problem_schema), ("plan.schema.json", plan_schema)])
def test_the_published_schemas_are_those_of_the_code(name: str, schema):
    assert json.loads((REFERENCE / name).read_text(encoding="utf-8")) == schema(), "run python tools/schemas.py"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_we_write_is_valid(seed: int):
    assert jsonschema_rs.is_valid(problem_schema(), json.loads(write_problem(random_problem(seed))))


def test_a_written_plan_is_valid():
    problem = random_problem(3)
    plan = solve(problem, iterations=500, workers=1).plan

    assert jsonschema_rs.is_valid(plan_schema(), json.loads(write_plan(plan, problem)))


@pytest.mark.parametrize(
    "change",
    [{"colour": "red"}, {"format": "hanhlang-problem/2"}, {"sites": [{"id": "a", "town": "b"}]}, {"sites": [{}]}, {"meetings": 3}],
    ids=["unknown field", "another version", "unknown field within", "missing field", "not a list"],
)
def test_what_the_schema_refuses_the_reader_refuses(change: dict[str, object]):
    raw = {**EMPTY, **change}

    assert not jsonschema_rs.is_valid(problem_schema(), raw)
    with pytest.raises(FormatFault):
        read_problem(json.dumps(raw))


def test_an_empty_problem_is_allowed_by_both():
    assert jsonschema_rs.is_valid(problem_schema(), EMPTY)
    assert read_problem(json.dumps(EMPTY)).meetings == ()
