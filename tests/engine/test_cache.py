"""The folder of compiled code is named after what is compiled."""

from __future__ import annotations

from pathlib import Path

import hanhlang.engine.search
from hanhlang.engine.search.cache import COMPILED


def test_every_file_that_compiles_or_that_compiled_code_is_made_of_names_the_folder():
    folder = Path(hanhlang.engine.search.__file__).parent
    compiling = {
        file.name for file in folder.glob("*.py") if "\n@inner" in (text := file.read_text(encoding="utf-8")) or "\n@outer" in text
    }
    needed = {
        f"{name}.py"
        for file in compiling
        for line in (folder / file).read_text(encoding="utf-8").splitlines()
        if line.startswith("from hanhlang.engine.search.")
        for name in [line.split()[1].rpartition(".")[2]]
    }
    assert compiling | needed == set(COMPILED)
