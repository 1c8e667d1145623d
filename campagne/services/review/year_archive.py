"""Everything of a year of a region in one file, for the zaaksysteem (Archiefwet, Woo).

Broadcasts with what was approved by whom, answers, what gemeenten did and how they looked back: as
tables (CSV) and for programs (JSON), the report for people, and the SHA-256 of each file. The same
data give the same bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne import archive
from campagne.clock import AMSTERDAM
from campagne.documents import pressing
from campagne.documents.pressing import DocumentError
from campagne.domain import dutch, spreadsheet
from campagne.domain.enclosures import Enclosure
from campagne.domain.evaluations import Channel
from campagne.domain.involvement import Involvement
from campagne.domain.regions import touches
from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.words import in_words, word
from campagne.errors import NotFoundError
from campagne.services import audit
from campagne.services.regional import enclosed
from campagne.services.review import region_year, report
from campagne.services.review.region_year import RegionYear
from campagne.services.review.report import Form, Report
from campagne.store import blobs, queries
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, BroadcastRow

MEDIA_TYPE = "application/zip"

_Value = str | int | list[str] | None
_Table = Sequence[Mapping[str, _Value]]


@dataclass(frozen=True, slots=True)
class YearArchive:
    """What an archive is made of: the report, tables, and what went along with broadcasts.

    Attributes:
        tables: by the name of their file.
        files: by where they stand in the archive, each the digest under which it is stored.
    """

    report: Report
    tables: Mapping[str, _Table]
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """Under what name it is saved."""
        shown = self.report.shown
        return f"archief-{shown.region.key}-{shown.year}.zip"


def may_have(session: Session, shown: RegionYear, visitor: Visitor) -> bool:
    """Say whether somebody may have the archive of a region: who sees all answers in it."""
    seen = places_for(
        visitor, Action.SEE_ANSWERS, queries.municipalities(session), queries.regions(session)
    )
    return bool(shown.lines) and all(one.municipality.key in seen for one in shown.lines)


def view(session: Session, region: str, year: int, visitor: Visitor) -> YearArchive:
    """Return the archive for who manages the region; args and errors: as `collect`.

    Raises:
        NotFoundError: for anybody else too.
    """
    found = region_year.require_reader(session, region, visitor)
    if not may_have(session, region_year.of_region(session, found, year), visitor):
        raise NotFoundError(
            f"Het archief van {found.name} is voor de centrumgemeente en de beheerder ervan."
        )
    return collect(session, region, year)


def collect(session: Session, region: str, year: int) -> YearArchive:
    """Return the archive of a year of a region.

    Raises:
        NotFoundError: for an unknown region or year.
    """
    found = report.collect(session, region, year)
    whole = region_year.of_region(session, found.shown.region, year)
    broadcasts = _broadcasts(session, whole)
    tables = {
        "regioberichten": [_broadcast(session, one) for one in broadcasts],
        "goedkeuringen": list(_decisions(session, broadcasts)),
        "antwoorden": list(_answers(session, whole)),
        "deelname": list(_participation(whole)),
        "evaluaties": list(_evaluations(whole)),
    }
    files = {_place(row, one): one.digest for row in broadcasts for one in _sent(row)}
    return YearArchive(found, tables, files)


def write(found: YearArchive, database: Database) -> Iterator[bytes]:
    """Return the file in pieces: the same bytes for the same archive.

    What can fail comes before the first byte: whether all files are there, and the report.

    Args:
        found: the archive.
        database: where the files are that went along; each is read when it is its turn, since all
            of a year together can be as large as the memory.

    Raises:
        DocumentError: when a file is not there any more, or the report cannot be made now.
    """
    with database.read() as session:
        gone = blobs.missing(session, found.files.values())
    if gone:
        names = dutch.join([name for name, digest in found.files.items() if digest in gone])
        raise DocumentError(
            f"Het archief kan niet worden gemaakt: in de gegevens ontbreekt {names}. Vraag de"
            " beheerder om de laatste back-up terug te zetten."
        )
    files = {}
    for name, rows in found.tables.items():
        header = list(_HEADERS[name])
        files[f"{name}.csv"] = spreadsheet.write(
            header, [[_text(row[one]) for one in header] for row in rows]
        )
        text = json.dumps(rows, ensure_ascii=False, indent=2)
        files[f"{name}.json"] = f"{text}\n".encode()
    forms = [Form.DOCX, Form.PDF] if pressing.complete() else [Form.DOCX]
    for form in forms:
        files[f"jaarverslag.{form.value}"] = report.write(found.report, form)
    files["lees-mij.txt"] = _read_me(found.report).encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    digests.update(found.files)
    hashes = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))

    def entries() -> Iterator[tuple[str, bytes]]:
        for name, digest in sorted(digests.items()):
            if name in files:
                yield name, files[name]
            else:
                with database.read() as session:
                    content = blobs.read(session, digest)
                yield name, content
        yield "sha256.txt", hashes.encode()

    return archive.stream(entries())


_HEADERS: Mapping[str, Sequence[str]] = {
    "regioberichten": (
        *("nummer", "editie", "campagne", "regio", "centrumgemeente", "gemeenten", "rollen"),
        *("onderwerp", "tekst", "antwoord voor", "stand", "schrijver", "gemaakt", "ingediend"),
        *("goedgekeurd door", "goedgekeurd", "vingerafdruk", "verstuurd", "bijlagen"),
    ),
    "goedkeuringen": ("regiobericht", "moment", "wie", "wat", "waarom"),
    "antwoorden": (
        *("editie", "gemeente", "regiobericht", "antwoord", "wie", "moment", "tot"),
        *("hoe", "gezegd op"),
    ),
    "deelname": (
        *("editie", "campagne", "van", "tot en met", "datum", "gemeente", "deelname", "acties"),
        *("verwachte kosten in eurocent", "werkelijke kosten in eurocent"),
    ),
    "evaluaties": (
        *("editie", "gemeente", "wie", "moment", *(one.value for one in Channel)),
        *("gedaan", "houden", "anders"),
    ),
}


def _row(table: str, *values: _Value) -> dict[str, _Value]:
    return dict(zip(_HEADERS[table], values, strict=True))


def _broadcasts(session: Session, whole: RegionYear) -> list[BroadcastRow]:
    """Return the broadcasts about the editions of the year to the region, or a part of it."""
    regions = queries.regions(session)
    found = session.exec(
        select(BroadcastRow)
        .where(col(BroadcastRow.edition_key).in_([one.edition.key for one in whole.columns]))
        .order_by(col(BroadcastRow.id))
    )
    return [one for one in found if touches(one.region_key, whole.region.key, regions)]


def _broadcast(session: Session, row: BroadcastRow) -> dict[str, _Value]:
    places, people = queries.municipalities(session), queries.contacts(session)
    names = {one.key: one.name for one in people}
    edition = queries.editions(session, keys=[row.edition_key])[0]
    return _row(
        "regioberichten",
        row.id,
        row.edition_key,
        queries.campaigns(session)[edition.campaign].name,
        queries.regions(session)[row.region_key].name,
        places[row.centre_key].name,
        [places[one].name for one in row.places],
        row.roles,
        row.subject,
        row.body,
        row.answer_by.isoformat(),
        word(row.state),
        names.get(row.author_key, row.author_key),
        _moment(row.created_at),
        _moment(row.submitted_at),
        names.get(row.approver_key or "", row.approver_key or ""),
        _moment(row.approved_at),
        row.approved,
        _moment(row.released_at),
        [_place(row, one) for one in _sent(row)],
    )


def _place(row: BroadcastRow, one: Enclosure) -> str:
    """Return where a file of a broadcast stands in the archive."""
    return f"bijlagen/{row.id}/{one.name}"


def _sent(row: BroadcastRow) -> tuple[Enclosure, ...]:
    """Return the files that went along; none of a broadcast that was never released."""
    return enclosed.of(row) if row.released_at is not None else ()


def _decisions(session: Session, broadcasts: Sequence[BroadcastRow]) -> Iterator[dict[str, _Value]]:
    for row in broadcasts:
        of = ("broadcast", str(row.id))
        for line in reversed(audit.entries(session, of=of, limit=None)):
            yield _row("goedkeuringen", row.id, _moment(line.at), line.by, line.what, line.why)


def _answers(session: Session, whole: RegionYear) -> Iterator[dict[str, _Value]]:
    names = {one.municipality.key: one.municipality.name for one in whole.lines}
    given = session.exec(
        select(AnswerRow)
        .where(
            col(AnswerRow.edition_key).in_([one.edition.key for one in whole.columns]),
            col(AnswerRow.municipality_key).in_(list(names)),
        )
        .order_by(col(AnswerRow.id))
    )
    for row in given:
        yield _row(
            "antwoorden",
            row.edition_key,
            names[row.municipality_key],
            row.broadcast_id,
            word(row.answer),
            row.by,
            _moment(row.at),
            _day(row.until),
            word(row.source) if row.source else "",
            _day(row.said_on),
        )


def _participation(whole: RegionYear) -> Iterator[dict[str, _Value]]:
    for number, column in enumerate(whole.columns):
        for line in whole.lines:
            cell = line.cells[number]
            if cell.involvement is Involvement.ELSEWHERE:
                continue
            yield _row(
                "deelname",
                column.edition.key,
                column.name,
                _day(column.edition.span.first),
                _day(column.edition.span.last),
                word(column.edition.status),
                line.municipality.name,
                word(cell.involvement),
                [in_words(one) for one in cell.plan.actions],
                cell.plan.expected_cents,
                cell.plan.real_cents,
            )


def _evaluations(whole: RegionYear) -> Iterator[dict[str, _Value]]:
    for number, column in enumerate(whole.columns):
        for line in whole.lines:
            said = line.cells[number].evaluation
            if said.version:
                yield _row(
                    "evaluaties",
                    column.edition.key,
                    line.municipality.name,
                    said.by,
                    _moment(said.at),
                    *(said.reach.get(one) for one in Channel),
                    list(said.done),
                    said.keep,
                    said.change,
                )


def _read_me(found: Report) -> str:
    shown = found.shown
    return f"""Archief van de campagnes van {shown.year} in {shown.region.name}

