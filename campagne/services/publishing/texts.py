"""Ready-made texts, filled in for one gemeente and written to files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.profile import AddressForm
from campagne.domain.regions import Municipality, Region, centre_of
from campagne.domain.rota import Campaign, Edition, EditionStatus, HelpLine, concerns
from campagne.domain.text_findings import Setting
from campagne.domain.texts import (
    BARE,
    CANCELLED,
    PROVISIONAL,
    RULES,
    SAFE_BROWSING,
    SAFE_BROWSING_INFORMAL,
    RenderedText,
    TextKind,
)
from campagne.errors import InvalidInputError, NotFoundError, TemplateError, reason
from campagne.files import replace_file
from campagne.services import lookup
from campagne.services.publishing import pictures, text_files
from campagne.services.publishing.text_files import TextForm
from campagne.store import queries
from campagne.templating import Templates

_GENERAL = "algemeen"
_NOTICES = {
    EditionStatus.PROVISIONAL: PROVISIONAL,
    EditionStatus.CONFIRMED: "",
    EditionStatus.CANCELLED: CANCELLED,
}
_PLAIN_FILES = BARE | {TextKind.MUNICIPAL_PAGE}


@dataclass(frozen=True, slots=True)
class Sources:
    """What texts are filled in from, beside the templates; campaigns and the rest by key."""

    campaigns: Mapping[str, Campaign]
    regions: Mapping[str, Region]
    municipalities: Mapping[str, Municipality]
    help_lines: Sequence[HelpLine]


def sources(session: Session) -> Sources:
    """Return what is known now."""
    return Sources(
        queries.campaigns(session),
        queries.regions(session),
        queries.municipalities(session),
        queries.help_lines(session),
    )


def render(
    session: Session,
    templates: Templates,
    edition_key: str,
    municipality_key: str,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> list[RenderedText]:
    """Return the texts of an edition, filled in for a gemeente; one of each kind.

    Args:
        session: any session.
        templates: the folder with a folder of templates per campaign, `templates/texts`.
        edition_key: key of the edition.
        municipality_key: key of the gemeente.
        kinds: which are wanted; they come in the order of `TextKind`.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or a campaign of another region.
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    edition = lookup.edition(session, edition_key)
    municipality = lookup.municipality(session, municipality_key)
    known = sources(session)
    check_concerns(known, edition, municipality)
    return fill(templates, known, edition, municipality, kinds)


def places(session: Session, edition_key: str) -> list[str]:
    """Return the keys of the gemeenten that an edition is for, by their names.

    Raises:
        NotFoundError: for an unknown edition.
    """
    edition = lookup.edition(session, edition_key)
    known = sources(session)
    campaign = known.campaigns[edition.campaign]
    found = [
        one
        for one in known.municipalities.values()
        if one.exists_on(edition.span.first) and concerns(campaign, one, known.regions)
    ]
    return [one.key for one in sorted(found, key=lambda one: one.name)]


def check_concerns(known: Sources, edition: Edition, municipality: Municipality) -> None:
    """Check that a campaign is there for a gemeente.

    Raises:
        NotFoundError: when it is one of another region or gemeente.
    """
    campaign = known.campaigns[edition.campaign]
    if not concerns(campaign, municipality, known.regions):
        where = known.regions[campaign.region or ""].name
        if campaign.municipality is not None:
            where = known.municipalities[campaign.municipality].name
        raise NotFoundError(
            f"{campaign.name} is er alleen voor {where};"
            f" {municipality.name} ligt daar niet. Kies een andere gemeente of editie."
        )


