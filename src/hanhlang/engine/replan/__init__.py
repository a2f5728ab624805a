"""A plan after something happened: lawful again, with little disturbed, and alternatives to choose from."""

from hanhlang.engine.replan.answer import Alternative, Columns, Move, MoveKind, Replanned
from hanhlang.engine.replan.changes import BadChange, Change, apply
from hanhlang.engine.replan.run import repair, replan

__all__ = ["Alternative", "BadChange", "Change", "Columns", "Move", "MoveKind", "Replanned", "apply", "repair", "replan"]
