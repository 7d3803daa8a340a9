from odoo import api, fields, models

RATE_KINDS = [
    ("lpr_1y", "Loan Prime Rate, 1 Year"),
    ("lpr_5y", "Loan Prime Rate, 5 Years"),
    ("central_bank", "Central Bank Rate"),
    ("statutory", "Statutory Interest"),
    ("other", "Other"),
]


class PropertyReferenceRate(models.Model):
    """A published yearly rate and the day it holds from.

    Against it the part of an agreed late fee is reckoned that a court is likely to
    grant. Enter what the authority published; nothing is built in.
    """

    _name = "property.reference.rate"
    _description = "Reference Rate"
    _order = "kind, date_from desc"

    kind = fields.Selection(RATE_KINDS, required=True, default="lpr_1y", index=True)
    date_from = fields.Date(string="Holds From", required=True)
    yearly_percent = fields.Float(string="Yearly Rate (%)", digits=(9, 6))
    publication = fields.Char(help="Where it was published, e.g. the notice's number.")

    _day_unique = models.Constraint(
        "UNIQUE (kind, date_from)",
        "There is already a rate of this kind from this day.",
    )
    _rate_positive = models.Constraint(
        "CHECK (yearly_percent >= 0)", "A reference rate cannot be negative."
    )

    @api.depends("kind", "yearly_percent")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rate in self:
            kind = labels.get(rate.kind, "")
            rate.display_name = f"{kind} {rate.yearly_percent:g} %"
