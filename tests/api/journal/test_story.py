"""The law of the journal and who reads what; in one file, so the story is told once for both."""

import pytest

pytest.register_assert_rewrite("tests.api.journal.law", "tests.api.journal.reading")

from tests.api.journal.law import *  # noqa: E402, F403
from tests.api.journal.reading import *  # noqa: E402, F403
