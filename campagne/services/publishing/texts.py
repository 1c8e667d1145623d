"""Ready-made texts for residents, filled in for one gemeente and written to files."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.profile import AddressForm
from campagne.domain.regions import Municipality
from campagne.domain.rota import Campaign, Edition, EditionStatus, HelpLine, concerns
from campagne.domain.texts import (
    CANCELLED,
    PROVISIONAL,
    SAFE_BROWSING,
    SAFE_BROWSING_INFORMAL,
    RenderedText,
    TextKind,
)
from campagne.errors import InvalidInputError, NotFoundError, reason
from campagne.files import replace_file
from campagne.mail_contexts import on_or_from
from campagne.services import lookup
from campagne.store import queries
from campagne.templating import Templates

_GENERAL = "algemeen"
_NOTICES = {
    EditionStatus.PROVISIONAL: PROVISIONAL,
    EditionStatus.CONFIRMED: "",
    EditionStatus.CANCELLED: CANCELLED,
}
_SUFFIXES = {TextKind.WEBSITE: ".md", TextKind.MUNICIPAL_PAGE: ".txt", TextKind.SOCIAL: ".txt"}


def render(
    session: Session, templates: Templates, edition_key: str, municipality_key: str
) -> list[RenderedText]:
    """Return the texts of an edition, filled in for a gemeente; one of each kind.

    A campaign without templates of its own takes those of the campaign that it is part of, else
    the general ones.

    Args:
        session: any session.
        templates: a folder of them per campaign, and the general ones.
        edition_key: key of the edition.
        municipality_key: key of the gemeente.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or a campaign of another region.
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    edition = lookup.edition(session, edition_key)
    municipality = lookup.municipality(session, municipality_key)
    campaign = queries.campaigns(session)[edition.campaign]
    regions = queries.regions(session)
    if not concerns(campaign, municipality, regions):
        where = regions[campaign.region or ""].name
        if campaign.municipality is not None:
            where = lookup.municipality(session, campaign.municipality).name
        raise NotFoundError(
            f"{campaign.name} is er alleen voor {where};"
            f" {municipality.name} ligt daar niet. Kies een andere gemeente of editie."
        )
    values = _values(edition, campaign, municipality, queries.help_lines(session))
    texts = []
    for kind in TextKind:
        filled = templates.text(_template(templates, campaign, kind), values)
        texts.append(
            RenderedText(
                kind=kind,
                title=filled.line("titel"),
                markdown=filled.text,
                notice=_NOTICES[edition.status],
                edition=edition.key,
                municipality=municipality.key,
            )
        )
    return texts


def write(texts: list[RenderedText], out: Path) -> list[Path]:
    """Write each text to its own file, always the same name and bytes for the same text.

    Args:
        texts: as `render` gives them.
        out: folder to write to; made when it is not there.

    Returns:
        The files, in the order of the texts. Other files in the folder stay as they are.

    Raises:
        InvalidInputError: when the folder cannot be written to.
    """
    written = []
    try:
        for text in texts:
            suffix = _SUFFIXES[text.kind]
            path = out / f"{text.edition}_{text.municipality}_{text.kind}{suffix}"
            replace_file(path, _page(text, suffix).encode())
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
    edition: Edition,
    campaign: Campaign,
    municipality: Municipality,
    help_lines: Sequence[HelpLine],
) -> dict[str, object]:
    """Return the placeholders; in Dutch, since communications officers write with them."""
    profile = municipality.profile
    je = profile.address_form is AddressForm.INFORMAL
    lines = {
        one.key: {
            "sleutel": one.key,
            "naam": one.name,
            "nummer": one.number,
            "voor_wie": one.for_whom,
            "bereikbaar": one.hours,
            "kosten": one.cost,
            "altijd": one.always_shown or one.key in profile.help_lines,
        }
        for one in help_lines
    }
    return {
        "gemeente": municipality.name,
        "lokaal_team": profile.local_team,
        "lokaal_team_contact": profile.team_contact,
        "website": profile.website,
        "sociale_media": dict(profile.handles),
        "je": je,
        "u": "je" if je else "u",
        "U": "Je" if je else "U",
        "uzelf": "jezelf" if je else "uzelf",
        "campagne": campaign.name,
        "samenvatting": campaign.summary,
        "thema": edition.theme,
        "wanneer": on_or_from(dutch.period(edition.span)),
        "begin": dutch.day(edition.span.first),
        "einde": dutch.day(edition.span.last),
        "eendaags": edition.span.days == 1,
        "hulplijnen": list(lines.values()),
        "hulplijn": lines,
        "veilig_lezen": SAFE_BROWSING_INFORMAL if je else SAFE_BROWSING,
    }


def _page(text: RenderedText, suffix: str) -> str:
    if suffix == ".md":
        head = f"# {text.title}\n"
        notice = f"> **{text.notice}**\n\n" if text.notice else ""
    else:
        head = f"{text.title}\n"
        notice = f"{text.notice.upper()}\n\n" if text.notice else ""
    return f"{notice}{head}\n{text.markdown}\n"
