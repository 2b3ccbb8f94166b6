"""Card of the training service: sessions, attendance and completed training.

It belongs to those who teach: the ministry of industry, the women's movement, the facilitators. It
emits what happens on the topic `lintas.training.v1`. It listens to activated memberships of the
Ministry of Cooperatives: each opens a right to training, to be taken up within ninety days.
"""

SERVICE = "training"
"""Name of the folder, of the settings and of the scopes."""

SOURCE = "urn:lintas:training"
"""Who says it, in every event."""
