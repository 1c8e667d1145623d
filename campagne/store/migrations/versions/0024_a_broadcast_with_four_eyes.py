"""A broadcast has a life: it is written, approved by another, released, paused.

What was released already stays so. What was not is asked to be saved again: nobody knows any more
what the campaign said when its text was made.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        for name in ("centre_key", "approver_key"):
            batch_op.add_column(sa.Column(name, text(), nullable=True))
        for name in ("facts", "approved", "hindrance"):
            batch_op.add_column(sa.Column(name, text(), nullable=False, server_default=""))
        for name in ("places", "roles"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name in ("with_texts", "with_calendar"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        for name in ("submitted_at", "approved_at", "release_at"):
            batch_op.add_column(sa.Column(name, moment(), nullable=True))
        batch_op.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("state", sa.String(length=20), nullable=False, server_default="draft")
        )
    _fill()
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.alter_column("centre_key", existing_type=text(), nullable=False)
        for name in ("facts", "approved", "hindrance", "places", "roles", "state"):
            batch_op.alter_column(name, server_default=None)
        for name in ("with_texts", "with_calendar"):
            batch_op.alter_column(name, server_default=None)
        for name, table, key in (
            ("centre_key", "municipality", "key"),
            ("approver_key", "contact", "key"),
            ("follows_id", "broadcast", "id"),
        ):
            batch_op.create_foreign_key(batch_op.f(f"fk_broadcast_{name}"), table, [name], [key])
        batch_op.create_index(batch_op.f("ix_broadcast_state"), ["state"])
        batch_op.create_check_constraint(
            batch_op.f("ck_broadcast_four_eyes"),
            "approver_key IS NULL OR approver_key <> author_key",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_broadcast_approved_by_somebody"),
            "(approver_key IS NULL) = (approved = '')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_broadcast_approved_state"),
            "state <> 'approved' OR approver_key IS NOT NULL",
        )


def _fill() -> None:
    broadcast = sa.table(
        "broadcast",
        sa.column("region_key", sa.String),
        sa.column("centre_key", sa.String),
        sa.column("state", sa.String),
        sa.column("roles", sa.JSON),
        sa.column("released_at", sqlmodel.sql.sqltypes.UTCDateTime),
    )
    region = sa.table("region", sa.column("key", sa.String), sa.column("centre_key", sa.String))
    its = region.c.key == broadcast.c.region_key
    centre = sa.select(region.c.centre_key).where(its).scalar_subquery()
    # Only where a region lost its centrumgemeente since is there none: then any that exists.
    place = sa.table("municipality", sa.column("key", sa.String))
    any_place = sa.select(sa.func.min(place.c.key)).scalar_subquery()
    op.execute(
        broadcast.update().values(
            centre_key=sa.func.coalesce(centre, any_place), roles=["beleid", "communicatie"]
        )
    )
    op.execute(
        broadcast.update().where(broadcast.c.released_at.is_not(None)).values(state="released")
    )
