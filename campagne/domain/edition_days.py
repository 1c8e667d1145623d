"""Why an edition falls when it does: by the rule of its campaign, or because somebody chose so."""

from campagne.domain.dates import RuleKind, Unknown, evaluate
from campagne.domain.rota import Campaign, Edition, EditionStatus


def stands_by_rule(edition: Edition, campaign: Campaign) -> bool:
    """Say whether a confirmed edition rests on its rule alone.

    Neither a source gave the dates of that year, nor did a person confirm them: those leave a check
    date of the edition's own.
    """
    return (
        edition.status is EditionStatus.CONFIRMED
        and campaign.rule.kind is not RuleKind.ANNOUNCED
        and edition.year not in {known.year for known in campaign.known}
        and edition.checked_on in (None, campaign.checked_on)
    )


def why_these_days(edition: Edition, campaign: Campaign) -> str:
    """Return in Dutch why an edition falls when it does.

    That is the rule, unless somebody chose other days than the calendar files give. The rule of a
    campaign whose days are announced each year names none, so no days differ from it.
    """
    if not departs_from_rule(edition, campaign):
        return campaign.rule_text
    if campaign.rule.kind is RuleKind.ANNOUNCED:
        return f"Deze dagen zijn anders dan eerst bekend was. {campaign.rule_text}"
    return f"Dit jaar zijn de dagen anders dan de regel zegt. De regel: {campaign.rule_text}"


def departs_from_rule(edition: Edition, campaign: Campaign) -> bool:
    """Say whether an edition has other days than its rule or the known dates of its year give."""
    spans = {known.span for known in campaign.known if known.year == edition.year}
    if not spans:
        by_rule = evaluate(campaign.rule, edition.year)
        spans = set() if isinstance(by_rule, Unknown) else {by_rule}
    return bool(spans) and edition.span not in spans
