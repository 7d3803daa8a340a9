from odoo import api, models

from ..tools import evidence
from ..tools.pdf_pages import count_pages


class PropertyEvidencePrinter(models.AbstractModel):
    """Prints the parts of an evidence pack: a call of wkhtmltopdf for each part,
    however many documents it has, as each call costs more than a second."""

    _name = "property.evidence.printer"
    _description = "Printer of Evidence"
    _inherit = ["property.document.mixin"]

    # --------------------------------------------------------------------- pieces
    @api.model
    def _make_pieces(self, case):
        """Print the parts of a case and collect the files that prove them.

        :return: list of evidence.Piece in the order of the pack
        """
        pieces = []
        seen = set()
        for number, part in enumerate(case._get_evidence_documents(), start=1):
            code = part["code"]
            documents = self._prepare_documents(case, part)
            pieces.append(
                evidence.make_part(
                    number, code, part["title"], self._print(documents), part["facts"]
                )
            )
            # what proves something is shown to whoever may make the pack
            files = part["files"].sudo().filtered(lambda file: file.id not in seen)
            seen.update(files.ids)
            pieces += [
                evidence.make_file(
                    number, code, position, file.name, file._read_whole(), file.mimetype
                )
                for position, file in enumerate(files.sorted("id"), start=1)
            ]
        return pieces

    @api.model
    def _make_index(self, case, number, pieces):
        """Print the index, which says on which pages everything is.

        It comes first, so its own length shifts all others: printed again if it is
        longer than was thought.

        :return: (PDF of the index, see evidence.place)
        """
        length = 1
        while True:
            printed = evidence.place(pieces, length + 1)
            index = self._print([self._prepare_index(case, number, pieces)])
            count = count_pages(index)
            if count <= length:
                return index, printed
            length = count

    @api.model
    def _print(self, documents):
        """Documents as one PDF.

        :param documents: list as ``_get_document_data`` gives them
        :rtype: bytes
        """
        report = self.env["ir.actions.report"].with_context(
            fee_evidence_documents=documents, force_report_rendering=True
        )
        # the documents are in the context, the record only has to be one
        content, _kind = report._render_qweb_pdf(
            "property_fee_reports.report_evidence", [self.env.uid]
        )
        return content

    def _get_printed_documents(self):
        """Override of `property.document.mixin`: those made for the pack."""
        return self.env.context["fee_evidence_documents"]

    # ------------------------------------------------------------------ documents
    @api.model
    def _prepare_documents(self, case, part):
        """The documents of a part as they are printed."""
        prepared = []
        for document in part["documents"]:
            record = document.get("record")
            if record is not None and hasattr(record, "_get_printed_documents"):
                prepared += record._get_printed_documents()
            prepared.append(self._prepare_evidence(case, document))
        return prepared

    @api.model
    def _prepare_evidence(self, case, document):
        """A document of plain values as the mixin describes it."""
        return self._prepare_document(
            case.community_id,
            title=document["title"],
            number=document.get("number", ""),
            date=document.get("date", False),
            facts=self._prepare_document_facts(document["facts"]),
            tables=[
                self._prepare_document_table(
                    case.currency_id,
                    table["title"],
                    table["columns"],
                    table["rows"],
                    table.get("totals", ()),
                )
                for table in document["tables"]
            ],
            notes=document.get("notes", []),
            footnote=self._get_document_footnote(),
        )

    # ---------------------------------------------------------------------- index
    @api.model
    def _prepare_index(self, case, number, pieces):
        """The first page: what is in the pack, where, and its SHA-256."""
        rows = [
            {
                "part": piece.part,
                "title": piece.title,
                "pages": self._get_pages_text(piece),
                "hash": self._get_hash_text(piece),
                "strong": not piece.is_file,
            }
            for piece in pieces
        ]
        return self._prepare_evidence(
            case,
            {
                "title": self.env._("Evidence Pack"),
                "number": number,
                "date": False,
                "facts": [
                    (self.env._("Case"), case.name, "text"),
                    (self.env._("Unit"), case.unit_id.display_name, "text"),
                    (self.env._("Debtor"), case.partner_id.display_name, "text"),
                    (self.env._("Balance"), case.balance, "money"),
                    (self.env._("Overdue"), case.amount_overdue, "money"),
                    (self.env._("Lapses"), case.limitation_date, "date"),
                ],
                "tables": [
                    {
                        "title": self.env._("Contents"),
                        "columns": [
                            ["part", self.env._("Part"), "number", 8],
                            ["title", self.env._("What"), "text", 36],
                            ["pages", self.env._("Pages"), "text", 12],
                            ["hash", "SHA-256", "text", 44],
                        ],
                        "rows": rows,
                    }
                ],
                "notes": [
                    self.env._(
                        "The manifest that comes with this file names the SHA-256 sum "
                        "of this file and of each part and file it is made of."
                    )
                ],
            },
        )

    @api.model
    def _get_pages_text(self, piece):
        """On which pages a piece is; a file that cannot be printed is in the zip."""
        if not piece.pages:
            return self.env._("in the zip")
        return " – ".join(dict.fromkeys(str(page) for page in piece.pages))

    @api.model
    def _get_hash_text(self, piece):
        """A hash in groups, so that it can be read and fills two lines."""
        return " ".join(piece.sha256[start : start + 8] for start in range(0, 64, 8))
