"""The report of a year: what stands in it, of a region and of one gemeente, and as a file."""

import io
from datetime import UTC, date, datetime
from importlib import util

import pytest
from docx import Document

from campagne.documents import pressing
from campagne.documents.blocks import Block, Heading, Paragraph, Picture, Points, Table
from campagne.documents.pressing import MissingPackagesError
from campagne.domain.contacts import Contact
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.domain.rota import EditionStatus
from campagne.errors import NotFoundError
from campagne.services.audit import Author
from campagne.services.regional import local_plans
from campagne.services.review import report
from campagne.services.review.report import Form, Report
from campagne.services.review.report_blocks import blocks
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, EditionRow, EvaluationRow
from tests.services.review.test_region_year import AT, ORANGE, WEEK

PLAN = LocalPlan((LocalAction(ActionKind.LIGHTING, "Vlag"),), real_cents=2_600_00)


@pytest.fixture
def told(world: Database) -> Database:
    """Katwijk had a plan and looked back on it; Lisse joined Orange the World with a plan."""
    with world.session() as session:
        session.add(
            AnswerRow(
                edition_key=ORANGE,
                municipality_key="lisse",
                answer=Answer.JOIN,
                by="Wie dit zei",
                at=AT,
            )
        )
        for edition, place in ((WEEK, "katwijk"), (ORANGE, "lisse")):
            local_plans.store(
                session,
                edition_key=edition,
                municipality_key=place,
                plan=PLAN,
                by=Author("Wie dit zei"),
                now=AT,
            )
        session.add(
            EvaluationRow(
                edition_key=WEEK,
                municipality_key="katwijk",
                reach={"website": 1250, "vervallen": 3},
                done="Vlag gehesen\nTaart",
                keep="De vlag",
                change="Eerder\nbeginnen",
                version=1,
                by="Wie dit zei",
                at=AT,
            )
        )
    return world


def collect(database: Database, place: str = "", region: str = "holland-rijnland") -> Report:
    with database.read() as session:
        return report.collect(session, region, 2026, place)


def words(found: list[Block]) -> list[str]:
    """Return every piece of text, a row of a table as one."""
    told: list[str] = []
    for one in found:
        match one:
            case Heading():
                told.append(f"{'#' * one.level} {one.text}")
            case Paragraph():
                told.append("".join(run.text for run in one.text))
            case Points():
                told += ["- " + "".join(run.text for run in item) for item in one.items]
            case Table():
                told += [
                    " | ".join("".join(run.text for run in cell) for cell in row)
                    for row in one.rows
                ]
            case Picture():
                told.append(one.alt)
    return told


def of(found: Report) -> list[str]:
    return words(blocks(found.title, found.shown, found.rota))


def test_the_report_of_a_region(told: Database) -> None:
    week, orange = "Week tegen Kindermishandeling", "Orange the World"
    assert of(collect(told)) == [
        "# Jaarverslag campagnes 2026: Holland Rijnland",
        (
            "In 2026 ging het in Holland Rijnland om 2 campagnes. Aan 2 daarvan deden een of meer"
            " van de 6 gemeenten mee."
        ),
        "## Het rooster",
        f"{week} | Duin- en Bollenstreek | - | Katwijk | hoogstens € 2.500",
        "## Wie deed mee?",
        (
            f"Hoeveel gemeenten meededen. {week}: 5 van de 6 gemeenten; {orange}: 1 van de 6"
            " gemeenten."
        ),
        (
            f"{week}\n16 t/m 22 november 2026 | Hillegom, Katwijk, Lisse, Noordwijk en Teylingen"
            " | - | -"
        ),
        f"{orange}\n25 november t/m 10 december 2026 | Lisse | - | -",
        "## Wat deden de gemeenten?",
        f"### {week}",
        "Katwijk",
        "- Vlag gehesen",
        "- Taart",
        f"### {orange}",
        "Lisse (plan)",
        "- Gebouw verlichten of vlag hijsen: Vlag",
        "## Hoeveel mensen zijn bereikt?",
        f"{week} | 1.250 bezoekers van de webpagina | Katwijk",
        "## Wat kostte het?",
        "Hillegom | - | - | € 2.500 | -",
        "Katwijk | - | € 2.600 | € 2.500 | € 100",
        "Lisse | - | € 2.600 | € 2.500 | € 100",
        "Noordwijk | - | - | € 2.500 | -",
        "Teylingen | - | - | € 2.500 | -",
        "## Wat is geleerd?",
        f"### {week}",
        "Katwijk | De vlag | Eerder\nbeginnen",
        "Nog niet teruggekeken",
        f"- {week}: Hillegom, Lisse, Noordwijk en Teylingen.",
        f"- {orange}: Lisse.",
    ]


