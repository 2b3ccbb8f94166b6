"""Card of the beneficiary service: families, facilitators and referrals of Social Affairs.

It emits what happens to families of assistance programmes, their facilitators with their targets,
referrals to cooperatives, graduations and exits on the topic `lintas.beneficiary.v1`. It listens to
memberships and completed training and keeps from them who is getting ready to graduate.
"""

SERVICE = "beneficiary"
"""Name of the folder, of the settings and of the scopes."""

SOURCE = "urn:lintas:beneficiary"
"""Who says it, in every event."""
