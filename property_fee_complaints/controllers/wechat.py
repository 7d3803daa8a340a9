from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request


class ComplaintWechat(http.Controller):
    """Where the program that serves a firm's WeChat account hands complaints over."""

    @http.route(
        "/property/complaints/wechat/<string:token>",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        save_session=False,
    )
    def receive(self, token, **message):
        """Take in one message as a complaint.

        ``params`` of the JSON-RPC call are the message; see ``_receive_message`` of
        property.complaint for its keys.

        :param token: that of a team, the only proof of who calls
        :return: ``{number, stage}`` of the complaint, or ``{error}``
        """
        # the caller is nobody in Odoo; the token says for which team it may speak
        team = request.env["property.complaint.team"].sudo()._get_by_wechat_token(token)
        if not team:
            raise request.not_found()
        # as above
        complaints = request.env["property.complaint"].sudo()
        try:
            complaint = complaints._receive_message(team, message)
        except ValidationError as error:
            return {"error": str(error)}
        return {"number": complaint.name, "stage": complaint.stage_id.name}
