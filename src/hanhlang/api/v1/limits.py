"""How often one caller may call in a minute."""

from __future__ import annotations

import threading
import time
from collections import Counter

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from hanhlang.api.v1.auth import Caller
from hanhlang.api.v1.errors import TooMany

MINUTE = 60


class Window:
    """Counts of the present minute, in this process."""

    def __init__(self) -> None:
        self.minute = 0
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()

    def count(self, who: str, minute: int) -> int:
        with self.lock:
            if minute != self.minute:
                self.minute = minute
                self.counts.clear()
            self.counts[who] += 1
            return self.counts[who]


_reads = Window()


def count_read(request: HttpRequest, caller: Caller) -> None:
    """
    Count a read; kept in memory, because a row written for each read would cost more than the read.

    :raises TooMany: above the limit for one process.
    """
    _refuse_above("read", _reads.count(_who(request, caller), _minute()))


def count_write(request: HttpRequest, caller: Caller) -> None:
    """:raises TooMany: above the limit, over all processes."""
    _refuse_above("write", _shared(f"api-write-{_who(request, caller)}"))


def count_refused(request: HttpRequest) -> None:
    """
    Count a token that is not alive, by the address it came from: guessing must not be cheap.

    :raises TooMany: above the limit, over all processes.
    """
    _refuse_above("refused", _shared(f"api-refused-{_address(request)}"))


def _who(request: HttpRequest, caller: Caller) -> str:
    return f"token-{caller.token.pk}" if caller.token else f"address-{_address(request)}"


def _address(request: HttpRequest) -> str:
    """Return the visitor's address: behind proxies of ours what the outermost of them saw, for anybody can write the header."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(passed) >= proxies:
        return passed[-proxies].strip()[:45]
    address: str = request.META.get("REMOTE_ADDR", "")
    return address


def _minute() -> int:
    return int(time.time()) // MINUTE


def _shared(name: str) -> int:
    key = f"{name}-{_minute()}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return cache.incr(key)
    except ValueError:
        # Thrown out between the two calls: a cache may do that at any time.
        return 1


def _refuse_above(kind: str, count: int) -> None:
    if count > settings.API_CALLS_A_MINUTE[kind]:
        refusal = TooMany(seconds=MINUTE - int(time.time()) % MINUTE)
        refusal.headers = {"Retry-After": str(refusal.details["seconds"])}
        raise refusal
