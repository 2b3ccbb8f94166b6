"""Every number of the pilot, with where it comes from. What no source says is marked as an assumption."""

from dataclasses import dataclass

PROBOLINGGO = "35.13"
JEMBER = "35.09"
YEAR = 2026


@dataclass(frozen=True)
class Numbers:
    """Sizes of a pilot; `Numbers()` is the articles' pilot, `Numbers.small()` a quick one of the same shape."""

    probolinggo_families: int = 50_000
    """PKH families in Probolinggo: the article says 50 thousand and more."""
    facilitators: int = 258
    """Facilitators in Probolinggo (article)."""
    target: int = 10
    """Families to graduate for each facilitator and year (article); 2,580 follows from it."""
    group_size: int = 25
    """Families in a P2K2 group: an assumption."""
    sessions_per_group: int = 3
    """Months up to June in which P2K2 is recorded, a meeting a month: an assumption that keeps the demo short."""
    meeting_percent: int = 95
    """Share of months in which a group meets: an assumption."""
    attendance_percent: int = 80
    """Share of a group that attends a session: an assumption."""
    jember_families: int = 12_000
    """PKH families of the pilot in Jember: an assumption."""
    unknown_percent: int = 4
    """Families registered without any identity: an assumption."""
    operating_cooperatives: int = 10
    """Of Jember's 248 village cooperatives, those that operate (article)."""
    members: int = 2_500
    """Members who joined before the pilot, most of them not of PKH families: an assumption."""
    joined_before_percent: int = 12
    """Share of these members who represent a family of the pilot: an assumption; the article says that
    some have joined, and that nobody knows how many."""
    contacted_percent: int = 85
    """Share of the referred whom a facilitator reaches: an assumption."""
    declined_percent: int = 25
    """Share of the reached who decline: an assumption; the article calls the interest very low."""
    applicants_percent: int = 70
    """Referred persons near an operating cooperative who apply: an assumption."""
    activity_months: int = 3
    """Months up to June that cooperatives record of members of before: an assumption that keeps the demo short."""
    faithful_percent: int = 70
    """Share of members who pay their savings every month: an assumption."""
    silent_percent: int = 8
    """Share of members' months of which nothing, or only one of two answers, is recorded: an assumption."""
    surplus_percent: int = 40
    """Share of members of before who get a share of the surplus: an assumption."""
    exits_percent: int = 1
    """Families that leave for other reasons in the half year: an assumption."""
    visited_percent: int = 75
    """Graduates whose first visit is made when it is due: an assumption."""
    found_percent: int = 85
    """Visits that find the family: an assumption."""
    fallen_percent: int = 8
    """Families found that are no longer self-reliant: an assumption."""
    outreach_participants: int = 124
    """Participants of the outreach in Jember (article)."""
    late_families: int = 40
    """Families of spring whose rows reach Jember's office after the first release: an assumption."""
    earlier_groups: int = 48
    """Groups in Jember that were formed two years before, so that their way can be followed: an assumption."""
    groups: int = 62
    """Household-business groups (UP2K) in Jember, two for each kecamatan: an assumption."""

    @staticmethod
    def small() -> "Numbers":
        """About one fortieth of the pilot, for tests."""
        return Numbers(
            probolinggo_families=1_000,
            facilitators=12,
            jember_families=900,
            members=120,
            groups=8,
            earlier_groups=16,
        )
