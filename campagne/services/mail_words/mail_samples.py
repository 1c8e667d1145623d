"""Each mail template filled in as an example.

Nothing in an example works: its links lead nowhere, so that who looks cannot act for another.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from campagne.domain import dutch
from campagne.domain.edition_days import why_these_days
from campagne.domain.leadtimes import due_date
from campagne.domain.playbook import Step
from campagne.domain.words import word
from campagne.domain.workdays import calendar_for
from campagne.mail_contexts import (
    ChangeLine,
    EditionBlock,
    HandoverContext,
    NoticeContext,
    PlanBlock,
    PlanContext,
    PlanStepLine,
    ProposalContext,
    ReminderContext,
    StepLine,
)
from campagne.regional_contexts import (
    BroadcastContext,
    ConfirmationContext,
    PlaceLinks,
    SilenceContext,
)
from campagne.services.mail_words import people_samples
from campagne.services.mail_words.mail_subjects import About
from campagne.services.outbox.failure_reports import CampaignLine, FailedMail


def example(name: str, of: About) -> object:
    """Return what a template is filled in with, with everything in it that can be."""
    return _EXAMPLES[name](of)


def _reminder(of: About) -> ReminderContext:
    return ReminderContext(
        name=of.reader,
        blocks=(_block(of),),
        next_on=dutch.day(of.today + timedelta(days=21)),
        reason=f"Je krijgt deze mail omdat je beleidsmedewerker bent voor {of.municipality.name}.",
        subscribe_url=of.url("abonneren"),
        year_url=of.url("jaar"),
        mine_url=of.url("mijn-stappen"),
        questions_to=f"centrumgemeente {of.centre}",
        preferences_url=of.url("voorkeuren"),
    )


def _block(of: About) -> EditionBlock:
    return EditionBlock(
        name=of.campaign.name,
        theme=of.edition.theme,
        period=dutch.period(of.edition.span),
        in_time=dutch.in_time(of.today, of.edition.span.first),
        provisional=of.provisional,
        url=of.url("campagne"),
        why=why_these_days(of.edition, of.campaign),
        steps=tuple(_step(of, step, number) for number, step in enumerate(of.steps, 1)),
        signal=False,
    )


def _step(of: About, step: Step, number: int) -> StepLine:
    return StepLine(
        title=step.title,
        what=step.what,
        due=dutch.day(_due(of, step)),
        municipalities=of.municipality.name,
        late=_due(of, step) < of.today,
        waits_for_date=of.provisional and step.resident_facing,
        done_url=of.url(f"afvinken-{number}"),
    )


def _notice(of: About) -> NoticeContext:
    old = replace(
        of.edition.span,
        first=of.edition.span.first - timedelta(days=7),
        last=of.edition.span.last - timedelta(days=7),
    )
    return NoticeContext(
        name=of.reader,
        changes=(
            ChangeLine(
                kind="moved",
                name=of.campaign.name,
                old=dutch.period(old),
                new=dutch.period(of.edition.span),
                provisional=of.provisional,
                url=of.url("campagne"),
            ),
        ),
        subscribe_url=of.url("abonneren"),
        questions_to=f"centrumgemeente {of.centre}",
        preferences_url=of.url("voorkeuren"),
    )


def _handover(of: About) -> HandoverContext:
    step = of.steps[0]
    return HandoverContext(
        name=of.reader,
        by="een collega",
        note="Ik ben er die week niet.",
        title=step.title,
        what=step.what,
        campaign=of.campaign.name,
        period=dutch.period(of.edition.span),
        provisional=of.provisional,
        waits_for_date=False,
        due=dutch.day(_due(of, step)),
        late=False,
        missed=False,
        municipalities=of.municipality.name,
        edition_url=of.url("campagne"),
        done_url=of.url("afvinken"),
        mine_url=of.url("mijn-stappen"),
    )


def _draft(of: About) -> Mapping[str, object]:
    return {
        "campaign": of.campaign.name,
        "short_period": dutch.short_period(of.edition.span),
        "runs": dutch.on_or_from(dutch.period(of.edition.span)),
        "theme": of.edition.theme,
        "provisional": of.provisional,
        "summary": of.campaign.summary,
        "answer_by": dutch.day(of.today + timedelta(days=21)),
        "material_url": of.campaign.material_url,
        "organiser": of.campaign.organiser,
        "edition_url": of.url("campagne"),
    }


def _broadcast(of: About) -> BroadcastContext:
    subject, body = of.draft or (
        f"{of.campaign.name}, {dutch.short_period(of.edition.span)}",
        "Hier staat wat de centrumgemeente schrijft.",
    )
    return BroadcastContext(
        name=of.reader,
        municipality=of.municipality.name,
        campaign=of.campaign.name,
        subject=subject,
        body=body,
        answer_by=dutch.day(of.today + timedelta(days=21)),
        answer_url=of.url("antwoord"),
        edition_url=of.url("campagne"),
        texts_url=of.url("teksten"),
        author_name="De centrumgemeente",
        author_municipality=of.centre,
        author_email="centrumgemeente@example.nl",
        author_phone="071 000 00 00",
        region=of.region,
        links=(PlaceLinks(of.municipality.name, of.url("campagne"), of.url("teksten")),),
        files="poster.pdf (800 kB)",
        preferences_url=of.url("voorkeuren"),
    )


def _broadcast_news(of: About) -> Mapping[str, object]:
    return {
        "name": of.reader,
        "event": "asked",
        "by": "een collega",
        "note": "Kijk je vooral naar de laatste alinea?",
        "campaign": of.campaign.name,
        "region": of.region,
        "subject": f"{of.campaign.name}, {dutch.short_period(of.edition.span)}",
        "url": of.url("regiobericht"),
    }


def _confirmation(of: About) -> ConfirmationContext:
    return ConfirmationContext(
        name=of.reader,
        municipality=of.municipality.name,
        campaign=of.campaign.name,
        period=dutch.period(of.edition.span),
        provisional=of.provisional,
        answer="join",
        by="een collega",
        on=dutch.day(of.today),
        edition_url=of.url("campagne"),
        answer_url=of.url("antwoord"),
    )


def _silence(of: About) -> SilenceContext:
    return SilenceContext(
        name=of.reader,
        municipalities=of.municipality.name,
        several=False,
        campaign=of.campaign.name,
        period=dutch.period(of.edition.span),
        provisional=of.provisional,
        asked_on=dutch.day(of.today - timedelta(days=21)),
        answer_by=dutch.day(of.today - timedelta(days=1)),
        later=False,
        colleagues="",
        answer_url=of.url("antwoord"),
        edition_url=of.url("campagne"),
        author_name="De centrumgemeente",
        author_municipality=of.centre,
        author_phone="071 000 00 00",
        preferences_url=of.url("voorkeuren"),
    )


def _failed(of: About) -> Mapping[str, object]:
    mail = FailedMail(
        number=1,
        url=of.url("verzending"),
        contact_url=of.url("contact"),
        to=f"Communicatie {of.municipality.name}",
        address="collega@example.nl",
        phone="071 000 00 00",
        subject=f"{of.campaign.name}: 1 stap voor jou",
        on=dutch.day(of.today),
        campaigns=(CampaignLine(of.campaign.name, of.municipality.name, of.url("campagne")),),
        meaning="Dit adres bestaat niet.",
        code="550 5.1.1",
        tries=1,
        unknown=False,
        paused=True,
        corrected=False,
        can_resend=False,
        broadcast=False,
    )
    silent = [f"Beleid {of.municipality.name} ({of.municipality.name}, 071 000 00 00)"]
    return {
        "name": of.reader,
        "mails": [mail],
        "total": 1,
        "deliveries_url": of.url("verzendingen"),
        "unknown": 0,
        "silent": silent,
    }


def _plan(of: About) -> PlanContext:
    block = PlanBlock(
        name=of.campaign.name,
        theme=of.edition.theme,
        period=dutch.period(of.edition.span),
        provisional=of.provisional,
        place=of.municipality.name,
        lead=of.municipality.name,
        central=True,
        url=of.url("campagne"),
        steps=tuple(
            PlanStepLine(one.title, word(one.role), dutch.day(_due(of, one))) for one in of.steps
        ),
    )
    return PlanContext(
        name=of.reader,
        year=of.edition.year,
        municipalities=of.municipality.name,
        central=(block,),
        others=(replace(block, name="Een andere campagne", central=False),),
        undated=("Een campagne zonder datum",),
        sheet_url=of.url("bestand"),
        municipality_url=of.url("mijn-gemeente"),
        subscribe_url=of.url("abonneren"),
        year_url=of.url("jaar"),
        questions_to=f"centrumgemeente {of.centre}",
        preferences_url=of.url("voorkeuren"),
    )


def _proposal(of: About) -> ProposalContext:
    return ProposalContext(
        name=of.reader,
        municipalities=of.municipality.name,
        several=False,
        region=of.region,
        year=of.edition.year,
        campaign=of.campaign.name,
        by="een collega",
        why="Dit past bij wat we vorig jaar deden.",
        lines=(("campagne", of.campaign.name), ("thema", "veilig thuis")),
        changes=(("thema", "samen sterk", "veilig thuis"),),
        voided=of.municipality.name,
        several_voided=False,
        url=of.url("rooster"),
    )


_EXAMPLES = {
    "herinnering": _reminder,
    "wijziging": _notice,
    "overdracht": _handover,
    "regiobericht-tekst": _draft,
    "regiobericht": _broadcast,
    "regiobericht-nieuws": _broadcast_news,
    "nog-geen-antwoord": _silence,
    "antwoord-bevestiging": _confirmation,
    "mislukt": _failed,
    "roostervoorstel": _proposal,
    "najaar": _plan,
    "klopt-dit-nog": people_samples.check,
    "terugkijken": people_samples.evaluation,
    "landelijk-materiaal": people_samples.material,
    "klopt-niet": people_samples.not_right,
    "verzoek-wissen": people_samples.erasure,
    "bericht": people_samples.news,
    "inloggen": people_samples.login,
}


def _due(of: About, step: Step) -> date:
    due = due_date(step, of.edition.span, calendar_for(of.municipality), ())
    return due.on or of.edition.span.first
