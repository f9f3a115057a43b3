"""One lexicon for the run."""

from pathlib import Path

import pytest

from vermilion.learning.lexicon import Lexicon
from vermilion.web.context import State


@pytest.fixture(scope="session")
def lexicon(dictionary_folder: Path) -> Lexicon:
    return Lexicon(dictionary_folder)


@pytest.fixture(autouse=True)
def _one_lexicon(state: State, lexicon: Lexicon) -> None:
    state.lexicon = lexicon
