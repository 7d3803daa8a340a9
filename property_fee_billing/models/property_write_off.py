from odoo import api, models

from .money_flow import money_flow


class PropertyWriteOff(models.AbstractModel):
    """Writes bills off that will not be paid, to the bad-debt account."""

    _name = "property.write.off"
    _description = "Write-Off of Bills"

    @api.model
    @money_flow
    def _write_off(self, items, unit, date, reason):
        """Post one entry, reconciled with the bills it writes off.

        :param items: see property.settlement; of one unit
        :param date: day of the entry
        :param str reason: stands on the entry
        :return: the posted account.move
        """
        community = unit.community_id
        journal = community._get_write_off_journal()
        community._check_money_date(date, journal)
        settlement = self.env["property.settlement"]
        against = settlement._prepare_counterparts(items, date)
        lines = [self._prepare_loss_line(community, items, date, reason), *against]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": date,
                "ref": reason,
                "fee_unit_id": unit.id,
                "fee_community_id": community.id,
                "line_ids": settlement._complete_balances(
                    lines, community.company_id, date
                ),
            }
        )
        move._post(soft=False)
        counterparts = move.line_ids.sorted("id")[1:]
        settlement._reconcile_items(
            [
                (line, item["bill"])
                for line, item in zip(counterparts, items, strict=True)
            ]
        )
        return move

    @api.model
    def _prepare_loss_line(self, community, items, date, reason):
        """The journal item on the bad-debt account."""
        analytic_account = community.analytic_account_id
        bills = items[0]["bill"].browse().union(*(item["bill"] for item in items))
        return {
            "name": reason,
            "account_id": community._get_bad_debt_account().id,
            "partner_id": bills.partner_id[:1].id,
            "amount_currency": sum(item["amount"] for item in items),
            "currency_id": community.currency_id.id,
            "date_maturity": date,
            "analytic_distribution": (
                {str(analytic_account.id): 100} if analytic_account else False
            ),
        }
