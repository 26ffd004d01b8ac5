"""Fills the database of the environment's settings with demo people; run before a server of the browser tests."""

import sys

from app.database import migrate_database
from app.demo import load
from app.settings import settings

database = migrate_database(settings())
load.load(database, int(sys.argv[1]))
load.set_up_staff(database, settings())
