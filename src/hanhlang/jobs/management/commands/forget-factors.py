"""``hanhlang forget-factors EMAIL``: for someone who lost the phone and the recovery codes."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from hanhlang.domains.core import audit, clock
from hanhlang.domains.people.actions import end_sessions
from hanhlang.domains.people.models import Account


class Command(BaseCommand):
    help = "Forget an account's passkeys, authenticator app and recovery codes, and sign it out; a code by e-mail opens it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Forget them, and end with one JSON line; exit 2 if there is no such account."""
        account = Account.objects.filter(email=email.strip().lower()).first()
        if account is None:
            self.stderr.write(f"hanhlang forget-factors: there is no account with the address {email!r}.")
            sys.exit(2)
        now = clock.now()
        with transaction.atomic():
            forgotten = Authenticator.objects.filter(user_id=account.pk).delete()[0]
            audit.record("account.factors_forgotten", about=account, by=None, at=now, details={"count": forgotten})
            end_sessions(account=account, by=None, now=now)
        self.stdout.write(json.dumps({"account": account.email, "forgotten": forgotten}))
