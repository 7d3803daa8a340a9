from odoo import api, models


class IrMailServer(models.Model):
    """Before the e-mail of a notice is handed to the mail server that is noted for
    good."""

    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, message, *args, **kwargs):
        """Override of `base`: nothing is demanded twice.

        Odoo notes that an e-mail has left once the mail server has taken it. If the
        connection to the database is lost between the two, the e-mail stands in the
        queue as if it had not left. So notices are committed as failed first: it is
        for a person to say whether one whose fate is not known is sent again.
        """
        if self.env.context.get("fee_note_sending"):
            self.env["property.notice"]._note_sending(message["Message-Id"])
            # as the queue does after each e-mail
            self.env.cr.commit()  # pylint: disable=invalid-commit
        return super().send_email(message, *args, **kwargs)
