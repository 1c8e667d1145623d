"""Texts filled in for a gemeente, and the files they become."""

import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from campagne.domain.rota import EditionStatus
from campagne.domain.texts import BARE, RenderedText, TextKind
from campagne.errors import InvalidInputError, NotFoundError, TemplateError
from campagne.services.publishing import texts
from campagne.store.database import Database
from campagne.store.tables import CampaignRow, EditionRow, MunicipalityRow
from campagne.templating import Templates

FILL_IN = "https://campagne.example.nl/mijn/gemeente?gemeente=lisse"
PLAIN = BARE | {TextKind.MUNICIPAL_PAGE}
EDITION = "week-tegen-kindermishandeling-2026"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of templates: general ones, and a website text of one campaign."""
    made = tmp_path / "texts"
    for owner in ("algemeen", "week-tegen-kindermishandeling"):
        (made / owner).mkdir(parents=True)
    for kind in TextKind:
        write_template(made / "algemeen" / f"{kind}.md", "Algemeen: {{ campagne }}")
    write_template(
        made / "week-tegen-kindermishandeling" / "website.md",
        "{{ gemeente }} {{ wanneer }} {{ begin }} {{ einde }} {{ eendaags }}\n"
        "{{ hulplijn['veilig-thuis'].nummer }} {{ hulplijnen | length }}\n"
        "{% if lokaal_team %}{{ lokaal_team }}{% else %}geen team{% endif %}",
    )
    return made


def write_template(path: Path, body: str) -> None:
    head = f'titel = "{path.stem} {{{{ gemeente }}}}"'
    path.write_text(f"+++\n{head}\n+++\n{body}\n", "utf-8")


def render(
    database: Database, folder: Path, edition: str = EDITION, gemeente: str = "lisse"
) -> list[RenderedText]:
    with database.read() as session:
        return texts.render(session, Templates(folder), edition, gemeente)


def set_edition(database: Database, **values: object) -> None:
    with database.session() as session:
        session.execute(update(EditionRow).where(col(EditionRow.key) == EDITION).values(**values))


def test_one_text_of_each_kind_is_filled_in(world: Database, folder: Path) -> None:
    found = render(world, folder)
    website, page, post, *_ = found
    poster = next(one for one in found if one.kind is TextKind.POSTER)

    assert website == RenderedText(
        kind=TextKind.WEBSITE,
        title="website Lisse",
        markdown=(
            "Lisse van maandag 16 tot en met zondag 22 november 2026 maandag 16 november 2026"
            " zondag 22 november 2026 False\n0800-2000 2\nSociaal Team"
        ),
        notice="",
        edition=EDITION,
        municipality="lisse",
        template="week-tegen-kindermishandeling/website.md",
    )
    assert [one.kind for one in found] == list(TextKind)
    assert (page.template, page.alt) == ("algemeen/gemeentepagina.md", "")
    assert post.alt == poster.alt
    assert "Algemeen: Week tegen Kindermishandeling." in post.alt
    assert page.markdown == "Algemeen: Week tegen Kindermishandeling"


def test_a_gemeente_without_a_local_team_gets_no_line_about_it(
    sqlite_world: Database, folder: Path
) -> None:
    with sqlite_world.session() as session:
        session.execute(update(MunicipalityRow).values(local_team=None, website=None))

    assert render(sqlite_world, folder)[0].markdown.endswith("geen team")


def test_what_a_gemeente_did_not_fill_in_is_named_where_a_text_uses_it(
    sqlite_world: Database, folder: Path, tmp_path: Path
) -> None:
    """Never an empty gap: the file says what is missing and where to fill it in."""
    (folder / "blok.md").write_text("{% if website %}{{ website }}{% endif %}", "utf-8")
    write_template(folder / "algemeen" / "kcc.md", '{% include "blok.md" %} ja')
    with sqlite_world.session() as session:
        session.execute(update(MunicipalityRow).values(local_team=None, website=None))

    found = {one.kind: one for one in render(sqlite_world, folder)}
    assert found[TextKind.WEBSITE].missing == ("de naam van het lokale team",)
    assert found[TextKind.CALL_CENTRE].missing == ("het webadres van de gemeente",)
    assert found[TextKind.X].missing == ()
    (path,) = texts.write([found[TextKind.CALL_CENTRE]], tmp_path, FILL_IN)
    assert path.read_text("utf-8").startswith(
        f"> Nog niet ingevuld: het webadres van de gemeente. Vul het in op {FILL_IN}\n\n# kcc Lisse"
    )


def test_only_the_kinds_that_are_wanted_are_filled_in(sqlite_world: Database, folder: Path) -> None:
    with sqlite_world.read() as session:
        found = texts.render(
            session, Templates(folder), EDITION, "lisse", [TextKind.QUOTE, TextKind.WEBSITE]
        )
    assert [one.kind for one in found] == [TextKind.WEBSITE, TextKind.QUOTE]


def test_one_day_reads_as_one_day(sqlite_world: Database, folder: Path) -> None:
    set_edition(sqlite_world, last=date(2026, 11, 16))

    assert "Lisse op maandag 16 november 2026 " in render(sqlite_world, folder)[0].markdown


def test_a_local_window_takes_the_texts_of_its_campaign(
    sqlite_world: Database, folder: Path
) -> None:
    own = "publiekscampagne-huiselijk-geweld"
    with sqlite_world.session() as session:
        session.execute(
            update(CampaignRow)
            .where(col(CampaignRow.key) == own)
            .values(part_of_key="week-tegen-kindermishandeling", region_key="duin-en-bollenstreek")
        )

    found = render(sqlite_world, folder, f"{own}-2026")
    assert found[0].markdown.startswith("Lisse van maandag 5 tot en met")
    with pytest.raises(NotFoundError, match="alleen voor Duin- en Bollenstreek; Gouda ligt daar"):
        render(sqlite_world, folder, f"{own}-2026", "gouda")


@pytest.mark.parametrize(
    ("status", "notice"),
    [
        (EditionStatus.PROVISIONAL, "Voorlopig: nog niet publiceren"),
        (EditionStatus.CONFIRMED, ""),
        (EditionStatus.CANCELLED, "Gaat niet door: niet publiceren"),
    ],
)
def test_what_may_not_go_out_says_so(
    sqlite_world: Database, folder: Path, tmp_path: Path, status: EditionStatus, notice: str
) -> None:
    set_edition(sqlite_world, status=status)

    found = render(sqlite_world, folder)
    assert {one.notice for one in found} == {notice}
    for path in texts.write(found, tmp_path / "uit", FILL_IN):
        first = path.read_text("utf-8").splitlines()[0]
        assert notice.lower() in first.lower()


@pytest.mark.parametrize(
    ("edition", "gemeente", "sentence"),
    [
        ("week-tegen-kindermishandeling-2062", "lisse", f"Bedoel je {EDITION}"),
        (EDITION, "lise", "gemeente 'lise' bestaat niet. Bedoel je lisse"),
        (EDITION, "xyz", "Kijk de schrijfwijze na"),
    ],
)
def test_an_unknown_key_is_answered_with_what_was_meant(
    sqlite_world: Database, folder: Path, edition: str, gemeente: str, sentence: str
) -> None:
    with pytest.raises(NotFoundError, match=sentence):
        render(sqlite_world, folder, edition, gemeente)


def test_a_broken_template_is_named(sqlite_world: Database, folder: Path) -> None:
    write_template(folder / "algemeen" / "x.md", "{{ hulplijn['weg'].nummer }}")
    with pytest.raises(TemplateError, match=r"texts/algemeen/x.md vraagt naar 'weg'"):
        render(sqlite_world, folder)


def test_the_files_have_steady_names_and_bytes(
    sqlite_world: Database, folder: Path, tmp_path: Path
) -> None:
    found = render(sqlite_world, folder)
    out = tmp_path / "nieuw" / "uit"

    written = texts.write(found, out, FILL_IN)
    before = {path.name: path.read_bytes() for path in written}
    (out / "eigen.txt").write_text("blijft")
    again = texts.write(found, out, FILL_IN)

    assert again == written
    assert {path.name: path.read_bytes() for path in again} == before
    assert sorted(path.name for path in out.iterdir()) == [
        "eigen.txt",
        *sorted(f"{EDITION}_lisse_{kind}{'.txt' if kind in PLAIN else '.md'}" for kind in TextKind),
    ]
    alt = next(one.alt for one in found if one.kind is TextKind.X)
    assert before[f"{EDITION}_lisse_x.txt"].decode() == (
        f"Algemeen: Week tegen Kindermishandeling\n\nAlt-tekst bij het beeld: {alt}\n"
    )
    assert before[f"{EDITION}_lisse_website.md"].startswith(b"# website Lisse\n\nLisse van")


def test_a_place_that_cannot_be_written_to_gives_one_sentence(
    sqlite_world: Database, folder: Path, tmp_path: Path
) -> None:
    found = render(sqlite_world, folder)
    in_the_way = tmp_path / "bestand"
    in_the_way.write_text("x")

    with pytest.raises(InvalidInputError, match="Kies een map waarin je mag schrijven"):
        texts.write(found, in_the_way, FILL_IN)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_gives_one_sentence(
    sqlite_world: Database, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "vast"
    out.mkdir(mode=0o555)

    with pytest.raises(InvalidInputError, match="Kies een map waarin je mag schrijven"):
        texts.write(render(sqlite_world, folder), out, FILL_IN)
