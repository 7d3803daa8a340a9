from odoo.tests import freeze_time

from .collection_case import CollectionCase


class ArrearsCase(CollectionCase):
    """The collector's community with what opens and closes cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Case = cls.env["property.arrears.case"]
        cls.community.collector_id = cls.collector

    @classmethod
    def sync(cls, day):
        """What the scheduled job does with the community on a day.

        :return: the open cases, as the collector sees them
        """
        with freeze_time(day):
            cls.env.invalidate_all()
            cases = cls.Case._sync(cls.community)
            cases._check_promises()
            cases._remind_of_causes()
            cls.env.flush_all()
            cls.env.invalidate_all()
        return cases.with_user(cls.collector)

    @classmethod
    def figures(cls, cases, day):
        """``[(unit, balance, overdue, bills, stage)]`` of cases on a day."""
        cls.env.invalidate_all()
        with freeze_time(day):
            return [
                (
                    case.unit_id.code,
                    case.balance,
                    case.amount_overdue,
                    case.bill_count,
                    case.stage,
                )
                for case in cases.sorted(lambda case: case.unit_id.code)
            ]
