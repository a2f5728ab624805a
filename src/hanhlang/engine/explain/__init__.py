"""Why is a meeting not placed, or placed where it is, and what would help."""

from hanhlang.engine.explain.alone import Explainer, reasons
from hanhlang.engine.explain.texts import TEXTS, texts

__all__ = ["TEXTS", "Explainer", "reasons", "texts"]
