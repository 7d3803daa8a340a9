import hashlib
import json
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import evidence


class PropertyEvidencePack(models.Model):
    """What a court needs of an arrears case, as it was on one day.

    One PDF and a manifest with the SHA-256 of every part, and both in a zip with the
    parts themselves. A pack never changes; when something has happened since, another
    one is made.
    """

    _name = "property.evidence.pack"
    _description = "Evidence Pack"
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "property.arrears.case", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(string="Number", required=True)
    made_on = fields.Datetime(required=True, default=lambda self: fields.Datetime.now())
    user_id = fields.Many2one(
        "res.users", string="Made By", required=True, default=lambda self: self.env.user
    )
    pdf_id = fields.Many2one("ir.attachment", string="PDF")
    manifest_id = fields.Many2one("ir.attachment")
    zip_id = fields.Many2one("ir.attachment")
    content_hash = fields.Char(string="SHA-256", help="Of the PDF.")
    manifest_hash = fields.Char(string="SHA-256 of the Manifest")
    page_count = fields.Integer(string="Pages")
    part_count = fields.Integer(string="Parts")
    file_count = fields.Integer(string="Files")
    balance = fields.Monetary(help="What the ledger said on the day.")
    seconds = fields.Float(help="How long it took to make.", digits=(8, 1))
    unit_id = fields.Many2one(related="case_id.unit_id")
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    community_id = fields.Many2one(
        related="case_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="case_id.currency_id")

    # ------------------------------------------------------------------- guards
    @api.model_create_multi
    def create(self, vals_list):
        """Packs are made of what there is, see ``_make``."""
        if not self.env.context.get("fee_evidence_made"):
            raise UserError(self.env._("Evidence packs are made from their case."))
        return super().create(vals_list)

    def write(self, vals):
        """A pack stays as it was made."""
        if not self.env.context.get("fee_evidence_made"):
            raise UserError(self.env._("An evidence pack stays as it was made."))
        return super().write(vals)

    # --------------------------------------------------------------------- making
    @api.model
    def _make(self, case):
        """Make the evidence pack of a case, with what the user may see.

        :param case: property.arrears.case
        :return: the pack
        """
        started = time.monotonic()
        case.check_access("write")
        number = self.search_count([("case_id", "=", case.id)]) + 1
        # the pack and its files are the system's: nobody may make or change one by hand
        pack = (
            self.sudo()
            .with_context(fee_evidence_made=True)
            .create(
                {
                    "case_id": case.id,
                    "name": f"{case.name}-E{number}",
                    "user_id": self.env.uid,
                    "balance": case.balance,
                }
            )
        )
        printer = self.env["property.evidence.printer"]
        pieces = printer._make_pieces(case)
        index, printed = printer._make_index(case, pack.name, pieces)
        content = evidence.join(index, printed, pack.name)
        manifest = evidence.make_manifest(
            pack._get_head(), pack._get_filename("pdf"), content, pieces
        )
        pack._store(content, manifest, pieces)
        pack.seconds = time.monotonic() - started
        case._message_log(
            body=self.env._(
                "Evidence pack %(pack)s: %(pages)s pages, SHA-256 %(hash)s",
                pack=pack.name,
                pages=pack.page_count,
                hash=pack.content_hash,
            )
        )
        return pack.with_env(self.env)

    def _get_filename(self, extension):
        """Name of one of the files of the pack."""
        self.ensure_one()
        return f"{self.name.replace('/', '-')}.{extension}"

    def _get_head(self):
        """Of which case the pack is, in the manifest."""
        self.ensure_one()
        case = self.case_id
        digits = case.currency_id.decimal_places
        return {
            "pack": self.name,
            "case": case.name,
            "community": case.community_id.display_name,
            "unit": case.unit_id.display_name,
            "debtor": case.partner_id.display_name,
            "balance": f"{self.balance:.{digits}f}",
            "overdue": f"{case.amount_overdue:.{digits}f}",
            "currency": case.currency_id.name,
            "made_on": f"{fields.Datetime.to_string(self.made_on)} UTC",
            "made_by": self.user_id.name,
        }

    def _store(self, content, manifest, pieces):
        """Keep the files of the pack with it."""
        self.ensure_one()
        filename = self._get_filename("pdf")
        files = {
            "pdf_id": (filename, content, "application/pdf"),
            "manifest_id": (
                self._get_filename("json"),
                manifest,
                "application/json",
            ),
            "zip_id": (
                self._get_filename("zip"),
                evidence.make_zip(filename, content, manifest, pieces),
                "application/zip",
            ),
        }
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": data,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, data, mimetype in files.values()
            ]
        )
        described = json.loads(manifest)
        self.write(
            {
                **dict(zip(files, attachments.ids, strict=True)),
                "content_hash": described["document"]["sha256"],
                "manifest_hash": hashlib.sha256(manifest).hexdigest(),
                "page_count": described["document"]["pages"],
                "part_count": len(described["parts"]),
                "file_count": len(described["files"]),
            }
        )

    # -------------------------------------------------------------------- actions
    def _is_intact(self):
        """Whether the files are still those that were made."""
        self.ensure_one()
        # whoever may see the pack may check it
        files = self.sudo()
        return (
            hashlib.sha256(files.pdf_id.raw or b"").hexdigest() == self.content_hash
            and hashlib.sha256(files.manifest_id.raw or b"").hexdigest()
            == self.manifest_hash
        )

    def action_verify(self):
        """Say whether the files are still those that were made."""
        self.ensure_one()
        intact = self._is_intact()
        message = (
            self.env._("PDF and manifest are exactly those that were made.")
            if intact
            else self.env._("PDF or manifest are NOT those that were made.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success" if intact else "danger", "message": message},
        }

    def _action_download(self, attachment):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    def action_download_pdf(self):
        """The PDF."""
        return self._action_download(self.pdf_id)

    def action_download_manifest(self):
        """The manifest."""
        return self._action_download(self.manifest_id)

    def action_download_zip(self):
        """Everything: PDF, manifest, parts and files."""
        return self._action_download(self.zip_id)
