from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    fee_unit_id = fields.Many2one(
        related="move_id.fee_unit_id",
        string="Property Unit",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    fee_community_id = fields.Many2one(
        related="move_id.fee_community_id",
        string="Community",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    fee_item_id = fields.Many2one(
        "property.fee.item",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    fee_date_from = fields.Date(string="Fee Period From", readonly=True)
    fee_date_to = fields.Date(string="Fee Period To", readonly=True)
    fee_line_ids = fields.One2many("property.fee.line", "move_line_id")
    fee_allocation_ids = fields.One2many("property.payment.allocation", "move_line_id")
    fee_amount_open = fields.Monetary(
        string="Amount Open",
        compute="_compute_fee_amount_open",
        help="What is left to pay of this line of a bill, taxes included.",
    )

    def _auto_init(self):
        """Make the stored related columns empty at once: no journal item of a firm
        that installs us has a unit yet, so none need be computed."""
        for name in ("fee_unit_id", "fee_community_id"):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()

    @api.depends("price_total", "fee_allocation_ids.amount")
    def _compute_fee_amount_open(self):
        settled = self._get_fee_amounts_settled()
        for line in self:
            line.fee_amount_open = line.price_total - settled.get(line.id, 0.0)

    def _get_fee_amounts_settled(self):
        """What payments and credit notes have settled of bill lines.

        :return: ``{line id: amount}``, lines without any left out
        """
        # whoever may see a bill line may see what is open of it
        groups = (
            self.env["property.payment.allocation"]
            .sudo()
            ._read_group(
                [("move_line_id", "in", self.ids)], ["move_line_id"], ["amount:sum"]
            )
        )
        return {line.id: amount for line, amount in groups}

    # --------------------------------------------------------- part of an amount
    def _reconcile_fee_amounts(self, pairs):
        """Reconcile pairs of journal items, each pair up to its own amount.

        Odoo settles as much as there is on both sides. Money with a purpose, or that
        the payer meant for something else too, settles no more than was said.

        :param pairs: list of (debit item, credit item, amount in their currency)
        """
        limits = {}
        for debit, credit, amount in pairs:
            key = (debit.id, credit.id)
            limits[key] = limits.get(key, 0.0) + amount
        plan = [self.browse(key) for key in limits]
        self.with_context(fee_reconcile_limits=limits)._reconcile_plan(plan)

    @api.model
    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        """Override of `account`: settle a pair up to its own amount only."""
        limits = self.env.context.get("fee_reconcile_limits") or {}
        limit = limits.get((debit_values["aml"].id, credit_values["aml"].id))
        if limit is None:
            return super()._prepare_reconciliation_single_partial(
                debit_values, credit_values, shadowed_aml_values
            )
        sides = [self._cut_residual(debit_values, limit)]
        sides.append(self._cut_residual(credit_values, limit))
        result = super()._prepare_reconciliation_single_partial(
            *sides, shadowed_aml_values
        )
        for values, cut in zip((debit_values, credit_values), sides, strict=True):
            for name in ("amount_residual", "amount_residual_currency"):
                values[name] -= cut[f"{name}_before"] - cut[name]
        # the pair is done, whatever is left on either side
        return {**result, "debit_values": None, "credit_values": None}

    @api.model
    def _cut_residual(self, values, limit):
        """A copy of one side of a pair that has no more than ``limit`` left."""
        cut = dict(values)
        line, open_amount = values["aml"], abs(values["amount_residual_currency"])
        if line.currency_id.compare_amounts(open_amount, limit) > 0:
            sign = 1 if values["amount_residual_currency"] > 0 else -1
            part = limit / open_amount
            cut["amount_residual_currency"] = sign * limit
            cut["amount_residual"] = line.company_currency_id.round(
                values["amount_residual"] * part
            )
        for name in ("amount_residual", "amount_residual_currency"):
            cut[f"{name}_before"] = cut[name]
        return cut
