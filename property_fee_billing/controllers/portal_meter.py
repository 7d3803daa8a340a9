from decimal import Decimal, InvalidOperation

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from ..local_time import get_today
from .portal import PropertyPortal
from .uploads import read_upload


class PropertyPortalMeter(PropertyPortal):
    """Owners read their meters themselves."""

    @route(
        "/my/units/<int:unit_id>/readings",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_readings(self, unit_id, **post):
        """The meters of a unit, and a form while the community's window is open."""
        unit = self._get_portal_unit(unit_id)
        rows, done = [], False
        meters = unit.meter_ids.sorted("code")
        if request.httprequest.method == "POST" and self._is_window_open(unit):
            rows = [self._read_row(meter, post) for meter in meters]
            done = self._send_rows(unit, rows)
        if done:
            return request.redirect(f"/my/units/{unit.id}/readings?sent=1")
        return request.render(
            "property_fee_billing.portal_readings",
            self._prepare_property_values(
                "property_reading",
                unit=unit,
                is_open=self._is_window_open(unit),
                rows=rows or [{"meter": meter} for meter in meters],
                sent=bool(post.get("sent")),
                submissions=unit.env["property.meter.submission"].search(
                    [
                        ("unit_id", "=", unit.id),
                        ("partner_id", "child_of", self._get_commercial_id()),
                    ],
                    limit=20,
                ),
            ),
        )

    def _get_commercial_id(self):
        return request.env.user.partner_id.commercial_partner_id.id

    def _is_window_open(self, unit):
        today = get_today(unit.community_id)
        return unit.community_id._is_reading_window_open(today)

    def _read_row(self, meter, post):
        """What was sent for one meter.

        :return: ``{meter, text, value, photo, is_sure}`` and ``error`` or ``question``;
            ``value`` is None where nothing or no figure was given
        """
        text = (post.get(f"value_{meter.id}") or "").strip()
        row = {
            "meter": meter,
            "text": text,
            "value": None,
            "photo": False,
            "is_sure": bool(post.get(f"sure_{meter.id}")),
        }
        if not text:
            return row
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            value = None
        if value is None or not value.is_finite() or value < 0:
            return {**row, "error": request.env._("%s is not a reading.", text)}
        if value >= Decimal(10) ** meter.digits:
            return {
                **row,
                "error": request.env._(
                    "This meter has %s digits before the point.", meter.digits
                ),
            }
        try:
            photo = read_upload(post.get(f"photo_{meter.id}"), images_only=True)
        except ValidationError as error:
            return {**row, "error": error.args[0]}
        return {**row, "value": value, "photo": photo and photo["raw"]}

    def _send_rows(self, unit, rows):
        """Store what was sent; ask about what looks odd instead, once.

        :return: whether everything was stored; else each row says what is wrong
        """
        given = [row for row in rows if row["value"] is not None]
        today = get_today(unit.community_id)
        # a resent form has lost its photos: browsers send no file twice
        for row in given:
            if not row["photo"] and unit.community_id.reading_photo_required:
                row["error"] = request.env._("Add a photo of the dial.")
        checks = unit.meter_ids._check_readings(
            [(row["meter"], today, row["value"]) for row in given]
        )
        for row, check in zip(given, checks, strict=True):
            if (check.is_lower or check.is_high) and not row["is_sure"]:
                row["question"] = self._get_question(check)
        if not given or any(row.get("error") or row.get("question") for row in rows):
            return False
        # Visitors have no rights on submissions: these are of a unit of theirs.
        try:
            with request.env.cr.savepoint():
                unit.env["property.meter.submission"].create(
                    [
                        {
                            "meter_id": row["meter"].id,
                            "partner_id": request.env.user.partner_id.id,
                            "date": today,
                            "value": float(row["value"]),
                            "photo": row["photo"],
                        }
                        for row in given
                    ]
                )
        except UserError as error:
            # such as a photo that is none: told like any other mistake
            given[0]["error"] = error.args[0]
            return False
        return True

    def _get_question(self, check):
        """What to ask about an odd reading."""
        if check.is_lower:
            return request.env._(
                "This is less than the reading before. Is it really what the meter "
                "shows?"
            )
        return request.env._(
            "This is more than three times the usual. Is it really what the meter "
            "shows?"
        )
