"""Organisations, people and the accounts they sign in with."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.models import Record, Sourced
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.core.sorting import name_order_key, order_key


class Organisation(Record, Sourced):
    """A country, ministry, international body, company or institute."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=30)
    name = MultiTextField()
    sort_name = models.CharField(max_length=200, blank=True)
    short = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    code = models.CharField(max_length=3, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    is_invented = models.BooleanField(default=False)
    attendance = models.CharField(max_length=40, blank=True)
    folded = models.TextField(blank=True, editable=False)
    # Each language of the interface lists organisations by the name it shows.
    sorted_vi = models.TextField(blank=True, editable=False)
    sorted_en = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Fill the columns of search and order; ``bulk_create`` and ``update`` do not."""
        self.folded = fold(" ".join([*self.name.texts.values(), self.sort_name, self.short, self.code]))
        self.sorted_vi = order_key(self.name.shown("vi"))
        self.sorted_en = order_key(self.sort_name or self.name.shown("en"))


class Person(Record, Sourced):
    """A human being, with the name as given and the public role."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    title = MultiTextField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")
    rank = models.CharField(max_length=40, blank=True)
    languages = models.JSONField(default=list, blank=True)
    is_protected = models.BooleanField(default=False)
    pseudonym = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    folded = models.TextField(blank=True, editable=False)
    sorted = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Fill the columns of search and order; ``bulk_create`` and ``update`` do not."""
        self.folded = fold(" ".join([self.name, *self.title.texts.values()]))
        self.sorted = name_order_key(self.name)


class AccountManager(BaseUserManager["Account"]):
    def create_account(self, *, email: str, person: Person | None = None, language: str = "vi") -> Account:
        # In small letters throughout: people type addresses as they like, and one address must never have two accounts.
        account = self.model(email=email.strip().lower(), person=person, language=language)
        account.set_unusable_password()
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """What a person signs in with; there are no passwords."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="accounts")
    language = models.CharField(max_length=10, default="vi")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    objects = AccountManager()
