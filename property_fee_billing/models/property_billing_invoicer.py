import json
import logging

import psycopg2

from odoo import Command, api, fields, models
from odoo.tools import SQL, groupby, split_every

from ..local_time import get_today
from .money_flow import money_flow

_logger = logging.getLogger(__name__)

# A lost connection, or two transactions that met: nothing that a unit is to blame for.
DATABASE_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError)

# Units of one batch: past some fifty invoices a larger batch is no faster, and a
# batch is what is done again after a crash.
UNITS_PER_BATCH = 200


class PropertyBillingInvoicer(models.AbstractModel):
    """Makes and posts the invoices of a run: one per unit and payer, one line per
    fee line, quantity 1 and price = amount, so the owner pays exactly their sum."""

    _name = "property.billing.invoicer"
    _description = "Billing Invoicer"

    @api.model
    def _take_batch(self, run):
        """Lock the next units with draft lines for this transaction.

        Workers share a run through row locks alone: each takes a community that no
        other works on, so that journals are not waited for, and only when all are
        taken helps with one of them. A killed worker's locks are gone with it.

        :return: ids of property.unit, none if all is billed or in other hands
        """
        self.env["property.fee.line"].flush_model()
        communities = self._get_pending_communities(run)
        free = self.env.execute_query(
            SQL("%s LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED", communities)
        )
        for [community_id] in free or self.env.execute_query(communities):
            unit_ids = self._take_units(run, community_id)
            if unit_ids:
                return unit_ids
        return []

    @api.model
    def _get_pending_communities(self, run):
        """SQL of the communities that still have draft lines of the run."""
        return SQL(
            """
            SELECT c.id
              FROM property_community c
             WHERE c.id = ANY(%s)
               AND EXISTS (SELECT FROM property_fee_line l
                            WHERE l.run_id = %s AND l.community_id = c.id
                              AND l.state = 'draft')
             ORDER BY c.code
            """,
            run.community_ids.ids,
            run.id,
        )

    @api.model
    def _take_units(self, run, community_id):
        """Lock the next units of one community that still have draft lines.

        The lines are read once, before the units: a planner whose statistics are
        older than the run, as they mostly are, would else read them once per unit.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH pending AS MATERIALIZED (
                    SELECT DISTINCT unit_id FROM property_fee_line
                     WHERE run_id = %s AND community_id = %s AND state = 'draft')
                SELECT u.id
                  FROM property_unit u
                  JOIN pending ON pending.unit_id = u.id
                 ORDER BY u.code
                 LIMIT %s
                   FOR NO KEY UPDATE OF u SKIP LOCKED
                """,
                run.id,
                community_id,
                UNITS_PER_BATCH,
            )
        )
        return [unit_id for [unit_id] in rows]

    @api.model
    def _get_batches(self, run):
        """All units with draft lines, cut into batches of one community each.

        For workers that are handed their batches; those that ``_take_batch`` one
        after the other need no list.

        :return: list of (id of property.community, list of ids of property.unit)
        """
        self.env["property.fee.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, u.id
                  FROM property_unit u
                  JOIN property_community c ON c.id = u.community_id
                 WHERE u.id IN (SELECT unit_id FROM property_fee_line
                                 WHERE run_id = %s AND state = 'draft')
                 ORDER BY c.code, c.id, u.code
                """,
                run.id,
            )
        )
        return [
            (community_id, [unit_id for _community_id, unit_id in batch])
            for community_id, units in groupby(rows, lambda row: row[0])
            for batch in split_every(UNITS_PER_BATCH, units, list)
        ]

    @api.model
    def _bill_batch(self, run, unit_ids):
        """Invoice and post the draft lines of some units. Never commits.

        Safe to call twice: a unit whose lines are posted has nothing left to do.
        A batch that fails is tried again unit by unit; a unit that fails is set
        aside with the reason, and its charges stay to be billed by a later run.

        :param run: one property.billing.run in state posting
        :param unit_ids: list of ids of property.unit
        """
        self._lock_draft_lines(run, unit_ids)
        try:
            with self.env.cr.savepoint():
                self._bill_units(run, unit_ids)
        except DATABASE_ERRORS:
            raise
        except Exception as error:
            # Whatever one unit's data or another module's override raises must not
            # keep the others from being billed; the reason is stored and shown.
            _logger.info("Run %s: batch failed, going by unit: %s", run.id, error)
            self.env.invalidate_all(flush=False)
            for unit_id in unit_ids:
                self._bill_alone(run, unit_id)
        self.env["property.billing.bulk"]._refresh_statistics(len(unit_ids))

    @api.model
    def _lock_draft_lines(self, run, unit_ids):
        """Lock what is about to be billed.

        :raise psycopg2.errors.SerializationFailure: when another worker posted one of
            the lines after this transaction's first look: now, and not after all the
            work was done in vain
        """
        self.env["property.fee.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT FROM property_fee_line
                 WHERE run_id = %s AND unit_id = ANY(%s) AND state = 'draft'
                   FOR NO KEY UPDATE
                """,
                run.id,
                unit_ids,
            ),
            log_exceptions=False,
        )

    @api.model
    def _bill_alone(self, run, unit_id):
        """Bill one unit the plain way, or set it aside with the reason."""
        try:
            with self.env.cr.savepoint():
                self.with_context(fee_bulk=False)._bill_units(run, [unit_id])
        except DATABASE_ERRORS:
            raise
        except Exception as error:
            # see _bill_batch
            self.env.invalidate_all(flush=False)
            self._set_aside(run, unit_id, error)

    @api.model
    def _set_aside(self, run, unit_id, error):
        """Note why a unit was not billed and free its charges for a later run."""
        unit = self.env["property.unit"].browse(unit_id)
        lines = self._get_draft_lines(run, [unit_id])
        self.env["property.billing.refusal"].create(
            {
                "run_id": run.id,
                "unit_id": unit_id,
                "community_id": unit.community_id.id,
                "company_id": unit.company_id.id,
                "amount": sum(lines.mapped("amount")),
                "reason": "posting_failed",
                "detail": str(error),
            }
        )
        lines.unlink()

    @api.model
    def _get_draft_lines(self, run, unit_ids):
        """Draft lines of some units in the order of their invoices."""
        lines = self.env["property.fee.line"].search(
            [
                ("run_id", "=", run.id),
                ("unit_id", "in", unit_ids),
                ("state", "=", "draft"),
            ],
            order="id",
        )
        lines.fetch(self._get_read_fields())
        # one query each, however the lines are cut into bills
        lines.unit_id.fetch(["payment_reference"])
        lines.partner_id.fetch(["lang"])
        rank = {unit_id: number for number, unit_id in enumerate(unit_ids)}
        return lines.sorted(
            lambda line: (
                rank[line.unit_id.id],
                line.partner_id.id,
                line.item_id.sequence,
                line.item_id.code,
                line.date_from,
                line.id,
            )
        )

    @api.model
    def _get_read_fields(self):
        """Fee line fields that the invoices are made from."""
        return [
            "unit_id",
            "partner_id",
            "community_id",
            "item_id",
            "currency_id",
            "date_from",
            "date_to",
            "amount",
            "corrects_id",
        ]

    @api.model
    @money_flow
    def _bill_units(self, run, unit_ids):
        """Group, invoice and post; then tie each fee line to its invoice line."""
        lines = self._get_draft_lines(run, unit_ids)
        groups = self._group_lines(lines)
        moves = self._create_invoices(run, groups)
        # the date of the run counts, also when it lies ahead
        moves._post(soft=False)
        self.env["property.billing.bulk"]._check_entries(moves)
        self._settle_lines(lines, groups, moves)
        self.env["property.settlement"]._settle_with_credits(moves)
        return moves

    @api.model
    def _create_invoices(self, run, groups):
        """Draft invoices, one for each group of fee lines, in the same order."""
        moves = self.env["account.move"].with_company(run.company_id)
        if not groups:
            return moves
        maker = self.with_context(fee_item_names={})
        values = [maker._prepare_invoice_values(run, group) for group in groups]
        if self.env.context.get("fee_bulk", True):
            return moves.env["property.billing.bulk"]._create_invoices(values)
        # one note on the run stands for a note on each of its bills
        return moves.with_context(tracking_disable=True).create(values)

    @api.model
    def _group_lines(self, lines):
        """Lists of fee lines that make one invoice: same unit and payer. Lines of 0
        are left out: they are settled by being posted."""

        def invoice_key(line):
            return line.unit_id.id, line.partner_id.id

        due = lines.filtered(lambda line: line.amount)
        return [
            lines.browse().union(*group) for _key, group in groupby(due, invoice_key)
        ]

    @api.model
    def _prepare_invoice_values(self, run, lines):
        """Values of the invoice of one unit and payer.

        :param lines: fee lines of the invoice; a negative sum makes a credit note
        """
        unit = lines.unit_id
        community = lines.community_id
        term = run.payment_term_id or community.payment_term_id
        sign = -1 if sum(lines.mapped("amount")) < 0 else 1
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund",
            "partner_id": lines.partner_id.id,
            "journal_id": community.journal_id.id,
            "currency_id": lines.currency_id.id,
            "invoice_date": run.invoice_date,
            "date": run.invoice_date,
            "invoice_payment_term_id": term.id,
            # without a term a bill is due on its date, also one of a month gone by
            **({} if term else {"invoice_date_due": run.invoice_date}),
            "invoice_cash_rounding_id": community.invoice_cash_rounding_id.id,
            "invoice_origin": run.name,
            "payment_reference": unit.payment_reference,
            "fee_unit_id": unit.id,
            "fee_community_id": community.id,
            "fee_run_id": run.id,
            "invoice_line_ids": [
                Command.create(self._prepare_invoice_line_values(line, sign, number))
                for number, line in enumerate(lines)
            ],
        }

    @api.model
    def _prepare_invoice_line_values(self, line, sign=1, number=0):
        """Values of the invoice line of one fee line."""
        analytic_account = line.community_id.analytic_account_id
        return {
            "sequence": 10 + number,
            "product_id": line.item_id.product_id.id,
            "name": self._get_invoice_line_name(line),
            "quantity": 1,
            "price_unit": sign * line.amount,
            "analytic_distribution": (
                {str(analytic_account.id): 100} if analytic_account else False
            ),
            "fee_item_id": line.item_id.id,
            "fee_date_from": line.date_from,
            "fee_date_to": line.date_to,
        }

    @api.model
    def _get_invoice_line_name(self, line):
        """Item and period in the payer's language, and the bill that is corrected."""
        lang = line.partner_id.lang or self.env.lang
        name = self._get_item_name(line.item_id, lang)
        first = fields.Date.to_string(line.date_from)
        last = fields.Date.to_string(line.date_to)
        period = first if first == last else f"{first} – {last}"
        bill = line.corrects_id.move_id.name
        if bill:
            return self.with_context(lang=lang).env._(
                "%(item)s %(period)s, corrects bill %(bill)s",
                item=name,
                period=period,
                bill=bill,
            )
        return f"{name} {period}"

    @api.model
    def _get_item_name(self, item, lang):
        """Name of an item in a language, read once per batch."""
        names = self.env.context.get("fee_item_names", {})
        if (item.id, lang) not in names:
            names[item.id, lang] = item.with_context(lang=lang).name
        return names[item.id, lang]

    @api.model
    def _settle_lines(self, lines, groups, moves):
        """Mark the fee lines posted and name the invoice line of each."""
        pairs = []
        for group, move in zip(groups, moves, strict=True):
            move_lines = move.invoice_line_ids.filtered(
                lambda move_line: (
                    move_line.display_type == "product" and move_line.fee_item_id
                )
            ).sorted(lambda move_line: (move_line.sequence, move_line.id))
            for line, move_line in zip(group, move_lines, strict=True):
                self._check_amount(line, move_line)
                pairs.append([line.id, move_line.id])
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE property_fee_line l
                   SET state = 'posted', move_line_id = pair.move_line_id
                  FROM property_fee_line d
                  LEFT JOIN (SELECT (p->>0)::int AS line_id,
                                    (p->>1)::int AS move_line_id
                               FROM jsonb_array_elements(%(pairs)s::jsonb) p) AS pair
                    ON pair.line_id = d.id
                 WHERE l.id = d.id AND d.id = ANY(%(lines)s)
                """,
                pairs=json.dumps(pairs),
                lines=lines.ids,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _check_amount(self, line, move_line):
        """What stands on the invoice is the fee line's amount, to the cent."""
        sign = -1 if move_line.move_id.move_type == "out_refund" else 1
        if line.currency_id.compare_amounts(sign * move_line.price_unit, line.amount):
            raise ValueError(
                self.env._(
                    "%(line)s: %(amount)s became %(price)s on the invoice. Raise the "
                    "decimals of product prices.",
                    line=line.display_name,
                    amount=line.amount,
                    price=move_line.price_unit,
                )
            )

    # ----------------------------------------------------------------- cancel
    @api.model
    @money_flow
    def _reverse(self, run):
        """Credit every posted bill of a run and free what it had billed."""
        moves = run.move_ids.filtered(
            lambda move: move.state == "posted" and not move.reversed_entry_id
        )
        for batch in split_every(UNITS_PER_BATCH, moves.ids, moves.browse):
            batch.with_context(tracking_disable=True)._reverse_moves(
                [self._prepare_reversal_values(run) for _move in batch], cancel=True
            )
        lines = run.line_ids.filtered(lambda line: line.state == "posted")
        lines.write({"state": "cancelled"})

    @api.model
    def _prepare_reversal_values(self, run):
        """Values of the credit note of one bill of a cancelled run."""
        today = get_today(self)
        return {
            "date": max(today, run.invoice_date),
            "invoice_date": max(today, run.invoice_date),
            "ref": self.env._("Cancels billing run %s", run.name),
            "fee_run_id": run.id,
        }
