from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class PublishedServiceStandards(http.Controller):
    """What owners of a community may expect, for everybody who has the address."""

    @http.route(
        "/fees/service/<string:key>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def published_service_standards(self, key):
        """The published standards of the community with this address; the address is
        that of its price list."""
        community = request.env["property.community"]._find_by_tariff_key(key)
        if not community:
            raise NotFound()
        # published means for everybody; drafts and inspections are not shown
        Standard = request.env["property.service.standard"].sudo()
        response = request.render(
            "property_fee_complaints.published_service_standards",
            {
                "community": community,
                "standards": Standard._get_published(community),
                "page_name": "service_standards",
            },
        )
        if key != community.tariff_slug:
            # a secret address is not for search engines
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
