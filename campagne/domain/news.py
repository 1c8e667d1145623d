"""Small news for one person: what became of what they proposed, gave away or chose."""

from enum import StrEnum


class NewsKind(StrEnum):
    """What a piece of news says.

    STEP_BACK: a step that was handed over is not yours any more. DEPUTY and DEPUTY_ENDED: you stand
    in for a colleague, or do so no more. DATES_PROPOSED: somebody proposes dates that you decide
    on. DATES_DECIDED: what became of the dates that you proposed. ROTA_AGREED and ROTA_DIFFERS:
    what the gemeenten say of the year that you proposed. SWITCHED_OFF: you get mail of a list no
    more. ANSWERED: what a gemeente answers to your broadcast. MATERIAL_DEAD: the page of national
    material is gone. MATERIAL_UNSURE: we cannot tell whether it is there, so a person has to.
    """

    STEP_BACK = "step_back"
    DEPUTY = "deputy"
    DEPUTY_ENDED = "deputy_ended"
    DATES_PROPOSED = "dates_proposed"
    DATES_DECIDED = "dates_decided"
    ROTA_AGREED = "rota_agreed"
    ROTA_DIFFERS = "rota_differs"
    SWITCHED_OFF = "switched_off"
    ANSWERED = "answered"
    MATERIAL_DEAD = "material_dead"
    MATERIAL_UNSURE = "material_unsure"
