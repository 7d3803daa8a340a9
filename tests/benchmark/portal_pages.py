"""How fast the portal answers: an empty home, a home and a unit with 36 bills.

Side by side, so that the machine's load counts on all sides. Not part of the tests, as
times are not for tests; it fails where a page takes 1.5 times the empty home:

    ./setup/test tests/benchmark/portal_pages.py -s
"""

import statistics
import sys
import time

from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.portal_years_case import PortalYearsCase

ROUNDS = 30


@tagged("post_install", "-at_install")
class TestPortalPages(PortalYearsCase):
    """Home and unit pages answer nearly as fast as an empty home."""

    @freeze_time("2027-12-20", tick=True)
    def test_pages_side_by_side(self):
        pages = {
            "bare": ("/my", self.cid),
            "home": ("/my", self.bob),
            "unit": (f"/my/units/{self.units[1].id}", self.bob),
        }
        times = {name: [] for name in pages}
        for _round in range(ROUNDS):
            for name, (url, user) in pages.items():
                self.authenticate(user.login, user.login)
                start = time.perf_counter()
                self.assertEqual(self.url_open(url).status_code, 200)
                times[name].append(time.perf_counter() - start)
        median = {name: statistics.median(found) for name, found in times.items()}
        for name, seconds in median.items():
            ratio = seconds / median["bare"]
            sys.stdout.write(f"\n{name}: {seconds:.3f} s, {ratio:.2f} times bare")
        for name in ("home", "unit"):
            self.assertLess(median[name], 1.5 * median["bare"], median)
