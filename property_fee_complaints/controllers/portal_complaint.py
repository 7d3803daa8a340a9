from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.property_fee_billing.controllers.portal import PropertyPortal

PER_PAGE = 20


class PropertyPortalComplaint(PropertyPortal):
    """The pages on which owners follow their complaints, answer, accept and rate."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal`: the card of complaints."""
        values = super()._prepare_home_portal_values(counters)
        if "property_complaint_count" in counters:
            complaints = request.env.user.partner_id._get_portal_complaints(limit=1)
            # a card to complain shows for whoever has something to complain about
            values["property_complaint_count"] = len(
                complaints or request.env.user.partner_id._get_portal_units()
            )
        return values

    def _get_portal_complaint(self, complaint_id, access_token=None):
        """A complaint of the visitor, or one that they have the link of.

        :return: property.complaint, with more rights
        :raise NotFound: there is none, or it is somebody else's
        """
        if not request.env.user._is_public():
            complaint = request.env.user.partner_id._get_portal_complaints(
                Domain("id", "=", complaint_id)
            )
            if complaint:
                return complaint
        # a link in a mail to the complainant carries the complaint's own secret
        complaint = request.env["property.complaint"].sudo().browse(complaint_id)
        complaint = complaint.exists()
        if (
            not complaint.access_token
            or not access_token
            or not consteq(complaint.access_token, access_token)
            or not complaint._is_link_open()
        ):
            raise NotFound()
        return complaint

    # ------------------------------------------------------------------- pages
    @route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_my_complaints(self, page=1, filterby=None, **kw):
        """The visitor's complaints, the latest first."""
        partner = request.env.user.partner_id
        filters = {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("state", "!=", "closed"),
            },
            "closed": {
                "label": request.env._("Settled"),
                "domain": Domain("state", "=", "closed"),
            },
        }
        filterby = self._get_choice(filters, filterby, "all")
        domain = filters[filterby]["domain"]
        total = len(partner._get_portal_complaints(domain))
        pager = portal_pager(
            url="/my/complaints",
            url_args={"filterby": filterby},
            total=total,
            page=page,
            step=PER_PAGE,
        )
        complaints = partner._get_portal_complaints(
            domain,
            order="received_at desc, id desc",
            limit=PER_PAGE,
            offset=pager["offset"],
        )
        values = self._prepare_property_values(
            "property_complaint",
            complaints=complaints,
            pager=pager,
            default_url="/my/complaints",
            searchbar_filters=filters,
            filterby=filterby,
            may_complain=bool(partner._get_complaint_places()),
        )
        return request.render("property_fee_complaints.portal_my_complaints", values)

    @route(
        "/my/complaints/<int:complaint_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def portal_complaint(self, complaint_id, access_token=None, **kw):
        """One complaint: how it stands, the answer, and the conversation."""
        complaint = self._get_portal_complaint(complaint_id, access_token)
        return self._render_complaint(complaint, access_token)

    def _render_complaint(self, complaint, access_token=None, problem=None):
        """The page of a complaint.

        :param str problem: why what the visitor asked for was not done
        """
        values = self._prepare_property_values(
            "property_complaint",
            complaint=complaint,
            steps=complaint._get_portal_steps(),
            status=complaint._get_portal_status(),
            rating=complaint._get_portal_rating(),
            lines=complaint.line_ids,
            photos=complaint.photo_ids,
            access_token=access_token,
            token=access_token or complaint._portal_ensure_token(),
            problem=problem,
            object=complaint,
        )
        complaint.photo_ids.generate_access_token()
        response = request.render("property_fee_complaints.portal_complaint", values)
        # where the address carries the secret, it goes to nobody else
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    # ----------------------------------------------------------------- actions
    @route(
        "/my/complaints/<int:complaint_id>/accept",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_complaint_accept(self, complaint_id, access_token=None, **kw):
        """The visitor accepts the answer."""
        complaint = self._get_portal_complaint(complaint_id, access_token)
        return self._answer(complaint, access_token, complaint._accept_on_portal)

    @route(
        "/my/complaints/<int:complaint_id>/reopen",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_complaint_reopen(
        self, complaint_id, access_token=None, reason=None, **kw
    ):
        """The visitor is not content."""
        complaint = self._get_portal_complaint(complaint_id, access_token)
        return self._answer(
            complaint, access_token, lambda: complaint._reopen_on_portal(reason)
        )

    @route(
        "/my/complaints/<int:complaint_id>/rate",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_complaint_rate(
        self, complaint_id, access_token=None, rating=None, feedback=None, **kw
    ):
        """The visitor says how it was handled."""
        complaint = self._get_portal_complaint(complaint_id, access_token)
        value = int(rating) if (rating or "").isdecimal() else 0
        return self._answer(
            complaint,
            access_token,
            lambda: complaint._rate_on_portal(value, (feedback or "").strip()[:2000]),
        )

    def _answer(self, complaint, access_token, action):
        """Do what the visitor asked for and show the complaint; or say why not."""
        try:
            with request.env.cr.savepoint():
                action()
        except (UserError, ValidationError) as error:
            return self._render_complaint(complaint, access_token, str(error))
        query = f"?access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/complaints/{complaint.id}{query}")
