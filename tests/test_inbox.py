"""A maildir and an IMAP server, for real: what is read, what is marked, and every way to fail."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from campagne import inbox
from campagne.errors import InboxError, SettingsError
from campagne.inbox import ImapBox, Letter, MailAccount, Maildir, open_inbox
from tests.certificates import Certificate, make_certificate
from tests.imap_server import PASSWORD, USER, Folder, serving
from tests.rights import without_rights


def read(box: inbox.Inbox, deal: Callable[[Letter], None] = lambda _: None) -> list[bytes]:
    """Read the whole box; deal with each letter."""
    found = []
    with box.open() as letters:
        for letter in letters:
            found.append(letter.raw)
            deal(letter)
    return found


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "new" / "1.a").write_bytes(b"een")
    (folder / "new" / "2.b").write_bytes(b"twee")
    (folder / "cur" / "3.c:2,").write_bytes(b"drie")
    (folder / "cur" / "4.d:2,R").write_bytes(b"vier")
    (folder / "cur" / "5.e:2,S").write_bytes(b"gelezen")
    (folder / "cur" / "6.f:2,F").write_bytes(b"met een vlag")
    (folder / "cur" / "7.g:2,T").write_bytes(b"weg")
    (folder / "new" / ".verborgen").write_bytes(b"geen mail")
    (folder / "tmp" / "8.h").write_bytes(b"half")
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for name in ("new", "cur") for path in (folder / name).iterdir()}


def test_a_maildir_gives_what_nobody_dealt_with(maildir: Path) -> None:
    before = names(maildir)
    assert read(Maildir(maildir)) == [b"een", b"twee", b"drie", b"vier"]
    # What is not marked comes again.
    assert read(Maildir(maildir)) == [b"een", b"twee", b"drie", b"vier"]
    assert names(maildir) == before


def test_a_maildir_keeps_what_was_done(maildir: Path) -> None:
    def deal(letter: Letter) -> None:
        (letter.leave if letter.raw == b"twee" else letter.settle)()

    read(Maildir(maildir), deal)
    assert read(Maildir(maildir)) == []
    assert (maildir / "cur" / "1.a:2,S").read_bytes() == b"een"
    assert (maildir / "cur" / "2.b:2,F").read_bytes() == b"twee"
    assert (maildir / "cur" / "4.d:2,RS").read_bytes() == b"vier"
    assert not (maildir / "new" / "1.a").exists()


def test_two_readers_of_a_maildir(maildir: Path) -> None:
    with Maildir(maildir).open() as one:
        first = next(one)
        read(Maildir(maildir), lambda letter: letter.settle())
        first.settle()
        assert list(one) == []
    assert read(Maildir(maildir)) == []


def test_only_the_beginning_of_a_huge_letter_is_read(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_BYTES", 3)
    assert read(Maildir(maildir)) == [b"een", b"twe", b"dri", b"vie"]


def test_a_full_box_is_read_in_parts(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MAX_LETTERS", 3)
    assert len(read(Maildir(maildir), lambda letter: letter.settle())) == 3
    assert read(Maildir(maildir)) == [b"vier"]


def test_a_file_that_cannot_be_read_stops_no_other(maildir: Path) -> None:
    (maildir / "new" / "0.map").mkdir()
    (maildir / "new" / "0.weg").symlink_to(maildir / "bestaat-niet")
    assert len(read(Maildir(maildir))) == 4


def test_a_folder_that_is_no_maildir(tmp_path: Path) -> None:
    with pytest.raises(InboxError, match=r"kan niet worden gelezen \(bestaat niet\)"):
        read(Maildir(tmp_path))


def test_a_maildir_that_cannot_be_written(maildir: Path) -> None:
    with (
        without_rights(maildir / "new"),
        pytest.raises(InboxError, match=r"schrijfrechten|kan niet worden gelezen"),
    ):
        read(Maildir(maildir), lambda letter: letter.settle())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def account(port: int, user: str = USER, password: str = PASSWORD, folder: str = "") -> MailAccount:
    return MailAccount.read(
        f"imaps://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{port}/{folder}"
    )


@pytest.mark.parametrize("plain", [True, False])
def test_an_imap_folder(certificate: Certificate, plain: bool) -> None:  # noqa: FBT001 - a table
    folder = Folder(plain=plain)
    one, two = folder.put(b"een\r\n"), folder.put(b"twee\r\n")
    folder.put(b"gelezen", r"\Seen")
    folder.put(b"met een vlag", r"\Flagged")
    folder.put(b"weg", r"\Deleted")

    def deal(letter: Letter) -> None:
        (letter.settle if letter.raw == b"een\r\n" else letter.leave)()

    with serving(folder, certificate.server) as port:
        box = ImapBox(account(port), context=certificate.trusting)
        # Reading alone marks nothing.
        assert read(box) == read(box) == [b"een\r\n", b"twee\r\n"]
        assert folder.flags[one] == set()
        assert read(box, deal) == [b"een\r\n", b"twee\r\n"]
        assert read(box) == []
    assert folder.flags[one] == {r"\Seen"}
    assert folder.flags[two] == {r"\Flagged"}
    assert "LOGOUT" in folder.said


def test_only_the_beginning_of_a_huge_letter_is_fetched(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_BYTES", 10)
    folder = Folder()
    folder.put(b"x" * 100_000)
    with serving(folder, certificate.server) as port:
        assert read(ImapBox(account(port), context=certificate.trusting)) == [b"x" * 10]


def test_a_letter_that_somebody_removes_meanwhile(certificate: Certificate) -> None:
    folder = Folder()
    folder.put(b"een")
    folder.put(b"twee")
    with (
        serving(folder, certificate.server) as port,
        ImapBox(account(port), context=certificate.trusting).open() as letters,
    ):
        assert next(letters).raw == b"een"
        del folder.mails[2]
        assert list(letters) == []


@pytest.mark.parametrize(
    ("change", "given", "sentence"),
    [
        ({}, {"password": "fout"}, "weigert de gebruiker of het wachtwoord"),
        ({"plain": False}, {"user": "ander"}, "weigert de gebruiker of het wachtwoord"),
        ({}, {"folder": "Bestaat%20niet"}, "heeft geen map 'Bestaat niet'"),
        ({"drops_at": "CAPABILITY"}, {}, "brak het lezen"),
        ({"drops_at": "SELECT"}, {}, "brak het lezen"),
        ({"drops_at": "UID SEARCH"}, {}, "brak het lezen"),
        ({"drops_at": "UID FETCH"}, {}, "brak het lezen"),
        ({"drops_at": "UID STORE"}, {}, "brak het lezen"),
        ({"hangs_at": "UID FETCH"}, {}, "gaf geen antwoord op tijd|brak het lezen"),
        ({"read_only": True}, {}, "schrijfrechten"),
    ],
)
def test_a_server_that_does_not_do_as_asked(
    certificate: Certificate, change: dict[str, object], given: dict[str, str], sentence: str
) -> None:
    folder = Folder(**change)  # type: ignore[arg-type]  # a table
    folder.put(b"een")
    with serving(folder, certificate.server) as port:
        box = ImapBox(account(port, **given), context=certificate.trusting, seconds=0.5)
        with pytest.raises(InboxError, match=sentence) as caught:
            read(box, lambda letter: letter.settle())
    assert "127.0.0.1" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for(certificate: Certificate) -> None:
    folder = Folder()
    with (
        serving(folder, certificate.server) as port,
        pytest.raises(InboxError, match="geen certificaat dat klopt"),
    ):
        read(ImapBox(account(port)))
    assert folder.said == []


def test_a_server_that_is_not_there(certificate: Certificate) -> None:
    with serving(Folder(), certificate.server) as port:
        pass
    with pytest.raises(InboxError, match="niet bereikbaar"):
        read(ImapBox(account(port)))
    with pytest.raises(InboxError, match="niet te vinden"):
        read(ImapBox(MailAccount("bestaat-niet.invalid", 993, "naam", "geheim")))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "imaps://naam:geheim@mail.example.nl",
            ("mail.example.nl", 993, "naam", "geheim", "INBOX"),
        ),
        (
            "imaps://a%40example.nl:g%2Fh@mail.example.nl:1993/Terug%20gekomen",
            ("mail.example.nl", 1993, "a@example.nl", "g/h", "Terug gekomen"),
        ),
        (
            "imaps://naam:geheim@mail.example.nl/INBOX/Bounces",
            ("mail.example.nl", 993, "naam", "geheim", "INBOX/Bounces"),
        ),
    ],
)
def test_an_account(url: str, expected: tuple[object, ...]) -> None:
    found = MailAccount.read(url)
    assert (found.host, found.port, found.user, found.password, found.folder) == expected
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("maildir:/var/mail/bounces", "/var/mail/bounces"),
        ("maildir:///var/mail/bounces", "/var/mail/bounces"),
        ("maildir:/var/mail/met%20spatie", "/var/mail/met spatie"),
    ],
)
def test_a_path(url: str, path: str) -> None:
    found = open_inbox(url)
    assert isinstance(found, Maildir)
    assert found._folder == Path(path)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("geheim", "begint niet met imaps:// of maildir:"),
        ("imap://naam:geheim@mail.example.nl", "begint niet met imaps:// of maildir:"),
        ("imaps://naam:geheim@", "de naam van de server"),
        ("imaps://naam:geheim@mail.example.nl:0", "de poort"),
        ("imaps://naam:geheim@mail.example.nl:geheim", "de poort"),
        ("imaps://mail.example.nl", "geef gebruiker en wachtwoord"),
        ("imaps://naam@mail.example.nl", "geef gebruiker en wachtwoord"),
        ("imaps://naam:geheim@mail.example.nl/INBOX?a", "na de map"),
        ("imaps://naam:geheim%0d%0aX@mail.example.nl", "geen letters"),
        ("imaps://naam:geheimé@mail.example.nl", "geen letters"),
        ("maildir:bounces", "het hele pad"),
        ("maildir://server/geheim", "het hele pad"),
    ],
)
def test_a_box_that_cannot_be(url: str, sentence: str) -> None:
    with pytest.raises(
        SettingsError, match=f"CAMPAGNE_BOUNCE_BOX klopt niet: .*{sentence}"
    ) as caught:
        open_inbox(url)
    assert "geheim" not in str(caught.value)
