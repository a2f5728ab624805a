"""Between rows and the engine: a week as a problem, a plan found as rows."""

from hanhlang.domains.meetings.planning.problem import ground_of, problem_of
from hanhlang.domains.meetings.planning.scoping import Asked, within
from hanhlang.domains.meetings.planning.storing import digest_of, nearly_all, plan_from, store_plan

__all__ = ["Asked", "digest_of", "ground_of", "nearly_all", "plan_from", "problem_of", "store_plan", "within"]
