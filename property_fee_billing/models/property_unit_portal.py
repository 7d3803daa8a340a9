from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize


class PropertyUnit(models.Model):
    """Whose units show in the portal, and inviting them there."""

    _inherit = "property.unit"

    @api.model
    def _get_current_domain(self):
        """Ownerships of today that give a place in the portal: those of owners and
        developers, and of tenants who pay."""
        return (
            (Domain("role", "!=", "tenant") | Domain("is_payer", "=", True))
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", "today"))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", "today"))
        )

    @api.model
    def _get_portal_domain(self, partner):
        """Units that a person has today; for a contact of a company, what the company
        has.

        The same as the portal's record rule, which cannot call it: here for those who
        see more than their own, such as staff who live in a community.
        """
        own = Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
        return Domain("ownership_ids", "any", own & self._get_current_domain())

    # -------------------------------------------------------------- invitations
    def action_invite_owners(self):
        """Invite the owners and paying tenants of today who have no login yet, by
        Odoo's own invitation; say who could not be, and why."""
        partners = self._get_portal_partners()
        without = partners.filtered(lambda partner: not partner.user_ids)
        invited = no_email = taken = partners.browse()
        for company, units in self.grouped("company_id").items():
            there = without & units._get_portal_partners() - invited
            found = self.with_company(company)._invite_partners(there)
            invited += found[0]
            no_email |= found[1]
            taken |= found[2]
        lines = [
            self.env._("%s invited.", len(invited)),
            self.env._("%s can log in already.", len(partners - without)),
        ]
        if no_email:
            lines.append(
                self.env._("No e-mail address: %s.", ", ".join(no_email.mapped("name")))
            )
        if taken:
            lines.append(
                self.env._(
                    "E-mail address used by another login: %s.",
                    ", ".join(taken.mapped("name")),
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Portal Invitations"),
                "message": " ".join(lines),
                "type": "warning" if no_email or taken else "success",
                "sticky": bool(no_email or taken),
            },
        }

    def _get_portal_partners(self):
        """Who has one of these units today, as the portal sees it."""
        domain = self._get_current_domain() & Domain("unit_id", "in", self.ids)
        return self.env["property.ownership"].search(domain).partner_id

    def _invite_partners(self, partners):
        """Give partners a login and send them the invitation.

        :return: (invited, without a usable e-mail address, whose address is taken)
        """
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": [fields.Command.set(partners.ids)]}
        )
        invited = no_email = taken = partners.browse()
        addresses = set()
        for row in wizard.user_ids:
            address = email_normalize(row.email)
            if row.email_state == "ko":
                no_email += row.partner_id
            elif row.email_state == "exist" or address in addresses:
                taken += row.partner_id
            else:
                # Odoo's invitation is made for one contact at a time
                row.action_grant_access()
                addresses.add(address)
                invited += row.partner_id
        return invited, no_email, taken
