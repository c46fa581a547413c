"""What somebody might send who means no good, for any field of any form."""

from hypothesis import strategies as st

TEXT = st.one_of(
    st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace").decode()),  # no half characters
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Zl", "Zp", "So", "Mn"]), max_size=80),
    st.sampled_from(
        [
            "",
            "\x00",
            "\u202e\u2066abc\u2069",
            "\ud7ff\ufffe\uffff",
            "😀" * 80,
            "👩🏽‍⚕️" * 50,
            "<img src=x>",
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "{{ 7*7 }}{% load x %}",
            "' OR 1=1 --",
            "x" * 6000,
            "9" * 40,
            "-1",
            "on",
        ]
    ),
)
