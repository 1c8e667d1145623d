"""What the texts are filled in from: the data that are stored, as placeholders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.own_texts import OwnText
from campagne.domain.profile import AddressForm
from campagne.domain.regions import Municipality, Region, centre_of
from campagne.domain.rota import Campaign, Edition, HelpLine
from campagne.domain.texts import SAFE_BROWSING, SAFE_BROWSING_INFORMAL, TextKind
from campagne.store import own_texts, queries
from campagne.templating import Templates

_GENERAL = "algemeen"


@dataclass(frozen=True, slots=True)
class Sources:
    """What texts are filled in from, beside the templates; campaigns and the rest by key.

    `own` holds the newest version of each text that a gemeente or region wrote itself.
    """

    campaigns: Mapping[str, Campaign]
    regions: Mapping[str, Region]
    municipalities: Mapping[str, Municipality]
    help_lines: Sequence[HelpLine]
    own: Mapping[str, OwnText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextOf:
    """Which text: of what edition, for whom, of what kind."""

    edition: Edition
    municipality: Municipality
    kind: TextKind


def sources(session: Session) -> Sources:
    """Return what is known now."""
    return Sources(
        queries.campaigns(session),
        queries.regions(session),
        queries.municipalities(session),
        queries.help_lines(session),
        own_texts.newest(session),
    )


def template_of(templates: Templates, campaign: Campaign, kind: TextKind) -> str:
    """Return the file of a text.

    A campaign without a template of its own takes that of the campaign that it is part of, else
    the general one.
    """
    for owner in (campaign.key, campaign.part_of):
        if owner is not None and templates.exists(name := f"{owner}/{kind}.md"):
            return name
    return f"{_GENERAL}/{kind}.md"


def address(form: AddressForm) -> dict[str, str]:
    """Return the words with which residents are addressed, as placeholders."""
    je = form is AddressForm.INFORMAL
    return {
        "u": "je" if je else "u",
        "uw": "je" if je else "uw",
        "uzelf": "jezelf" if je else "uzelf",
    }


def values_of(
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
        **address(profile.address_form),
        "U": "Je" if je else "U",
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