Gemaakt met de Campagnekalender. Stand van de gegevens: {dutch.day(found.data_of)}.

jaarverslag      wat er gebeurde, om te lezen
regioberichten   wat de centrumgemeente schreef, aan wie, en wie het goedkeurde
bijlagen         wat er met een regiobericht meeging, in een map met het nummer ervan
goedkeuringen    wat er met elk regiobericht is gedaan, door wie en waarom
antwoorden       elk antwoord van een gemeente; het laatste telt
deelname         per campagne en gemeente: deelname, eigen acties, kosten
evaluaties       hoe de gemeenten terugkeken

Van elke tabel is er een bestand voor Excel (CSV) en een voor programma's (JSON). Bedragen zijn in
eurocent, tijden in Nederlandse tijd. In sha256.txt staat van elk bestand de controlesom: met het
programma sha256sum kun je zien of een bestand later is veranderd.

De vingerafdruk bij een regiobericht hoort bij de woorden die zijn goedgekeurd. Soms is daarna een
medewerker gewist: dan staat in de tekst of in de naam van een bijlage iets anders in de plaats van
naam, adres of nummer (AVG). De vingerafdruk blijft, maar is dan niet meer die van de tekst hier.

In dit archief staan namen van medewerkers. Deel het alleen met wie het nodig heeft.
"""


def _text(value: _Value) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def _moment(at: datetime | None) -> str:
    return at.astimezone(AMSTERDAM).isoformat(timespec="seconds") if at else ""


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
