"""Everything that a database holds, as bytes, for tests that look for what must not be there."""

from pathlib import Path

from sqlalchemy import MetaData, create_engine, select


def stored(url: str) -> bytes:
    """The bytes of an SQLite file and its log, or every value of every table on a server."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        files = (path, path.with_name(path.name + "-wal"))
        return b"".join(one.read_bytes() for one in files if one.exists())
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    values: list[bytes] = []
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                values += [one if isinstance(one, bytes) else str(one).encode() for one in row]
    engine.dispose()
    return b"\n".join(values)
