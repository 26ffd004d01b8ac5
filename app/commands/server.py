"""serve, demo, migrate, settings."""

from app.commands import OK, Given, Parsers
from app.database import migrate_database
from app.settings import settings, settings_table


def add(commands: Parsers) -> None:
    """Add the parsers."""
    serve = commands.add_parser("serve", help="bring the schema up to date and run the server")
    serve.set_defaults(run=_serve)
    demo = commands.add_parser(
        "demo", help="run a demo: made-up people, staff accounts, a virtual card where pcscd is there"
    )
    demo.set_defaults(run=_demo)
    commands.add_parser("migrate", help="bring the database to the newest schema").set_defaults(run=_migrate)
    commands.add_parser("settings", help="print every setting with its default as a table").set_defaults(run=_settings)


def _serve(_given: Given) -> int:
    from app.serving import serve  # noqa: PLC0415  keeps the other commands quick

    migrate_database(settings()).close()
    serve(settings())
    return OK


def _demo(_given: Given) -> int:
    from app.demo.run import run_demo  # noqa: PLC0415

    return run_demo()


def _migrate(_given: Given) -> int:
    migrate_database(settings()).close()
    print("The database has the newest schema.")
    return OK


def _settings(_given: Given) -> int:
    print(settings_table())
    return OK
