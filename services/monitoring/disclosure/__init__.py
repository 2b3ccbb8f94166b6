"""What may be shown of counts of people, and a program that tries to prove more than that.

`decide` chooses what a release shows of a table; `audit` reads what was published and reports every
count of 1 to 10 people and every change by so many that it can prove. Both are pure: they know
figures, sums and months, and nothing of SQL, regions or indicators.
"""

K = 11
"""Counts of 1 to K-1 people, and changes by so many, have at least K possible values for a reader."""
STEP = 5
"""Counts of people are shown as multiples of this."""
