import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist

import hanhlang.web
from hanhlang.domains.core import letters
from hanhlang.domains.core.errors import LetterRefused
from hanhlang.domains.core.models import Letter, OutboxMessage

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)
TEMPLATES = Path(hanhlang.web.__file__).parent / "templates" / "letters"
KINDS = sorted({path.name.split(".")[0] for path in TEMPLATES.glob("*.txt")})
INVITATION = {"role": "Protocol", "week": "VIDW 2025", "inviter": "Lê Thị O'Hara", "link": "http://x/signin/"}


def write(**changes):
    given = {"to": "mai@example.org", "kind": "role_invitation", "language": "en", "values": INVITATION, "now": NOW}
    return letters.send(**(given | changes))


def test_a_letter_is_written_at_once_and_announced():
    letter = write()

    assert letter.subject == "Invitation: Protocol, VIDW 2025"
    assert letter.body.startswith("You have been given a role at VIDW 2025:\n")
    assert "Given by Lê Thị O'Hara." in letter.body
    assert (letter.sent_at, letter.written_at) == (None, NOW)
    assert OutboxMessage.objects.get().payload == {"letter": str(letter.pk)}


def test_each_language_has_its_own_words():
    assert write(language="vi").subject == "Thư mời: Protocol, VIDW 2025"


def test_no_other_language_steps_in_silently():
    with pytest.raises(TemplateDoesNotExist):
        write(language="fr")
    assert not Letter.objects.exists()


def test_a_value_forgotten_is_found_where_the_letter_is_written():
    with pytest.raises(TypeError, match="needs inviter, link"):
        write(values={"role": "Protocol", "week": "VIDW 2025"})


@pytest.mark.parametrize(
    "to", ["mai", "mai@example.org\nBcc: all@example.org", "mai@example.org\r\nX: y", "", "mai@example.org,b@example.org"]
)
def test_an_address_that_is_none_or_carries_a_header_is_refused(to):
    with pytest.raises(LetterRefused) as refusal:
        write(to=to)
    assert "\n" not in str(refusal.value) and not Letter.objects.exists()


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x00", "\x85", "\u2028", "\u2029"])
def test_no_value_ends_the_subject_and_begins_a_header(end):
    with pytest.raises(LetterRefused):
        write(values=INVITATION | {"week": f"VIDW{end}Bcc: all@example.org"})


def test_a_value_with_several_lines_may_stand_in_the_body():
    assert "first\nsecond" in write(values=INVITATION | {"inviter": "first\nsecond"}).body


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(RuntimeError):
        write()
    with transaction.atomic():
        assert write().pk


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_both_languages_with_the_same_values_and_a_subject(kind):
    sources = {language: (TEMPLATES / f"{kind}.{language}.txt").read_text() for language in ("vi", "en")}

    assert letters.placeholders(sources["vi"]) == letters.placeholders(sources["en"])
    for source in sources.values():
        assert re.match(r"Subject: \S.*\n\n\S", source)
        # Whatever a letter says it says by value; a tag would bring logic into the words.
        assert "{%" not in source


def test_there_are_letters_to_compare():
    assert {"sign_in_code", "role_invitation"} <= set(KINDS)
