import base64
import binascii
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html
from odoo.tools.mimetypes import guess_mimetype

# What one message may bring.
MAX_PHOTOS = 9
MAX_PHOTO_BYTES = 10 * 1024 * 1024


class PropertyComplaint(models.Model):
    """Complaints from a WeChat account, handed over by whatever program serves it."""

    _inherit = "property.complaint"

    channel_reference = fields.Char(
        readonly=True,
        copy=False,
        help="Number of the message in the channel it came by: the same message twice "
        "is one complaint.",
    )

    _message_once = models.UniqueIndex(
        "(team_id, channel_reference) WHERE channel_reference IS NOT NULL",
        "This message is a complaint already.",
    )

    @api.model
    def _receive_message(self, team, message):
        """Take in a message; the same one twice gives the same complaint.

        :param team: property.complaint.team that is written to
        :param dict message: ``id`` of the message; ``text``; ``unit``, its payment
            reference or, in a team of one community, its code; ``phone`` and ``name``
            of who writes; ``category``, a code; ``photos``, a list of ``{name, data}``
            with the picture in base64. All but ``id`` and ``text`` may be missing
        :return: property.complaint
        :raise ValidationError: in one sentence, when the message cannot be taken
        """
        reference = str(message.get("id") or "").strip()
        text = str(message.get("text") or "").strip()
        if not reference or not text:
            raise ValidationError(
                self.env._("A message needs an id and a text to be a complaint.")
            )
        known = self.search(
            [("team_id", "=", team.id), ("channel_reference", "=", reference)]
        )
        if known:
            return known
        complaint = self.create(
            self._prepare_message_values(team, message, reference, text)
        )
        complaint._attach_photos(message.get("photos") or [])
        return complaint

    @api.model
    def _prepare_message_values(self, team, message, reference, text):
        """Values of the complaint of a message, see ``_receive_message``."""
        unit = self._find_message_unit(team, str(message.get("unit") or "").strip())
        phone = str(message.get("phone") or "").strip()
        community = unit.community_id or team._get_default_community()
        category = self.env["property.complaint.category"].search(
            [("code", "=", str(message.get("category") or ""))], limit=1
        )
        sender = ", ".join(filter(None, (str(message.get("name") or ""), phone)))
        return {
            "subject": text.splitlines()[0][:80],
            "description": plaintext2html(f"{text}\n\n{sender}".strip()),
            "channel": "wechat",
            "channel_reference": reference,
            "team_id": team.id,
            "community_id": community.id,
            "unit_id": unit.id,
            "partner_id": self._find_person(unit, phone).id,
            "phone": phone,
            "category_id": (category.parent_id or category).id,
            "subcategory_id": category.parent_id and category.id,
        }

    @api.model
    def _find_message_unit(self, team, name):
        """The unit that a sender names, or none."""
        units = self.env["property.unit"]
        if not name:
            return units
        domain = Domain("company_id", "=", team.company_id.id)
        if team.community_ids:
            domain &= Domain("community_id", "in", team.community_ids.ids)
        found = units.search(domain & Domain("payment_reference", "=", name))
        if not found and len(team.community_ids) == 1:
            found = units.search(domain & Domain("code", "=", name))
        return found

    @api.model
    def _find_person(self, unit, phone):
        """Who of a unit has this phone number, or nobody: a number that is not known
        makes nobody a complainant."""
        digits = re.sub(r"\D", "", phone)
        people = unit.ownership_ids.partner_id
        return people.filtered(
            lambda person: (
                digits and re.sub(r"\D", "", person.phone or "").endswith(digits[-11:])
            )
        )[:1]

    def _attach_photos(self, photos):
        """Put pictures on the complaint.

        :param list photos: of ``{name, data}``, the picture in base64
        """
        values = []
        for photo in photos[:MAX_PHOTOS]:
            try:
                raw = base64.b64decode(photo.get("data") or "", validate=True)
            except (binascii.Error, ValueError) as error:
                raise ValidationError(
                    self.env._("%s is not in base64.", photo.get("name"))
                ) from error
            if len(raw) > MAX_PHOTO_BYTES or not guess_mimetype(raw).startswith(
                "image/"
            ):
                raise ValidationError(
                    self.env._(
                        "%s is no picture, or larger than 10 MB.", photo.get("name")
                    )
                )
            values.append(
                {
                    "name": photo.get("name") or self.env._("Photo"),
                    "raw": raw,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        if values:
            files = self.env["ir.attachment"].create(values)
            self.message_post(
                body=self.env._("Photos of the complainant"), attachment_ids=files.ids
            )
