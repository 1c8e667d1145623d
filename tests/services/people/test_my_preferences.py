"""Who has more than one role chooses for each what to get; an old choice is not stored."""

import pytest

from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList, Rhythm
from campagne.errors import InvalidInputError
from campagne.services.access import PreferencesLink
from campagne.services.people import my_preferences, preferences
from campagne.store.database import Database
from tests.services.changing import HLT, Office

KATWIJK = "katwijk-campagnes"
CAMPAIGN = "week-tegen-kindermishandeling"


@pytest.fixture
def office(sqlite_world: Database, clock: SetClock) -> Office:
    return Office(sqlite_world, clock)


def found(office: Office, contact: str) -> my_preferences.PreferencesPage:
    with office.database.read() as session:
        return my_preferences.page(session, PreferencesLink(contact, MailList.REMINDERS))


def choose(office: Office, contact: str, campaigns: dict[str, bool], version: str = "") -> bool:
    with office.database.session() as session:
        return my_preferences.choose(
            session,
            contact,
            rhythm=Rhythm.AT_ONCE,
            reminders=True,
            broadcasts=True,
            campaigns=campaigns,
            version=version,
            today=office.clock.today(),
            now=office.clock.now(),
        )


def test_a_campaign_in_one_role(office: Office) -> None:
    offered = {one.key: one.name for one in found(office, KATWIJK).campaigns}
    assert offered[f"{CAMPAIGN}/beleid"] == "Week tegen Kindermishandeling, als beleidsmedewerker"
    assert f"{CAMPAIGN}/communicatie" in offered
    assert choose(office, KATWIJK, {f"{CAMPAIGN}/beleid": False})
    page = found(office, KATWIJK)
    assert page.wanted.muted == {(CAMPAIGN, Role.POLICY)}
    assert {one.key for one in page.campaigns if not one.on} == {f"{CAMPAIGN}/beleid"}
    assert choose(office, KATWIJK, {f"{CAMPAIGN}/beleid": True})
    assert found(office, KATWIJK).wanted.muted == frozenset()


def test_who_has_one_role_is_not_asked_for_it(office: Office) -> None:
    assert all("/" not in one.key for one in found(office, HLT).campaigns)


def test_an_old_choice_is_not_stored(office: Office) -> None:
    version = found(office, HLT).version
    assert choose(office, HLT, {CAMPAIGN: False}, version)
    with pytest.raises(InvalidInputError, match=r"intussen ergens anders gewijzigd"):
        choose(office, HLT, {CAMPAIGN: True}, version)
    with office.database.read() as session:
        assert preferences.of(session, HLT).muted
