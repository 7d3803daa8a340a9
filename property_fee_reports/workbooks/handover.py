from odoo import api, models
from odoo.tools import SQL


class PropertyWorkbookHandover(models.AbstractModel):
    """All that the next manager of a community needs, as of the last day: units,
    owners, what is owed and prepaid, meters, prices, charges and notices."""

    _name = "property.workbook.handover"
    _inherit = ["property.workbook"]
    _description = "Workbook: Hand-Over"
    _workbook_sequence = 80

    @api.model
    def _get_workbook_title(self):
        """Override of `property.workbook`."""
        return self.env._("Hand-Over on Change of Manager")

    @api.model
    def _get_workbook_definitions(self):
        """Override of `property.workbook`."""
        return [
            [
                self.env._("Open"),
                self.env._("What is left to pay of bill lines at the end of the day."),
            ],
            [
                self.env._("Prepaid"),
                self.env._(
                    "Money and credit notes that wait for bills. What was prepaid for "
                    "a time that is no longer served goes back to the owner."
                ),
            ],
            [
                self.env._("Balance"),
                self.env._(
                    "Open less prepaid: the receivable accounts of the general ledger."
                ),
            ],
            [
                self.env._("Limitation"),
                self.env._("The day on which the claim for the bill lapses."),
            ],
        ]

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """Override of `property.workbook`."""
        for key, name, columns, rows in (
            ("units", self.env._("Units"), self._get_unit_columns(), self._get_units),
            (
                "owners",
                self.env._("Owners and Tenants"),
                self._get_owner_columns(),
                self._get_owners,
            ),
            (
                "balances",
                self.env._("Balances"),
                self._get_balance_columns(),
                self._get_balances,
            ),
            (
                "open",
                self.env._("Open Bills"),
                self._get_open_columns(),
                self._get_open_bills,
            ),
            (
                "meters",
                self.env._("Meters"),
                self._get_meter_columns(),
                self._get_meters,
            ),
            ("rates", self.env._("Prices"), self._get_rate_columns(), self._get_rates),
            (
                "charges",
                self.env._("Recurring Charges"),
                self._get_charge_columns(),
                self._get_charges,
            ),
            (
                "notices",
                self.env._("Notices"),
                self._get_notice_columns(),
                self._get_notices,
            ),
        ):
            yield {
                "key": key,
                "name": name,
                "columns": self._prepare_columns(columns),
                "rows": rows(scope),
            }

    @api.model
    def _get_place_columns(self):
        return [
            ["community", self.env._("Community"), "text", 18],
            ["building", self.env._("Building"), "text", 14],
            ["unit", self.env._("Unit"), "text", 12],
        ]

    @api.model
    def _query(self, scope, columns, source, order, where=None):
        """Rows of units of the communities; ``unit``, ``building`` and ``community``
        may be named.

        :param SQL source: what joins ``property_unit unit``
        """
        return self._stream(
            SQL(
                """
                SELECT community.code || ' ' || community.name, building.code,
                       unit.code, %s
                  FROM %s
                  JOIN property_building building ON building.id = unit.building_id
                  JOIN property_community community ON community.id = unit.community_id
                 WHERE community.id = ANY(%s) AND %s
                 ORDER BY community.code, building.code, unit.code, %s
                """,
                columns,
                source,
                scope.community_ids.ids,
                where or SQL("TRUE"),
                order,
            )
        )

    # --------------------------------------------------------- units and people
    @api.model
    def _get_unit_columns(self):
        return [
            *self._get_place_columns(),
            ["type", self.env._("Type"), "text", 14],
            ["floor", self.env._("Floor"), "number", 8],
            ["area", self.env._("Charged Area"), "quantity", 12],
            ["inner_area", self.env._("Inner Area"), "quantity", 12],
            ["source", self.env._("Area By"), "text", 16],
            ["reference", self.env._("Area Reference"), "text", 18],
            ["occupancy", self.env._("Occupancy"), "text", 12],
            ["payment_reference", self.env._("Payment Reference"), "text", 18],
        ]

    @api.model
    def _get_units(self, scope):
        labels = [
            self._get_labels("property.unit", name)
            for name in ("unit_type", "area_source", "occupancy")
        ]
        for row in self._query(
            scope,
            SQL(
                "unit.unit_type, unit.floor, unit.charge_area, unit.inner_area,"
                " unit.area_source, unit.area_reference, unit.occupancy,"
                " unit.payment_reference"
            ),
            SQL("property_unit unit"),
            SQL("unit.id"),
            SQL("unit.active"),
        ):
            yield (
                *row[:3],
                labels[0].get(row[3], ""),
                *row[4:7],
                labels[1].get(row[7], ""),
                row[8],
                labels[2].get(row[9], ""),
                row[10],
            )

    @api.model
    def _get_owner_columns(self):
        return [
            *self._get_place_columns(),
            ["name", self.env._("Name"), "text", 24],
            ["code", self.env._("Owner Code"), "text", 14],
            ["role", self.env._("Role"), "text", 12],
            ["payer", self.env._("Pays"), "text", 8],
            ["date_from", self.env._("From"), "date", 11],
            ["date_to", self.env._("To"), "date", 11],
            ["phone", self.env._("Phone"), "text", 18],
            ["email", self.env._("E-Mail"), "text", 26],
        ]

    @api.model
    def _get_owners(self, scope):
        roles = self._get_labels("property.ownership", "role")
        pays = self.env._("Yes")
        for row in self._query(
            scope,
            SQL(
                "partner.name, partner.ref, owned.role, owned.is_payer,"
                " owned.date_from, owned.date_to, %s",
                # as on screen; see docs/access.md
                SQL("partner.phone, partner.email")
                if self.env.user.has_group("property_fee_billing.group_front_desk")
                else SQL("NULL, NULL"),
            ),
            SQL(
                "property_ownership owned"
                " JOIN property_unit unit ON unit.id = owned.unit_id"
                " JOIN res_partner partner ON partner.id = owned.partner_id"
            ),
            SQL("owned.date_from NULLS FIRST, owned.id"),
        ):
            yield (
                *row[:5],
                roles.get(row[5], ""),
                pays if row[6] else "",
                *row[7:],
            )

    # -------------------------------------------------------------------- money
    @api.model
    def _get_balance_columns(self):
        return [
            *self._get_place_columns(),
            ["debtor", self.env._("Debtor"), "text", 24],
            ["open", self.env._("Open"), "money", 14],
            ["prepaid", self.env._("Prepaid"), "money", 14],
            ["balance", self.env._("Balance"), "money", 14],
        ]

    @api.model
    def _get_ageing(self, scope):
        """SQL of the ageing report as of the last day."""
        return self.env["property.workbook.arrears"]._get_scope_rows(scope)

    @api.model
    def _get_balances(self, scope):
        """What each debtor of each unit owes and has to their credit; entries that name
        no unit stand under their community."""
        return self._stream(
            SQL(
                """
                SELECT community.code || ' ' || community.name, building.code,
                       unit.code, partner.name, SUM(row.amount_open),
                       SUM(row.amount_credit), SUM(row.balance)
                  FROM (%s) row
                  JOIN property_community community ON community.id = row.community_id
                  LEFT JOIN property_unit unit ON unit.id = row.unit_id
                  LEFT JOIN property_building building ON building.id = unit.building_id
                  LEFT JOIN res_partner partner ON partner.id = row.partner_id
                 GROUP BY community.id, building.id, unit.id, partner.id
                 ORDER BY community.code, building.code, unit.code, partner.name
                """,
                self._get_ageing(scope),
            )
        )

    @api.model
    def _get_open_columns(self):
        return [
            *self._get_place_columns(),
            ["debtor", self.env._("Debtor"), "text", 24],
            ["bill", self.env._("Bill"), "text", 18],
            ["item", self.env._("Fee Item"), "text", 20],
            ["date_from", self.env._("Period From"), "date", 11],
            ["date_to", self.env._("Period To"), "date", 11],
            ["due", self.env._("Due Date"), "date", 11],
            ["limitation", self.env._("Limitation"), "date", 11],
            ["open", self.env._("Open"), "money", 14],
        ]

    @api.model
    def _get_open_bills(self, scope):
        items = self._get_item_names()
        for row in self._query(
            scope,
            SQL(
                "partner.name, bill.name, row.item_id, line.fee_date_from,"
                " line.fee_date_to, row.date_due, bill.limitation_date,"
                " row.amount_open"
            ),
            SQL(
                "(%s) row JOIN property_unit unit ON unit.id = row.unit_id"
                " JOIN account_move bill ON bill.id = row.move_id"
                " LEFT JOIN account_move_line line ON line.id = row.move_line_id"
                " LEFT JOIN res_partner partner ON partner.id = row.partner_id",
                self._get_ageing(scope),
            ),
            SQL("row.date_due, row.id"),
            SQL("row.bucket <> 'credit'"),
        ):
            yield (*row[:5], items.get(row[5], ""), *row[6:])

    # ------------------------------------------------------- meters and prices
    @api.model
    def _get_meter_columns(self):
        return [
            *self._get_place_columns(),
            ["meter", self.env._("Meter"), "text", 14],
            ["serial", self.env._("Serial Number"), "text", 14],
            ["item", self.env._("Fee Item"), "text", 20],
            ["multiplier", self.env._("Multiplier"), "quantity", 10],
            ["digits", self.env._("Digits"), "number", 8],
            ["date", self.env._("Read On"), "date", 11],
            ["value", self.env._("Reading"), "quantity", 12],
        ]

    @api.model
    def _get_meters(self, scope):
        """Each meter with its last reading up to the last day."""
        items = self._get_item_names()
        for row in self._query(
            scope,
            SQL(
                "meter.code, meter.serial, meter.item_id, meter.multiplier,"
                " meter.digits, COALESCE(last.date, meter.initial_date),"
                " COALESCE(last.value, meter.initial_value)"
            ),
            SQL(
                """property_meter meter
                   JOIN property_unit unit ON unit.id = meter.unit_id
                   LEFT JOIN LATERAL (
                        SELECT date, CASE WHEN kind = 'replacement' THEN new_value
                                          ELSE value END AS value
                          FROM property_meter_reading reading
                         WHERE reading.meter_id = meter.id
                           AND reading.kind <> 'correction' AND reading.date <= %s
                         ORDER BY reading.date DESC LIMIT 1) last ON TRUE""",
                scope.date_to,
            ),
            SQL("meter.code"),
            SQL("meter.active"),
        ):
            yield (*row[:5], items.get(row[5], ""), *row[6:])

    @api.model
    def _get_rate_columns(self):
        return [
            ["item", self.env._("Fee Item"), "text", 22],
            ["standard", self.env._("Standard"), "text", 22],
            ["method", self.env._("Method"), "text", 16],
            ["basis", self.env._("Basis"), "text", 20],
            ["reference", self.env._("Document"), "text", 24],
            ["date_from", self.env._("From"), "date", 11],
            ["price", self.env._("Price"), "quantity", 12],
            ["base", self.env._("Base Amount"), "quantity", 12],
            ["published", self.env._("Published On"), "date", 11],
            ["decision", self.env._("Decision"), "text", 24],
            ["state", self.env._("State"), "text", 14],
        ]

    @api.model
    def _get_rates(self, scope):
        """Every price of the standards that these communities use."""
        rates = self.env["property.fee.rate"].search(
            [("community_id", "in", [False, *scope.community_ids.ids])]
        )
        methods = self._get_labels("property.fee.standard", "method")
        bases = self._get_labels("property.fee.standard", "basis")
        states = self._get_labels("property.fee.rate", "state")
        for rate in rates.sorted(
            lambda rate: (rate.standard_id.code or "", rate.date_from)
        ):
            standard = rate.standard_id
            yield (
                standard.item_id.name,
                f"{standard.code} {standard.name}",
                methods[standard.method],
                bases[standard.basis],
                standard.document_reference,
                rate.date_from,
                rate.price_unit,
                rate.base_amount,
                rate.publication_date,
                rate.decision_reference,
                states[rate.state],
            )

    @api.model
    def _get_charge_columns(self):
        return [
            *self._get_place_columns(),
            ["item", self.env._("Fee Item"), "text", 20],
            ["standard", self.env._("Standard"), "text", 16],
            ["quantity", self.env._("Quantity"), "quantity", 10],
            ["months", self.env._("Months per Bill"), "number", 10],
            ["date_from", self.env._("From"), "date", 11],
            ["date_to", self.env._("To"), "date", 11],
            ["billed_to", self.env._("Billed To"), "date", 11],
        ]

    @api.model
    def _get_charges(self, scope):
        """What is charged again and again, and up to when it is billed."""
        items = self._get_item_names()
        for row in self._query(
            scope,
            SQL(
                "standard.item_id, standard.code, charge.quantity,"
                " charge.interval_months, charge.date_from, charge.date_to,"
                " billed.date_to"
            ),
            SQL(
                """property_recurring_charge charge
                   JOIN property_unit unit ON unit.id = charge.unit_id
                   JOIN property_fee_standard standard
                     ON standard.id = charge.standard_id
                   LEFT JOIN (
                        SELECT recurring_charge_id, MAX(date_to) AS date_to
                          FROM property_fee_line WHERE state = 'posted'
                         GROUP BY recurring_charge_id) billed
                     ON billed.recurring_charge_id = charge.id"""
            ),
            SQL("charge.id"),
        ):
            yield (*row[:3], items.get(row[3], ""), *row[4:])

    # ------------------------------------------------------------------ notices
    @api.model
    def _get_notice_columns(self):
        return [
            *self._get_place_columns(),
            ["debtor", self.env._("Debtor"), "text", 24],
            ["number", self.env._("Number"), "text", 16],
            ["kind", self.env._("Kind"), "text", 18],
            ["channel", self.env._("Sent By"), "text", 16],
            ["sent", self.env._("Sent On"), "date", 11],
            ["delivered", self.env._("Delivered On"), "date", 11],
            ["evidence", self.env._("Evidence"), "text", 22],
            ["deadline", self.env._("Pay By"), "date", 11],
            ["state", self.env._("State"), "text", 14],
            ["amount", self.env._("Amount Demanded"), "money", 14],
            ["hash", self.env._("SHA-256"), "text", 20],
        ]

    @api.model
    def _get_notices(self, scope):
        """Every notice that was sent, with its proof of delivery."""
        kinds = self._get_labels("property.notice", "kind")
        channels = self._get_labels("property.notice", "channel")
        evidence = self._get_labels("property.notice", "evidence_kind")
        states = self._get_labels("property.notice", "state")
        for row in self._query(
            scope,
            SQL(
                "partner.name, notice.name, notice.kind, notice.channel,"
                " notice.sent_on, notice.delivered_on, notice.evidence_kind,"
                " notice.deadline, notice.state, notice.amount_total,"
                " notice.content_hash"
            ),
            SQL(
                "property_notice notice"
                " JOIN property_unit unit ON unit.id = notice.unit_id"
                " JOIN res_partner partner ON partner.id = notice.partner_id"
            ),
            SQL("notice.sent_on, notice.id"),
            SQL("notice.content_hash IS NOT NULL"),
        ):
            yield (
                *row[:5],
                kinds[row[5]],
                channels[row[6]],
                *row[7:9],
                evidence.get(row[9], ""),
                row[10],
                states[row[11]],
                *row[12:],
            )
