"""Between rows and the engine: a week as a problem, a plan found as rows, a move judged, drafts made of plans."""

from hanhlang.domains.meetings.planning.cached import judge_for
from hanhlang.domains.meetings.planning.changing import Question, figures, question_of, store_alternatives
from hanhlang.domains.meetings.planning.coming import come_now
from hanhlang.domains.meetings.planning.drafting import Restored, make_room, move_meeting, restore_plan, verdict_on
from hanhlang.domains.meetings.planning.judging import Broken, Judge, Verdict
from hanhlang.domains.meetings.planning.problem import ground_of, problem_of
from hanhlang.domains.meetings.planning.scoping import Asked, within
from hanhlang.domains.meetings.planning.shared import open_bound, open_figures, secret_meetings
from hanhlang.domains.meetings.planning.storing import digest_of, keep_draft, nearly_all, plan_from, store_plan

__all__ = [
    "Asked",
    "Broken",
    "Judge",
    "Question",
    "Restored",
    "Verdict",
    "come_now",
    "digest_of",
    "figures",
    "ground_of",
    "judge_for",
    "keep_draft",
    "make_room",
    "move_meeting",
    "nearly_all",
    "open_bound",
    "open_figures",
    "plan_from",
    "problem_of",
    "question_of",
    "restore_plan",
    "secret_meetings",
    "store_alternatives",
    "store_plan",
    "verdict_on",
    "within",
]
