"""The day it is where the communities are.

What day it is decides due dates, late fees, receipts and deadlines, so it may depend
neither on where somebody sits nor on a server's clock: a company has one time zone
(Settings, Property Fees), and everything that asks for "today" asks here.
"""

from datetime import date, datetime, time, tzinfo

import pytz

from odoo import fields
from odoo.tools import SQL, format_datetime


def get_zone(record) -> tzinfo:
    """The time zone of a record's company, else of the company that is worked in.

    Where the company names none it is that of the user, as everywhere in Odoo.
    """
    company = record.env.company
    if "company_id" in record._fields:
        # the clock of a company is no secret, whoever may read the record
        company = record[:1].sudo().company_id or company
    # as above
    name = company.sudo().fee_tz
    return pytz.timezone(name) if name else record.env.tz


def get_today(record) -> date:
    """Today, for a record; also the default of fields."""
    return get_local_date(record, fields.Datetime.now())


def get_local_date(record, moment: datetime) -> date:
    """The day on which something happened.

    :param moment: value of a Datetime field, which is in UTC
    """
    return pytz.utc.localize(moment).astimezone(get_zone(record)).date()


def get_day_start(record, day: date) -> datetime:
    """When a day begins, as a value of a Datetime field."""
    start = get_zone(record).localize(datetime.combine(day, time.min))
    return start.astimezone(pytz.utc).replace(tzinfo=None)


def format_local_time(record, moment: datetime, dt_format="medium") -> str:
    """A moment as the clocks of the community say it, in the language of the context;
    nothing for no moment.

    :param dt_format: see `odoo.tools.format_datetime`
    """
    if not moment:
        return ""
    zone = str(get_zone(record))
    return format_datetime(record.env, moment, tz=zone, dt_format=dt_format)


def get_local_date_sql(moment: SQL, company_id: SQL) -> SQL:
    """The same in SQL: what `moment` (UTC, without zone) is as a day.

    Without a time zone of the company it is the day in UTC: rows of a report must not
    depend on who looks at them.
    """
    return SQL(
        """(%(moment)s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(
               (SELECT zoned.fee_tz FROM res_company zoned
                 WHERE zoned.id = %(company)s), 'UTC'))::date""",
        moment=moment,
        company=company_id,
    )
