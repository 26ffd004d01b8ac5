"""The application with an eleventh table: declared in tests.browser.eleventh_category, and known to nothing else.

As a module it is the server's application; run with a number of people, it fills the installation with demo data.
"""

import sys

from app import server
from app.database import migrate_database
from app.demo import load
from app.settings import settings
from tests.browser.eleventh_category import SafetyTraining

app = server.app

if __name__ == "__main__":
    filled = migrate_database(settings())
    # The only table of the product without a migration: it is thrown away with its test.
    SafetyTraining.metadata.create_all(filled.engine, tables=[SafetyTraining.metadata.tables["safety_training"]])
    load.load(filled, int(sys.argv[1]))
    load.set_up_staff(filled, settings())
