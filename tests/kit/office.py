"""LibreOffice, as an office uses it: a file is opened and saved."""

import subprocess
from pathlib import Path

from tests.programs import needed


def soffice(folder: Path, kind: str, *files: Path) -> list[Path]:
    """Let LibreOffice open files and save them as another kind."""
    program = needed("soffice")
    command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [folder / f"{file.stem}.{kind}" for file in files]
