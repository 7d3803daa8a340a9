from odoo import api, models


class PropertyDaySheet(models.AbstractModel):
    _name = "property.day.sheet"
    _inherit = ["property.day.sheet", "property.document.mixin"]

    @api.model
    def _get_sheet_document(
        self, community, date_from=None, date_to=None, session=None
    ):
        """The day sheet of some days or of a session as a document (see
        `property.document.mixin`), from the figures of ``_get_data``."""
        data = self._get_data(community, date_from, date_to, session)
        receipts = self._get_receipt_table(data)
        tables = [
            self._get_check_table(data, receipts["total"]["counted"]),
            self._get_method_table(data),
            self._get_staff_table(data),
            self._get_item_table(data),
        ]
        if session:
            tables.append(self._get_cash_table(session))
        return self._prepare_document(
            community,
            title=self.env._("Cashier Session") if session else self.env._("Day Sheet"),
            number=session.name if session else "",
            facts=self._get_sheet_facts(data),
            tables=[*tables, receipts],
            signatures=[self.env._("Cashier"), self.env._("Checked By")],
            footnote=self._get_document_footnote(),
        )

    @api.model
    def _get_sheet_facts(self, data):
        """What the sheet is about."""
        session = data["session"]
        if session:
            opened, closed = (
                self._format_document_time(moment, session)
                for moment in (session.opened_on, session.closed_on)
            )
            facts = [
                (self.env._("Cashier"), session.user_id.name, "text"),
                (self.env._("Opened On"), opened, "text"),
                (self.env._("Closed On"), closed or self.env._("Still open"), "text"),
            ]
        else:
            facts = [
                (self.env._("From"), data["date_from"], "date"),
                (self.env._("To"), data["date_to"], "date"),
            ]
        facts.append((self.env._("Receipts"), len(data["receipts"]), "number"))
        return [
            {"label": label, "value": value, "type": kind}
            for label, value, kind in facts
        ]

    @api.model
    def _get_check_table(self, data, receipts_total):
        """The countings of the same money side by side, and whether they agree."""
        currency = data["currency"]
        staff_total = currency.round(sum(row["amount"] for row in data["staff"]))
        countings = [
            (self.env._("Journal entries, by method"), data["total"]),
            (self.env._("Journal entries, by staff"), staff_total),
            (self.env._("Receipts, less those voided"), receipts_total),
            (self.env._("What the receipts were for"), data["items_total"]),
        ]
        rows = [
            {
                "counting": label,
                "amount": amount,
                "difference": currency.round(amount - data["total"]),
            }
            for label, amount in countings
        ]
        worst = max((row["difference"] for row in rows), key=abs)
        agrees = currency.is_zero(worst)
        columns = [
            ["counting", self.env._("Counted From"), "text", 50],
            ["amount", self.env._("Amount"), "money", 25],
            ["difference", self.env._("Difference"), "money", 25],
        ]
        return self._prepare_document_table(
            currency,
            self.env._("Countings"),
            columns,
            rows,
            agrees=agrees,
            note=self.env._("The countings agree: %s.", currency.format(data["total"]))
            if agrees
            else self.env._(
                "The countings differ by %s. Find out why before the money is handed "
                "over.",
                currency.format(abs(worst)),
            ),
        )

    @api.model
    def _get_method_table(self, data):
        """Money by journal and method, as the journals have it."""
        columns = [
            ["name", self.env._("Payment Method"), "text", 60],
            ["count", self.env._("Entries"), "number", 15],
            ["amount", self.env._("Amount"), "money", 25],
        ]
        receipts = self.env["property.receipt"]
        rows = [
            {
                "name": receipts._get_printed_method_name(
                    row["journal"], row["method_line"]
                ),
                "count": row["count"],
                "amount": row["amount"],
            }
            for row in data["methods"]
        ]
        title = self.env._("By Method")
        return self._prepare_document_table(
            data["currency"], title, columns, rows, ("count", "amount")
        )

    @api.model
    def _get_staff_table(self, data):
        """Money by staff, as the journals have it."""
        columns = [
            ["name", self.env._("Staff"), "text", 60],
            ["count", self.env._("Entries"), "number", 15],
            ["amount", self.env._("Amount"), "money", 25],
        ]
        rows = [
            {
                # Colleagues' names are no secret at the desk; their records may be.
                "name": row["user"].sudo().name or "",
                "count": row["count"],
                "amount": row["amount"],
            }
            for row in data["staff"]
        ]
        title = self.env._("By Staff")
        return self._prepare_document_table(
            data["currency"], title, columns, rows, ("count", "amount")
        )

    @api.model
    def _get_item_table(self, data):
        """What the money was for."""
        names = {
            "credit": self.env._("Kept as Credit"),
            "discount": self.env._("Discount for Paying Early"),
        }
        columns = [
            ["name", self.env._("Item"), "text", 75],
            ["amount", self.env._("Amount"), "money", 25],
        ]
        rows = [
            {
                "name": row["item"].name or names.get(row["kind"], ""),
                "amount": row["amount"],
            }
            for row in data["items"]
        ]
        title = self.env._("By Item")
        return self._prepare_document_table(
            data["currency"], title, columns, rows, ("amount",)
        )

    @api.model
    def _get_cash_table(self, session):
        """The drawer from count to count."""
        lines = [
            (self.env._("Opening Count"), session.opening_amount, False),
            (self.env._("Cash Taken"), session.cash_amount, False),
            (self.env._("Expected Cash"), session.expected_amount, True),
        ]
        if session.state == "closed":
            lines += [
                (self.env._("Closing Count"), session.counted_amount, True),
                (self.env._("Difference"), session.difference, True),
            ]
        note = session.difference_reason
        return {
            "title": self.env._("Cash in the Drawer"),
            "columns": self._prepare_document_columns(
                [
                    ["label", self.env._("Cash"), "text", 75],
                    ["amount", self.env._("Amount"), "money", 25],
                ]
            ),
            "rows": [
                {"label": label, "amount": amount, "strong": strong}
                for label, amount, strong in lines
            ],
            "total": {},
            "note": note and self.env._("Reason of the difference: %s", note),
        }

    @api.model
    def _get_receipt_table(self, data):
        """Every receipt issued or voided, and what it counts here: voided where it was
        issued, nothing; voided elsewhere later, all of it; the other way round, less
        than nothing."""
        columns = [
            ["number", self.env._("Number"), "text", 14.5],
            ["date", self.env._("Date"), "date", 10.5],
            ["unit", self.env._("Unit"), "text", 9],
            ["payer", self.env._("Payer"), "text", 12],
            ["method", self.env._("Payment Method"), "text", 12],
            ["staff", self.env._("Staff"), "text", 9],
            ["remark", self.env._("Remark"), "text", 11],
            ["amount", self.env._("Issued For"), "money", 11],
            ["counted", self.env._("Counted"), "money", 11],
        ]
        rows = [self._get_receipt_row(receipt, data) for receipt in data["receipts"]]
        title = self.env._("Receipts")
        return self._prepare_document_table(
            data["currency"], title, columns, rows, ("counted",), sheet=title
        )

    @api.model
    def _get_receipt_row(self, receipt, data):
        """One receipt in the list."""
        weight = self._get_weight(
            receipt, data["date_from"], data["date_to"], data["session"]
        )
        signed = receipt._get_sign() * receipt.amount
        remark = ""
        if receipt.state == "void":
            remark = self.env._("Void: %s", receipt.void_reason)
        elif receipt.kind == "payout":
            remark = self.env._("Payout Voucher")
        return {
            "number": receipt.name,
            "date": receipt.date,
            "unit": ", ".join(
                (receipt.line_ids.unit_id | receipt.unit_id).mapped("code")
            ),
            "payer": receipt.partner_id.name,
            "method": receipt._get_document_methods(),
            # the name alone, of staff whose user record the reader may not see
            "staff": receipt.user_id.sudo().name or "",
            "remark": remark,
            "amount": signed,
            "counted": weight * signed,
        }
