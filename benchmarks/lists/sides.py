"""The code that is measured: what lies here, and what another commit held."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parents[2]


@contextmanager
def code_at(commit: str) -> Iterator[Path]:
    """A folder with the code of a commit, removed afterwards; a folder is taken as it is."""
    if Path(commit).is_dir():
        yield Path(commit).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="lintas-commit-") as folder:
        place = str(Path(folder) / "code")
        _git("worktree", "add", "--quiet", "--detach", place, commit)
        try:
            yield Path(place)
        finally:
            _git("worktree", "remove", "--force", place)


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(HERE), *arguments], check=True)
