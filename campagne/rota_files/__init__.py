"""The files of `calendars/`: read as one set, with all faults at once.

Files refer to each other, so that the keys of all files are gathered first; a reference to a file
that cannot be read is not called a fault. Nothing is loaded from a set with a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campagne.domain.contacts import Contact
from campagne.domain.playbook import MeetingSeries, Step
from campagne.domain.regions import Municipality, Region, ancestry
from campagne.domain.rota import Campaign, HelpLine, Measure, RotaEntry
from campagne.errors import CalendarFilesError
from campagne.rota_files.campaigns import read_campaigns, read_measures, read_rota
from campagne.rota_files.documents import Document, read_document
from campagne.rota_files.places import read_contacts, read_municipalities, read_regions
from campagne.rota_files.reading import Table
from campagne.rota_files.rules import rule_to_table
from campagne.rota_files.work import read_help_lines, read_meetings, read_steps

__all__ = ["RotaFiles", "load", "rule_to_table"]

_PLACES = "gemeenten.toml"
_CAMPAIGNS = "campagnes.toml"
_PLAYBOOK = "draaiboek.toml"
_MEETINGS = "overleggen.toml"
_MEASURES = "maatregelen.toml"
_HELP_LINES = "hulplijnen.toml"
_ROTAS = "rooster-*.toml"


@dataclass(frozen=True, slots=True)
class RotaFiles:
    """Everything in `calendars/`, in the order of the files.

    Attributes:
        rota: the entries of all rotas.
        steps: the playbook.
        contacts: empty when no contacts file was asked for.
    """

    regions: tuple[Region, ...]
    municipalities: tuple[Municipality, ...]
    campaigns: tuple[Campaign, ...]
    rota: tuple[RotaEntry, ...]
    steps: tuple[Step, ...]
    meetings: tuple[MeetingSeries, ...]
    measures: tuple[Measure, ...]
    help_lines: tuple[HelpLine, ...]
    contacts: tuple[Contact, ...]


def load(folder: Path, *, contacts: str | None) -> RotaFiles:
    """Read the set of files in a folder.

    Args:
        folder: the folder with the files; every `rooster-*.toml` in it is read.
        contacts: name of the contacts file in that folder, None for no contacts.

    Raises:
        CalendarFilesError: with every fault of every file.
    """
    if not folder.is_dir():
        raise CalendarFilesError((f"{folder}: deze map met kalenderbestanden bestaat niet",))
    faults: list[str] = []
    places, campaigns, playbook, meetings, measures, help_lines = (
        _open(folder / name, faults)
        for name in (_PLACES, _CAMPAIGNS, _PLAYBOOK, _MEETINGS, _MEASURES, _HELP_LINES)
    )
    rotas = [_open(path, faults) for path in sorted(folder.glob(_ROTAS))]
    if not rotas:
        faults.append(f"{_ROTAS}: er is geen rooster; zet er een in de map {folder}")
    people = None if contacts is None else _open(folder / contacts, faults)
    known_regions = places.declared("regio")
    known_places = places.declared("gemeente")
    known_campaigns = campaigns.declared("campagne")

    regions = read_regions(places, known_regions, known_places)
    municipalities = read_municipalities(places, known_regions, help_lines.declared("hulplijn"))
    # With a fault in the places the regions may go round in a circle: then nothing is known.
    inside = {} if faults else _members(regions, municipalities)
    loaded = RotaFiles(
        regions=regions,
        municipalities=municipalities,
        campaigns=read_campaigns(campaigns, known_campaigns, known_regions, known_places, inside),
        rota=tuple(
            entry
            for rota in rotas
            for entry in read_rota(rota, known_regions, known_campaigns, known_places, inside)
        ),
        steps=read_steps(playbook, meetings.declared("overleg")),
        meetings=read_meetings(meetings),
        measures=read_measures(measures, known_regions),
        help_lines=read_help_lines(help_lines),
        contacts=() if people is None else read_contacts(people, known_places),
    )
    for file in (places, campaigns, playbook, meetings, measures, help_lines, *rotas, people):
        if file is not None:
            file.close()
    keys = [entry.key for entry in loaded.rota]
    faults += [
        f"{_ROTAS}: {key} staat in meer dan een rooster; haal het uit een van de bestanden"
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if faults:
        raise CalendarFilesError(tuple(faults))
    return loaded


def _open(path: Path, faults: list[str]) -> Table:
    """Return the whole file as a table; an unreadable one is empty and adds no more faults."""
    document, values = read_document(path, faults)
    if values is None:
        return Table({}, Document(path.name))
    return Table(values, document)


def _members(
    regions: tuple[Region, ...], municipalities: tuple[Municipality, ...]
) -> Mapping[str, frozenset[str]]:
    """Return for each region the gemeenten in it at any depth, at any time."""
    by_key = {one.key: one for one in regions}
    around = {one.key: ancestry(one.region, by_key) for one in municipalities}
    return {
        region: frozenset(key for key, regions_of in around.items() if region in regions_of)
        for region in by_key
    }
