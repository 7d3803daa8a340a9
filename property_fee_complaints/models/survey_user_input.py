from odoo import api, fields, models


class SurveyUserInput(models.Model):
    """Answers know the training or owner survey they belong to, and its community,
    by which record rules keep them apart."""

    _inherit = "survey.user_input"

    training_id = fields.Many2one(
        "property.training.action",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    owner_survey_id = fields.Many2one(
        "property.owner.survey",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    property_community_id = fields.Many2one(
        "property.community",
        string="Community",
        compute="_compute_property_community_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    @api.depends("training_id.community_id", "owner_survey_id.community_id")
    def _compute_property_community_id(self):
        for answer in self:
            answer.property_community_id = (
                answer.training_id.community_id or answer.owner_survey_id.community_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Another attempt belongs to the training of the first one."""
        for vals in vals_list:
            token = vals.get("invite_token")
            if token and not vals.get("training_id"):
                first = self.search(
                    [("invite_token", "=", token), ("training_id", "!=", False)],
                    limit=1,
                )
                vals["training_id"] = first.training_id.id
        return super().create(vals_list)

    def _mark_done(self):
        """Passing the exam of a training closes it.

        Override of `survey`.
        """
        result = super()._mark_done()
        for answer in self:
            # the one who is examined need not have rights on trainings
            training = answer.sudo().training_id
            if training and not answer.test_entry:
                # as above
                training._on_exam(answer.sudo())
        return result