def test_the_report_of_one_gemeente(told: Database) -> None:
    found = of(collect(told, "katwijk"))
    assert found[:3] == [
        "# Jaarverslag campagnes 2026: Katwijk",
        "In 2026 deed Katwijk mee aan Week tegen Kindermishandeling.",
        "## Het rooster",
    ]
    assert "## Wat deed Katwijk?" in found
    assert "Wat het kostte. Werkelijk: € 2.600; Hoogstens volgens het rooster: € 2.500." in found
    assert "Nog niet teruggekeken" not in found
    assert not [one for one in found if "Lisse" in one or "Orange" in one]


def test_a_year_in_which_nothing_was_done(world: Database) -> None:
    found = of(collect(world, region="midden-holland"))
    assert "Er stond dit jaar geen campagne op het rooster." in found
    assert "Niemand is dit jaar iets gevraagd." in found
    assert "Er zijn geen kosten ingevuld." in found
    assert of(collect(world, "leiden"))[1] == "In 2026 deed Leiden aan geen campagne mee."


def test_what_was_cancelled_is_said(told: Database) -> None:
    with told.session() as session:
        session.get_one(EditionRow, WEEK).status = EditionStatus.CANCELLED
    found = of(collect(told))
    assert [one for one in found if "16 t/m 22 november 2026, ging niet door" in one]
    assert not [one for one in found if one.startswith("- Week tegen Kindermishandeling:")]


def test_the_same_report_has_the_same_bytes_and_names_nobody(told: Database) -> None:
    found = collect(told)
    for form in Form:
        made = report.write(found, form)
        assert made == report.write(collect(told), form)
        assert report.file_name(found, form) == f"jaarverslag-holland-rijnland-2026.{form.value}"
        if form is Form.DOCX:
            document = Document(io.BytesIO(made))
            text = "\n".join(one.text for one in document.paragraphs)
            assert "Jaarverslag campagnes 2026: Holland Rijnland" in text
            assert len(document.inline_shapes) == 1
            assert document.core_properties.title == found.title
    assert "Wie dit zei" not in str(of(found))


def test_word_needs_no_packages_for_pictures(
    told: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, gone = util.find_spec, {"typst", "resvg_py"}
    monkeypatch.setattr(pressing, "find_spec", lambda name: None if name in gone else find(name))
    found = collect(told)
    assert not Document(io.BytesIO(report.write(found, Form.DOCX))).inline_shapes
    with pytest.raises(MissingPackagesError, match="Het bestand voor Word werkt wel"):
        report.write(found, Form.PDF)


def test_who_may_have_it_and_of_what(told: Database) -> None:
    def person(place: str) -> Visitor:
        assignments = ((Role.POLICY, place),)
        return Visitor(Contact("i", "I", "i@example.nl", "", assignments), strong=True)

    with told.read() as session:
        report.view(session, "holland-rijnland", 2026, "", person("katwijk"))
        for region, place, who, match in (
            ("holland-rijnland", "", "gouda", "voor wie werkt voor een gemeente"),
            ("holland-rijnland", "gouda", "katwijk", "'gouda' ligt in 2026 niet in"),
            ("nergens", "", "katwijk", "bestaat niet"),
        ):
            with pytest.raises(NotFoundError, match=match):
                report.view(session, region, 2026, place, person(who))


def test_its_date_is_that_of_the_last_thing_that_was_said(told: Database) -> None:
    with told.session() as session:
        session.add(
            AnswerRow(
                edition_key=WEEK,
                municipality_key="lisse",
                answer=Answer.JOIN,
                by="Beleid",
                at=datetime(2027, 1, 20, 8, tzinfo=UTC),
            )
        )
    assert collect(told).data_of == date(2027, 1, 20)
