from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..local_time import get_today
from .property_fee_rate import BILLABLE_STATES

TARIFF_ACTIVITY = "property_fee_billing.mail_activity_type_tariff"
#: Which state may follow which. The ones marked in ``SHORT_CUTS`` are open only where
#: the community does not ask for published prices.
TRANSITIONS = {
    "draft": {"audited", "published", "in_force"},
    "audited": {"draft", "published", "in_force"},
    "published": {"draft", "decided", "in_force"},
    "decided": {"draft", "in_force"},
    "in_force": {"superseded"},
    "superseded": set(),
}
SHORT_CUTS = {
    ("draft", "published"),
    ("draft", "in_force"),
    ("audited", "in_force"),
    ("published", "in_force"),
}
#: States in which the public page shows a rate.
PUBLIC_STATES = ("published", "decided", "in_force", "superseded")

#: What a step may need; see the checks below.
EVIDENCE = (
    "audit_reference",
    "publication_date",
    "publication_proof_ids",
    "decision_reference",
)


class PropertyFeeRate(models.Model):
    """How a price becomes one that owners must pay.

    Where the law or the contract wants it (mainland China: audit of the last year,
    notice of 30 days or more, decision of the owners), a community bills published
    prices only. A rate then goes through every step, each with its evidence, and the
    steps cannot be skipped; elsewhere they are there to be used.
    """

    _inherit = "property.fee.rate"

    audit_reference = fields.Char(
        copy=False,
        tracking=True,
        help="Report on last year's accounts, or who checked the calculation.",
    )
    audited_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    notice_days = fields.Integer(
        compute="_compute_notice",
        help="Days between publication and first day that the community asks for.",
    )
    date_earliest = fields.Date(
        string="Earliest Start",
        compute="_compute_notice",
        help="First day the price may hold, counted from its publication.",
    )
    is_bound = fields.Boolean(
        string="Publication Required",
        compute="_compute_notice",
        help="The community bills published prices only.",
    )

    @api.depends("standard_id", "date_from", "publication_date")
    def _compute_notice(self):
        for rate in self:
            days = rate._get_notice_days()
            rate.is_bound = days is not None
            rate.notice_days = days or 0
            rate.date_earliest = rate.publication_date and fields.Date.add(
                rate.publication_date, days=rate.notice_days
            )

    def _get_notice_days(self):
        """Days of notice that a community of this rate asks for, the most of several;
        None where none bills published prices only.

        A standard of all communities is bound if one of those it may be used in is.
        """
        self.ensure_one()
        standard = self.standard_id
        # a rule of another community of the company counts whoever works here
        communities = standard.community_id.sudo() or self.env[
            "property.community"
        ].sudo().search([("company_id", "=", standard.company_id.id)])
        days = [
            community.tariff_notice_days
            for community in communities
            if community._is_rate_bound(self.date_from)
        ]
        return max(days, default=None)

    # ------------------------------------------------------------------- guards
    def write(self, vals):
        """Override: each step has its evidence, and a price that was published stays
        as it was published."""
        if "state" in vals:
            self._check_transition(vals)
        if self._get_locked_fields() & vals.keys():
            self._check_price_open()
        self._check_publication_kept(vals)
        return super().write(vals)

    def _check_price_open(self):
        """Where publication is required, a price is edited as a draft only."""
        for rate in self:
            if rate.state in ("audited", "published", "decided") and rate.is_bound:
                raise UserError(
                    self.env._(
                        "Rate %(rate)s is %(state)s: what was checked and shown to "
                        "owners cannot change. Take it back to draft first.",
                        rate=rate.display_name,
                        state=rate._get_state_label(),
                    )
                )

    def _check_publication_kept(self, vals):
        """What was said about the publication of a rate in force stays."""
        recorded = {"publication_date", "decision_reference"} & vals.keys()
        for rate in self.filtered(lambda rate: rate.state in BILLABLE_STATES):
            for name in recorded:
                value = rate._fields[name].convert_to_cache(vals[name], rate)
                if rate[name] and value != rate[name]:
                    raise UserError(
                        self.env._(
                            "Rate %s is in force: its publication and decision stay "
                            "as they were recorded.",
                            rate.display_name,
                        )
                    )

    def _get_state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state].lower()

    def _check_transition(self, vals):
        """Refuse a state that may not follow, or that lacks its evidence.

        :param vals: what is written with it, which counts as there already
        """
        self.check_access("write")
        state = vals["state"]
        for rate in self.filtered(lambda rate: rate.state != state):
            step = (rate.state, state)
            if state not in TRANSITIONS[rate.state] or (
                step in SHORT_CUTS and rate.is_bound
            ):
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Rate %(rate)s cannot go from %(old)s to %(new)s.",
                        rate=rate.display_name,
                        old=labels[rate.state],
                        new=labels[state],
                    )
                )
            rate._check_evidence(
                state, {name: vals.get(name) or rate[name] for name in EVIDENCE}
            )

    def _check_evidence(self, state, evidence):
        """Refuse a step without what it needs; ``evidence``: see ``EVIDENCE``."""
        checks = {
            "audited": self._check_audited,
            "published": self._check_published,
            "decided": self._check_decided,
            "in_force": self._check_in_force,
        }
        if state in checks:
            checks[state](evidence)

    def _check_audited(self, evidence):
        """Four eyes on the calculation, and a report to name."""
        if not self.is_bound:
            return
        if not evidence["audit_reference"]:
            raise ValidationError(
                self.env._(
                    "Rate %s: name the report or who checked the calculation.",
                    self.display_name,
                )
            )
        if self.create_uid == self.env.user:
            raise UserError(
                self.env._(
                    "You drew up rate %s yourself: somebody else must audit it.",
                    self.display_name,
                )
            )

    def _check_published(self, evidence):
        """A proof, and days enough before the price begins."""
        day = evidence["publication_date"]
        if day and fields.Date.to_date(day) > get_today(self):
            raise ValidationError(
                self.env._(
                    "Rate %s: a publication is recorded when it has been made, not "
                    "before.",
                    self.display_name,
                )
            )
        if not self.is_bound:
            return
        if not evidence["publication_proof_ids"]:
            raise ValidationError(
                self.env._(
                    "Rate %s: attach the proof of the publication, such as a photo of "
                    "the notice board.",
                    self.display_name,
                )
            )
        self._check_notice_given(day)

    def _check_notice_given(self, day):
        """The days between the publication and the first day."""
        earliest = fields.Date.add(fields.Date.to_date(day), days=self.notice_days)
        if self.date_from < earliest:
            raise ValidationError(
                self.env._(
                    "Rate %(rate)s: published on %(day)s, it may start on %(earliest)s "
                    "at the earliest, as the community asks for %(days)s days of "
                    "notice.",
                    rate=self.display_name,
                    day=format_date(self.env, day),
                    earliest=format_date(self.env, earliest),
                    days=self.notice_days,
                )
            )

    def _check_decided(self, evidence):
        """A decision has something it can be found by."""
        if not evidence["decision_reference"]:
            raise ValidationError(
                self.env._(
                    "Rate %s: enter the resolution, contract or price notice by which "
                    "it was decided.",
                    self.display_name,
                )
            )

    def _check_in_force(self, evidence):
        """The notice period must have been kept to the end: the date may have been
        decided anew."""
        if self.is_bound:
            self._check_notice_given(evidence["publication_date"])

    # ------------------------------------------------------------------ actions
    def action_audit(self):
        """The calculation was checked by somebody else."""
        self.filtered(lambda rate: rate.state == "draft").write(
            {"state": "audited", "audited_by_id": self.env.uid}
        )

    def action_publish(self):
        """Publish what is drafted or audited; the day is kept for the notice period."""
        for rate in self.filtered(lambda rate: rate.state in ("draft", "audited")):
            rate.write(
                {
                    "state": "published",
                    "publication_date": rate.publication_date or get_today(self),
                }
            )
            rate._plan_next(
                max(rate.date_earliest, get_today(self)),
                self.env._("Record the decision on the price"),
            )

    def action_decide(self):
        """The owners, or whoever decides, agreed to the published price."""
        for rate in self.filtered(lambda rate: rate.state == "published"):
            rate.write({"state": "decided"})
            rate._plan_next(rate.date_from, self.env._("Put the price in force"))

    def action_put_in_force(self):
        """From ``date_from`` on bills are made with the price."""
        rates = self.filtered(lambda rate: "in_force" in TRANSITIONS[rate.state])
        rates.write({"state": "in_force"})
        rates.activity_unlink([TARIFF_ACTIVITY])

    def action_reset_to_draft(self):
        """Take a rate back that is not in force: it is audited and published anew."""
        rates = self.filtered(lambda rate: "draft" in TRANSITIONS[rate.state])
        rates.write(
            {"state": "draft", "publication_date": False, "audited_by_id": False}
        )
        rates.activity_unlink([TARIFF_ACTIVITY])

    def _plan_next(self, day, summary):
        """Remind whoever did this step of the next one."""
        self.activity_unlink([TARIFF_ACTIVITY])
        self.activity_schedule(
            TARIFF_ACTIVITY, day, summary=summary, user_id=self.env.uid
        )

    # -------------------------------------------------------------- publication
    def _get_published_url(self, community=None):
        """Link to this price on the public price list, for bills and pages.

        :param community: whose list; needed for a standard of all communities
        :return: absolute URL, or an empty text for what is not public
        """
        self.ensure_one()
        community = community or self.community_id
        if not community or self.state not in PUBLIC_STATES:
            return ""
        return f"{community._get_tariff_url()}#rate-{self.id}"
