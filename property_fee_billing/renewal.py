"""For migrations: new words for records that Odoo leaves alone once they are there."""

import logging

from lxml import etree

from odoo.tools import SQL, file_path

_logger = logging.getLogger(__name__)


def renew(env, path, field_name, former):
    """Give records of a data file their present words, where they still have those of
    an earlier release. Words that somebody has changed stay, and are logged.

    Records in a ``noupdate`` file are made once and then belong to the firm; Odoo does
    not touch them again. Other languages lose the former translation, and get the
    present one when Odoo loads the translations after this. Harmless when repeated.

    :param path: data file, as ``property_fee_billing/data/property_dunning_data.xml``
    :param str field_name: field with plain text
    :param former: the texts of earlier releases, in all languages
    """
    module = path.partition("/")[0]
    for node in etree.parse(file_path(path)).iterfind(".//record"):
        name = node.get("id")
        words = node.findtext(f"field[@name='{field_name}']")
        record = words and env.ref(f"{module}.{name}", raise_if_not_found=False)
        if record:
            _renew_field(record, field_name, words, former)


def _renew_field(record, field_name, words, former):
    """See ``renew``: one field of one record."""
    field = record._fields[field_name]
    if not field.translate:
        if record[field_name] in former and record[field_name] != words:
            record[field_name] = words
            _logger.info("%s: %s renewed", record, field_name)
        return
    kept = field._get_stored_translations(record) or {}
    old = [lang for lang, text in kept.items() if text in former and text != words]
    if not old:
        return
    if "en_US" in old:
        record.with_context(lang="en_US")[field_name] = words
    elif kept.get("en_US") != words:
        _logger.info("%s: %s was changed by hand and stays", record, field_name)
        return
    record.flush_recordset([field_name])
    record.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET %(column)s = %(column)s - %(languages)s"
            " WHERE id = %(id)s",
            table=SQL.identifier(record._table),
            column=SQL.identifier(field_name),
            languages=[lang for lang in old if lang != "en_US"],
            id=record.id,
        )
    )
    record.invalidate_recordset([field_name])
    _logger.info("%s: %s renewed", record, field_name)