def fill(
    templates: Templates,
    known: Sources,
    edition: Edition,
    municipality: Municipality,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> list[RenderedText]:
    """Return the texts of an edition for a gemeente that its campaign concerns.

    A campaign without a template of its own takes that of the campaign that it is part of, else
    the general one. What goes out with a picture has the words of that picture as its alternative
    text: those of the poster.

    Raises:
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    campaign = known.campaigns[edition.campaign]
    values = _values(known, edition, campaign, municipality)
    gaps = municipality.profile.gaps
    wanted = set(kinds)
    if any(RULES[kind].picture for kind in wanted):
        wanted.add(TextKind.POSTER)
    texts = []
    for kind in TextKind:
        if kind not in wanted:
            continue
        template = _template(templates, campaign, kind)
        filled = templates.text(template, values)
        used = templates.uses(template) if gaps else frozenset()
        texts.append(
            RenderedText(
                kind=kind,
                title=filled.line("titel"),
                markdown=filled.text,
                notice=_NOTICES[edition.status],
                edition=edition.key,
                municipality=municipality.key,
                template=template,
                colour=str(filled.head.get("kleur", "")),
                missing=tuple(phrase for name, phrase in gaps.items() if name in used),
            )
        )
    alt = ""
    if poster := next((one for one in texts if one.kind is TextKind.POSTER), None):
        alt = pictures.alt(poster, campaign.name, edition, municipality)
    return [
        replace(one, alt=alt) if RULES[one.kind].picture else one
        for one in texts
        if one.kind in kinds
    ]


def fill_each(
    templates: Templates,
    known: Sources,
    edition: Edition,
    municipality: Municipality,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> tuple[list[RenderedText], str]:
    """Return the texts whose templates are in order, and what is wrong with the first other.

    For a page: a broken template takes neither the dates away nor the other texts.
    """
    found, fault = [], ""
    for kind in TextKind:
        if kind in kinds:
            try:
                found += fill(templates, known, edition, municipality, [kind])
            except TemplateError as error:
                fault = fault or str(error)
    return found, fault


def setting(known: Sources, edition: Edition, municipality: Municipality) -> Setting:
    """Return what the texts of an edition for a gemeente are held against."""
    return Setting(
        form=municipality.profile.address_form,
        campaign=known.campaigns[edition.campaign].name,
        notice=_NOTICES[edition.status],
    )


def write(texts: Collection[RenderedText], out: Path, fill_in: str) -> list[Path]:
    """Write each text to its own file, always the same name and bytes for the same text.

    Args:
        texts: as `render` gives them.
        out: folder to write to; made when it is not there.
        fill_in: the address where a gemeente fills in what a text misses.

    Returns:
        The files, in the order of the texts. Other files in the folder stay as they are.

    Raises:
        InvalidInputError: when the folder cannot be written to.
    """
    written = []
    try:
        for text in texts:
            form = TextForm.TXT if text.kind in _PLAIN_FILES else TextForm.MD
            path = out / text_files.name(text, form)
            replace_file(path, text_files.content(text, form, fill_in))
            written.append(path)
    except OSError as error:
        raise InvalidInputError(
            f"De teksten kunnen niet worden geschreven in {out} ({reason(error)})."
            " Kies een map waarin je mag schrijven."
        ) from error
    return written


def _template(templates: Templates, campaign: Campaign, kind: TextKind) -> str:
    for owner in (campaign.key, campaign.part_of):
        if owner is not None and templates.exists(name := f"{owner}/{kind}.md"):
            return name
    return f"{_GENERAL}/{kind}.md"


def _values(
    known: Sources, edition: Edition, campaign: Campaign, municipality: Municipality
) -> dict[str, object]:
    """Return the placeholders; in Dutch, since communications officers write with them."""
    profile = municipality.profile
    je = profile.address_form is AddressForm.INFORMAL
    centre = centre_of(municipality.region, known.regions)
    lines = {
        one.key: {
            "sleutel": one.key,
            "naam": one.name,
            "nummer": one.number,
            "voor_wie": one.for_whom,
            "bereikbaar": one.hours,
            "kosten": one.cost,
            "erbij": ", ".join(filter(None, (one.hours, one.cost))),
            "altijd": one.always_shown or one.key in profile.help_lines,
        }
        for one in known.help_lines
    }
    return {
        "gemeente": municipality.name,
        "centrumgemeente": known.municipalities[centre].name if centre else "",
        "is_centrum": centre == municipality.key,
        "lokaal_team": profile.local_team,
        "lokaal_team_contact": profile.team_contact,
        "website": profile.website,
        "sociale_media": dict(profile.handles),
        "je": je,
        "u": "je" if je else "u",
        "U": "Je" if je else "U",
        "uw": "je" if je else "uw",
        "uzelf": "jezelf" if je else "uzelf",
        "campagne": campaign.name,
        "samenvatting": campaign.summary,
        "thema": edition.theme,
        "jaar": edition.span.first.year,
        "wanneer": dutch.on_or_from(dutch.period(edition.span)),
        "begin": dutch.day(edition.span.first),
        "einde": dutch.day(edition.span.last),
        "eendaags": edition.span.days == 1,
        "hulplijnen": list(lines.values()),
        "hulplijn": lines,
        "veilig_lezen": SAFE_BROWSING_INFORMAL if je else SAFE_BROWSING,
    }
