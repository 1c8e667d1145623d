"""A real Postfix of our own, its configuration, queue and port too; the system's is left alone.

Nothing leaves: it delivers to maildirs in its folder, and has no way to any other machine.
"""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import free_port

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.nl
mydestination =
mynetworks = 127.0.0.1/32
relay_domains =
default_transport = error:5.1.2 nothing leaves this machine
alias_maps =
alias_database =
smtpd_recipient_restrictions =
    check_recipient_access regexp:{folder}/etc/refused, permit_mynetworks, reject
# Who is not known is accepted and bounced, as by a server that passes mail on to another.
smtpd_reject_unlisted_recipient = no
virtual_mailbox_domains = example.nl
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/etc/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtputf8_enable = no
"""
# Without chroot, so that nothing needs to be copied to the queue.
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
"""


def why_not() -> str:
    """Say why no Postfix can be started here; empty where one can."""
    if shutil.which("postfix") is None or not Path("/usr/lib/postfix/sbin/master").exists():
        return "Postfix is not installed: apt install postfix"
    if os.geteuid() != 0:
        return "Postfix can be started by root only"
    return ""


@dataclass(frozen=True)
class Postfix:
    """A Postfix that is running.

    Attributes:
        bounces: the maildir of the sender, to which reports come.
        mailbox: the maildir of everyone else.
    """

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Path:
        return self.folder / "mail" / "everyone"

    @property
    def bounces(self) -> Path:
        return self.folder / "mail" / "bounces"

    @property
    def said(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def arrived(self, mailbox: Path) -> list[bytes]:
        """Return what is in a maildir, in the order in which it came."""
        files = (mailbox / "new").glob("*")
        return [path.read_bytes() for path in sorted(files, key=lambda one: one.stat().st_mtime_ns)]


@contextmanager
def running(*, sender: str, refused: str, unknown: str) -> Iterator[Postfix]:
    """Run a Postfix.

    Args:
        sender: address that gets what bounces.
        refused: address that it refuses at once, with 550.
        unknown: address that it takes, and only then finds nobody for.
    """
    with tempfile.TemporaryDirectory(prefix="campagne-postfix-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # its parts run as other users
        user, port = pwd.getpwnam("postfix"), free_port()
        for name in ("etc", "queue", "data", "mail"):
            (folder / name).mkdir(mode=0o755)
        for name in ("data", "mail"):
            os.chown(folder / name, user.pw_uid, user.pw_gid)
        values = {
            "folder": folder,
            "port": port,
            "uid": user.pw_uid,
            "gid": grp.getgrgid(user.pw_gid).gr_gid,
        }
        for name, text in (
            ("main.cf", _MAIN.format(**values)),
            ("master.cf", _MASTER.format(**values)),
            ("refused", f"/^{_literal(refused)}$/ 550 5.7.1 not here\n"),
            ("mailboxes", f"/^{_own(sender)}$/ bounces/\n!/^{_literal(unknown)}$/ everyone/\n"),
        ):
            (folder / "etc" / name).write_text(text, encoding="utf-8")
        _do(folder, "start")
        try:
            yield Postfix(folder, port)
        finally:
            _do(folder, "stop")


def _own(address: str) -> str:
    """Return a pattern for an address, and for those that are its own by what follows a plus."""
    name, _, domain = address.partition("@")
    return f"{_literal(name)}([+][^@]*)?@{_literal(domain)}"


def _literal(address: str) -> str:
    return address.replace(".", "[.]")


def _do(folder: Path, what: str) -> None:
    done = subprocess.run(  # noqa: S603 - a program that was looked up
        [shutil.which("postfix") or "", "-c", str(folder / "etc"), what],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout.decode()
