"""gunicorn's own words, through the same sieve as all others."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger

from hanhlang.project.logs import JsonLines, Scrub, form


class ServerLogger(Logger):
    """Name it with ``--logger-class hanhlang.project.server_log.ServerLogger``."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(Scrub())
            if form(os.environ) == "json":
                handler.setFormatter(JsonLines())
