"""The application with an eleventh table: declared in tests.browser.eleventh_category, and known to nothing else."""

from app import server
from app.database import database
from tests.browser.eleventh_category import SafetyTraining

SafetyTraining.metadata.create_all(database().engine, tables=[SafetyTraining.metadata.tables["safety_training"]])
app = server.app
