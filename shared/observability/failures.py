"""Show where something failed without repeating the values involved."""

import traceback

FRAMES = 8


def where(error: BaseException) -> str:
    """The last frames; neither the message nor a line of source, which may hold values."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
