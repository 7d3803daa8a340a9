from odoo import api, models


class PropertyFeeExplanation(models.AbstractModel):
    """Says in one sentence how an amount came about, in the user's language.

    The facts come from the engine (``property.fee.line.explanation``); only the
    wording is made here, so the sentence is always about the stored figures.
    """

    _name = "property.fee.explanation"
    _description = "Fee Explanation"

    @api.model
    def _get_sentence(self, explanation, currency):
        """The sentence of one explanation.

        :param dict explanation: see the engine's modules for the keys of each kind
        :param currency: res.currency of the amount
        :rtype: str
        """
        renderer = self._get_renderers().get(explanation.get("kind"))
        return renderer(explanation, currency) if renderer else ""

    @api.model
    def _get_renderers(self):
        """Kind of line to the method that words it."""
        return {}
