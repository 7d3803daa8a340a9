from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..local_time import get_today

#: What a row of a statement is; the order of the totals.
KINDS = ("bill", "late_fee", "credit_note", "payment", "payout", "reversal", "other")


class PropertyStatement(models.TransientModel):
    """What was billed, paid and credited in some days, and what is owed before and
    after: of one owner in a community, of one unit, or of an owner for one unit.

    The figures are those of the receivable accounts, posted, up to the last day. Money
    counts for the unit and debtor whose bill it settled, from the day it did; what
    settled nothing yet for those it was paid for. So the statements of the units add up
    to that of the owner, and that to the ledger. Portal, paper and workbook show this
    one structure; other documents use it too.
    """

    _name = "property.statement"
    _description = "Statement of Account"

    community_id = fields.Many2one(
        "property.community",
        compute="_compute_community_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: a statement for each community where the owner has bills.",
    )
    unit_id = fields.Many2one(
        "property.unit", help="Empty: all units of the owner in the community."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        help="Empty: whoever was billed for the unit.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_default_from()
    )
    date_to = fields.Date(string="To", required=True, default=get_today)
    currency_id = fields.Many2one(related="community_id.currency_id")

    @api.model
    def _get_default_from(self):
        """The first day of the year."""
        return get_today(self).replace(month=1, day=1)

    @api.depends("unit_id")
    def _compute_community_id(self):
        for statement in self:
            if statement.unit_id:
                statement.community_id = statement.unit_id.community_id

    @api.constrains("unit_id", "partner_id", "community_id", "date_from", "date_to")
    def _check_scope(self):
        for statement in self:
            if not statement.unit_id and not statement.partner_id:
                raise ValidationError(self.env._("Choose an owner or a unit."))
            if statement.date_from > statement.date_to:
                raise ValidationError(
                    self.env._("The first day must not be after the last day.")
                )
            if statement.unit_id and (
                statement.unit_id.community_id != statement.community_id
            ):
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is not one of community %(community)s.",
                        unit=statement.unit_id.code,
                        community=statement.community_id.name,
                    )
                )

    # -------------------------------------------------------------------- parts
    def _get_parts(self):
        """The statements of these, one for each community; unsaved where there is more
        than was asked for."""
        parts = self.browse()
        for statement in self:
            if statement.community_id:
                parts += statement
                continue
            for community in self._get_communities(statement.partner_id):
                parts += self.new(
                    {
                        "partner_id": statement.partner_id.id,
                        "community_id": community.id,
                        "date_from": statement.date_from,
                        "date_to": statement.date_to,
                    }
                )
        return parts

    @api.model
    def _get_communities(self, partner):
        """Communities with something in the ledger for a partner, that the user may
        see; those of the owned units where there is nothing yet."""
        partners = Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
        # whoever gives statements need not read journal items; which communities they
        # are of is all that is asked for, and the rule of communities is applied below
        lines = self.env["account.move.line"].sudo()
        groups = lines._read_group(
            partners
            & Domain("fee_community_id", "!=", False)
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted"),
            ["fee_community_id"],
        )
        ids = [community.id for [community] in groups] or (
            self.env["property.ownership"].search(partners).community_id.ids
        )
        return self.env["property.community"].search([("id", "in", ids)])

    # --------------------------------------------------------------------- data
    def _get_statement_data(self):
        """The statement, in the language of the context.

        :return: dictionary with

            - ``partner``, ``unit``: ``{id, name, ref}`` or False; ``community``:
              ``{id, name}``; ``currency``: res.currency; ``date_from``, ``date_to``
            - ``opening``, ``closing``: above zero is owed, below zero is credit
            - ``rows``: list of ``{date, move_id, name, kind, kind_label, note, unit,
              lines, debit, credit, balance, disputed}``, in the order of days; a line
              is ``{item, date_from, date_to, amount, disputed}``
            - ``totals``: ``{kind: sum}``; with the opening they make the closing
            - ``disputed``: what is in review of these bills today
        """
        self.ensure_one()
        self._check_may_read()
        data = {
            "partner": self._prepare_party(self.partner_id, self.partner_id.ref),
            "unit": self._prepare_party(self.unit_id, self.unit_id.code),
            "community": {"id": self.community_id.id, "name": self.community_id.name},
            "currency": self.currency_id,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }
        return {**data, **self._reckon()}

    def _check_may_read(self):
        """A statement shows bills to those who see the community. Owners get theirs
        by controllers that looked whose it is."""
        self.community_id.check_access("read")
        self.partner_id.check_access("read")

    @api.model
    def _prepare_party(self, record, ref):
        if not record:
            return False
        return {"id": record.id, "name": record.display_name, "ref": ref or ""}

    def _reckon(self):
        """Opening, rows, totals and closing; see ``_get_statement_data``."""
        money = self.currency_id.round
        amounts = self._load_amounts()
        opening = money(sum(amount for _day, move, amount in amounts if not move))
        moves = self._load_moves([move for _day, move, _amount in amounts if move])
        balance, rows, totals = opening, [], dict.fromkeys(KINDS, 0.0)
        for day, move_id, amount in amounts:
            if not move_id or self.currency_id.is_zero(amount):
                continue
            balance = money(balance + amount)
            move = moves[move_id]
            kind = self._get_kind(move, amount)
            totals[kind] = money(totals[kind] + amount)
            rows.append(
                {
                    **move,
                    "date": day,
                    "kind": kind,
                    "kind_label": self._get_kind_labels()[kind],
                    "debit": money(max(amount, 0.0)),
                    "credit": money(max(-amount, 0.0)),
                    "balance": balance,
                }
            )
        return {
            "opening": opening,
            "rows": rows,
            "totals": totals,
            "closing": balance,
            "disputed": money(sum(row["disputed"] for row in rows)),
        }

    # ---------------------------------------------------------------------- SQL
    def _load_amounts(self):
        """What changed the balance: ``(day, move id, amount)``; what was before the
        first day in one row without a move."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH scope AS (
                    SELECT l.id, l.move_id, l.date, l.amount_currency
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                     WHERE %(condition)s
                ), changes AS (
                    SELECT move_id, date, amount_currency AS amount FROM scope
                     UNION ALL
                    -- money of others that settled these bills
                    SELECT c.move_id, p.max_date, -p.debit_amount_currency
                      FROM account_partial_reconcile p
                      JOIN scope ON scope.id = p.debit_move_id
                      JOIN account_move_line c ON c.id = p.credit_move_id
                     WHERE NOT EXISTS (
                           SELECT FROM scope s WHERE s.id = p.credit_move_id)
                     UNION ALL
                    -- money of these that settled the bills of others
                    SELECT scope.move_id, p.max_date, p.debit_amount_currency
                      FROM account_partial_reconcile p
                      JOIN scope ON scope.id = p.credit_move_id
                     WHERE NOT EXISTS (
                           SELECT FROM scope s WHERE s.id = p.debit_move_id)
                )
                SELECT CASE WHEN date >= %(first)s THEN date END AS day,
                       CASE WHEN date >= %(first)s THEN move_id END AS move,
                       SUM(amount)
                  FROM changes
                 WHERE date <= %(last)s
                 GROUP BY day, move
                 ORDER BY day NULLS FIRST, move
                """,
                condition=self._get_condition(),
                first=self.date_from,
                last=self.date_to,
            )
        )
        return [(day, move_id, float(amount)) for day, move_id, amount in rows]

    def _get_condition(self):
        """SQL condition on journal items ``l`` with their account ``a``."""
        conditions = [
            SQL("a.account_type = 'asset_receivable'"),
            SQL("l.parent_state = 'posted'"),
            SQL("l.fee_community_id = %s", self.community_id.id),
            SQL("l.currency_id = %s", self.currency_id.id),
        ]
        if self.unit_id:
            conditions.append(SQL("l.fee_unit_id = %s", self.unit_id.id))
        if self.partner_id:
            conditions.append(
                SQL(
                    "l.partner_id IN (SELECT id FROM res_partner"
                    " WHERE commercial_partner_id = %s)",
                    self.partner_id.commercial_partner_id.id,
                )
            )
        return SQL(" AND ").join(conditions)

    # ------------------------------------------------------------------ details
    def _load_moves(self, move_ids):
        """``{move id: what the rows say of it}``."""
        # The bills and money of this owner or unit, see _check_may_read; whoever gives
        # statements need not read all entries.
        moves = self.env["account.move"].sudo().browse(dict.fromkeys(move_ids))
        lines = self._load_lines(moves)
        return {
            move.id: {
                "move_id": move.id,
                "name": move.fee_receipt_id.name or move.name,
                "move_type": move.move_type,
                "is_payment": bool(move.origin_payment_id or move.statement_line_id),
                "is_reversal": bool(move.reversed_entry_id),
                "is_late_fee": bool(lines[move.id])
                and all(line["fee_class"] == "late_fee" for line in lines[move.id]),
                "note": self._get_note(move),
                "date_due": move.invoice_date_due,
                "unit": move.fee_unit_id.code or "",
                "lines": lines[move.id],
                "disputed": sum(line["disputed"] for line in lines[move.id]),
            }
            for move in moves
        }

    @api.model
    def _get_note(self, move):
        """What stands on an entry that is no bill, unless its number says it."""
        if move.move_type != "entry" or move.ref == move.fee_receipt_id.name:
            return ""
        return move.ref or ""

    def _load_lines(self, moves):
        """``{move id: lines of bills and credit notes}``."""
        lines = moves.env["account.move.line"].search(
            [
                ("move_id", "in", moves.ids),
                ("display_type", "=", "product"),
                ("fee_item_id", "!=", False),
            ],
            order="move_id, fee_date_from, sequence, id",
        )
        # names in the reader's language
        lines = lines.with_context(lang=self.env.lang)
        disputes = lines._get_disputes()
        result = defaultdict(list)
        for line in lines:
            result[line.move_id.id].append(
                {
                    "item": line.fee_item_id.name,
                    "fee_class": line.fee_item_id.fee_class,
                    "date_from": line.fee_date_from,
                    "date_to": line.fee_date_to,
                    "amount": line.price_total,
                    "disputed": disputes.get(line.id, (False, 0.0))[1],
                }
            )
        return result

    @api.model
    def _get_kind(self, move, amount):
        """What a row is, by its entry and the side it stands on."""
        if move["move_type"] == "out_invoice":
            kind = "late_fee" if move["is_late_fee"] else "bill"
        elif move["move_type"] == "out_refund":
            kind = "credit_note"
        elif move["is_payment"]:
            kind = "payment" if amount < 0 else "payout"
        else:
            kind = "reversal" if move["is_reversal"] else "other"
        return kind

    @api.model
    def _get_kind_labels(self):
        """Kinds in the language of the context."""
        return {
            "bill": self.env._("Bill"),
            "late_fee": self.env._("Late Fee"),
            "credit_note": self.env._("Credit Note"),
            "payment": self.env._("Payment"),
            "payout": self.env._("Paid Out"),
            "reversal": self.env._("Taken Back"),
            "other": self.env._("Other Entry"),
        }
