"""One dictionary for the run."""

from pathlib import Path

import pytest

from vermilion.search.expanding import Expander
from vermilion.web.context import State


@pytest.fixture(autouse=True)
def _one_dictionary(state: State, dictionary_folder: Path) -> None:
    state.expander = Expander(dictionary_folder)
