"""Who asks to be wiped, and the one change of the log that it takes: a key in place of a name."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0015"
down_revision = "0014"

# All but who did it stays as it was.
_KEPT = ("id", "at", "contact_key", "what", "kind", "key", "why")
_KEPT_JSON = ("before", "after")


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    instant = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "erasure",
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("done_at", instant(), nullable=True),
        sa.Column("done_by_key", text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_erasure_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_key"], ["contact.key"], name=op.f("fk_erasure_done_by_key")
        ),
        sa.PrimaryKeyConstraint("contact_key", name=op.f("pk_erasure")),
    )
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f'NEW."{one}" IS OLD."{one}"' for one in (*_KEPT, *_KEPT_JSON))
        op.execute("DROP TRIGGER audit_no_update")
        op.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
            f' WHEN NOT (NEW."by" IS OLD.contact_key AND {same})'
            " BEGIN SELECT RAISE(ABORT, 'rows of audit are only added'); END"
        )
        return
    same = " AND ".join(f'NEW."{one}" IS NOT DISTINCT FROM OLD."{one}"' for one in _KEPT)
    as_text = " AND ".join(f'NEW."{one}"::text = OLD."{one}"::text' for one in _KEPT_JSON)
    op.execute("DROP TRIGGER audit_is_kept ON audit")
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER audit_keeps_all_but_a_name BEFORE UPDATE ON audit FOR EACH ROW"
        f' WHEN (NOT (OLD.contact_key IS NOT NULL AND NEW."by" = OLD.contact_key AND {same}'
        f" AND {as_text})) EXECUTE FUNCTION audit_is_kept()"
    )
