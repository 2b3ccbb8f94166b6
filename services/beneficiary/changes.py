"""What a new version of a family's record changes, as its owner's office may see it before it accepts."""

from services.beneficiary.family import Version
from shared.application.context import Context
from shared.http.batches import Shown
from shared.messages import Words


def note_changes(context: Context, before: Version, after: Version) -> None:
    """Note the parts of the record that differ; persons by number, never by identity."""
    context.note("region", _place(context, before.region), _place(context, after.region))
    context.note("decile", _decile(before), _decile(after))
    if before.persons != after.persons:
        was, now = ({one.person for one in version.persons} for version in (before, after))
        values = {"number": len(now), "new": len(now - was), "gone": len(was - now)}
        said = (
            "list.adults.head"
            if before.representative != after.representative
            else "list.adults.after"
        )
        context.note(
            "national_ids", Words("list.adults.before", {"number": len(was)}), Words(said, values)
        )


def _place(context: Context, region: str) -> str:
    return f"{region} {context.regions.name(region)}"


def _decile(version: Version) -> Shown:
    """The decile; where a correction left the band alone, the band in words."""
    return version.decile if version.decile is not None else Words(f"list.band.{version.band}")
