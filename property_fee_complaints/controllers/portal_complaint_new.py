from werkzeug.exceptions import NotFound

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import plaintext2html

from odoo.addons.property_fee_billing.controllers.uploads import IMAGES, read_upload

from .portal_complaint import PropertyPortalComplaint

PHOTO_LIMIT = 6
# Bills of how many months are offered, the latest first.
BILL_LIMIT = 24
TEXT_LIMIT = 5000


class PropertyPortalComplaintNew(PropertyPortalComplaint):
    """The page on which owners complain: what it is about, where, and what they want.

    Of what the visitor sends, ids are looked up among what is theirs; anything else is
    as if it did not exist.
    """

    @route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_complaint_new(self, category=None, unit=None, bill=None, **kw):
        """What the complaint is about; then, the form."""
        places = self._get_places()
        chosen = self._get_category(category)
        if bill and not chosen:
            chosen = self._get_categories().filtered("is_fee_dispute")[:1]
        return self._render_new(
            places, chosen, {"place": f"unit-{unit}" if unit else "", "bill": bill}
        )

    @route(
        "/my/complaints/new/send",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_complaint_send(self, category=None, **post):
        """Take the complaint in."""
        places = self._get_places()
        chosen = self._get_category(category)
        if not chosen:
            raise NotFound()
        form = request.httprequest.form
        post["lines"] = form.getlist("lines")
        try:
            with request.env.cr.savepoint():
                values = self._prepare_complaint(places, chosen, post)
                photos = self._read_photos()
                # owners write no complaints; what they may say was checked above
                complaint = request.env["property.complaint"].sudo().create(values)
                self._attach_photos(complaint, photos)
        except (UserError, ValidationError) as error:
            return self._render_new(places, chosen, post, str(error))
        return request.redirect(f"/my/complaints/{complaint.id}?sent=1")

    # ----------------------------------------------------------------- choices
    def _get_places(self):
        """What the visitor can complain about.

        :raise NotFound: nothing
        """
        places = request.env.user.partner_id._get_complaint_places()
        if not places:
            raise NotFound()
        return places

    def _get_categories(self):
        """What complaints are about, as owners choose it."""
        # names that everybody may know
        Category = request.env["property.complaint.category"].sudo()
        return Category.search([("parent_id", "=", False)])

    def _get_category(self, category_id):
        """The category of an id as it stands in an address; none if there is none."""
        number = int(category_id) if str(category_id or "").isdecimal() else 0
        return self._get_categories().filtered(lambda known: known.id == number)

    def _get_bills(self):
        """The visitor's latest bills."""
        return request.env.user.partner_id._get_portal_bills(
            Domain("move_type", "=", "out_invoice"),
            order="invoice_date desc, id desc",
            limit=BILL_LIMIT,
        )

    def _render_new(self, places, category, post, problem=None):
        """The page, with what the visitor has entered already.

        :param dict post: what was sent
        :param str problem: why it was not taken in
        """
        bill_id = str(post.get("bill") or "")
        values = self._prepare_property_values(
            "property_complaint_new",
            places=places,
            categories=self._get_categories(),
            category=category,
            bills=self._get_bills() if category.is_fee_dispute else [],
            bill_id=int(bill_id) if bill_id.isdecimal() else 0,
            remedies=request.env["property.complaint"]._get_portal_remedies(),
            post=post,
            problem=problem,
            photo_limit=PHOTO_LIMIT,
            photo_types=",".join(sorted(IMAGES)),
        )
        return request.render("property_fee_complaints.portal_complaint_new", values)

    # ------------------------------------------------------------------ values
    def _prepare_complaint(self, places, category, post):
        """Values of the complaint.

        :raise UserError: something is missing
        :raise NotFound: something is not the visitor's
        """
        subject = (post.get("subject") or "").strip()[:200]
        description = (post.get("description") or "").strip()[:TEXT_LIMIT]
        if not subject:
            raise UserError(
                request.env._("Please say in a few words what it is about.")
            )
        if not description:
            raise UserError(request.env._("Please tell us what happened."))
        lines = self._get_chosen_lines(post["lines"])
        if category.is_fee_dispute and not lines:
            raise UserError(
                request.env._(
                    "Please tick what is wrong on your bill, so that you need not pay "
                    "it while we look into it."
                )
            )
        sub_id = post.get("subcategory") or ""
        remedy = post.get("remedy_sought")
        return {
            "channel": "portal",
            "partner_id": request.env.user.partner_id.id,
            "subject": subject,
            "description": plaintext2html(description),
            "category_id": category.id,
            "subcategory_id": category.child_ids.filtered(
                lambda child: str(child.id) == sub_id
            ).id,
            "remedy_sought": self._get_choice(
                dict(request.env["property.complaint"]._get_portal_remedies()),
                remedy,
                False,
            ),
            "line_ids": [Command.create({"move_line_id": line.id}) for line in lines],
            **self._prepare_place(places, post.get("place"), lines),
        }

    def _prepare_place(self, places, place, lines):
        """Unit and community: of the bill lines, if there are any, else as chosen."""
        units = lines.fee_unit_id
        if len(units) > 1:
            raise UserError(
                request.env._("Please write to us about one unit at a time.")
            )
        if units:
            return {"unit_id": units.id, "community_id": units.community_id.id}
        kind, _dash, number = (place or "").partition("-")
        number = int(number) if number.isdecimal() else 0
        if kind == "community" and number in places["communities"].ids:
            return {"unit_id": False, "community_id": number}
        unit = places["units"].filtered(lambda unit: unit.id == number)
        if kind != "unit" or not unit:
            if place:
                raise NotFound()
            raise UserError(request.env._("Please say where it is."))
        return {"unit_id": unit.id, "community_id": unit.community_id.id}

    def _get_chosen_lines(self, line_ids):
        """The bill lines that were ticked.

        :raise NotFound: one of them is not the visitor's
        """
        wanted = {int(number) for number in line_ids if number.isdecimal()}
        lines = self._get_bills().invoice_line_ids.filtered(
            lambda line: line.id in wanted and line.fee_item_id
        )
        if len(lines) != len(wanted):
            raise NotFound()
        return lines

    # ------------------------------------------------------------------ photos
    def _read_photos(self):
        """The pictures that were sent, see ``read_upload``.

        :raise UserError: too many, too large, or no pictures
        """
        files = request.httprequest.files.getlist("photos")
        if len(files) > PHOTO_LIMIT:
            raise UserError(
                request.env._("Please send at most %s photos.", PHOTO_LIMIT)
            )
        uploads = [read_upload(file, images_only=True) for file in files]
        return [upload for upload in uploads if upload]

    def _attach_photos(self, complaint, photos):
        """Keep the pictures with the complaint."""
        # owners may not attach files to records; these were looked at
        attachments = (
            request.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": photo["name"][:100],
                        "datas": photo["raw"],
                        "mimetype": photo["mimetype"],
                        "res_model": "property.complaint",
                        "res_id": complaint.id,
                    }
                    for photo in photos
                ]
            )
        )
        complaint.photo_ids = [Command.set(attachments.ids)]
