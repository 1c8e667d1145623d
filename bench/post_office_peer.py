"""django-post-office with the same mails; runs in a venv of its own, `.venv/bench`.

    python post_office_peer.py MAILS.json DATABASE PORT

Queues the mails with `send_many` and sends them with what `send_queued_mail` calls, at the
settings that were fastest here: SQLite with WAL, which it commits per batch, batches of a thousand
mails, one thread and a log of failures only. Prints as JSON how long it took and how many were
sent and failed.
"""

import json
import logging
import sys
import time
from pathlib import Path


def main(mails: list[dict[str, str]], database: str, port: int, threads: int) -> None:
    """Queue and send, and print what it took."""
    import django  # noqa: PLC0415 - before anything is set up, nothing of it may be imported
    from django.conf import settings  # noqa: PLC0415

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
        LOGGING_CONFIG=None,
        POST_OFFICE={
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
            "BATCH_SIZE": 1000,
            "THREADS_PER_PROCESS": threads,
            "LOG_LEVEL": 1,
        },
    )
    django.setup()
    logging.disable()
    from django.core.management import call_command  # noqa: PLC0415
    from post_office import mail  # noqa: PLC0415
    from post_office.models import STATUS, Email  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    mail.send_many(
        [
            {
                "sender": one["sender"],
                "recipients": [one["to"]],
                "subject": one["subject"],
                "message": one["text"],
                "html_message": one["html"],
                "headers": {"Message-ID": one["message_id"], "Auto-Submitted": "auto-generated"},
            }
            for one in mails
        ]
    )
    queued, processor = time.perf_counter(), time.process_time()
    mail.send_queued_mail_until_done(f"{database}.lock", 1)
    sent = time.perf_counter()
    done = {
        "processor": time.process_time() - processor,
        "queueing": queued - start,
        "sending": sent - queued,
        "sent": Email.objects.filter(status=STATUS.sent).count(),
        "failed": Email.objects.filter(status=STATUS.failed).count(),
    }
    print(json.dumps(done))


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    main(given, sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
