from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyCounter(models.AbstractModel):
    """What the counter screen shows around an account: where the cashier works, the
    session, its last receipts, and buttons to neighbouring work."""

    _inherit = "property.counter"

    # How many receipts of the session the screen lists.
    _recent_receipts = 8

    # -------------------------------------------------------------------- desk
    @api.model
    def get_start(self, community_id=None):
        """What the screen needs first: where this cashier may take money, and the desk
        to begin at: the one asked for, else that of an open session, else the only
        one.

        :return: ``communities``: list of ``{id, name, is_open}``; ``desk``: see
            ``get_desk``, False if the cashier must choose
        """
        self.env["property.receipt"].check_access("create")
        communities = self.env["property.community"].search([("active", "=", True)])
        sessions = self.env["property.cashier.session"].search(
            [("user_id", "=", self.env.uid), ("state", "=", "open")]
        )
        first = communities.filtered(lambda community: community.id == community_id)
        if not first:
            first = sessions.community_id[:1]
        if not first and len(communities) == 1:
            first = communities
        return {
            "communities": [
                {
                    "id": community.id,
                    "name": community.name,
                    "is_open": community in sessions.community_id,
                }
                for community in communities
            ],
            "desk": self.get_desk(first.id) if first else False,
        }

    @api.model
    def get_desk(self, community_id):
        """The desk of a community.

        :return: ``community``, ``session`` (False if none is open), ``methods`` (see
            ``get_account``), ``receipts``: the last of the session,
            ``opening_amount``: what the cashier's last session left in the drawer
        """
        community = self._get_community(community_id)
        return {
            "community": self._get_community_data(community),
            "session": self._get_session_data(community),
            "methods": self._get_method_data(community),
            "receipts": self.get_receipts(community_id),
            "opening_amount": self._get_last_count(community),
        }

    @api.model
    def _get_last_count(self, community):
        """Cash that this cashier's last session left in the drawer."""
        last = self.env["property.cashier.session"].search(
            [
                ("community_id", "=", community.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "closed"),
            ],
            order="closed_on desc, id desc",
            limit=1,
        )
        return last.counted_amount

    @api.model
    def get_receipts(self, community_id):
        """The last receipts of the cashier's open session, the newest first.

        :return: list of ``{id, name, unit, partner, amount, is_void, time}``; time in
            UTC as the server writes it
        """
        receipts = self.env["property.receipt"].search(
            [
                ("community_id", "=", community_id),
                ("session_id.user_id", "=", self.env.uid),
                ("session_id.state", "=", "open"),
            ],
            order="id desc",
            limit=self._recent_receipts,
        )
        return [
            {
                "id": receipt.id,
                "name": receipt.name,
                "unit": ", ".join(
                    (receipt.line_ids.unit_id or receipt.unit_id).mapped("code")
                ),
                "partner": receipt.partner_id.name,
                "amount": receipt._get_sign() * receipt.amount,
                "is_void": receipt.state == "void",
                "time": fields.Datetime.to_string(receipt.create_date),
            }
            for receipt in receipts
        ]

    # ----------------------------------------------------------------- account
    @api.model
    def get_account(self, community_id, unit_id=None, partner_id=None):
        """Extended: ``other``: ``{count, amount}`` of what the payer has open in other
        units of the community; ``actions``: see ``_get_account_actions``."""
        result = super().get_account(community_id, unit_id, partner_id)
        community = self.env["property.community"].browse(community_id)
        unit = self.env["property.unit"].browse(unit_id or ())
        partner = self.env["res.partner"].browse(result["partner"]["id"] or ())
        return {
            **result,
            "other": self._get_other_open(community, unit, partner),
            "actions": self._get_account_actions(community, unit, partner),
        }

    @api.model
    def _get_other_open(self, community, unit, partner):
        """What a payer has open in other units than the one on the screen."""
        count, amount = 0, 0.0
        if unit and partner:
            [(count, amount)] = self.env["account.move"]._read_group(
                [
                    ("fee_community_id", "=", community.id),
                    ("fee_unit_id", "not in", [False, unit.id]),
                    (
                        "commercial_partner_id",
                        "=",
                        partner.commercial_partner_id.id,
                    ),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                ],
                [],
                ["__count", "amount_residual:sum"],
            )
        return {"count": count, "amount": amount or 0.0}

    @api.model
    def _get_bill_data(self, bill, date, late_fee):
        """Extended: ``partner_id`` the bill is for, ``date_from`` and ``date_to`` of
        what it charges, ``items`` in words."""
        lines = bill.invoice_line_ids.filtered("fee_item_id")
        first = min(filter(None, lines.mapped("fee_date_from")), default=None)
        last = max(filter(None, lines.mapped("fee_date_to")), default=None)
        return {
            **super()._get_bill_data(bill, date, late_fee),
            "partner_id": bill.partner_id.id,
            "date_from": first and fields.Date.to_string(first),
            "date_to": last and fields.Date.to_string(last),
            "items": ", ".join(lines.fee_item_id.mapped("name")),
        }

    # ------------------------------------------------------------------ actions
    @api.model
    def _get_account_actions(self, community, unit, partner):
        """Buttons beside the bills that lead to other work for the account.

        To add one, give it here and its window by a method ``_open_<key>``.

        :return: list of ``{key, name, icon}``, icon of Font Awesome
        """
        actions = []
        if unit:
            actions.append(
                {
                    "key": "prepayment",
                    "name": self.env._("Pay ahead"),
                    "icon": "fa-forward",
                }
            )
        return actions

    @api.model
    def open_account_action(self, key, community_id, unit_id=None, partner_id=None):
        """The window that a button of ``_get_account_actions`` opens.

        :return: a window action
        :raise UserError: no such button for this account
        """
        community = self._get_community(community_id)
        unit = self._check_unit(community, unit_id)
        partner = self.env["res.partner"].browse(partner_id or ())
        buttons = self._get_account_actions(community, unit, partner)
        if key not in [button["key"] for button in buttons]:
            raise UserError(self.env._("This cannot be done here (any more)."))
        return getattr(self, f"_open_{key}")(community, unit, partner)

    @api.model
    def _open_prepayment(self, community, unit, partner):
        """The window to pay a unit's coming months."""
        action = unit.action_prepay()
        # the bills come up at the counter: no need to open them
        action["context"] = {**action["context"], "fee_stay": True}
        return action
