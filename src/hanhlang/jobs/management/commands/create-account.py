"""``hanhlang create-account EMAIL --week W --role R``: the first account of an installation, or one more from the command line."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.actions import give_role
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.people.actions import open_account
from hanhlang.domains.people.models import Account

# A focal point is named for a delegation, which the desk knows and this command does not.
KINDS = [kind.value for kind in Role.Kind if kind not in (Role.Kind.FOCAL_POINT, Role.Kind.LIAISON)]


class Command(BaseCommand):
    help = "Open an account and give it a role for the whole week; with an account there is already, only give the role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--week", required=True, metavar="WEEK")
        parser.add_argument("--role", default=Role.Kind.SECRETARIAT.value, choices=KINDS)
        parser.add_argument("--language", default="vi", choices=[code for code, _ in settings.LANGUAGES])

    def handle(self, *args: Any, email: str, week: str, role: str, language: str, **options: Any) -> None:
        """Open the account, and end with one JSON line; exit 2 with one line that says what to put right."""
        try:
            validate_email(email)
        except ValidationError:
            self._refuse(f"{email!r} is not an e-mail address. Write it like name@example.org.")
        event = Week.objects.filter(key=week).first()
        if event is None:
            known = ", ".join(Week.objects.order_by("key").values_list("key", flat=True)) or "none; load one with `hanhlang load`"
            self._refuse(f"there is no week {week!r}. Weeks there are: {known}.")
        account = Account.objects.filter(email=email.strip().lower()).first()
        if account and not account.is_active:
            self._refuse(f"the account of {account.email} was closed.")
        is_new = account is None
        now = clock.now()
        try:
            with transaction.atomic():
                account = account or open_account(email=email, person=None, by=None, now=now, language=language)
                give_role(week=event, account=account, kind=role, by=None, now=now)
        except CodedError as refusal:
            self._refuse(refusal.message("en"))
        figures = {
            "account": account.email,
            "new": is_new,
            "week": event.key,
            "role": role,
            "sign_in": settings.SITE_ADDRESS + reverse("sign-in"),
        }
        self.stdout.write(json.dumps(figures))

    def _refuse(self, why: str) -> NoReturn:
        self.stderr.write(f"hanhlang create-account: {why}")
        sys.exit(2)
