"""Where everything is kept: tables, the two ways to the database, queries, migrations."""
