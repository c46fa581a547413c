"""Whether colours can be told apart, as WCAG 2.2 reckons it."""

LEAST_FOR_TEXT = 4.5  # WCAG 2.2, success criterion 1.4.3


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 for black to 1 for white (WCAG 2.2, "relative luminance").

    Args:
        colour: # and six hexadecimal digits.
    """
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
