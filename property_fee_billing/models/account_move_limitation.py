from odoo import api, fields, models

from ..engine.limitation import run_clock

# Bills whose clock the scheduled job starts in one go.
BATCH = 2000


class AccountMove(models.Model):
    """The limitation of bills: until when a claim can be enforced.

    Rules: ``engine/limitation.py``. The history is property.limitation.event; the
    date on the bill is that of its last row.
    """

    _inherit = "account.move"

    limitation_date = fields.Date(
        string="Lapses",
        compute="_compute_limitation_date",
        store=True,
        index="btree_not_null",
        copy=False,
        help="Last day on which this claim can be enforced. A delivered demand, a part "
        "payment, an acknowledgement or a suit starts the time anew.",
    )
    limitation_event_ids = fields.One2many(
        "property.limitation.event", "move_id", string="Limitation"
    )

    @api.depends("limitation_event_ids.limitation_date")
    def _compute_limitation_date(self):
        for move in self:
            move.limitation_date = max(
                move.limitation_event_ids.mapped("limitation_date"), default=False
            )

    def _post(self, soft=True):
        """Override of `account`: the clock of a bill starts."""
        posted = super()._post(soft=soft)
        posted.filtered(
            lambda move: move.move_type == "out_invoice" and move.fee_unit_id
        )._start_limitation()
        return posted

    def _get_limitation_versions(self):
        """``{community: versions as the engine takes them}`` of bills."""
        return {
            community: community._get_limitation_rule()._get_versions()
            for community in self.fee_community_id
        }

    def _start_limitation(self):
        """Start the clock of posted bills that have none yet."""
        # The history is what the system derives from posting; no user writes it.
        Event = self.env["property.limitation.event"].sudo()
        started = Event.search([("move_id", "in", self.ids), ("kind", "=", "due")])
        bills = self - started.move_id.sudo(False)
        versions = bills._get_limitation_versions()
        Event.create(
            [
                {
                    "move_id": bill.id,
                    "date": due,
                    "kind": "due",
                    "limitation_date": run_clock(
                        due, versions[bill.fee_community_id], ()
                    ).lapses_on,
                }
                for bill in bills
                if (due := bill.invoice_date_due or bill.date)
            ]
        )

    def _restart_limitation(self, date, kind, origin=None):
        """Note what starts the limitation of bills anew.

        For whoever learns of such an event: a delivered demand, an acknowledged plan,
        a suit. Events of the same kind and origin are noted once. After a claim has
        lapsed only an acknowledgement revives it; the event is noted all the same.

        :param date: day of the event
        :param str kind: see property.limitation.event
        :param origin: record that shows it, of one of ORIGIN_MODELS there
        """
        self._note_limitation_events(
            [
                {
                    "move_id": bill.id,
                    "date": date,
                    "kind": kind,
                    "origin_ref": f"{origin._name},{origin.id}" if origin else False,
                }
                for bill in self
            ]
        )

    @api.model
    def _note_limitation_events(self, vals_list):
        """Store events that are not noted yet, and work out the dates.

        :param vals_list: values of property.limitation.event without the new date
        """
        bills = self.browse(dict.fromkeys(vals["move_id"] for vals in vals_list))
        bills._start_limitation()
        # derived by the system from documents that others may write; see there
        Event = self.env["property.limitation.event"].sudo()
        noted = {
            (event.move_id.id, event.kind, event.date, event.origin_ref or False)
            for event in Event.search([("move_id", "in", bills.ids)])
        }
        fresh = []
        for vals in vals_list:
            origin = vals.get("origin_ref") or False
            if isinstance(origin, str):
                model, res_id = origin.split(",")
                origin = Event.env[model].browse(int(res_id))
            day = fields.Date.to_date(vals["date"])
            if (vals["move_id"], vals["kind"], day, origin) not in noted:
                fresh.append({**vals, "date": day, "limitation_date": day})
        Event.create(fresh)
        bills._recompute_limitation()

    def _recompute_limitation(self):
        """Run the clocks again over all that is noted of these bills."""
        versions = self._get_limitation_versions()
        # as above: figures derived from the history
        events = (
            self.env["property.limitation.event"]
            .sudo()
            .search([("move_id", "in", self.ids)])
        )
        changed = {}
        for bill, rows in events.grouped("move_id").items():
            restarts = rows.filtered(lambda event: event.kind != "due")
            due = rows - restarts
            clock = run_clock(
                due.date or bill.invoice_date_due or bill.date,
                versions[bill.sudo(False).fee_community_id],
                [(event.date, event.kind) for event in restarts],
            )
            start = run_clock(due.date, versions[bill.sudo(False).fee_community_id], ())
            dates = dict(zip(restarts, clock.dates, strict=True))
            dates[due] = start.lapses_on
            for event, day in dates.items():
                if event.limitation_date != day:
                    changed.setdefault(day, []).append(event.id)
        for day, ids in changed.items():
            events.browse(ids).write({"limitation_date": day})

    @api.model
    def _cron_start_limitation(self):
        """Start the clocks of bills that were posted before there were any."""
        domain = self._get_unpaid_domain() & fields.Domain(
            "limitation_date", "=", False
        )
        cron = self.env["ir.cron"]
        while bills := self.search(domain, limit=BATCH):
            bills._start_limitation()
            left = self.search_count(domain)
            if not cron._commit_progress(len(bills), remaining=left) or not left:
                return
