"""Tokens of programs: never stronger than the roles behind them, and ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import make_account, make_person, make_role, make_site, make_week
from factories.meetings import NOW
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.errors import NoScopes, ScopeNotYours, TokenExpiryWrong
from hanhlang.domains.events.models import ApiToken, Role, Week
from hanhlang.domains.events.scopes import SCOPES, allowed
from hanhlang.domains.events.tokens import bearer_of, make_token, revoke_token, scopes_offered
from hanhlang.domains.people.models import Account

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def week() -> Week:
    return make_week()


def someone(week: Week, kind: str = Role.Kind.SECRETARIAT, **fields: object) -> Account:
    account = make_account(person=make_person())
    make_role(week, account, kind, **fields)
    return account


def token_of(account: Account, week: Week, *scopes: str) -> str:
    return make_token(week=week, account=account, name="Board", scopes=scopes or ["plans:read"], expires_at=LATER, by=account, now=NOW)


def test_a_token_signs_its_account_in_and_only_its_digest_is_kept(week: Week) -> None:
    account = someone(week)

    token = token_of(account, week, "plans:read", "audit:read")

    bearer = bearer_of(token, NOW)
    assert bearer is not None
    assert bearer.token.account == account
    assert bearer.rights.scopes == {"plans:read", "audit:read"}
    row = ApiToken.objects.get()
    assert token not in str(row.__dict__)
    assert AuditEntry.objects.filter(event="api_token.made", about_id=row.pk).count() == 1


@pytest.mark.parametrize("wrong", ["", "hhl_wrong", "\x00", "\ud800", "x" * 10_000])
def test_what_is_no_token_signs_nobody_in(week: Week, wrong: str) -> None:
    token_of(someone(week), week)

    assert bearer_of(wrong, NOW) is None


def test_a_token_ends_at_its_hour_when_revoked_and_with_its_account(week: Week) -> None:
    account = someone(week)
    first, second, third = (token_of(account, week) for _ in range(3))

    assert bearer_of(first, LATER - timedelta(seconds=1)) is not None
    assert bearer_of(first, LATER) is None

    row = bearer_of(second, NOW).token  # type: ignore[union-attr]
    assert revoke_token(token=row, by=account, now=NOW) is True
    assert revoke_token(token=row, by=account, now=NOW) is False
    assert bearer_of(second, NOW) is None

    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert bearer_of(third, NOW) is None


def test_a_role_withdrawn_ends_what_it_allowed(week: Week) -> None:
    account = someone(week, Role.Kind.AUDITOR)
    make_role(week, account, Role.Kind.MEETINGS)
    token = token_of(account, week, "plans:read", "audit:read", "runs:write")

    Role.objects.filter(account=account, kind=Role.Kind.MEETINGS).delete()
    assert bearer_of(token, NOW).rights.scopes == {"plans:read", "audit:read"}  # type: ignore[union-attr]
    Role.objects.filter(account=account).delete()
    assert bearer_of(token, NOW) is None


def test_a_token_is_refused_what_the_account_may_not_do(week: Week) -> None:
    auditor = someone(week, Role.Kind.AUDITOR)

    with pytest.raises(ScopeNotYours, match="runs:write"):
        token_of(auditor, week, "audit:read", "runs:write")
    with pytest.raises(ScopeNotYours):
        token_of(auditor, make_week(), "audit:read")
    with pytest.raises(ScopeNotYours):
        token_of(auditor, week, "everything")
    assert ApiToken.objects.count() == 0
    assert token_of(auditor, week, "audit:read")


def test_a_token_has_a_purpose_and_an_end(week: Week) -> None:
    account = someone(week)

    with pytest.raises(NoScopes):
        make_token(week=week, account=account, name="Idle", scopes=[], expires_at=LATER, by=account, now=NOW)
    for end in (NOW, NOW + timedelta(days=401)):
        with pytest.raises(TokenExpiryWrong):
            make_token(week=week, account=account, name="Odd", scopes=["plans:read"], expires_at=end, by=account, now=NOW)
    assert make_token(
        week=week, account=account, name="Year", scopes=["plans:read"], expires_at=NOW + timedelta(days=400), by=None, now=NOW
    )


def test_a_role_for_one_site_gives_no_rights_over_the_week(week: Week) -> None:
    site = make_site(week)
    local, whole = someone(week, site=site), someone(week)

    assert scopes_offered(local, week) == []
    assert scopes_offered(whole, week) == list(SCOPES)


def test_the_use_of_a_token_is_noted_once_an_hour(week: Week) -> None:
    token = token_of(someone(week), week)

    for minutes in (0, 30, 61):
        bearer_of(token, NOW + timedelta(minutes=minutes))

    assert ApiToken.objects.get().last_used_at == NOW + timedelta(minutes=61)


def test_each_role_kind_allows_what_its_work_is() -> None:
    def of(kind: str) -> set[str]:
        return set(allowed(SCOPES, whole_week=[kind], in_part=[kind]))

    assert of("secretariat") == set(SCOPES)
    assert of("auditor") == {"meetings:read", "plans:read", "drafts:read", "runs:read", "audit:read"}
    notices = {"notices:read", "notices:write"}
    business = {"business:read", "business:write"}
    own = {"wishes:read", "wishes:write", "agendas:read", "papers:read"}
    assert of("focal_point") == {"requests:read", "requests:write"} | own | business | notices
    assert of("liaison") == notices
    assert of("delegate") == own | business | notices
    assert of("stranger") == set()
