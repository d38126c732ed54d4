"""Triggers by which PostgreSQL itself keeps evidence as it is, whoever asks: another module's SQL too."""

from odoo.tools import SQL

FUNCTION = "collection_keep_evidence"
TRIGGERS = {"collection_keep_rows": "UPDATE OR DELETE", "collection_keep_table": "TRUNCATE"}


def protect(cr, table, kept, erasable):
    """Let a table grow alone: its rows stay, and their evidence with them. Called on each installation and upgrade.

    :param cr: database cursor
    :param kept: names of the columns that never change
    :param erasable: names of the columns that may lose their value, and never get another
    """
    _create_function(cr)
    for trigger, events in TRIGGERS.items():
        cr.execute(
            SQL(
                """
                CREATE OR REPLACE TRIGGER %(trigger)s BEFORE %(events)s ON %(table)s
                FOR EACH %(each)s EXECUTE FUNCTION %(function)s(%(kept)s, %(erasable)s)
                """,
                trigger=SQL.identifier(trigger),
                events=SQL(events),
                table=SQL.identifier(table),
                each=SQL("STATEMENT") if events == "TRUNCATE" else SQL("ROW"),
                function=SQL.identifier(FUNCTION),
                kept=" ".join(kept),
                erasable=" ".join(erasable),
            )
        )


def _create_function(cr):
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                kept text[] := string_to_array(TG_ARGV[0], ' ');
                erasable text[] := string_to_array(TG_ARGV[1], ' ');
                touched text;
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    SELECT string_agg(key, ', ' ORDER BY key)
                      INTO touched
                      FROM jsonb_each(to_jsonb(OLD)) AS before (key, value)
                      JOIN jsonb_each(to_jsonb(NEW)) AS after (key, value) USING (key)
                     WHERE after.value != before.value
                       AND (key = ANY(kept) OR key = ANY(erasable) AND after.value != 'null');
                    IF touched IS NULL THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'The contact log is evidence: %% of %% refused%%.', TG_OP, TG_TABLE_NAME,
                                coalesce(' (row ' || OLD.id || ', column ' || touched || ')', '')
                      USING HINT = 'Log a correction instead: a new entry that points to the old one.',
                            ERRCODE = 'integrity_constraint_violation';
            END
            $$
            """,
            SQL.identifier(FUNCTION),
        )
    )


def protected(cr, table):
    """Tell whether all triggers of a table are in force."""
    cr.execute(
        SQL(
            """
            SELECT count(*)
              FROM pg_trigger
             WHERE tgrelid = %s::regclass AND tgname = ANY(%s) AND tgenabled IN ('O', 'A')
            """,
            table,
            list(TRIGGERS),
        )
    )
    return cr.fetchone()[0] == len(TRIGGERS)


def release(cr, tables):
    """Drop the triggers of some tables, and their function: the add-on is being uninstalled."""
    for table in tables:
        for trigger in TRIGGERS:
            cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(trigger), SQL.identifier(table)))
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s()", SQL.identifier(FUNCTION)))
