"""The data-sharing agreements: which ones there are, and what each permits.

An event names the agreement and scope that permit it. A reader refuses every other one: without an
agreement there is no ground on which the data may be read. A renewed agreement is a new entry here
(`...:2#...`) that `Topic.agreement` writes from then on; the old one stays among
`Topic.earlier_agreements`, for the events that it permitted.
"""

SOCIAL_COOPERATIVES = "urn:lintas:agreement:social-affairs-cooperatives:1#data-exchange"
"""Social Affairs and Cooperatives exchange coded data about recipients, referrals, cooperatives and
memberships."""

SOCIAL_INDUSTRY = "urn:lintas:agreement:social-affairs-industry:1#training-and-guidance"
"""Social Affairs and Industry exchange coded data about training and guidance of recipients."""

PUBLIC_FIGURES = "urn:lintas:agreement:monitoring-public:1#published-figures"
"""Monitoring publishes figures to anyone; none can be traced to a person."""
