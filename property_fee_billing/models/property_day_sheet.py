from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class PropertyDaySheet(models.AbstractModel):
    """Money taken in a community: by method, by staff, by item.

    Three independent countings that must agree: the money side of the journal
    entries (methods, staff) and the receipts, voided ones taken off on the day they
    were voided (items). All in plain structures, for whatever shows or prints them.
    """

    _name = "property.day.sheet"
    _description = "Day Sheet"

    @api.model
    def _get_data(self, community, date_from=None, date_to=None, session=None):
        """The day sheet of some days or of one cashier session.

        :return: ``methods`` and ``staff`` (see ``_get_methods``, ``_get_staff``),
            ``items`` (see ``_get_items``), ``receipts`` (recordset, those issued and
            those voided), ``total``, ``items_total`` and ``is_balanced``
        """
        scope = {"date_from": date_from, "date_to": date_to, "session": session}
        methods = self._get_methods(community, **scope)
        items = self._get_items(community, **scope)
        total = sum(row["amount"] for row in methods)
        items_total = sum(row["amount"] for row in items)
        currency = community.currency_id
        return {
            "community": community,
            "currency": currency,
            "date_from": date_from,
            "date_to": date_to,
            "session": session,
            "methods": methods,
            "staff": self._get_staff(community, **scope),
            "items": items,
            "receipts": self._get_receipts(community, **scope),
            "total": currency.round(total),
            "items_total": currency.round(items_total),
            "is_balanced": not currency.compare_amounts(total, items_total),
        }

    @api.model
    def _get_methods(self, community, date_from=None, date_to=None, session=None):
        """Money by journal and method, from the journal items.

        :return: list of ``{method_line, journal, name, is_cash, count, amount}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT money.journal_id, money.method_id, COUNT(*), SUM(money.amount)
                  FROM (%s) AS money
                 GROUP BY money.journal_id, money.method_id
                """,
                self._get_money_query(community, date_from, date_to, session),
            )
        )
        return self._prepare_methods(community.currency_id, rows)

    @api.model
    def _get_session_methods(self, sessions):
        """``{session id: its methods}`` of many sessions; see ``_get_methods``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT money.session_id, money.journal_id, money.method_id, COUNT(*),
                       SUM(money.amount)
                  FROM (%s) AS money
                 GROUP BY money.session_id, money.journal_id, money.method_id
                """,
                self._get_money_query(sessions.community_id, None, None, sessions),
            )
        )
        found = defaultdict(list)
        for session_id, *row in rows:
            found[session_id].append(row)
        return {
            session.id: self._prepare_methods(session.currency_id, found[session.id])
            for session in sessions
        }

    @api.model
    def _prepare_methods(self, currency, rows):
        """Rows (journal id, method line id, count, amount) as ``_get_methods`` gives
        them, cash first."""
        result = []
        for journal_id, method_id, count, amount in rows:
            journal = self.env["account.journal"].browse(journal_id)
            method = self.env["account.payment.method.line"].browse(method_id or ())
            names = dict.fromkeys(filter(None, (journal.name, method.name)))
            result.append(
                {
                    "journal": journal,
                    "method_line": method,
                    "name": " / ".join(names),
                    "is_cash": journal.type == "cash",
                    "count": count,
                    "amount": currency.round(float(amount)),
                }
            )
        return sorted(result, key=lambda row: (not row["is_cash"], row["name"]))

    @api.model
    def _get_staff(self, community, date_from=None, date_to=None, session=None):
        """Money by staff, from the journal items.

        :return: list of ``{user, count, amount}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT money.user_id, COUNT(*), SUM(money.amount)
                  FROM (%s) AS money
                 GROUP BY money.user_id
                """,
                self._get_money_query(community, date_from, date_to, session),
            )
        )
        return [
            {
                "user": self.env["res.users"].browse(user_id or ()),
                "count": count,
                "amount": community.currency_id.round(float(amount)),
            }
            for user_id, count, amount in rows
        ]

    @api.model
    def _get_money_query(self, community, date_from, date_to, session):
        """SQL rows (journal_id, method_id, user_id, session_id, amount) of the money
        side of the receipts' entries, reversals included."""
        community.check_access("read")
        self.env.flush_all()
        return SQL(
            """
            SELECT l.journal_id, p.payment_method_line_id AS method_id,
                   COALESCE(s.user_id, m.create_uid) AS user_id,
                   m.fee_session_id AS session_id,
                   l.amount_currency AS amount
              FROM account_move m
              JOIN account_move_line l ON l.move_id = m.id
              JOIN account_account a ON a.id = l.account_id
              JOIN account_journal j ON j.id = m.journal_id
              LEFT JOIN account_move o ON o.id = m.reversed_entry_id
              LEFT JOIN account_payment p
                ON p.id = COALESCE(m.origin_payment_id, o.origin_payment_id)
              LEFT JOIN property_cashier_session s ON s.id = m.fee_session_id
             WHERE m.fee_community_id = ANY(%(communities)s) AND m.state = 'posted'
               AND m.fee_receipt_id IS NOT NULL
               AND (l.account_id = p.outstanding_account_id
                    OR p.id IS NULL AND l.account_id = j.default_account_id)
               %(scope)s
            """,
            communities=community.ids,
            scope=self._get_scope(
                SQL("m.date"), SQL("m.fee_session_id"), date_from, date_to, session
            ),
        )

    @api.model
    def _get_scope(self, date, session_id, date_from, date_to, session):
        """SQL conditions of the days and the session asked for."""
        conditions = [SQL()]
        if session:
            conditions.append(SQL("%s = ANY(%s)", session_id, session.ids))
        if date_from:
            conditions.append(SQL("%s >= %s", date, date_from))
        if date_to:
            conditions.append(SQL("%s <= %s", date, date_to))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_items(self, community, date_from=None, date_to=None, session=None):
        """What the money was for, from the receipts: by fee item, and what was kept
        as credit. Discounts for paying early are no money and are taken off.

        :return: list of ``{item, kind, amount}``; kind is item, credit, discount
        """
        receipts = self._get_receipts(community, date_from, date_to, session)
        totals = {}

        def add(key, amount):
            totals[key] = totals.get(key, 0.0) + amount

        for receipt in receipts:
            weight = receipt._get_sign() * self._get_weight(
                receipt, date_from, date_to, session
            )
            for line in receipt.line_ids:
                add(("item", line.item_id), weight * line.amount)
            add(("credit", False), weight * receipt.credit_amount)
            add(("discount", False), -weight * receipt.discount_amount)
        order = {"item": 0, "credit": 1, "discount": 2}
        return sorted(
            (
                {
                    "kind": kind,
                    "item": item or self.env["property.fee.item"],
                    "amount": community.currency_id.round(amount),
                }
                for (kind, item), amount in totals.items()
                if not community.currency_id.is_zero(amount)
            ),
            key=lambda row: (order[row["kind"]], row["item"].code or ""),
        )

    @api.model
    def _get_receipts(self, community, date_from=None, date_to=None, session=None):
        """Receipts issued or voided in the days or the session."""
        domain = fields.Domain("community_id", "=", community.id)
        if session:
            # which receipts the entries name; only receipts the user may read are found
            moved = (
                self.env["account.move"]
                .sudo()
                ._search(
                    [
                        ("fee_session_id", "=", session.id),
                        ("fee_receipt_id", "!=", False),
                    ]
                )
            )
            # the entries say in which session a receipt was issued or voided
            domain &= fields.Domain("session_id", "=", session.id) | fields.Domain(
                "move_ids", "in", moved
            )
        domain &= fields.Domain.OR(
            self._get_days_domain(name, date_from, date_to)
            for name in ("date", "void_date")
        )
        return self.env["property.receipt"].search(domain, order="date, id")

    @api.model
    def _get_days_domain(self, name, date_from, date_to):
        """Records whose day ``name`` lies in the days asked for."""
        domain = fields.Domain(name, "!=", False)
        if date_from:
            domain &= fields.Domain(name, ">=", date_from)
        if date_to:
            domain &= fields.Domain(name, "<=", date_to)
        return domain

    @api.model
    def _get_weight(self, receipt, date_from, date_to, session):
        """1 for a receipt issued here, -1 for one voided here, 0 for one that was
        both, and for voided bank money: it stays at the bank, without a receipt."""
        if receipt.source == "bank" and receipt.state == "void":
            return 0

        def within(day, of_session):
            return bool(
                day
                and (not date_from or day >= date_from)
                and (not date_to or day <= date_to)
                and (not session or of_session == session)
            )

        reversals = receipt.move_ids.filtered("reversed_entry_id")
        voided_in = reversals.fee_session_id[:1]
        return within(receipt.date, receipt.session_id) - within(
            receipt.void_date, voided_in
        )
