"""Working hours as a line of time: plain Python, nothing of Odoo in it."""

from datetime import timedelta

#: How much of the calendar is asked for at once.
CHUNK = timedelta(days=60)
#: After so much of it without enough hours, the calendar has none.
LIMIT = 40


class WorkingTime:
    """Counts forward, and between two times, in working hours only.

    The hours are asked for in large pieces and kept, so that reckoning thousands of
    deadlines costs as many questions as reckoning one.

    >>> from datetime import datetime, timedelta
    >>> def nine_to_five(start, stop):
    ...     day = datetime(start.year, start.month, start.day)
    ...     while day < stop:
    ...         if day.weekday() < 5:
    ...             yield day + timedelta(hours=9), day + timedelta(hours=17)
    ...         day += timedelta(days=1)
    >>> time = WorkingTime(nine_to_five)
    >>> friday = datetime(2026, 1, 9, 16)
    >>> time.plan(friday, 4)
    datetime.datetime(2026, 1, 12, 12, 0)
    >>> time.count(friday, datetime(2026, 1, 12, 12))
    4.0
    """

    def __init__(self, load):
        """
        :param load: function of two times without zone that gives the pairs of begin
            and end of work between them, in order
        """
        self._load = load
        self._pieces = {}

    def _get_intervals(self, start):
        """Begin and end of work from ``start`` on, without an end."""
        number = start.toordinal() // CHUNK.days
        for piece in range(number, number + LIMIT):
            if piece not in self._pieces:
                first = start.min + timedelta(days=piece * CHUNK.days - 1)
                self._pieces[piece] = list(self._load(first, first + CHUNK))
            for begin, end in self._pieces[piece]:
                if end > start:
                    yield max(begin, start), end

    def plan(self, start, hours):
        """The time at which ``hours`` of work have passed since ``start``.

        Where the calendar has no work, the clock counts instead: a deadline there is
        must not be lost.
        """
        left = timedelta(hours=hours)
        for begin, end in self._get_intervals(start):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return start + timedelta(hours=hours)

    def count(self, start, stop):
        """Hours of work between two times."""
        total = timedelta()
        for begin, end in self._get_intervals(start):
            if begin >= stop:
                break
            total += min(end, stop) - begin
        return total.total_seconds() / 3600


class ClockTime:
    """The same for what is counted around the clock."""

    def plan(self, start, hours):
        """The time ``hours`` after ``start``."""
        return start + timedelta(hours=hours)

    def count(self, start, stop):
        """Hours between two times."""
        return max(stop - start, timedelta()).total_seconds() / 3600
