"""campagne settings: what can be set."""

import click

from campagne.cli.output import format_option, show


@click.command()
@format_option
def settings(as_format: str) -> None:
    """Toon alle instellingen (omgevingsvariabelen) met hun waarde; geheimen blijven verborgen."""
    from campagne.settings import Settings, load_settings

    current = load_settings()
    show(
        [
            {
                "instelling": f"CAMPAGNE_{name.upper()}",
                "waarde": "" if (value := getattr(current, name)) is None else str(value),
                "uitleg": field.description or "",
            }
            for name, field in Settings.model_fields.items()
        ],
        as_format,
        "",
    )
