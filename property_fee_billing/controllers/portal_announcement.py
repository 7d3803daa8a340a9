from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .portal import PropertyPortal


class PropertyPortalAnnouncement(PropertyPortal):
    """News of the visitor's communities."""

    def _get_own_announcements(self):
        """Announcements for the visitor, with more rights."""
        return request.env["property.announcement"]._get_for_partner(
            request.env.user.partner_id
        )

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the number of unread announcements."""
        values = super()._prepare_home_portal_values(counters)
        if "property_announcement_count" in counters:
            own = self._get_own_announcements()
            read = own._get_read(request.env.user.partner_id)
            values["property_announcement_count"] = len(own - read)
        return values

    @route("/my/announcements", type="http", auth="user", website=True)
    def portal_my_announcements(self, **kw):
        """All announcements for the visitor; what is unread stands out."""
        own = self._get_own_announcements()
        return request.render(
            "property_fee_billing.portal_my_announcements",
            self._prepare_property_values(
                "property_announcement",
                announcements=own.with_context(lang=request.env.lang),
                read=own._get_read(request.env.user.partner_id),
            ),
        )

    @route(
        "/my/announcements/<int:announcement_id>",
        type="http",
        auth="user",
        website=True,
    )
    def portal_announcement(self, announcement_id, **kw):
        """One announcement; opening it is reading it."""
        own = self._get_own_announcements().filtered(
            lambda one: one.id == announcement_id
        )
        if not own:
            raise NotFound()
        own._mark_read(request.env.user.partner_id)
        return request.render(
            "property_fee_billing.portal_announcement",
            self._prepare_property_values(
                "property_announcement",
                announcement=own.with_context(lang=request.env.lang),
            ),
        )
