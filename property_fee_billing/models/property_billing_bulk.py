from odoo import api, fields, models
from odoo.tools import SQL

from .property_billing_entry import Shape
from .property_bulk_mixin import CREATE_KEY, POST_KEY, BulkPlan

# What the bulk way knows how to turn into journal items. A bill with any other key,
# put there by an override, is left to Odoo.
HEADER_KEYS = frozenset(
    {
        "move_type",
        "partner_id",
        "journal_id",
        "currency_id",
        "invoice_date",
        "invoice_date_due",
        "date",
        "invoice_payment_term_id",
        "invoice_cash_rounding_id",
        "invoice_origin",
        "payment_reference",
        "fee_unit_id",
        "fee_community_id",
        "fee_run_id",
        "invoice_line_ids",
    }
)
LINE_KEYS = frozenset(
    {
        "sequence",
        "product_id",
        "name",
        "quantity",
        "price_unit",
        "analytic_distribution",
        "fee_item_id",
        "fee_date_from",
        "fee_date_to",
    }
)
# Tables that grow with every batch, and are read while they do.
GROWING_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "property_fee_line",
)


class PropertyBillingBulk(models.AbstractModel):
    """Makes the draft bills of a batch, with complete journal items where it can.

    Everything goes through ``create`` of account.move and account.move.line. A bill
    of a shape that is not known to come out exactly as Odoo would make it is left
    to Odoo, and counted.
    """

    _name = "property.billing.bulk"
    _description = "Bulk Billing"

    @api.model
    def _create_invoices(self, vals_list):
        """Draft bills of ``vals_list`` in the same order.

        :param vals_list: values for account.move, see ``_prepare_invoice_values``
        :return: moves that carry the plan to post them under
        """
        plan = BulkPlan()
        bills = self._prepare_bills(vals_list)
        bulk = [number for number, bill in enumerate(bills) if bill]
        plain = [number for number, bill in enumerate(bills) if not bill]
        moves = self.env["account.move"].with_context(tracking_disable=True)
        made = [
            *self._create_bulk(plan, [bills[number] for number in bulk]),
            *moves.create([vals_list[number] for number in plain]),
        ]
        made = dict(zip(bulk + plain, made, strict=True))
        ids = [made[number].id for number in range(len(vals_list))]
        plan.rank = {move_id: rank for rank, move_id in enumerate(ids)}
        return moves.browse(ids).with_context(**{POST_KEY: plan})

    @api.model
    def _create_bulk(self, plan, bills):
        moves = self.env["account.move"].with_context(
            tracking_disable=True,
            skip_invoice_sync=True,
            skip_invoice_line_sync=True,
            **{CREATE_KEY: plan},
        )
        if not bills:
            return moves
        moves = moves.create([bill["header"] for bill in bills])
        lines = []
        for move, bill in zip(moves, bills, strict=True):
            for values in bill["lines"]:
                values["move_id"] = move.id
                lines.append(values)
        plan.settled = moves._ids
        with self.env.protecting(plan.get_settled_fields(self.env), moves):
            moves.env["account.move.line"].create(lines)
        return moves

    # ---------------------------------------------------------------- prepare
    @api.model
    def _prepare_bills(self, vals_list):
        """``{"header": values, "lines": [values]}`` of each bill, or None where Odoo
        must make it."""
        entry = self.env["property.billing.entry"]
        # with one prefetch for all payers
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in vals_list}
        )
        partners.commercial_partner_id.mapped("user_id")
        memo = {"partners": {partner.id: partner for partner in partners}}
        templates = {}
        bills = []
        for vals in vals_list:
            lines = [command[2] for command in vals["invoice_line_ids"]]
            bill = None
            if self._has_known_keys(vals, lines):
                header = self._prepare_header(vals, memo)
                shape = self._get_shape(vals, header, memo)
                if shape not in templates:
                    templates[shape] = entry._get_template(
                        shape,
                        {
                            k: v
                            for k, v in {**vals, **header}.items()
                            if k != "invoice_line_ids"
                        },
                    )
                template = templates[shape]
                if not entry._get_unsupported(template, lines):
                    bill = self._prepare_bill(template, vals, header, lines)
            bills.append(bill)
        return bills

    @api.model
    def _has_known_keys(self, vals, lines):
        return (
            vals.keys() <= HEADER_KEYS
            and vals["currency_id"]
            and not (vals["invoice_payment_term_id"] and vals.get("invoice_date_due"))
            and all(
                line.keys() <= LINE_KEYS and line["quantity"] == 1 for line in lines
            )
        )

    @api.model
    def _get_shape(self, vals, header, memo):
        company = self.env["res.company"].browse(header["company_id"])
        commercial = memo["partners"][vals["partner_id"]].commercial_partner_id
        receivable = (
            commercial.with_company(company).property_account_receivable_id
            or company.partner_id.with_company(company).property_account_receivable_id
        )
        fiscal = self.env["account.fiscal.position"].browse(
            header["fiscal_position_id"] or ()
        )
        return Shape(
            company_id=company.id,
            journal_id=vals["journal_id"],
            currency_id=vals["currency_id"],
            move_type=vals["move_type"],
            fiscal_position_id=fiscal.id,
            payment_term_id=vals["invoice_payment_term_id"],
            cash_rounding_id=vals["invoice_cash_rounding_id"],
            receivable_id=fiscal.map_account(receivable).id,
            rate=header["invoice_currency_rate"],
            date=fields.Date.to_date(vals["invoice_date"]),
            date_due=fields.Date.to_date(vals.get("invoice_date_due")),
        )

    @api.model
    def _prepare_header(self, vals, memo):
        """What Odoo would compute of the bill itself."""
        partner = memo["partners"][vals["partner_id"]]
        key = (vals["move_type"], vals["journal_id"], vals["currency_id"])
        if key not in memo:
            memo[key] = self._prepare_header_constants(vals)
        constants = memo[key]
        company = self.env["res.company"].browse(constants["company_id"])
        commercial = partner.commercial_partner_id
        delivery = self._get_delivery(partner)
        return {
            **constants,
            "commercial_partner_id": commercial.id,
            "partner_shipping_id": delivery.id,
            "fiscal_position_id": self._get_fiscal_position(
                company, partner, delivery, memo
            ).id,
            "invoice_partner_display_name": partner.display_name,
            "invoice_user_id": (
                partner.user_id or commercial.user_id or self.env.user
            ).id,
            "preferred_payment_method_line_id": partner.with_company(
                company
            ).property_inbound_payment_method_line_id.id,
        }

    @api.model
    def _prepare_header_constants(self, vals):
        move = self.env["account.move"].new(
            {name: value for name, value in vals.items() if name != "invoice_line_ids"}
        )
        constants = {
            "company_id": move.company_id.id,
            "invoice_currency_rate": move.invoice_currency_rate,
            "delivery_date": move.delivery_date,
            "taxable_supply_date": move.taxable_supply_date,
            "invoice_incoterm_id": move.invoice_incoterm_id.id,
            "incoterm_location": move.incoterm_location,
            "always_tax_exigible": False,
            "auto_post_until": False,
            "checked": False,
            "name": False,
            "sequence_prefix": "",
            "sequence_number": 0,
            "made_sequence_gap": False,
            "payment_state": "not_paid",
            "fee_is_bulk": True,
            "is_manually_modified": False,
        }
        # As `account` reads it: whether bills carry terms is no secret, but parameters
        # are for administrators to read.
        use_terms = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("account.use_invoice_terms")
        )
        if not use_terms:
            constants["narration"] = False
        return constants

    @api.model
    def _get_delivery(self, partner):
        if partner.parent_id or partner.child_ids:
            return partner.browse(partner.address_get(["delivery"])["delivery"])
        return partner

    @api.model
    def _get_fiscal_position(self, company, partner, delivery, memo):
        """Fiscal position of a payer; found once for payers alike in all that
        decides it."""
        key = (
            company.id,
            *(
                (
                    who.with_company(company).property_account_position_id.id,
                    who.country_id.id,
                    who.state_id.id,
                    who.zip,
                    who.vat,
                )
                for who in ((partner,) if delivery == partner else (partner, delivery))
            ),
        )
        if key not in memo:
            memo[key] = (
                self.env["account.fiscal.position"]
                .with_company(company)
                ._get_fiscal_position(partner, delivery=delivery)
            )
        return memo[key]

    @api.model
    def _prepare_bill(self, template, vals, header, lines):
        entry = self.env["property.billing.entry"]
        amounts = entry._get_amounts(template, lines)
        if not amounts or not amounts["header"]["amount_total"]:
            return None  # a bill of nothing is paid by being posted
        partner_id = header["commercial_partner_id"]
        items = [
            {**known, **line, "partner_id": partner_id}
            for known, line in zip(amounts["products"], lines, strict=True)
        ]
        items += [{**known, "partner_id": partner_id} for known in amounts["others"]]
        for known in amounts["terms"]:
            item = {**known, "partner_id": partner_id}
            if len(template.move.invoice_payment_term_id.line_ids) <= 1:
                item["name"] = vals["payment_reference"] or False
            items.append(item)
        values = {
            **{k: v for k, v in vals.items() if k != "invoice_line_ids"},
            **header,
            **amounts["header"],
        }
        return {"header": values, "lines": items}

    # ------------------------------------------------------------------ check
    @api.model
    def _check_entries(self, moves):
        """What Odoo's own computation would have seen to: raise if a posted bill is
        not whole. The batch is then done again the plain way.

        :param moves: posted bills; only those made in bulk are looked at
        """
        plan = moves.env.context.get(POST_KEY)
        if plan is None or not plan.settled:
            return
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()
        wrong = self.env.execute_query(
            SQL(
                """
                SELECT m.id
                  FROM account_move m
                  JOIN account_move_line l ON l.move_id = m.id
                 WHERE m.id = ANY(%s)
                 GROUP BY m.id
                HAVING m.state <> 'posted' OR COALESCE(m.name, '/') = '/'
                    OR SUM(l.balance) <> 0 OR SUM(l.amount_currency) <> 0
                    OR m.amount_total_signed
                       <> SUM(l.balance) FILTER (WHERE %s)
                    OR m.amount_total_in_currency_signed
                       <> SUM(l.amount_currency) FILTER (WHERE %s)
                    OR m.amount_residual_signed
                       <> SUM(l.amount_residual) FILTER (WHERE %s)
                    OR m.amount_tax_signed
                       <> -COALESCE(SUM(l.balance) FILTER (WHERE %s), 0)
                    OR m.amount_untaxed_signed
                       <> -SUM(l.balance) FILTER (WHERE NOT %s AND NOT %s)
                    OR NOT BOOL_AND(COALESCE(l.company_id = m.company_id
                                             AND l.journal_id = m.journal_id
                                             AND l.currency_id = m.currency_id
                                             AND l.partner_id = m.commercial_partner_id
                                             AND l.date = m.date
                                             AND l.move_name = m.name
                                             AND l.parent_state = m.state, FALSE))
                """,
                list(plan.settled),
                *(
                    SQL("l.display_type = %s", kind)
                    for kind in ("payment_term",) * 3 + ("tax",) * 2 + ("payment_term",)
                ),
            )
        )
        if wrong:
            raise ValueError(
                self.env._(
                    "%(count)s bills of a batch made in bulk are not whole.",
                    count=len(wrong),
                )
            )

    # ------------------------------------------------------------- statistics
    @api.model
    def _refresh_statistics(self, unit_count):
        """Tell the database's planner, once, of a ledger that was all but empty.

        Autovacuum counts committed rows only, and late. Until it comes, the planner
        takes a table for as small as it was and may read it whole for every bill.
        Bulk posting asks the ledger next to nothing per bill; what Odoo asks when it
        makes bills itself is what this is for. ANALYZE counts the rows of its own
        transaction as well, so it need not wait for the commit.

        :param unit_count: units of the batch that has just been posted
        """
        known = self.env.execute_query(
            SQL("SELECT reltuples FROM pg_class WHERE oid = 'account_move'::regclass")
        )
        if known[0][0] >= unit_count:
            return
        self.env.flush_all()
        for table in GROWING_TABLES:
            # another worker that is at it does it for us
            self.env.cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s", SQL.identifier(table)))
