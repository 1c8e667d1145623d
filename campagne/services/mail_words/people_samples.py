"""The mails about people and what they do, filled in as an example."""

from campagne.domain import dutch
from campagne.domain.news import NewsKind
from campagne.people_contexts import (
    CheckContext,
    ErasureContext,
    EvaluationContext,
    EvaluationLine,
    LoginContext,
    MaterialContext,
    MaterialLine,
    NewsContext,
    NewsLine,
    NotRightContext,
)
from campagne.services.mail_words.mail_subjects import About


def news(of: About) -> NewsContext:
    """Return an example of small news."""
    line = NewsLine(
        says=NewsKind.STEP_BACK.value,
        title=f"Je hoeft een stap niet meer te doen: {of.steps[0].title}",
        who=f"Beleid {of.municipality.name}",
        about=f"{of.campaign.name} {of.edition.year}",
        step=of.steps[0].title,
        places=of.municipality.name,
        when=dutch.on_or_from(dutch.period(of.edition.span)),
        reason="Dit is een voorbeeld van een reden.",
        url=of.url("campagne"),
    )
    return NewsContext(of.reader, (line,), of.url("mijn-stappen"))


def erasure(of: About) -> ErasureContext:
    """Return an example of that somebody asks to be wiped."""
    return ErasureContext(
        name="beheerder",
        who=f"Communicatie {of.municipality.name}",
        email="collega@example.nl",
        municipalities=of.municipality.name,
        url=of.url("contactpersoon"),
    )


def check(of: About) -> CheckContext:
    """Return an example of the question whether data are right."""
    return CheckContext(
        name=of.reader,
        email="collega@example.nl",
        phone="071 000 00 00",
        work=(f"communicatiemedewerker voor {of.municipality.name}",),
        deputy=f"Beleid {of.municipality.name}, {dutch.period(of.edition.span)}",
        url=of.url("kloppen-je-gegevens"),
        until=dutch.day(of.today),
    )


def evaluation(of: About) -> EvaluationContext:
    """Return an example of the question to look back."""
    return EvaluationContext(
        name=of.reader,
        lines=(
            EvaluationLine(
                campaign=of.campaign.name,
                runs=dutch.on_or_from(dutch.period(of.edition.span)),
                municipality=of.municipality.name,
                again=False,
                url=of.url("terugkijken"),
            ),
        ),
        until=dutch.day(of.today),
        preferences_url=of.url("voorkeuren"),
    )


def material(of: About) -> MaterialContext:
    """Return an example of that there is national material."""
    line = MaterialLine(
        campaign=f"{of.campaign.name} {of.edition.year}",
        url=of.url("toolkit"),
        holds="bericht voor de website, persbericht en beelden",
        last_day=dutch.day(of.edition.span.last),
        licence="vrij te gebruiken met bronvermelding",
        provisional=of.provisional,
        municipality=of.municipality.name,
        texts_url=of.url("teksten"),
    )
    return MaterialContext(of.reader, (line,), of.url("voorkeuren"))


def not_right(of: About) -> NotRightContext:
    """Return an example of that data are not right."""
    return NotRightContext(
        name="beheerder",
        who=f"Communicatie {of.municipality.name}",
        email="collega@example.nl",
        phone="071 000 00 00",
        work=(f"communicatiemedewerker voor {of.municipality.name}",),
        remark="Een collega doet dit werk nu.",
        url=of.url("contactpersoon"),
    )


def login(of: About) -> LoginContext:
    """Return an example of the link to log in."""
    return LoginContext(name=of.reader, url=of.url("inloggen"))
