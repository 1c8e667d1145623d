"""The report of a year: of a region, or of one gemeente in it, for Word and as PDF.

Ready for the Regionaal Beleidsoverleg and for a letter to the council: the rota, who joined, what
was done, what it cost, whom it reached and what was learnt. It names gemeenten, no people.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from campagne.clock import local_day
from campagne.documents import paper, word
from campagne.domain import dutch
from campagne.domain.regions import reaches, touches
from campagne.domain.rights import Visitor
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.review import region_year
from campagne.services.review.region_year import RegionYear
from campagne.services.review.report_blocks import WHAT, blocks
from campagne.store import queries
from campagne.store.tables import AnswerRow, BroadcastRow, EvaluationRow, ParticipationRow

_INSTEAD = "het bestand voor Word"


class Form(StrEnum):
    """What a report can be asked for as."""

    DOCX = "docx"
    PDF = "pdf"


MEDIA_TYPES = {Form.DOCX: word.MEDIA_TYPE, Form.PDF: paper.MEDIA_TYPE}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of.

    Attributes:
        shown: the year, of one gemeente alone where it is about that.
        about: name of the region or gemeente.
        municipality: key of the gemeente; empty for the region.
        rota: what stood on the rota: campaign, gemeenten, theme, who leads, the most it may cost.
        data_of: the day on which the data were last changed.
    """

    shown: RegionYear
    about: str
    municipality: str
    rota: tuple[tuple[str, ...], ...]
    data_of: date

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Jaarverslag campagnes {self.shown.year}: {self.about}"


def view(session: Session, region: str, year: int, municipality: str, visitor: Visitor) -> Report:
    """Return the report for a colleague in the region; args and errors: as `collect`."""
    region_year.require_reader(session, region, visitor)
    return collect(session, region, year, municipality)


def collect(session: Session, region: str, year: int, municipality: str = "") -> Report:
    """Return the report of a year.

    Args:
        session: any session.
        region: key of the region.
        year: the year.
        municipality: key of the gemeente in it that it is about; empty for the whole region.

    Raises:
        NotFoundError: for an unknown region or year, or a gemeente outside the region.
    """
    regions = queries.regions(session)
    found = lookup.region(session, region)
    shown = region_year.of_region(session, found, year)
    about = found.name
    if municipality:
        lines = [one for one in shown.lines if one.municipality.key == municipality]
        if not lines:
            raise NotFoundError(
                f"De gemeente '{municipality}' ligt in {year} niet in {found.name}."
                " Kies een gemeente uit die regio."
            )
        shown, about = replace(shown, lines=tuple(lines)), lines[0].municipality.name
    alone = shown.lines[0].municipality if municipality else None
    campaigns, places = queries.campaigns(session), queries.municipalities(session)
    rota = tuple(
        (
            campaigns[one.campaign].name,
            regions[one.region].name,
            one.theme or "-",
            places[one.lead].name if one.lead else "-",
            f"hoogstens {dutch.euro(one.budget_eur)}",
        )
        for one in queries.rota_entries(session)
        if one.year == year
        and (
            reaches(one.region, alone.region, regions) and one.is_followed_by(alone.key)
            if alone
            else touches(one.region, region, regions)
        )
    )
    return Report(shown.narrowed(), about, municipality, rota, local_day(_changed_at(session)))


def _changed_at(session: Session) -> datetime:
    """Return when what a report tells was last changed, aware UTC."""
    _, found = queries.data_version(session)
    # What gemeenten say changes no calendar, so that it raises no data version.
    moments = (AnswerRow.at, ParticipationRow.at, EvaluationRow.at, BroadcastRow.released_at)
    for moment in moments:
        last = session.exec(select(func.max(col(moment)))).one()
        found = max(found, last or found)
    return found


def write(report: Report, form: Form) -> bytes:
    """Return a report as a file: always the same bytes for the same report.

    Raises:
        DocumentError: when it cannot be made now.
    """
    title, shown, rota = report.title, report.shown, report.rota
    footer = f"Campagnekalender. Stand van de gegevens: {dutch.day(report.data_of)}."
    if form is Form.DOCX:
        return word.write(title, blocks(title, shown, rota, with_png=True), footer=footer)
    return paper.write(
        title, blocks(title, shown, rota), what=WHAT, instead=_INSTEAD, footer=footer
    )


def file_name(report: Report, form: Form) -> str:
    """Return under what name a report is saved."""
    shown = report.shown
    about = report.municipality or shown.region.key
    return f"jaarverslag-{about}-{shown.year}.{form.value}"
