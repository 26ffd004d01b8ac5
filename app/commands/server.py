"""serve, demo, migrate, settings."""

from app.commands import OK, Given, Parsers
from app.database import migrate_database
from app.settings import settings, settings_table


def _serve(_given: Given) -> int:
    from app.serving import serve  # noqa: PLC0415  keeps the other commands quick

    config = settings()
    serve(config, lambda: print(f"Congye: http://{config.host}:{config.port}", flush=True))
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


COMMANDS = {
    "serve": (_serve, "bring the schema up to date and run the server"),
    "demo": (_demo, "run a demo: made-up people, staff accounts, a virtual card where pcscd is there"),
    "migrate": (_migrate, "bring the database to the newest schema"),
    "settings": (_settings, "print every setting with its default as a table"),
}


def add(commands: Parsers) -> None:
    """Add the parsers."""
    for name, (run, told) in COMMANDS.items():
        commands.add_parser(name, help=told).set_defaults(run=run)
