from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyBillingRun(models.Model):
    """Runs that bill given lines at once: prepaid months, corrections, deposits."""

    _inherit = "property.billing.run"

    kind = fields.Selection(
        [
            ("regular", "Regular"),
            ("prepayment", "Prepayment"),
            ("correction", "Correction"),
            ("single", "Single Bill"),
        ],
        required=True,
        default="regular",
        readonly=True,
        copy=False,
        tracking=True,
    )
    reason = fields.Char(readonly=True, copy=False)
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        check_company=True,
        help="For the bills of this run. Empty: those of the community.",
    )

    @api.model
    def _bill_lines(self, community, kind, lines, **values):
        """Bill engine lines at once, in a run of their own.

        All or nothing: what one unit's bill raises is raised, and nothing is stored.

        :param community: one property.community, of all lines
        :param str kind: see the field
        :param lines: list of engine ``Line``; those that correct a line name it in
            ``corrects_id``
        :param values: more values of the run, such as ``invoice_date``, ``reason``,
            ``payment_term_id``
        :return: the posted property.billing.run; its bills are ``move_ids``
        :raise UserError: when a line is billed already
        """
        run = self.create(
            {
                "kind": kind,
                "community_ids": [fields.Command.set(community.ids)],
                "date_from": min(line.date_from for line in lines),
                "date_to": max(line.date_to for line in lines),
                **values,
            }
        )
        run._lock_communities()
        run._store_lines(community, lines)
        run.invalidate_recordset()
        if len(run.line_ids) != len(lines):
            raise UserError(
                self.env._(
                    "Part of this is billed already, or stands in the preview of "
                    "another run. Post or discard that run first."
                )
            )
        run.state = "computed"
        run._start_posting()
        self.env["property.billing.invoicer"]._bill_units(run, run.line_ids.unit_id.ids)
        run._finish_posting()
        return run
