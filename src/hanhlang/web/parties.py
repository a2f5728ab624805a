"""The two sides of a meeting, as pages name them."""

from hanhlang.domains.meetings.parties import Party, party_of, seats_with_parties, sides_of

__all__ = ["Party", "party_of", "seats_with_parties", "sides_of"]
