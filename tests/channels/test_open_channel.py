"""The settings choose one way out, and say in Dutch what is missing."""

from pathlib import Path
from typing import Any

import pytest

from campagne.channels import open_channel, open_webhook
from campagne.channels.folder import FolderChannel
from campagne.channels.graph import GraphChannel
from campagne.channels.notifynl import NotifyChannel
from campagne.channels.smtp import SmtpChannel
from campagne.channels.webhook import Webhook
from campagne.errors import SettingsError
from campagne.settings import Settings

NUMBER = "26785a09-ab16-4eb0-8407-a37497a57506"
SMTP = {"smtp_url": "smtps://mail.example.nl"}
NOTIFYNL = {"notifynl_key": f"naam-{NUMBER}-{NUMBER}", "notifynl_template": NUMBER}
GRAPH = {"graph_tenant": NUMBER, "graph_client": NUMBER, "graph_secret": "geheim"}


def settings(**given: Any) -> Settings:
    return Settings(**given)


@pytest.mark.parametrize(
    ("given", "kind", "for_real"),
    [
        ({}, FolderChannel, False),
        (SMTP, SmtpChannel, True),
        (NOTIFYNL, NotifyChannel, True),
        (GRAPH, GraphChannel, True),
    ],
)
def test_one_way_out(tmp_path: Path, given: dict[str, Any], kind: type, for_real: bool) -> None:  # noqa: FBT001 - a column of the table
    chosen = settings(data_dir=tmp_path, **given)
    assert type(open_channel(chosen)) is kind
    assert chosen.mails_for_real is for_real
    assert chosen.uses_demo_contacts is not for_real


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (SMTP | NOTIFYNL, "meer dan één weg voor de mail: CAMPAGNE_SMTP_URL en CAMPAGNE_NOTIFYNL_"),
        (NOTIFYNL | GRAPH, "CAMPAGNE_NOTIFYNL_KEY en CAMPAGNE_GRAPH_SECRET"),
        (NOTIFYNL | {"notifynl_template": None}, "ontbreekt CAMPAGNE_NOTIFYNL_TEMPLATE"),
        (NOTIFYNL | {"notifynl_key": "geheim"}, "CAMPAGNE_NOTIFYNL_KEY klopt niet"),
        (GRAPH | {"graph_tenant": "", "graph_client": ""}, "_TENANT en CAMPAGNE_GRAPH_CLIENT"),
    ],
)
def test_what_does_not_fit_is_told(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        open_channel(settings(**given))
    assert "geheim" not in str(caught.value)


def test_the_team_is_told_only_when_asked_for() -> None:
    assert open_webhook(settings()) is None
    hook = open_webhook(settings(webhook_url="https://example.nl/x"))
    assert isinstance(hook, Webhook)
    with pytest.raises(SettingsError, match="CAMPAGNE_WEBHOOK_KEY"):
        open_webhook(settings(webhook_url="https://example.nl/x", webhook_kind="json"))
