"""click speaks English to its users; here it speaks Dutch: the help and the usage errors."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

from campagne.cli.parameters import Line

_WORDS = {
    "Options": "Opties",
    "Commands": "Opdrachten",
    "Show this message and exit.": "Toon deze uitleg.",
    "Show the version and exit.": "Toon de versie.",
    "[required]": "[verplicht]",
    "[default: ": "[standaard: ",
}


class DutchFormatter(click.HelpFormatter):
    """Writes the help with Dutch headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line; `prefix` replaces the Dutch word for usage."""
        words = args.replace("[OPTIONS]", "[OPTIES]").replace("COMMAND [ARGS]", "OPDRACHT [...]")
        super().write_usage(prog, words, prefix or "Gebruik: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a heading and what is written inside, indented."""
        with super().section(_WORDS.get(name, name)):
            yield

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names with their explanation."""
        super().write_dl([(name, _in_dutch(text)) for name, text in rows], col_max, col_spacing)


class DutchContext(click.Context):
    """A context whose help is Dutch."""

    formatter_class = DutchFormatter


def speak_dutch(command: click.Command) -> click.Command:
    """Give a command, and all below it, Dutch help; returns it."""
    command.context_class = DutchContext
    if isinstance(command, click.Group):
        for below in command.commands.values():
            speak_dutch(below)
    return command


def usage_sentence(error: click.ClickException) -> str:
    """Return what is wrong with a command as it was typed, in one Dutch sentence or two.

    A group that was called without a command gives its help.
    """
    match error:
        case NoArgsIsHelpError():
            sentence = error.format_message()
        case NoSuchCommand():
            sentence = f"De opdracht '{error.command_name}' bestaat niet."
        case click.MissingParameter():
            sentence = f"Er ontbreekt nog iets: {_name(error)}."
        case click.NoSuchOption(option_name=number) if number.lstrip("-").isdigit():
            sentence = f"Een getal onder nul kan hier niet: {number}."
        case click.BadOptionUsage() if "requires an argument" in error.message:
            sentence = f"Achter {error.option_name} hoort nog een waarde."
        case click.BadOptionUsage():
            sentence = f"Achter {error.option_name} hoort geen waarde."
        case click.NoSuchOption():
            maybe = f" Bedoel je {error.possibilities[0]}?" if error.possibilities else ""
            sentence = f"De optie {error.option_name} bestaat niet.{maybe}"
        case click.BadParameter():
            allowed = _allowed(error.param.type, error.message) if error.param else ""
            sentence = f"De waarde voor {_name(error)} kan niet.{allowed}"
        case _ if error.message.startswith("Got unexpected extra argument"):
            sentence = "Er staat iets te veel in de opdracht."
        case _:
            sentence = f"De opdracht klopt niet: {error.format_message()}"
    return sentence


def _in_dutch(text: str) -> str:
    for english, dutch in _WORDS.items():
        text = text.replace(english, dutch)
    return text


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return "een optie"
    if isinstance(error.param, click.Option):
        return " of ".join([*error.param.opts[:1], *error.param.secondary_opts])
    return error.param.metavar or error.param.name or ""


def _allowed(kind: click.ParamType[object], said: str) -> str:
    match kind:
        case Line():
            text = said
        case click.Choice():
            text = f"Kies uit: {', '.join(str(one) for one in kind.choices)}."
        case click.DateTime():
            text = "Schrijf een datum als 2026-09-07."
        case click.IntRange():
            text = f"Schrijf een heel getal van {kind.min} tot en met {kind.max}."
        case click.types.IntParamType():
            text = "Schrijf een heel getal."
        case click.Path():
            text = "Noem een map waarin je mag schrijven."
        case _:
            return ""
    return f" {text}"
