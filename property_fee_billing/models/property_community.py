import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .company_domain import check_company_domain_once_known

# account.journal.code holds five characters
JOURNAL_CODE_SIZE = 5
AUTO_BILLING = [
    ("none", "By hand"),
    ("prepare", "Prepare each month"),
    ("post", "Prepare and post each month"),
]
DEFAULT_VARIANCE_THRESHOLD = 20.0


class PropertyCommunity(models.Model):
    """A managed community: the place where codes are unique, staff are members,
    invoices have their own journal and policies are set."""

    _name = "property.community"
    _description = "Community"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "code"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        tracking=True,
        help="Short code, unique in the company. It opens the payment reference "
        "of every unit.",
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    address = fields.Char()
    complaint_phone = fields.Char(
        help="Shown on the published price list, as price display rules ask."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the prices and bills of this community.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Sales Journal",
        check_company=True,
        copy=False,
        domain="[('type', '=', 'sale')]",
        help="Own sales journal, so that communities number and post independently. "
        "Made by itself when left empty.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        copy=False,
        help="Every bill line of this community carries it. Made by itself when "
        "left empty.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        check_company=True,
        default=lambda self: self.env.company.fee_payment_term_id,
    )
    invoice_cash_rounding_id = fields.Many2one(
        "account.cash.rounding",
        string="Bill Rounding",
        help="Rounds the total of each bill; the difference stands on a line of "
        "its own. Empty: bills are exact to the cent.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "property_community_member_rel",
        "community_id",
        "user_id",
        string="Staff",
        default=lambda self: self.env.user,
        help="Who may see and work on this community.",
    )
    variance_threshold = fields.Float(
        string="Attention Threshold (%)",
        default=lambda self: self.env.company.fee_variance_threshold,
        help="The preview of a billing run points out the units whose total differs "
        "from the previous run by more than this.",
    )
    auto_billing = fields.Selection(
        AUTO_BILLING,
        default=lambda self: self.env.company.fee_auto_billing,
        required=True,
        tracking=True,
        help="Prepare: the run of the month waits, computed, for a person to post.",
    )
    billing_day = fields.Integer(
        default=1, help="Day of the month (1 to 28) on which the run is prepared."
    )
    building_ids = fields.One2many("property.building", "community_id")
    unit_ids = fields.One2many("property.unit", "community_id")
    unit_count = fields.Integer(compute="_compute_counts")
    building_count = fields.Integer(compute="_compute_counts")
    owner_count = fields.Integer(string="Owners & Tenants", compute="_compute_counts")
    vacant_count = fields.Integer(string="Vacant Units", compute="_compute_attention")
    no_payer_count = fields.Integer(
        string="Units without Payer",
        compute="_compute_attention",
        help="Units that nobody pays for today. Their charges are refused.",
    )
    run_count = fields.Integer(string="Billing Runs", compute="_compute_last_run")
    last_run_id = fields.Many2one(
        "property.billing.run", string="Last Billing Run", compute="_compute_last_run"
    )
    last_run_state = fields.Selection("_get_run_states", compute="_compute_last_run")

    _code_unique = models.Constraint(
        "UNIQUE (company_id, code)",
        "This company already has a community with this code.",
    )
    _billing_day_range = models.Constraint(
        "CHECK (billing_day BETWEEN 1 AND 28)",
        "The billing day must be from 1 to 28.",
    )
    _variance_threshold_positive = models.Constraint(
        "CHECK (variance_threshold >= 0)",
        "The attention threshold cannot be negative.",
    )

    @api.model
    def _get_only(self):
        """The community of who sees only one; else none."""
        found = self.search([], limit=2)
        return found if len(found) == 1 else self.browse()

    @api.depends("unit_ids", "building_ids")
    def _compute_counts(self):
        units = dict(
            self.env["property.unit"]._read_group(
                [("community_id", "in", self.ids)], ["community_id"], ["__count"]
            )
        )
        buildings = dict(
            self.env["property.building"]._read_group(
                [("community_id", "in", self.ids)], ["community_id"], ["__count"]
            )
        )
        owners = dict(
            self.env["property.ownership"]._read_group(
                [("community_id", "in", self.ids)],
                ["community_id"],
                ["partner_id:count_distinct"],
            )
        )
        for community in self:
            community.unit_count = units.get(community, 0)
            community.building_count = buildings.get(community, 0)
            community.owner_count = owners.get(community, 0)

    @api.depends("unit_ids.occupancy", "unit_ids.payer_id")
    def _compute_attention(self):
        """Units a manager should look at: vacant ones and ones without a payer."""
        in_these = Domain("community_id", "in", self.ids)

        def count(domain):
            return dict(
                self.env["property.unit"]._read_group(
                    in_these & domain, ["community_id"], ["__count"]
                )
            )

        vacant = count(Domain("occupancy", "=", "vacant"))
        without_payer = count(Domain("payer_id", "=", False))
        for community in self:
            community.vacant_count = vacant.get(community, 0)
            community.no_payer_count = without_payer.get(community, 0)

    def _compute_last_run(self):
        """Number of runs, and the latest that was not cancelled."""
        runs = dict(
            self.env["property.billing.run"]._read_group(
                [
                    ("community_ids", "in", self.ids),
                    ("state", "!=", "cancelled"),
                    ("kind", "=", "regular"),
                ],
                ["community_ids"],
                ["id:recordset"],
            )
        )
        for community in self:
            own = runs.get(community, self.env["property.billing.run"])
            community.run_count = len(own)
            community.last_run_id = own.sorted(
                lambda run: (run.date_to, run.id), reverse=True
            )[:1]
            community.last_run_state = community.last_run_id.state

    @api.model
    def _get_run_states(self):
        """The states of a billing run, for the field that shows the last one's."""
        states = self.env["property.billing.run"]._fields["state"]
        return states._description_selection(self.env)

    @api.constrains("journal_id", "currency_id")
    def _check_journal_currency(self):
        for community in self:
            journal = community.journal_id
            currency = journal.currency_id or journal.company_id.currency_id
            if journal and currency != community.currency_id:
                raise ValidationError(
                    self.env._(
                        "Journal %(journal)s is in %(journal_currency)s but community "
                        "%(community)s bills in %(currency)s. Choose a journal in "
                        "that currency.",
                        journal=journal.display_name,
                        journal_currency=currency.name,
                        community=community.display_name,
                        currency=community.currency_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Give each new community its journal and analytic account."""
        communities = super().create(vals_list)
        communities._ensure_accounting()
        return communities

    def write(self, vals):
        """Company and currency cannot move under posted bills."""
        for name in {"company_id", "currency_id"} & vals.keys():
            self.filtered(
                lambda community, name=name: community[name].id != vals[name]
            )._check_not_billed()
        return super().write(vals)

    def _check_not_billed(self):
        """Refuse what would change bills that are out."""
        billed = self.env["property.fee.line"].search(
            [("community_id", "in", self.ids), ("state", "=", "posted")], limit=1
        )
        if billed:
            raise ValidationError(
                self.env._(
                    "Community %s already has bills: its company and currency "
                    "can no longer change.",
                    billed.community_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        if self.env["property.fee.line"].search_count(
            [("community_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "A community with fee lines cannot be deleted. Archive it instead."
                )
            )

    def copy_data(self, default=None):
        """A copied community gets a code of its own."""
        vals_list = super().copy_data(default)
        for community, vals in zip(self, vals_list, strict=True):
            if vals.get("code") == community.code:
                vals["code"] = self.env._("%s-copy", community.code)
        return vals_list

    # ------------------------------------------------------------ accounting
    def _ensure_accounting(self):
        """Give each community the journal and analytic account it lacks."""
        # A fee manager opens communities but may not edit the chart of accounts:
        # only these two records are made with more rights.
        for community in self.sudo():
            values = {}
            if not community.journal_id:
                # as above
                values["journal_id"] = (
                    self.env["account.journal"]
                    .sudo()
                    .create(community._prepare_journal_values())
                    .id
                )
            if not community.analytic_account_id:
                # see above: the other of the two records
                values["analytic_account_id"] = (
                    self.env["account.analytic.account"]
                    .sudo()
                    .create(community._prepare_analytic_account_values())
                    .id
                )
            if values:
                community.write(values)

    def _prepare_journal_values(self):
        """Values of the community's own sales journal."""
        self.ensure_one()
        company_currency = self.company_id.currency_id
        return {
            "name": self.env._("Fees %s", self.name),
            "code": self._get_free_journal_code(),
            "type": "sale",
            "company_id": self.company_id.id,
            "currency_id": (
                self.currency_id.id if self.currency_id != company_currency else False
            ),
            "refund_sequence": True,
        }

    def _get_free_journal_code(self):
        """A journal code of at most five characters that the company does not use,
        as close to the community's code as can be."""
        self.ensure_one()
        # Codes are unique over all journals of the company, those this user may not
        # see included; nothing but the code is read.
        taken = set(
            self.env["account.journal"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
            .mapped("code")
        )
        base = re.sub(r"[^0-9A-Za-z]", "", self.code).upper() or "FEE"
        code = base[:JOURNAL_CODE_SIZE]
        number = 1
        while code in taken:
            number += 1
            suffix = str(number)
            code = base[: JOURNAL_CODE_SIZE - len(suffix)] + suffix
        return code

    def _prepare_analytic_account_values(self):
        """Values of the analytic account that the community's bills carry."""
        self.ensure_one()
        plan = self.env.ref("property_fee_billing.analytic_plan_community")
        return {
            "name": self.name,
            "code": self.code,
            "plan_id": plan.id,
            "company_id": self.company_id.id,
        }

    # --------------------------------------------------------------- actions
    def _action_open(self, xmlid, **context):
        """Open one of the app's actions on the records of this community."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"property_fee_billing.{xmlid}"
        )
        action["domain"] = [("community_id", "=", self.id)]
        # what is opened here is all of this community: the action's default
        # filters would hide part of what the button counted
        action["context"] = context
        return action

    def action_open_units(self):
        """Units of this community."""
        return self._action_open("property_unit_action")

    def action_open_buildings(self):
        """Buildings of this community; a new one is of it too."""
        return self._action_open(
            "property_building_action", default_community_id=self.id
        )

    def action_open_owners(self):
        """Owners, tenants and developers of this community, past ones included."""
        return self._action_open("property_ownership_action")

    def action_open_units_without_payer(self):
        """Units of this community that nobody pays for today."""
        action = self._action_open("property_unit_action")
        action["domain"] = [("community_id", "=", self.id), ("payer_id", "=", False)]
        return action

    def action_open_runs(self):
        """Billing runs of this community."""
        action = self._action_open("property_billing_run_action")
        action["domain"] = [("community_ids", "in", self.ids)]
        action["context"] = {"default_community_ids": self.ids}
        return action

    def action_open_last_run(self):
        """The latest billing run of this community that was not cancelled."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.last_run_id.display_name,
            "res_model": "property.billing.run",
            "res_id": self.last_run_id.id,
            "views": [(False, "form")],
        }

    def action_new_run(self):
        """An empty billing run of this community, in its form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Billing Run"),
            "res_model": "property.billing.run",
            "views": [(False, "form")],
            "context": {"default_community_ids": self.ids},
        }
