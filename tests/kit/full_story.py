"""Stories with everything that the ministries publish: spells, answers, groups, targets."""

from typing import Any

from shared.events import assemblies as a
from shared.events import beneficiary as b
from shared.events import cooperative as c
from shared.events import group_members as gm
from shared.events import lineage as li
from shared.events import membership as m
from shared.events import reporting as r
from shared.events import strengthening as st
from shared.events import training as t
from shared.events.envelope import Event
from tests.kit.story import HERE, Story, people, pseudonym, uid


class FullStory(Story):
    """A story whose families have programmes and spells."""

    def enrol_in(
        self,
        family: str,
        on: str,
        *persons: str,
        region: str = HERE,
        programme: str = "PKH",
        version: int = 1,
        decile: str = "D1_2",
    ) -> Event:
        """A family is enrolled in a programme, for the first time or again."""
        data = b.FamilyEnrolled(
            programme=programme,
            region=region,
            enrolled_on=on,
            decile_band=decile,
            persons=people(persons),
            version=version,
        )
        return self.tell(pseudonym(family), data)

    def change_band(self, family: str, version: int, on: str, decile: str, *persons: str) -> Event:
        """A new version of a family's record with another decile band."""
        data = b.FamilyChanged(
            version=version,
            effective_on=on,
            region=HERE,
            decile_band=decile,
            persons=people(persons),
        )
        return self.tell(pseudonym(family), data)

    def visit(self, family: str, on: str, outcome: str = "FOUND", **seen: str) -> Event:
        """A family is visited after its graduation; one that is found is well, unless said otherwise."""
        found = {"self_reliance": "STILL", "business": "ALIVE"} if outcome == "FOUND" else {}
        data = b.FamilyVisited(visited_on=on, outcome=outcome, **(found | seen))
        return self.tell(pseudonym(family), data)

    def exit(self, family: str, on: str, reason: str = "NATURAL") -> Event:
        """A family leaves for a reason."""
        return self.tell(pseudonym(family), b.FamilyExited(reason=reason, exited_on=on))

    def refer_of(
        self, person: str, family: str, on: str, referral: str = "r1", region: str = HERE
    ) -> Event:
        """A person of a family is referred."""
        data = b.ReferralIssued(
            referral=uid(referral),
            family=pseudonym(family),
            region=region,
            decile_band="D1_2",
            business_type="10",
            rule="rule/1",
            issued_on=on,
        )
        return self.tell(pseudonym(person), data)

    def contact(self, person: str, on: str) -> Event:
        """A referred person is reached."""
        data = b.ReferralContacted(referral=uid("r1"), contacted_on=on, channel="VISIT")
        return self.tell(pseudonym(person), data)

    def interest(self, person: str, on: str) -> Event:
        """A referred person wants to join."""
        return self.tell(
            pseudonym(person), b.ReferralInterested(referral=uid("r1"), interested_on=on)
        )

    def decline(self, person: str, on: str, reason: str = "NO_TIME") -> Event:
        """A referred person does not want to join."""
        data = b.ReferralDeclined(referral=uid("r1"), declined_on=on, reason=reason)
        return self.tell(pseudonym(person), data)

    def assess(self, family: str, on: str, eligible: bool = True, region: str = HERE) -> Event:
        """A family is looked at by the rule of eligibility."""
        reasons = () if eligible else ("NO_EMBRYO_BUSINESS",)
        data = b.EligibilityAssessed(
            rule="rule/1",
            assessed_on=on,
            region=region,
            decile_band="D1_2",
            eligible=eligible,
            reasons=reasons,
        )
        return self.tell(pseudonym(family), data)

    def programme_target(self, year: int, value: int, version: int = 1, **other: Any) -> Event:
        """A programme's target of a district is set."""
        asked = {"district": "35.09", "programme": "PKH", "measure": "GRADUATED", **other}
        name = uid(f"{sorted(asked.items())}{year}")
        data = b.ProgrammeTargetSet(target=name, year=year, value=value, version=version, **asked)
        return self.tell(str(name), data)

    def join(
        self,
        person: str,
        on: str,
        member: str = "m1",
        cooperative: str = "c",
        region: str = HERE,
    ) -> Event:
        """A person becomes a member of a cooperative."""
        data = c.MembershipActivated(
            membership=uid(member), cooperative=uid(cooperative), region=region, activated_on=on
        )
        return self.tell(pseudonym(person), data)

    def form_business(
        self, group: str, on: str, status: str = "INCOME_GROUP", region: str = HERE
    ) -> Event:
        """A household-business group is formed."""
        data = c.GroupFormed(status=status, region=region, business_type="10", formed_on=on)
        return self.tell(str(uid(group)), data)

    def climb(self, group: str, version: int, on: str, status: str) -> Event:
        """A household-business group takes a step on the ladder."""
        data = c.GroupStatusChanged(status=status, effective_on=on, version=version)
        return self.tell(str(uid(group)), data)

    def go_on(self, group: str, successor: str, on: str, kind: str = "MERGED") -> Event:
        """A group goes on in another."""
        data = li.GroupSucceeded(
            lineage=uid(f"{group} {successor} {on}"),
            successor=uid(successor),
            kind=kind,
            happened_on=on,
        )
        return self.tell(str(uid(group)), data)

    def take_role(self, person: str, group: str, on: str, role: str = "MEMBER") -> Event:
        """A person has a role in a business group."""
        data = gm.GroupMemberJoined(group=uid(group), role=role, joined_on=on)
        return self.tell(pseudonym(person), data)

    def depart(self, person: str, group: str, on: str) -> Event:
        """A person leaves a business group."""
        return self.tell(pseudonym(person), gm.GroupMemberLeft(group=uid(group), left_on=on))

    def become(self, group: str, cooperative: str, on: str) -> Event:
        """A group becomes a cooperative."""
        data = li.GroupBecameCooperative(cooperative=uid(cooperative), became_on=on)
        return self.tell(str(uid(group)), data)

    def save_in(self, person: str, month: str, paid: bool = True, member: str = "m1") -> Event:
        """A cooperative says whether the savings of a month are paid."""
        data = m.SavingsRecorded(
            membership=uid(member), cooperative=uid("c"), month=month, paid=paid
        )
        return self.tell(pseudonym(person), data)

    def transact_in(self, person: str, month: str, did: bool = True, member: str = "m1") -> Event:
        """A cooperative says whether a member transacted in a month."""
        data = m.TransactionsRecorded(
            membership=uid(member), cooperative=uid("c"), month=month, transacted=did
        )
        return self.tell(pseudonym(person), data)

    def benefit(
        self, person: str, on: str, kind: str = "SURPLUS_SHARE", member: str = "m1"
    ) -> Event:
        """A member gets something."""
        data = m.BenefitGranted(
            benefit=uid(f"{person} {on} {kind}"),
            membership=uid(member),
            cooperative=uid("c"),
            kind=kind,
            granted_on=on,
        )
        return self.tell(pseudonym(person), data)

    def reinstate(self, person: str, on: str, member: str = "m1") -> Event:
        """Somebody is a member again."""
        data = m.MembershipReinstated(
            membership=uid(member), cooperative=uid("c"), reinstated_on=on
        )
        return self.tell(pseudonym(person), data)

    def mentor(self, cooperative: str, on: str, kind: str = "BUSINESS") -> Event:
        """The management of a cooperative is mentored."""
        data = st.MentoringRecorded(
            mentoring=uid(f"{cooperative} {on}"),
            cooperative=uid(cooperative),
            kind=kind,
            mentored_on=on,
        )
        return self.tell(str(uid(cooperative)), data)

    def grant_capital(self, cooperative: str, on: str, kind: str = "LOAN") -> Event:
        """A cooperative gets capital."""
        data = st.CapitalGranted(
            capital=uid(f"{cooperative} {on}"),
            cooperative=uid(cooperative),
            kind=kind,
            granted_on=on,
        )
        return self.tell(str(uid(cooperative)), data)

    def meet(self, cooperative: str, year: int, on: str) -> Event:
        """A cooperative holds its annual meeting."""
        data = a.AnnualMeetingHeld(cooperative=uid(cooperative), year=year, held_on=on)
        return self.tell(str(uid(cooperative)), data)

    def want(self, cooperative: str, year: int, target: int, version: int = 1) -> Event:
        """A cooperative sets its target of members."""
        data = a.MemberTargetSet(
            cooperative=uid(cooperative), year=year, target=target, version=version
        )
        return self.tell(str(uid(cooperative)), data)

    def form_group(self, group: str, on: str, region: str = HERE) -> Event:
        """A family group is formed."""
        data = t.FamilyGroupFormed(
            group=uid(group), district=region[:5], region=region, formed_on=on
        )
        return self.tell(str(uid(group)), data)

    def join_group(self, family: str, group: str, on: str) -> Event:
        """A family joins a group."""
        data = t.FamilyGroupJoined(group=uid(group), joined_on=on)
        return self.tell(pseudonym(family), data)

    def hold_for(self, group: str, session: str, on: str) -> Event:
        """A family group meets."""
        data = t.SessionHeld(activity="P2K2", district="35.09", held_on=on, group=uid(group))
        return self.tell(str(uid(session)), data)

    def declare(
        self, office: str, month: str, count: int, version: int = 1, district: str = "35.09"
    ) -> Event:
        """An office declares how many families have joined by its own count."""
        name = uid(f"{office}{district}{month}")
        data = r.CountDeclared(
            declaration=name,
            measure="JOINED_FAMILIES",
            district=district,
            month=month,
            count=count,
            version=version,
        )
        return self.tell(str(name), data, source=f"urn:lintas:{office}")
