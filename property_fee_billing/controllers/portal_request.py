from werkzeug.exceptions import NotFound

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from .portal import PropertyPortal
from .uploads import read_upload

MAX_FILES = 5
#: Longest text of a field of a form.
MAX_TEXT = 2000


class PropertyPortalRequest(PropertyPortal):
    """What owners ask for: a form for each kind of the registry."""

    def _get_own_requests(self):
        """Requests of the visitor, with more rights."""
        # Visitors have no rights on requests; the domain leaves them their own.
        return (
            request.env["property.owner.request"]
            .sudo()
            .search([("partner_id", "=", request.env.user.partner_id.id)])
        )

    @route("/my/requests", type="http", auth="user", website=True)
    def portal_my_requests(self, **kw):
        """What the visitor asked for, what came of it, and what can be asked for."""
        units = request.env.user.partner_id._get_portal_units()
        return request.render(
            "property_fee_billing.portal_my_requests",
            self._prepare_property_values(
                "property_request",
                kinds=request.env["property.owner.request"]._get_kinds()
                if units
                else {},
                requests=self._get_own_requests(),
                sent=bool(kw.get("sent")),
            ),
        )

    @route(
        "/my/requests/new/<string:kind>",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_new_request(self, kind, unit_id=None, **post):
        """The form of a kind, for one of the visitor's units."""
        specification = request.env["property.owner.request"]._get_kinds().get(kind)
        units = request.env.user.partner_id._get_portal_units()
        if not specification or not units:
            raise NotFound()
        unit = units[:1]
        if unit_id:
            unit = self._get_portal_unit(int(unit_id) if unit_id.isdigit() else 0)
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    self._create_request(kind, specification, unit, post)
                return request.redirect("/my/requests?sent=1")
            except UserError as problem:
                error = problem.args[0]
        return request.render(
            "property_fee_billing.portal_new_request",
            self._prepare_property_values(
                "property_request_new",
                kind=kind,
                specification=specification,
                choices=self._get_choices(specification, unit),
                unit=unit,
                units=units,
                post=post,
                error=error,
            ),
        )

    def _get_choices(self, specification, unit):
        """``{field name: [(value, label)]}`` of a form."""
        # see _get_own_requests; choices are of a unit of the visitor
        model = unit.env["property.owner.request"].with_context(lang=request.env.lang)
        partner = request.env.user.partner_id
        return {
            field["name"]: getattr(model, field["choices"])(
                unit.with_context(lang=request.env.lang), partner
            )
            for field in specification["fields"]
            if field["type"] == "choice"
        }

    def _create_request(self, kind, specification, unit, post):
        """Store what was asked for: the fields of the form and nothing else."""
        choices = self._get_choices(specification, unit)
        values = {
            "kind": kind,
            "unit_id": unit.id,
            "partner_id": request.env.user.partner_id.id,
        }
        for field in specification["fields"]:
            name = field["name"]
            if field["type"] == "files":
                value = self._store_files(field)
            else:
                text = (post.get(name) or "").strip()[:MAX_TEXT]
                value = self._read_field(field, text, choices.get(name))
            if not value and field["required"]:
                raise ValidationError(
                    request.env._("%s: please fill this in.", field["label"])
                )
            if value:
                values[name] = value
        # see _get_own_requests
        return unit.env["property.owner.request"].create(values)

    def _read_field(self, field, text, choices):
        """A value of a form, of the field's type."""
        try:
            if field["type"] == "number":
                return int(text) if text else False
            if field["type"] == "date":
                return fields.Date.to_date(text or False)
        except ValueError as error:
            raise ValidationError(
                request.env._(
                    "%(label)s: %(text)s cannot be read.",
                    label=field["label"],
                    text=text,
                )
            ) from error
        if field["type"] == "choice" and text:
            values = {str(value): value for value, _label in choices}
            if text not in values:
                raise ValidationError(
                    request.env._("%s: please choose from the list.", field["label"])
                )
            return values[text]
        return text

    def _store_files(self, field):
        """Files of the form as attachments of the request to come."""
        files = [
            file
            for file in map(
                read_upload, request.httprequest.files.getlist(field["name"])
            )
            if file
        ]
        if len(files) > MAX_FILES:
            raise ValidationError(request.env._("At most %s files, please.", MAX_FILES))
        # a visitor may not make attachments; these are of the own request
        attachments = (
            request.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": file["name"],
                        "raw": file["raw"],
                        "mimetype": file["mimetype"],
                        "res_model": "property.owner.request",
                    }
                    for file in files
                ]
            )
        )
        return [Command.set(attachments.ids)] if attachments else False

    @route(
        "/my/requests/<int:request_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_withdraw_request(self, request_id, **post):
        """Take a request back that is not decided yet."""
        own = self._get_own_requests().filtered(
            lambda one: one.id == request_id and one.state == "new"
        )
        if not own:
            raise NotFound()
        own._withdraw()
        return request.redirect("/my/requests")
