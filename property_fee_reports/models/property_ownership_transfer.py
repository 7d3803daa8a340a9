from odoo import fields, models


class PropertyOwnershipTransfer(models.Model):
    _name = "property.ownership.transfer"
    _inherit = ["property.ownership.transfer", "property.document.mixin"]

    def action_print_settlement(self):
        """The settlement statement, for both parties to sign."""
        report = self.env.ref("property_fee_reports.action_report_settlement")
        return report.report_action(self, config=False)

    def _get_document_lang(self):
        """Override of `property.document.mixin`: the language of both."""
        langs = (self.old_partner_id | self.new_partner_id).mapped("lang")
        return langs[0] if len(set(langs)) == 1 else super()._get_document_lang()

    def _get_document_data(self):
        """Override of `property.document.mixin`: the settlement statement, with the
        figures of ``_get_settlement_data``."""
        self.ensure_one()
        data = self._get_settlement_data()
        return self._prepare_document(
            self.community_id,
            title=self.env._("Settlement Statement"),
            number=self.name,
            date=self.date,
            marks=self._get_settlement_marks(),
            facts=self._get_settlement_facts(data),
            tables=[
                self._get_settlement_balances(data),
                self._get_settlement_lines(data),
                self._get_settlement_bills(data),
                self._get_settlement_credits(data),
                self._get_settlement_deposits(data),
            ],
            notes=[data["note"]] if data["note"] else [],
            signatures=[
                self.env._("Old Payer"),
                self.env._("New Payer"),
                self.env._("Company Seal"),
            ],
            footnote=self._get_document_footnote(),
        )

    def _get_settlement_marks(self):
        """A statement of what is not booked says so."""
        if self.state == "done":
            return []
        note = self.env._("An estimate: nothing is booked yet.")
        text = self.env._("DRAFT")
        if self.state == "cancelled":
            text, note = self.env._("CANCELLED"), ""
        return [{"kind": "draft", "text": text, "note": note}]

    def _get_settlement_facts(self, data):
        """Which unit passes from whom to whom, and what was agreed."""
        old, new = data["payers"]
        day = fields.Date.to_date
        names = data["documents"]
        made = [names["run"], *names["bills"], *names["entries"], names["payout"]]
        facts = [
            (self.env._("Unit"), data["unit"]["name"], "text"),
            (self.env._("Booked On"), day(data["booking_date"]), "date"),
            (self.env._("Old Payer"), self._get_party_name(old), "text"),
            (self.env._("Pays Until"), day(old["date_to"]), "date"),
            (self.env._("New Payer"), self._get_party_name(new), "text"),
            (self.env._("Pays From"), day(new["date_from"]), "date"),
            (self.env._("Open Debts"), data["choices"]["debt_label"], "text"),
            (self.env._("Prepaid Money"), data["choices"]["credit_label"], "text"),
            (self.env._("Agreement"), data["handover_reference"], "text"),
            (self.env._("Confirmed By"), data["confirmed_by"] or "", "text"),
            (self.env._("Documents"), ", ".join(filter(None, made)), "text"),
        ]
        return [
            {"label": label, "value": value, "type": kind}
            for label, value, kind in facts
            if value
        ]

    def _get_party_name(self, payer):
        """A party as the statement names it: name, owner code, role."""
        details = ", ".join(filter(None, (payer["ref"], payer["role_label"])))
        return f"{payer['name']} ({details})" if details else payer["name"]

    def _get_settlement_balances(self, data):
        """What each party owes before and after, and why."""
        labels = [
            ["before", self.env._("Owed Before")],
            ["corrected", self.env._("Billed Periods Corrected")],
            ["carried", self.env._("Debts Taken Over")],
            ["moved", self.env._("Prepaid Money Moved")],
            ["refunded", self.env._("Paid Back")],
            ["after", self.env._("Owed After")],
        ]
        old, new = data["payers"]
        columns = [
            ["label", self.env._("Balance of the Unit"), "text", 40],
            ["old", f"{old['party_label']}: {old['name']}", "money", 30],
            ["new", f"{new['party_label']}: {new['name']}", "money", 30],
        ]
        rows = [
            {
                "label": label,
                "old": old["balance"][key],
                "new": new["balance"][key],
                "strong": key == "after",
            }
            for key, label in labels
        ]
        return self._prepare_document_table(
            self.currency_id,
            self.env._("Balances"),
            columns,
            rows,
            note=self.env._("Above zero is owed, below zero is to the payer's credit."),
        )

    def _get_settlement_lines(self, data):
        """Billed periods that the transfer corrects, of these and of other payers."""
        columns = [
            ["payer", self.env._("Payer"), "text", 10],
            ["item", self.env._("Item"), "text", 12],
            ["period", self.env._("Period"), "text", 14],
            ["why", self.env._("Why This Amount"), "text", 28],
            ["billed", self.env._("Billed"), "money", 12],
            ["due", self.env._("Due"), "money", 12],
            ["difference", self.env._("Difference"), "money", 12],
        ]
        lines = [
            (payer["name"], line) for payer in data["payers"] for line in payer["lines"]
        ] + [(line["partner"], line) for line in data["other_lines"]]
        rows = [
            {
                "payer": name,
                "item": line["item"],
                "period": self._format_period(line),
                "why": line["explanation_text"],
                "billed": line["billed"],
                "due": line["due"],
                "difference": line["difference"],
            }
            for name, line in lines
        ]
        title = self.env._("Billed Periods Corrected")
        totals = ("billed", "due", "difference")
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, totals
        )

    def _get_settlement_bills(self, data):
        """What is open of bills after the transfer."""
        columns = [
            ["payer", self.env._("Payer"), "text", 15],
            ["bill", self.env._("Bill"), "text", 19],
            ["item", self.env._("Item"), "text", 20],
            ["period", self.env._("Period"), "text", 19],
            ["due", self.env._("Due Date"), "date", 12],
            ["open", self.env._("Open"), "money", 15],
        ]
        rows = [
            {
                "payer": payer["name"],
                "bill": bill["name"],
                "item": line["item"],
                "period": self._format_period(line),
                "due": fields.Date.to_date(bill["date_due"]),
                "open": line["open"],
            }
            for payer in data["payers"]
            for bill in payer["open_bills"]
            for line in bill["lines"]
        ]
        title = self.env._("Open Bills")
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, ("open",)
        )

    def _get_settlement_credits(self, data):
        """Prepaid money after the transfer."""
        columns = [
            ["payer", self.env._("Payer"), "text", 25],
            ["name", self.env._("Entry"), "text", 25],
            ["purpose", self.env._("Purpose"), "text", 20],
            ["date", self.env._("Date"), "date", 15],
            ["open", self.env._("Amount"), "money", 15],
        ]
        rows = [
            {
                "payer": payer["name"],
                "name": credit["name"],
                "purpose": credit["purpose_label"],
                "date": fields.Date.to_date(credit["date"]),
                "open": credit["open"],
            }
            for payer in data["payers"]
            for credit in payer["credits"]
        ]
        title = self.env._("Prepaid Money")
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, ("open",)
        )

    def _get_settlement_deposits(self, data):
        """Deposits, which stay with who gave them."""
        columns = [
            ["partner", self.env._("Given By"), "text", 25],
            ["name", self.env._("Deposit"), "text", 20],
            ["item", self.env._("Item"), "text", 25],
            ["date", self.env._("Date"), "date", 15],
            ["held", self.env._("Held"), "money", 15],
        ]
        rows = [
            {
                "partner": deposit["partner"],
                "name": deposit["name"],
                "item": deposit["item"],
                "date": fields.Date.to_date(deposit["date"]),
                "held": deposit["held_amount"],
            }
            for deposit in data["deposits"]
        ]
        title = self.env._("Deposits, Staying with Who Gave Them")
        return self._prepare_document_table(
            self.currency_id, title, columns, rows, ("held",)
        )

    def _format_period(self, line):
        days = (fields.Date.to_date(line[name]) for name in ("date_from", "date_to"))
        return self._format_document_period(*days)
