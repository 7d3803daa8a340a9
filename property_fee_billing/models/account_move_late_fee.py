from odoo import models


class AccountMove(models.Model):
    """Late fees of bills."""

    _inherit = "account.move"

    def _get_late_fee_amounts(self, date):
        """Late fee that has run up on bills and is not billed yet.

        :param date: the day up to which it is worked out
        :return: ``{bill id: amount}``, bills without any left out
        """
        return {}

    def _post_late_fees(self, date):
        """Bill the late fees that have run up, each as a document of its own.

        :return: the posted account.move
        """
        return self.browse()
