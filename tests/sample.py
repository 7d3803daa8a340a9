"""The sample community and what billing it must give."""

import base64
import csv
from calendar import monthrange
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo import Command
from odoo.modules.module import get_module_path

EXPECTED = Path(__file__).with_name("community_sample_expected.csv")


def workbook():
    """Content of the sample workbook, base64 as a binary field wants it."""
    folder = Path(get_module_path("property_fee_billing"))
    return base64.b64encode(
        folder.joinpath("demo", "community_sample.xlsx").read_bytes()
    )


def import_sample(env):
    """Import the sample into the company of ``env``; gives the community."""
    env["property.community.import"].create(
        {"file": workbook(), "filename": "community_sample.xlsx"}
    ).action_import()
    return env["property.community"].search(
        [("code", "=", "XY07"), ("company_id", "=", env.company.id)]
    )


def make_run(env, communities, year, month):
    """The run of one month, not computed yet."""
    return env["property.billing.run"].create(
        {
            "community_ids": [Command.set(communities.ids)],
            "date_from": date(year, month, 1),
            "date_to": date(year, month, monthrange(year, month)[1]),
            "invoice_date": date(year, month, 1),
        }
    )


def bill_month(env, communities, year, month):
    """Compute and post the run of one month."""
    run = make_run(env, communities, year, month)
    run.action_compute()
    run.action_post()
    return run


def expected_lines(month):
    """Multiset of (unit, owner, item, first day, last day, amount) of a month."""
    with EXPECTED.open(newline="") as source:
        return Counter(
            (
                row["unit_code"],
                row["owner_code"],
                row["item_code"],
                row["date_from"],
                row["date_to"],
                Decimal(row["amount"]),
            )
            for row in csv.DictReader(source)
            if row["run"] == month
        )


def billed_lines(run):
    """The same of a run's fee lines, zero amounts left out."""
    return Counter(
        (
            line.unit_id.code,
            line.partner_id.ref,
            line.item_id.code,
            str(line.date_from),
            str(line.date_to),
            Decimal(f"{line.amount:.2f}"),
        )
        for line in run.line_ids
        if line.amount
    )
