"""What commands print for programs."""

import json
import sys


def print_json(facts: object) -> None:
    """The facts as indented JSON on standard output; what JSON does not know, as text."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2, default=str) + "\n")
