"""No mail leaves for people with the links or the sender of a first look."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from campagne.bootstrap import build
from campagne.channels import require_own_names
from campagne.errors import SettingsError
from campagne.settings import Settings

_HERE = "CAMPAGNE_BASE_URL: "
_EXAMPLE = "CAMPAGNE_MAIL_FROM: "


@pytest.mark.parametrize(
    ("server", "base_url", "sender", "told"),
    [
        ("mail.voorbeeld.test", "http://127.0.0.1:8000", "C <c@example.nl>", [_HERE, _EXAMPLE]),
        ("mail.voorbeeld.test", "http://localhost", "C <c@gemeente.test>", [_HERE]),
        ("mail.voorbeeld.test", "http://[::1]:80", "C <c@gemeente.test>", [_HERE]),
        ("mail.voorbeeld.test", "http://0.0.0.0:8000", "C <c@gemeente.test>", [_HERE]),
        ("mail.voorbeeld.test", "https://campagne.gemeente.test", "c@example.org", [_EXAMPLE]),
        ("mail.voorbeeld.test", "https://campagne.gemeente.test", "c@EXAMPLE.com", [_EXAMPLE]),
        ("mail.voorbeeld.test", "https://campagne.gemeente.test", "c@a.example.nl", [_EXAMPLE]),
        ("mail.voorbeeld.test", "https://campagne.gemeente.test", "c@anexample.nl", []),
        ("127.0.0.1:2525", "http://127.0.0.1:8000", "c@example.nl", []),
        ("localhost", "http://127.0.0.1:8000", "c@example.nl", []),
        ("naam:geheim@[::1]:2525", "http://127.0.0.1:8000", "c@example.nl", []),
        (None, "http://127.0.0.1:8000", "c@example.nl", []),
    ],
)
def test_no_mail_to_people_with_links_or_a_sender_of_a_first_look(
    server: str | None, base_url: str, sender: str, told: list[str]
) -> None:
    url = None if server is None else SecretStr(f"smtp://{server}")
    settings = Settings(smtp_url=url, base_url=base_url, mail_from=sender)
    if not told:
        require_own_names(settings)
        return
    with pytest.raises(SettingsError) as caught:
        require_own_names(settings)
    lines = str(caught.value).splitlines()[1:]
    assert len(lines) == len(told)
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True))


def test_no_return_address_of_a_first_look() -> None:
    settings = Settings(
        smtp_url=SecretStr("smtp://mail.voorbeeld.test"),
        base_url="https://campagne.gemeente.test",
        mail_from="c@gemeente.test",
        bounce_address="bounces@example.nl",
    )
    with pytest.raises(SettingsError, match=r"\nCAMPAGNE_BOUNCE_ADDRESS: example.nl is een"):
        require_own_names(settings)


def test_another_way_out_mails_people_too() -> None:
    with pytest.raises(SettingsError, match=r"CAMPAGNE_BASE_URL: .*\nCAMPAGNE_MAIL_FROM: "):
        require_own_names(Settings(notifynl_key=SecretStr("geheim")))


def test_the_service_does_not_start_with_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CAMPAGNE_BASE_URL: .*\nCAMPAGNE_MAIL_FROM: "):
        build(Settings(data_dir=tmp_path, smtp_url=SecretStr("smtps://mail.voorbeeld.test")))
    assert list(tmp_path.iterdir()) == []
