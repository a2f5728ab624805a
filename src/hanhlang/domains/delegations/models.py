"""Delegations: the parties to a week."""

from __future__ import annotations

from typing import Any

from django.db import models

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.models import Record, Sourced
from hanhlang.domains.core.multitext import MultiTextField
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Organisation, Person


class Delegation(Record, Sourced):
    """A party to the week; ``code`` is its three letters on the board, ``precedence`` its place in the host's list."""

    week = models.ForeignKey(Week, models.CASCADE, related_name="delegations")
    key = models.SlugField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="delegations")
    name = MultiTextField()
    code = models.CharField(max_length=3)
    precedence = models.PositiveSmallIntegerField(default=0)
    rank = models.CharField(max_length=40, blank=True)
    is_host = models.BooleanField(default=False)
    focal_point = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="focal_point_of")
    folded = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "key"], name="delegation_key"),
            models.UniqueConstraint(fields=["week", "code"], name="delegation_code"),
        ]
        ordering = ["precedence", "code"]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refold()
        super().save(*args, **kwargs)

    def refold(self) -> None:
        """Fill the search column; ``bulk_create`` and ``update`` do not."""
        self.folded = fold(" ".join([*self.name.texts.values(), self.code]))


class Member(Record):
    """A person in a delegation; a person is in one delegation of a week."""

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    is_head = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegation", "person"], name="member_once"),
            models.UniqueConstraint(fields=["delegation"], condition=models.Q(is_head=True), name="one_head"),
        ]
        ordering = ["-is_head", "order"]
