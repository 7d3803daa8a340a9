import doctest

from odoo.tests import BaseCase

from ..tools import sampling


class TestSampling(BaseCase):
    """Samples are random to look at and the same each time."""

    def test_the_examples_of_the_documentation(self):
        self.assertEqual(doctest.testmod(sampling).failed, 0)

    def test_one_owner_more_changes_one_place_at_most(self):
        keys = [f"1-{number:04}" for number in range(1000)]
        sample = set(sampling.draw(keys, 200, "2026-1"))
        again = set(sampling.draw([*keys, "2-0001"], 200, "2026-1"))
        self.assertLessEqual(len(sample - again), 1)

    def test_every_part_of_the_list_has_its_share(self):
        """200 of 1,000: about 20 of every hundred, other ones with another seed."""
        keys = [f"1-{number:04}" for number in range(1000)]
        sample = sampling.draw(keys, 200, "2026-1")
        for start in range(0, 1000, 100):
            part = set(keys[start : start + 100]) & set(sample)
            self.assertTrue(8 <= len(part) <= 32, len(part))
        self.assertNotEqual(set(sample), set(sampling.draw(keys, 200, "2026-2")))

    def test_a_share_chooses_about_that_many(self):
        numbers = [f"C2026-{number:05}" for number in range(2000)]
        chosen = [number for number in numbers if sampling.is_chosen(number, 30)]
        self.assertTrue(540 <= len(chosen) <= 660, len(chosen))
