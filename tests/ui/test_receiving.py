"""There is one door for files, so that none comes in unscanned."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIELDS = {"file_uploader", "camera_input", "audio_input", "chat_input"}


def test_fields_for_files_are_drawn_in_one_module() -> None:
    drawn_in = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if any(field in path.read_text("utf-8") for field in FIELDS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in FIELDS
    }
    assert drawn_in == {"app/ui/receiving.py"}
