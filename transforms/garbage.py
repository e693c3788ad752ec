"""What a kernel's process need not look at again."""

from functools import cache
from gc import collect, freeze


def settled() -> None:
    """Spark looks for garbage after every task: what has outlived one it need not look at again.

    Names once read are kept as four hundred thousand objects: every later task, however small,
    looked at all of them for a seventh of a second.
    """
    _collected_once()
    freeze()


@cache
def _collected_once() -> None:
    """What a process begins with: asking how much is frozen would count all of it, every task."""
    collect()
