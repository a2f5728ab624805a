from __future__ import annotations

import smtplib
import socketserver
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hanhlang.domains.core import letters, outbox
from hanhlang.jobs import queue

pytestmark = pytest.mark.django_db
CODE = {"code": "481 516", "minutes": 15}


@pytest.fixture(autouse=True)
def a_mail_server(settings):
    settings.EMAIL_HOST, settings.DEMO = "mail.example.org", False


@pytest.fixture
def no_answer(settings):
    """Have a mail server that refuses everyone."""
    settings.EMAIL_BACKEND = "letters_refused.Refuses"
    import sys

    sys.modules["letters_refused"] = sys.modules[__name__]
    yield
    del sys.modules["letters_refused"]


class Refuses:
    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such mailbox")})


def write(**changes):
    given = {"to": "mai@example.org", "kind": "sign_in_code", "language": "vi", "values": CODE, "now": timezone.now(), "is_secret": True}
    return letters.send(**(given | changes))


def carry_out(tries: int = 1) -> None:
    outbox.deliver()
    for _ in range(tries):
        while queue.run_one("one"):
            pass
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - timedelta(minutes=1))


def test_a_letter_is_sent_once_and_its_code_erased():
    letter = write()
    carry_out()

    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["mai@example.org"], "Mã đăng nhập của quý vị")
    assert "481 516" in sent.body
    assert sent.extra_headers["Message-ID"].startswith(f"<{letter.pk}@")
    letter.refresh_from_db()
    assert letter.sent_at and letter.body == ""

    from hanhlang.jobs.letters import send_letter

    send_letter.enqueue(str(letter.pk))
    carry_out()
    assert len(mail.outbox) == 1


def test_what_is_no_secret_is_kept():
    letter = write(is_secret=False)
    carry_out()

    letter.refresh_from_db()
    assert letter.sent_at and "481 516" in letter.body


def test_in_a_demonstration_nothing_leaves_and_the_code_can_be_read(settings):
    settings.DEMO = True
    letter = write()
    carry_out()

    letter.refresh_from_db()
    assert mail.outbox == [] and letter.sent_at and "481 516" in letter.body


def test_a_refused_letter_is_given_up_after_three_tries_without_its_code(no_answer):
    letter = write()
    carry_out()
    letter.refresh_from_db()
    assert letter.given_up_at is None and "550" in letter.fault and letter.body
    assert letter not in letters.unsent(before=timezone.now() - timedelta(minutes=1))

    carry_out(tries=3)
    letter.refresh_from_db()
    assert letter.given_up_at and letter.body == "" and letter.sent_at is None
    assert list(letters.unsent(before=timezone.now() - timedelta(minutes=1))) == [letter]
    assert "mai@example.org" not in queue.failed().get().traceback, "what ends in logs names nobody"
    assert letters.try_again(letters=[letter.pk], by=None, now=timezone.now()) == 0, "an erased code cannot be sent"


def test_a_given_up_letter_is_sent_when_the_desk_tries_again(no_answer, settings):
    letter = write(is_secret=False)
    carry_out(tries=3)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert letters.try_again(letters=[letter.pk], by=None, now=timezone.now()) == 1
    carry_out()
    assert [sent.to for sent in mail.outbox] == [["mai@example.org"]]


def test_without_a_mail_server_the_letter_says_which_setting_is_missing(settings):
    settings.EMAIL_HOST = ""
    letter = write()
    carry_out()

    letter.refresh_from_db()
    assert "HANHLANG_SMTP_HOST" in letter.fault and mail.outbox == []


class TinyMailServer(socketserver.StreamRequestHandler):
    """As much SMTP as one letter needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (row := self.rfile.readline()) != b".\r\n":
                    lines.append(row)
                self.server.letters.append(b"".join(lines))
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 good\r\n")


def test_a_letter_goes_through_a_real_mail_server_with_its_diacritics(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), TinyMailServer) as server:
        server.letters = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = False
        letter = write()
        carry_out()
        server.shutdown()
        thread.join(60)

    letter.refresh_from_db()
    assert letter.fault == ""
    read = message_from_bytes(server.letters[0], policy=policy.default)
    assert read["Subject"] == "Mã đăng nhập của quý vị"
    assert read["To"] == "mai@example.org" and read["Content-Language"] == "vi"
    assert "Hãy nhập mã tại trang đã yêu cầu." in read.get_content()
