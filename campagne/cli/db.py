"""campagne db: the database."""

import click


@click.group()
def db() -> None:
    """De database bijwerken."""


@db.command()
def upgrade() -> None:
    """Breng de database naar de versie van dit programma. Nog een keer doen kan geen kwaad."""
    from campagne.bootstrap import build
    from campagne.settings import load_settings

    app = build(load_settings())
    try:
        app.database.upgrade()
    finally:
        app.database.close()
    click.echo("De database is bij.")
