"""The faster Jaro-Winkler must be jellyfish's, value by value (design, section 6).

They differ on two empty strings only, which are never compared: an empty name is a missing one.
"""

import random
import unicodedata

import jellyfish
from rapidfuzz.distance import JaroWinkler

LETTERS = "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYÁÀẢÃẠẤẦỄỆỊÒỎỢỰỲ "


def names(count: int) -> list[str]:
    draw = random.Random(2262)
    texts = ["".join(draw.choices(LETTERS, k=draw.randint(1, 24))) for _ in range(count)]
    return [unicodedata.normalize("NFC", text) for text in texts]


def test_rapidfuzz_agrees_with_jellyfish_on_nfc_text():
    left = names(4_000)
    slips = [text[: len(text) // 2] + "X" + text[len(text) // 2 + 1 :] for text in left]
    for other in (list(reversed(left)), slips):
        for a, b in zip(left, other, strict=True):
            assert (
                abs(JaroWinkler.similarity(a, b) - jellyfish.jaro_winkler_similarity(a, b)) < 1e-12
            ), (a, b)
