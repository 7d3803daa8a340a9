from odoo import http
from odoo.http import request


class DocumentVerification(http.Controller):
    """The page behind the QR code of a document."""

    @http.route(
        "/fees/verify/<string:code>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def verify_document(self, code):
        """Say whether a document agrees with the ledger today."""
        result = request.env["property.document.seal"]._verify(code)
        response = request.render(
            "property_fee_billing.document_verification",
            {"result": result, "page_name": "fee_verification"},
            status=404 if result["state"] == "unknown" else 200,
        )
        # the answer holds for now, and is about somebody's document
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
