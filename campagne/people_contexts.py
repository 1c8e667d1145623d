"""What the templates of mails about people are filled in with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One piece of news; what it has no word for is empty.

    Attributes:
        says: the value of a `NewsKind`.
        title: what it comes to, in a few words.
        who: a colleague, the gemeenten that say something as one phrase, or an address that is
            dead.
        about: the campaign with its year, the year of a rota, or the kind of mail.
        step: title of a step.
        places: gemeenten, as one phrase.
        when: days, written out as they follow a verb.
        reason: in the words of who decided or proposed; why an address is dead.
        accepted: True when what the reader proposed is taken over.
        url: where there is more, or where it is put right.
        answers: of answers to a broadcast each with who gave it, as a phrase.
    """

    says: str
    title: str
    who: str = ""
    about: str = ""
    step: str = ""
    places: str = ""
    when: str = ""
    reason: str = ""
    accepted: bool = False
    url: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewsContext:
    """What the template `bericht` is filled in with: all news for one person.

    Attributes:
        mine_url: the page with the reader's own steps.
    """

    name: str
    lines: tuple[NewsLine, ...]
    mine_url: str


@dataclass(frozen=True, slots=True)
class ErasureContext:
    """What the template `verzoek-wissen` is filled in with: `who` asks to be wiped."""

    name: str
    who: str
    email: str
    municipalities: str
    url: str


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What the template `klopt-dit-nog` is filled in with: all that is known of the reader.

    Attributes:
        work: what they do for which gemeenten, one phrase for each role.
        deputy: who stands in and when; empty for nobody.
        until: the day by which an answer is hoped for, written out.
    """

    name: str
    email: str
    phone: str
    work: tuple[str, ...]
    deputy: str
    url: str
    until: str


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """One edition to look back on.

    Attributes:
        runs: the days written out, as they follow a verb.
        again: True when it was asked before.
    """

    campaign: str
    runs: str
    municipality: str
    again: bool
    url: str


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """What the template `terugkijken` is filled in with.

    Attributes:
        until: the day by which an answer is hoped for, written out.
        preferences_url: where the reader chooses what to get.
    """

    name: str
    lines: tuple[EvaluationLine, ...]
    until: str
    preferences_url: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """The national material of one edition; what there is not is empty.

    Attributes:
        campaign: with its year.
        url: where the material is.
        holds: what is in it, as one phrase.
        last_day: the last day on which it may be used, written out.
        municipality: the first of those of the reader that take part.
        texts_url: our own texts for that one.
    """

    campaign: str
    url: str
    holds: str
    last_day: str
    licence: str
    provisional: bool
    municipality: str
    texts_url: str


@dataclass(frozen=True, slots=True)
class MaterialContext:
    """What the template `landelijk-materiaal` is filled in with.

    Attributes:
        preferences_url: where the reader chooses what to get.
    """

    name: str
    lines: tuple[MaterialLine, ...]
    preferences_url: str


@dataclass(frozen=True, slots=True)
class NotRightContext:
    """What the template `klopt-niet` is filled in with: `who` says what is not right."""

    name: str
    who: str
    email: str
    phone: str
    work: tuple[str, ...]
    remark: str
    url: str


@dataclass(frozen=True, slots=True)
class LoginContext:
    """What the template `inloggen` is filled in with; `url` opens a page with a button."""

    name: str
    url: str
