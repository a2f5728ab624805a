"""
The cast of an example week: synthetic people, delegations and meetings, drawn around a hidden lawful plan that is never kept.

Everything a government could resent belongs to invented delegations only.
"""
