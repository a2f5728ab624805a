"""Tokens of programs: made and ended by the secretariat, never stronger than the roles of the account behind them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.events.errors import NoScopes, ScopeNotYours, TokenExpiryWrong
from hanhlang.domains.events.models import ApiToken, Role, Week
from hanhlang.domains.events.scopes import SCOPES, allowed
from hanhlang.domains.people.models import Account

# A secret scanner finds it by its beginning.
PREFIX = "hhl_"
LONGEST = timedelta(days=400)
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do in a week through a token: scopes, and the delegations it speaks for."""

    scopes: frozenset[str]
    kinds: frozenset[str]
    delegations: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Bearer:
    """A living token with what it may do now."""

    token: ApiToken
    rights: Rights


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def rights_of(account: Account, week: Week | UUID, asked: Iterable[str]) -> Rights:
    """Return which of the scopes ``asked`` the account's roles in the week allow. One query."""
    rows = list(Role.objects.filter(account=account, week=week).values_list("kind", "site", "session_id", "delegation_id"))
    whole = frozenset(kind for kind, *parts in rows if not any(parts))
    scopes = allowed(asked, whole_week=whole, in_part=(kind for kind, *_ in rows))
    named = frozenset(row[3] for row in rows if row[0] == Role.Kind.FOCAL_POINT and row[3])
    return Rights(scopes, whole, named)


def scopes_offered(account: Account, week: Week) -> list[str]:
    """Return the scopes that a token of this account may have, in the order of the list."""
    rights = rights_of(account, week, SCOPES)
    return [scope for scope in SCOPES if scope in rights.scopes]


def bearer_of(token: str, now: datetime) -> Bearer | None:
    """
    Return the living token with its present rights, or nothing. Two queries; the look-up is by hash, so its time tells nothing.

    A token of an account without any role left in the week is dead too.
    """
    row = ApiToken.objects.select_related("account", "account__person", "week").filter(token_hash=digest_of(token)).first()
    if row is None or row.revoked_at or row.expires_at <= now or not row.account.is_active:
        return None
    rights = rights_of(row.account, row.week_id, row.scopes)
    if not rights.scopes:
        return None
    # A write for each call would be dear, and nobody asks for the second of the last use.
    if row.last_used_at is None or abs(now - row.last_used_at) > NOTED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return Bearer(row, rights)


@transaction.atomic
def make_token(
    *, week: Week, account: Account, name: str, scopes: Iterable[str], expires_at: datetime, by: Account | None, now: datetime
) -> str:
    """
    Give a program a token and return it; it is shown once and kept only as a hash.

    :raises NoScopes: if it could do nothing.
    :raises ScopeNotYours: if the account's roles do not allow one of the scopes.
    :raises TokenExpiryWrong: if it would end in the past, or more than 400 days from now.
    """
    wanted = sorted(set(scopes))
    if not wanted:
        raise NoScopes()
    rights = rights_of(account, week, wanted)
    if refused := [scope for scope in wanted if scope not in rights.scopes]:
        raise ScopeNotYours(scopes=", ".join(refused))
    if not now < expires_at <= now + LONGEST:
        raise TokenExpiryWrong(days=LONGEST.days)
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(week=week, account=account, name=name, token_hash=digest_of(token), scopes=wanted, expires_at=expires_at)
    audit.record("api_token.made", about=row, by=by, at=now, details={"scopes": wanted, "expires_at": expires_at})
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Account | None, now: datetime) -> bool:
    """End a token at once; return whether it was alive."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    if ended:
        audit.record("api_token.revoked", about=token, by=by, at=now)
    return bool(ended)
