from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class PublishedTariff(http.Controller):
    """The public price list of a community."""

    @http.route(
        "/fees/tariff/<string:key>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def published_tariff(self, key):
        """Prices of the community with this secret or public address."""
        community = request.env["property.community"]._find_by_tariff_key(key)
        if not community:
            raise NotFound()
        response = request.render(
            "property_fee_billing.published_tariff",
            {
                "tariff": request.env["property.tariff"]._get_tariff(community),
                "page_name": "fee_tariff",
            },
        )
        if key != community.tariff_slug:
            # a secret address is not for search engines
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
