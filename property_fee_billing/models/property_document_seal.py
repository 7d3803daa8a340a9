from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..qr_code import make_qr_image

#: What our signatures are for; one made for another purpose is worth nothing here.
SCOPE = "property_fee_document"


def mask_name(name):
    """What a stranger may see of a name: its first letter.

    >>> mask_name("Ann Lee"), mask_name("王小明"), mask_name("")
    ('A**', '王**', '')
    """
    return f"{name[0]}**" if name else ""


class PropertyDocumentSeal(models.AbstractModel):
    """A document whose paper can be checked against the books of today.

    The code on the paper is a signed text (Odoo's own signature, by the secret of the
    database) that names the document and the figures printed on it. Whoever scans it
    gets a page that reckons the figures anew and says whether they still agree. No
    record is kept of a print.

    A model that takes this has ``community_id``, ``partner_id``, ``currency_id`` and
    says what stands on the paper (``_get_seal_title``, ``_get_seal_values``).
    """

    _name = "property.document.seal"
    _description = "Document That Can Be Verified"

    # ------------------------------------------------------------------- hooks
    def _get_seal_key(self):
        """What finds the document again: JSON-safe, short."""
        return self.id

    @api.model
    def _find_sealed(self, key):
        """The document of a key; empty if it is gone. Called with all rights, as
        whoever holds the paper need not be a user."""
        return self.browse(key).exists()

    def _get_seal_community(self):
        """The community that issued it."""
        return self.community_id

    def _get_seal_title(self):
        """What the document is, e.g. "Receipt", in the language of the context."""
        raise NotImplementedError

    def _get_seal_number(self):
        """Its number, or what else tells it from others."""
        return self.display_name

    def _get_seal_values(self):
        """The figures of the paper, as the ledger has them now.

        :return: ``(date, amount)``: the day they are as of, and the one amount that
            matters, in ``currency_id``
        """
        raise NotImplementedError

    def _get_seal_problem(self):
        """Why a document is not good any more, whatever its figures say.

        :return: one sentence, such as "Voided on ...", or an empty text
        """
        return ""

    def _get_seal_remark(self):
        """One sentence to add where the document is good; may be empty."""
        return ""

    # --------------------------------------------------------------------- code
    def _get_verification_url(self):
        """Link of the QR code on this document: a public page that says whether what
        stands on it agrees with the ledger."""
        self.ensure_one()
        return f"{self.get_base_url()}/fees/verify/{self._get_verification_code()}"

    def _get_verification_code(self):
        """The signed text in the link."""
        self.ensure_one()
        date, amount = self._get_seal_values()
        # A document is sealed by whoever may print it; the secret of the database is
        # read for the signature alone.
        env = self.sudo().env
        values = [self._name, self._get_seal_key(), str(date), self._to_text(amount)]
        return hash_sign(env, SCOPE, values)

    @api.model
    def _make_qr_image(self, url):
        """The QR code of a link as a data URI, for templates."""
        return make_qr_image(self.env, url)

    def _to_text(self, amount):
        """An amount as it is sealed: with the decimals of the currency."""
        # no "-0.00"
        amount = self.currency_id.round(amount) + 0.0
        return f"{amount:.{self.currency_id.decimal_places}f}"

    @api.model
    def _read_code(self, code):
        """The values sealed in a code, or None for one that is not ours.

        A code says the same in one way only: signing its values again must give the
        very same text.
        """
        # the secret of the database, see _get_verification_code
        env = self.sudo().env
        try:
            values = verify_hash_signed(env, SCOPE, code)
        except ValueError:
            # not even the form of a code
            return None
        if values is None or hash_sign(env, SCOPE, values) != code:
            return None
        return values

    # --------------------------------------------------------------- verification
    @api.model
    def _verify(self, code):
        """What the public page says of a code, in the language of the context.

        :return: dictionary with ``state``: valid, changed, void or unknown; ``message``
            and ``remark``: sentences; and of a document that exists ``title``,
            ``number``, ``community``, ``company``, ``partner`` (masked unless the user
            may read the document), ``date`` and ``amount`` as printed
        """
        values = self._read_code(code)
        if values is None:
            return self._prepare_unknown(
                self.env._(
                    "This code was not issued by us or has been altered. Do not rely "
                    "on the document; ask the company."
                )
            )
        model, key, date, amount = values
        # Whoever holds the paper may ask about it. Of the document nothing is shown
        # that does not stand on it, and the name only by its first letter.
        document = self.env[model].sudo()._find_sealed(key)
        if not document:
            return self._prepare_unknown(
                self.env._("This document is no longer in our books. Ask the company.")
            )
        return document._prepare_verification(date, amount)

    @api.model
    def _prepare_unknown(self, message):
        return {"state": "unknown", "message": message, "remark": ""}

    def _prepare_verification(self, date, amount):
        """See ``_verify``; ``date`` and ``amount`` are the sealed texts."""
        self.ensure_one()
        community = self._get_seal_community()
        now_date, now_amount = self._get_seal_values()
        now_amount = self._to_text(now_amount)
        shown = self.currency_id.format(float(amount))
        day = format_date(self.env, date)
        remark = ""
        if problem := self._get_seal_problem():
            state, message = "void", problem
        elif (str(now_date), now_amount) != (date, amount):
            state = "changed"
            message = self.env._(
                "This document no longer matches the ledger: it says %(printed)s as of "
                "%(date)s, the ledger now says %(ledger)s as of %(ledger_date)s.",
                printed=shown,
                date=day,
                ledger=self.currency_id.format(float(now_amount)),
                ledger_date=format_date(self.env, now_date),
            )
        else:
            state, remark = "valid", self._get_seal_remark()
            message = self.env._(
                "This document matches the ledger as of %(date)s, %(amount)s.",
                date=day,
                amount=shown,
            )
        return {
            "state": state,
            "message": message,
            "remark": remark,
            "title": self._get_seal_title(),
            "number": self._get_seal_number(),
            "community": community.name,
            "company": community.company_id.name,
            "phone": community.complaint_phone or "",
            "partner": self._get_seal_partner(),
            "date": day,
            "amount": shown,
        }

    def _get_seal_partner(self):
        """The name on the document, for those who may see it."""
        name = self.partner_id.name or ""
        return name if self._may_read_sealed() else mask_name(name)

    def _may_read_sealed(self):
        """Whether the user asking may see whose document it is: the partner, and staff
        who may read it."""
        user = self.env.user
        if user._is_public():
            return False
        if self.partner_id.commercial_partner_id == (
            user.partner_id.commercial_partner_id
        ):
            return True
        return user._is_internal() and self.sudo(False).has_access("read")
