"""How much of everything there is."""

#: months back to the first bill; the last month is the running one
MONTHS = 36
FEES = 3
COMMUNITIES = 20
OFFSET = 10_000_000
#: share of the bills paid after 0, 1, 2 ... months; the rest is not
SHARE_PAID = (0.60, 0.80, 0.88, 0.91, 0.93, 0.945, 0.955)
