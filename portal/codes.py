"""Codes that are read from paper and typed: twelve characters of Crockford's base 32, in groups of four.

Source: https://www.crockford.com/base32.html; it leaves out I, L, O and U, and reads the first three as 1, 1 and 0.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12  # 60 random bits
LONGEST_TYPED = 60
_GROUP = 4
_BETWEEN = re.compile(r"[\s\-‐-―−]+")
_ALIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    """A code that nobody can guess, as it is kept."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """A code as people read it: "7K3M-PQ90-XW2D"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read(typed: str) -> str:
    """What somebody has typed as it is kept, whatever its case, spaces and dashes; "" if it can be no code."""
    code = _BETWEEN.sub("", typed[:LONGEST_TYPED]).upper().translate(_ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
