import os
import tempfile
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.property_fee_billing.file_store import disk_errors_in_words
from odoo.addons.property_fee_billing.local_time import format_local_time

from ..tools.table_book import Formula, TableBook, TooManyRows

#: Rows that are fetched at a time.
FETCH_SIZE = SQL("5000")


class PropertyWorkbook(models.AbstractModel):
    """A workbook of the wizard "Workbooks".

    A new one is a file in ``workbooks/`` with an abstract model that inherits this and
    says its title, its sheets and what its terms mean; the wizard finds it by itself.
    Rows come from the database in batches and go to the file row by row, so the size
    of a workbook does not matter.
    """

    _name = "property.workbook"
    _description = "Workbook"
    #: where it stands in the list of the wizard
    _workbook_sequence = 100

    # ------------------------------------------------------------------- hooks
    @api.model
    def _get_workbook_title(self):
        """What it is called, in the language of the context."""
        raise NotImplementedError

    @api.model
    def _get_workbook_sheets(self, scope, book):
        """The sheets, one after the other.

        :param scope: property.workbook.wizard: ``community_ids``, ``date_from``,
            ``date_to``
        :param TableBook book: ``book.written[key]`` is a sheet yielded before, for
            formulas
        :return: generator of ``{key, name, columns, rows}``, see `TableBook.add_table`
        """
        raise NotImplementedError

    @api.model
    def _get_workbook_definitions(self):
        """What the terms mean: list of ``[term, meaning]``."""
        return []

    # ---------------------------------------------------------------- registry
    @api.model
    def _get_workbooks(self):
        """The workbooks there are: ``[(model, title)]``."""
        base = self.env.registry["property.workbook"]
        models_found = [
            self.env[name]
            for name, model in self.env.registry.items()
            if issubclass(model, base) and name != "property.workbook"
        ]
        models_found.sort(key=lambda model: (model._workbook_sequence, model._name))
        return [(model._name, model._get_workbook_title()) for model in models_found]

    # ------------------------------------------------------------------ writing
    @api.model
    def _make(self, scope):
        """The workbook as an XLSX file.

        :param scope: see ``_get_workbook_sheets``
        :rtype: bytes
        """
        self.env.flush_all()
        with self._make_file(scope) as path, open(path, "rb") as file:
            return file.read()

    @api.model
    @contextmanager
    def _make_file(self, scope):
        """Context manager: the path of the file, which is gone afterwards."""
        # a folder of its own: what the writer leaves when it breaks off goes with it
        with (
            disk_errors_in_words(self.env),
            tempfile.TemporaryDirectory() as folder,
        ):
            path = os.path.join(folder, "workbook.xlsx")
            self._write_book(scope, path)
            yield path

    @api.model
    def _write_book(self, scope, path):
        """Write the sheets of the workbook, and two of ours: what it is, and what its
        terms mean."""
        book = TableBook(path, scope.currency_id.decimal_places)
        try:
            book.add_pairs(self.env._("About"), self._get_about(scope))
            for sheet in self._get_workbook_sheets(scope, book):
                book.add_table(
                    sheet["key"],
                    sheet["name"],
                    sheet["columns"],
                    sheet["rows"],
                    total_label=self.env._("Total"),
                )
            definitions = self._get_workbook_definitions()
            if definitions:
                book.add_pairs(self.env._("Definitions"), definitions)
        except TooManyRows as error:
            raise UserError(
                self.env._(
                    "Sheet %s has more rows than a sheet can hold. Choose fewer "
                    "communities or days.",
                    error,
                )
            ) from error
        finally:
            book.close()

    @api.model
    def _get_about(self, scope):
        """What the workbook is of, and who made it when."""
        now = format_local_time(scope.community_ids, fields.Datetime.now(), "short")
        communities = ", ".join(scope.community_ids.mapped("name"))
        return [
            (self.env._("Workbook"), self._get_workbook_title()),
            (self.env._("Company"), scope.community_ids.company_id[:1].name),
            (self.env._("Communities"), communities),
            (self.env._("From"), scope.date_from),
            (self.env._("To"), scope.date_to),
            (self.env._("Currency"), scope.currency_id.name),
            (self.env._("Made On"), now),
            (self.env._("Made By"), self.env.user.name),
        ]

    # ------------------------------------------------------------------ helpers
    @api.model
    def _prepare_columns(self, columns):
        """Columns from ``[name, label, type, width]``; money is summed below."""
        names = ("name", "label", "type", "width")
        return [
            {
                **dict(zip(names, column, strict=True)),
                "total": column[2] == "money",
            }
            for column in columns
        ]

    @api.model
    def _stream(self, query):
        """Rows of a query, fetched in batches; one query at a time.

        :param SQL query: limited to communities the user may see
        """
        cr = self.env.cr
        # all rows are wanted: plan for that, not for the first few
        cr.execute(SQL("SET LOCAL cursor_tuple_fraction = 1"))
        cr.execute(SQL("DECLARE property_workbook NO SCROLL CURSOR FOR %s", query))
        while True:
            cr.execute(SQL("FETCH FORWARD %s FROM property_workbook", FETCH_SIZE))
            rows = cr.fetchall()
            if not rows:
                break
            yield from rows
        cr.execute(SQL("CLOSE property_workbook"))

    @api.model
    def _get_item_names(self):
        """``{id: name}`` of fee items; none for 0 and False."""
        # the names stand on every bill
        items = self.env["property.fee.item"].sudo().with_context(active_test=False)
        return {item.id: item.name for item in items.search([])}

    @api.model
    def _get_community_names(self, scope):
        """``{id: code and name}``: names alone need not be unique."""
        return {
            community.id: f"{community.code} {community.name}"
            for community in scope.community_ids
        }

    @api.model
    def _get_labels(self, model, field):
        """``{key: label}`` of a selection."""
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    @api.model
    def _sum_if(self, written, column, value, **criteria):
        """A cell that sums a column of a sheet where others equal a text.

        :param Written written: the sheet
        :param value: what it comes to
        :param criteria: column name: text; what has no name cannot be asked for by
            it, so with an empty one the cell is a plain number
        """
        if not all(criteria.values()):
            return float(value)
        conditions = ",".join(
            f'{written.get_range(name)},"={self._escape_criterion(text)}"'
            for name, text in criteria.items()
        )
        return Formula(
            f"=SUMIFS({written.get_range(column)},{conditions})", float(value)
        )

    @api.model
    def _escape_criterion(self, text):
        """A text as Excel compares it with cells: nothing in it stands for others."""
        for sign in "~*?":
            text = text.replace(sign, f"~{sign}")
        return text.replace('"', '""')
