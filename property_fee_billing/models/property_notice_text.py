from functools import cache

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..local_time import get_local_date, get_today

# What anybody may place in a template, beyond what Odoo allows everywhere.
PLACEHOLDERS = (
    "object.name",
    "object.partner_id.name",
    "object.unit_id.display_name",
    "object.unit_id.code",
    "object.unit_id.payment_reference",
    "object.community_id.name",
    "object.community_id.address",
    "object.community_id.complaint_phone",
    "object.company_id.name",
    "object.company_id.phone",
    "object.user_id.name",
    "object.bill_count",
    "object.bills_table",
    "object.bills_text",
    "object.due_text",
    "object.amount_text",
    "object.late_fee_text",
    "object.total_text",
    "object.deadline_text",
    "object.pay_url",
    "object.portal_url",
)


class PropertyNotice(models.Model):
    """The words of a notice: what templates may say, and how it is rendered."""

    _inherit = "property.notice"

    bills_table = fields.Html(
        compute="_compute_texts", sanitize=False, help="The bills with their amounts."
    )
    bills_text = fields.Char(compute="_compute_texts", help="The numbers of the bills.")
    due_text = fields.Char(compute="_compute_texts", help="The earliest due date.")
    amount_text = fields.Char(compute="_compute_texts", help="Without late fees.")
    late_fee_text = fields.Char(compute="_compute_texts")
    total_text = fields.Char(compute="_compute_texts", help="With late fees.")
    deadline_text = fields.Char(compute="_compute_texts")
    portal_url = fields.Char(compute="_compute_texts", help="Where the debtor can pay.")
    pay_url = fields.Char(
        string="Payment Link",
        compute="_compute_pay_url",
        help="Where these bills are seen and paid without an account.",
    )
    preview_subject = fields.Char(string="Subject Sent", compute="_compute_preview")
    preview_body = fields.Html(
        string="Message", compute="_compute_preview", sanitize="email_outgoing"
    )
    preview_text = fields.Text(string="SMS", compute="_compute_preview")

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Override of `mail`: placeholders that need no template editor."""
        return (*super().mail_allowed_qweb_expressions(), *PLACEHOLDERS)

    def _get_lang(self):
        """The language of the debtor; the user's if the debtor has none."""
        self.ensure_one()
        return self.lang or self.partner_id.lang or self.env.user.lang or "en_US"

    def _get_deadline(self):
        """The deadline given, counted from today where none is set yet."""
        self.ensure_one()
        if self.deadline or not self.deadline_days:
            return self.deadline
        return fields.Date.add(get_today(self), days=self.deadline_days)

    def _get_letter_date(self):
        """The day that stands on the letter: on which it left, else today."""
        self.ensure_one()
        return get_local_date(self, self.sent_on) if self.sent_on else get_today(self)

    @api.depends_context("lang")
    @api.depends(
        "line_ids.amount", "line_ids.late_fee", "line_ids.date_due", "deadline"
    )
    def _compute_texts(self):
        """Amounts and dates as the debtor's language writes them."""
        # the address of this Odoo is no secret, but settings are the administrator's
        base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        labels = self._get_table_labels()
        # writing a figure costs more than the rest, and many are the same
        formats = {currency: cache(currency.format) for currency in self.currency_id}
        day = cache(lambda date: format_date(self.env, date))
        for notice in self:
            money = formats.get(notice.currency_id, str)
            lines = notice.line_ids.sorted(lambda line: (line.date_due, line.id))
            notice.bills_table = notice._get_bills_table(lines, labels, money, day)
            notice.bills_text = ", ".join(lines.mapped(lambda line: line.move_id.name))
            notice.due_text = lines and day(lines[0].date_due) or ""
            notice.amount_text = money(notice.amount)
            notice.late_fee_text = money(notice.late_fee)
            notice.total_text = money(notice.amount_total)
            deadline = notice._get_deadline()
            notice.deadline_text = day(deadline) if deadline else ""
            notice.portal_url = f"{base_url}/my/home"

    def _compute_pay_url(self):
        """Apart from the other texts: a link is made when a template asks for it."""
        links = self._get_pay_links()
        for notice in self:
            notice.pay_url = links.get(notice._origin.id)

    def _get_pay_links(self):
        """The address of a page that shows the bills of a notice and takes their
        payment; for many at once.

        :return: ``{notice id: address}``
        """
        notices = self._origin.filtered("line_ids")
        # Collectors need not see every bill of their notices; the link shows them to
        # who gets it.
        links = self.env["property.pay.link"]._get_links(
            [notice.sudo().line_ids.move_id for notice in notices]
        )
        return {
            notice.id: link.url for notice, link in zip(notices, links, strict=True)
        }

    def _get_table_labels(self):
        """Headings of the table of bills in the language of the context."""
        return {
            "bill": self.env._("Bill"),
            "due": self.env._("Due Date"),
            "amount": self.env._("Amount"),
            "late_fee": self.env._("Late Fee"),
            "total": self.env._("Total"),
        }

    def _get_bills_table(self, lines, labels, money, day):
        """The bills as an HTML table; the late fee has a column when there is one."""
        has_late_fee = any(lines.mapped("late_fee"))
        left, right = (
            Markup('<td style="padding:4px 12px 4px 0;">%s</td>'),
            Markup('<td style="padding:4px 12px 4px 0;text-align:right;">%s</td>'),
        )

        def row(*cells):
            return Markup("<tr>%s</tr>") % Markup().join(cells)

        head = [left % labels["bill"], left % labels["due"], right % labels["amount"]]
        foot = [left % labels["total"], left % "", right % money(self.amount)]
        if has_late_fee:
            head += [right % labels["late_fee"], right % labels["total"]]
            foot += [right % money(self.late_fee), right % money(self.amount_total)]
        rows = [row(*head)]
        for line in lines:
            cells = [
                left % line.move_id.name,
                left % day(line.date_due),
                right % money(line.amount),
            ]
            if has_late_fee:
                cells += [
                    right % money(line.late_fee),
                    right % money(line.amount + line.late_fee),
                ]
            rows.append(row(*cells))
        rows.append(row(*foot))
        return Markup("<table>%s</table>") % Markup().join(rows)

    # ---------------------------------------------------------------- rendering
    @api.depends_context("lang")
    @api.depends("subject", "body", "text", "level_id", "line_ids.amount", "partner_id")
    def _compute_preview(self):
        """What is or will be sent: the words written by hand, else the level's."""
        texts = self._get_texts()
        for notice in self:
            text = texts.get(notice.id) or texts.get(notice._origin.id) or {}
            notice.preview_subject = text.get("subject")
            notice.preview_body = text.get("body")
            notice.preview_text = text.get("text")

    def _get_texts(self):
        """The words of notices: those stored, else what the level says.

        :return: ``{notice id: {"subject": ..., "body": ..., "text": ...}}``
        """
        texts = {}
        to_render = self.browse()
        for notice in self._origin:
            if notice.level_id and not (notice.body or notice.text):
                to_render += notice
            else:
                texts[notice.id] = {
                    "subject": notice.subject,
                    "body": notice.body,
                    "text": notice.text,
                }
        for level, notices in to_render.grouped("level_id").items():
            texts.update(level._render_notices(notices))
        return texts

    def action_use_template(self):
        """Write the level's words into the draft, to be changed by hand."""
        self._check_draft()
        for notice in self.filtered("level_id"):
            notice.write({"subject": False, "body": False, "text": False})
            notice.write(notice._get_texts()[notice.id])
