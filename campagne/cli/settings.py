"""campagne settings: what can be set."""

import click

from campagne.cli.output import format_option, show


@click.command()
@format_option
def settings(as_format: str) -> None:
    """Toon alle instellingen (omgevingsvariabelen) met hun waarde; geheimen blijven verborgen."""
    from campagne.channels import open_channel, open_webhook
    from campagne.inbox import open_inbox
    from campagne.settings import Settings, load_settings

    current = load_settings()
    # Only to hear whether what they need is there and right.
    open_channel(current)
    open_webhook(current)
    if current.bounce_box is not None:
        open_inbox(current.bounce_box.get_secret_value())
    show(
        [
            {
                "instelling": f"CAMPAGNE_{name.upper()}",
                "waarde": current.shown(name),
                "uitleg": field.description or "",
            }
            for name, field in Settings.model_fields.items()
        ],
        as_format,
        "",
    )
