from odoo import fields, models


class PropertyOwnershipTransfer(models.Model):
    """The settlement statement of a transfer, as plain structures."""

    _inherit = "property.ownership.transfer"

    def _get_settlement_data(self):
        """What the settlement statement says.

        Of a transfer that is done the figures are those of its confirmation, equal to
        the ledger then; of a draft, those of its preview. Days are ISO texts, amounts
        floats; labels and sentences are in the user's language.

        :return: dictionary with

            - ``name``, ``state``, ``date``, ``booking_date``, ``confirmed_on``,
              ``confirmed_by``, ``handover_reference``, ``note``
            - ``currency``: ``{id, name}``
            - ``unit``: ``{id, code, name, community, building, area}``
            - ``choices``: ``{debt, debt_label, credit, credit_label}``
            - ``payers``: the old, then the new one: ``{party, party_label, id, name,
              ref, role, role_label, date_from, date_to, lines, balance, open_bills,
              credits}``; ``lines``: ``{item, date_from, date_to, bills, billed, due,
              difference, explanation, explanation_text}``; ``balance``: ``{before,
              corrected, carried, moved, refunded, after}``; ``open_bills``: ``{id,
              name, date, date_due, total, open, lines}`` with ``{item, date_from,
              date_to, open}``; ``credits``: ``{id, name, date, open, purpose,
              purpose_label}``
            - ``other_lines``: as ``lines``, of payers before, with ``partner``
            - ``deposits``: see ``_get_deposits``
            - ``documents``: ``{run, bills, entries, payout}``: names
        """
        self.ensure_one()
        self.check_access("read")
        # Who may read a transfer may read its statement; bills and credit are read
        # for this unit and its two payers only.
        data = self.settlement_data or self.sudo()._prepare_settlement_data()
        return self._add_labels(data)

    def _prepare_settlement_data(self):
        """The structure without labels, JSON-safe."""
        to_text = fields.Date.to_string
        documents = self.run_id.move_ids | self.move_ids
        return {
            "name": self.name,
            "state": self.state,
            "date": to_text(self.date),
            "booking_date": to_text(self.booking_date),
            "confirmed_on": fields.Datetime.to_string(self.confirmed_on)
            if self.confirmed_on
            else False,
            "confirmed_by": self.confirmed_by_id.name or False,
            "handover_reference": self.handover_reference or "",
            "note": self.note or "",
            "currency": {"id": self.currency_id.id, "name": self.currency_id.name},
            "unit": {
                "id": self.unit_id.id,
                "code": self.unit_id.code,
                "name": self.unit_id.display_name,
                "community": self.community_id.name,
                "building": self.unit_id.building_id.name,
                "area": self.unit_id.charge_area,
            },
            "choices": {"debt": self.debt_choice, "credit": self.credit_choice},
            "payers": [self._prepare_payer_data(party) for party in ("old", "new")],
            "other_lines": [
                {**self._prepare_line_data(line), "partner": line.partner_id.name}
                for line in self.line_ids
                if line.partner_id not in self.old_partner_id | self.new_partner_id
            ],
            "deposits": self._get_deposits(),
            "documents": {
                "run": self.run_id.name or False,
                "bills": documents.filtered(
                    lambda move: move.move_type != "entry"
                ).mapped("name"),
                "entries": documents.filtered(
                    lambda move: move.move_type == "entry"
                ).mapped("name"),
                "payout": self.receipt_id.name or False,
            },
        }

    def _prepare_payer_data(self, party):
        """What the statement says of the old or the new payer."""
        partner = self[f"{party}_partner_id"]
        is_old = party == "old"
        first = self.old_ownership_id.date_from if is_old else self.date
        balance = self.balance_ids.filtered(lambda row: row.party == party)
        return {
            "party": party,
            "id": partner.id,
            "name": partner.name,
            "ref": partner.ref or "",
            "role": self.old_ownership_id.role if is_old else self.new_role,
            "date_from": fields.Date.to_string(first) if first else False,
            "date_to": fields.Date.to_string(self._get_last_day()) if is_old else False,
            "lines": [
                self._prepare_line_data(line)
                for line in self.line_ids
                if line.partner_id == partner
            ],
            "balance": {
                "before": balance.balance_before,
                "corrected": balance.corrected,
                "carried": balance.carried,
                "moved": balance.moved,
                "refunded": balance.refunded,
                "after": balance.balance_after,
            },
            "open_bills": [
                self._prepare_bill_data(bill)
                for bill in self.env["property.settlement"]._get_open_bills(
                    [
                        ("fee_unit_id", "=", self.unit_id.id),
                        ("partner_id", "child_of", partner.commercial_partner_id.ids),
                    ]
                )
            ],
            "credits": [
                {
                    "id": line.id,
                    "name": line.move_id.name,
                    "date": fields.Date.to_string(line.date),
                    "open": -line.amount_residual_currency,
                    "purpose": line.move_id.fee_purpose or False,
                }
                for line in self.env["property.payout"]._get_open_credits(
                    self.unit_id, partner
                )
            ],
        }

    def _get_last_day(self):
        """The last day the old payer pays for."""
        day_before = fields.Date.subtract(self.date, days=1)
        return min(filter(None, (self.old_ownership_id.date_to, day_before)))

    def _prepare_line_data(self, line):
        """A corrected period."""
        return {
            "item": line.item_id.name,
            "date_from": fields.Date.to_string(line.date_from),
            "date_to": fields.Date.to_string(line.date_to),
            "bills": line.bill_names,
            "billed": line.billed_amount,
            "due": line.amount,
            "difference": line.difference,
            "explanation": line.explanation,
        }

    def _prepare_bill_data(self, bill):
        """An open bill, and what of it is open."""
        return {
            "id": bill.id,
            "name": bill.name,
            "date": fields.Date.to_string(bill.invoice_date),
            "date_due": fields.Date.to_string(bill.invoice_date_due),
            "total": bill.amount_total,
            "open": bill.amount_residual,
            "lines": [
                {
                    "item": line.fee_item_id.name,
                    "date_from": fields.Date.to_string(line.fee_date_from),
                    "date_to": fields.Date.to_string(line.fee_date_to),
                    "open": line.fee_amount_open,
                }
                for line in bill.invoice_line_ids.filtered("fee_item_id")
                if not bill.currency_id.is_zero(line.fee_amount_open)
            ],
        }

    def _get_deposits(self):
        """Deposits billed or held, which stay with who gave them; see
        property.deposit ``get_open_deposits``."""
        return self.env["property.deposit"].get_open_deposits(self.unit_id)

    # ------------------------------------------------------------------ labels
    def _add_labels(self, data):
        """A copy of the structure with labels and sentences in the user's language."""
        explain = self.env["property.fee.explanation"]._get_sentence
        purposes = self._get_labels("fee_purpose", "account.move")
        parties = self._get_labels("party", "property.ownership.transfer.balance")
        roles = self._get_labels("new_role")

        def with_sentence(line):
            text = explain(line["explanation"] or {}, self.currency_id)
            return {**line, "explanation_text": text}

        return {
            **data,
            "choices": {
                **data["choices"],
                "debt_label": self._get_labels("debt_choice")[data["choices"]["debt"]],
                "credit_label": self._get_labels("credit_choice")[
                    data["choices"]["credit"]
                ],
            },
            "payers": [
                {
                    **payer,
                    "party_label": parties[payer["party"]],
                    "role_label": roles.get(payer["role"], ""),
                    "lines": [with_sentence(line) for line in payer["lines"]],
                    "credits": [
                        {
                            **credit,
                            "purpose_label": purposes.get(credit["purpose"], ""),
                        }
                        for credit in payer["credits"]
                    ],
                }
                for payer in data["payers"]
            ],
            "other_lines": [with_sentence(line) for line in data["other_lines"]],
        }

    def _get_labels(self, name, model=None):
        """Values of a selection to their labels."""
        field = self.env[model or self._name]._fields[name]
        return dict(field._description_selection(self.env))
