"""Sheets and columns of the onboarding workbook: the one place that lists them.

Headers, validation, the template and its definitions sheet are all made from it. A
header may be the column's key or its label in any installed language.
"""

from dataclasses import dataclass, field

from odoo.tools.translate import LazyGettext, LazyTranslate

_lt = LazyTranslate(__name__)

# Kinds of cells; ``cells.READERS`` says how each is read.
CODE, TEXT, DATE, NUMBER, INTEGER = "code", "text", "date", "number", "integer"
PERCENT, FACTOR, FLAG = "percent", "factor", "flag"
CHOICE, CHOICES, CODES = "choice", "choices", "codes"


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    ``choices`` names the field ``model.field`` whose selection the cell takes;
    ``ref`` the kind of record a code must be one of; ``decimals`` how many are kept.
    """

    key: str
    label: LazyGettext
    kind: str = TEXT
    required: bool = False
    choices: str = ""
    ref: str = ""
    decimals: int = 0
    note: LazyGettext | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet. A needed one may only be left out when the community exists."""

    key: str
    label: LazyGettext
    columns: tuple[Column, ...]
    needed: bool = False
    by_key: dict[str, Column] = field(init=False)

    def __post_init__(self):
        by_key = {column.key: column for column in self.columns}
        object.__setattr__(self, "by_key", by_key)


def _unit_code():
    return Column("unit_code", _lt("Unit Code"), CODE, True, ref="unit")


def _item_code():
    return Column("item_code", _lt("Item Code"), CODE, True, ref="item")


def _date_from(required=False, note=None):
    return Column("date_from", _lt("First Day"), DATE, required, note=note)


def _date_to(required=False):
    return Column("date_to", _lt("Last Day"), DATE, required, note=_lt("Included."))


COMMUNITY = Sheet(
    "community",
    _lt("Community"),
    (
        Column("community_code", _lt("Community Code"), CODE, True),
        Column("name", _lt("Name"), required=True),
        Column("address", _lt("Address")),
        Column(
            "currency",
            _lt("Currency"),
            CODE,
            True,
            note=_lt("Three letters, e.g. CNY."),
        ),
    ),
    needed=True,
)

BUILDINGS = Sheet(
    "buildings",
    _lt("Buildings"),
    (
        Column("building_code", _lt("Building Code"), CODE, True),
        Column("name", _lt("Name"), required=True),
    ),
    needed=True,
)

UNITS = Sheet(
    "units",
    _lt("Units"),
    (
        Column("unit_code", _lt("Unit Code"), CODE, True),
        Column("building", _lt("Building"), CODE, True, ref="building"),
        Column("floor", _lt("Floor"), INTEGER),
        Column(
            "unit_type",
            _lt("Unit Type"),
            CHOICE,
            True,
            choices="property.unit.unit_type",
        ),
        Column(
            "charge_area",
            _lt("Charged Area"),
            NUMBER,
            decimals=4,
            note=_lt("m²; above 0 for flats, shops and offices."),
        ),
        Column("inner_area", _lt("Inner Area"), NUMBER, decimals=4, note=_lt("m²")),
        Column(
            "occupancy",
            _lt("Occupancy"),
            CHOICE,
            choices="property.unit.occupancy",
            note=_lt("Empty: occupied."),
        ),
    ),
    needed=True,
)

OWNERS = Sheet(
    "owners",
    _lt("Owners"),
    (
        _unit_code(),
        Column(
            "owner_code",
            _lt("Owner Code"),
            CODE,
            True,
            note=_lt("One person, one code; two of the same name have two codes."),
        ),
        Column("owner_name", _lt("Owner Name"), required=True),
        Column("phone", _lt("Mobile Phone"), CODE),
        Column("email", _lt("Email")),
        Column("role", _lt("Role"), CHOICE, True, choices="property.ownership.role"),
        Column(
            "payer",
            _lt("Pays"),
            FLAG,
            True,
            note=_lt("Y or N. At most one payer of a unit on any day."),
        ),
        _date_from(note=_lt("Empty: since ever.")),
        _date_to(),
    ),
    needed=True,
)

FEE_ITEMS = Sheet(
    "fee_items",
    _lt("Fee items"),
    (
        Column("item_code", _lt("Item Code"), CODE, True),
        Column("name", _lt("Name"), required=True),
        Column(
            "fee_class",
            _lt("Fee Class"),
            CHOICE,
            True,
            choices="property.fee.item.fee_class",
        ),
        Column(
            "tax_percent",
            _lt("Tax Percent"),
            PERCENT,
            True,
            decimals=4,
            note=_lt("6 or 6%; contained in the prices."),
        ),
    ),
    needed=True,
)

STANDARDS = Sheet(
    "standards",
    _lt("Standards"),
    (
        Column("standard_code", _lt("Standard Code"), CODE, True),
        _item_code(),
        Column("name", _lt("Name"), required=True),
        Column(
            "method",
            _lt("Method"),
            CHOICE,
            True,
            choices="property.fee.standard.method",
        ),
        Column(
            "proration",
            _lt("Proration"),
            CHOICE,
            True,
            choices="property.fee.standard.proration",
        ),
        _date_from(True, _lt("A later price of the standard is another row.")),
        Column("price_unit", _lt("Unit Price"), NUMBER, True, decimals=6),
        Column("base_amount", _lt("Base Amount"), NUMBER, decimals=6),
        Column(
            "tier_basis",
            _lt("Tier Basis"),
            CHOICE,
            choices="property.fee.standard.tier_basis",
        ),
        Column("grade", _lt("Service Grade")),
        Column(
            "basis",
            _lt("Price Basis"),
            CHOICE,
            choices="property.fee.standard.basis",
            note=_lt("Empty: contract."),
        ),
        Column(
            "formula",
            _lt("Formula"),
            note=_lt("For the method formula, e.g. area * price * 1.2 + base."),
        ),
    ),
    needed=True,
)

TIERS = Sheet(
    "tiers",
    _lt("Tiers"),
    (
        Column("standard_code", _lt("Standard Code"), CODE, True, ref="standard"),
        _date_from(True, _lt("First day of the price on the sheet of standards.")),
        Column(
            "up_to_qty",
            _lt("Up To"),
            NUMBER,
            decimals=4,
            note=_lt("Included. Empty in the last tier, and only there."),
        ),
        Column("price_unit", _lt("Unit Price"), NUMBER, True, decimals=6),
    ),
)

CHARGES = Sheet(
    "charges",
    _lt("Charges"),
    (
        _unit_code(),
        Column("standard_code", _lt("Standard Code"), CODE, True, ref="standard"),
        _date_from(True),
        _date_to(),
        Column(
            "interval_months",
            _lt("Months per Bill"),
            INTEGER,
            True,
            note=_lt("1, 3, 6 or 12."),
        ),
        Column(
            "timing",
            _lt("Timing"),
            CHOICE,
            True,
            choices="property.recurring.charge.timing",
        ),
        Column("quantity", _lt("Quantity"), NUMBER, decimals=4, note=_lt("Empty: 1.")),
    ),
    needed=True,
)

CONCESSIONS = Sheet(
    "concessions",
    _lt("Concessions"),
    (
        _unit_code(),
        _item_code(),
        Column(
            "factor",
            _lt("Factor"),
            FACTOR,
            True,
            decimals=6,
            note=_lt("What remains to pay, from 0 to 1: 0.7 or 70%."),
        ),
        _date_from(),
        _date_to(),
        Column(
            "reason",
            _lt("Reason"),
            CHOICE,
            True,
            choices="property.concession.reason",
        ),
    ),
)

METERS = Sheet(
    "meters",
    _lt("Meters"),
    (
        Column("meter_code", _lt("Meter Code"), CODE, True),
        _unit_code(),
        Column("standard_code", _lt("Standard Code"), CODE, True, ref="standard"),
        Column(
            "multiplier", _lt("Multiplier"), NUMBER, decimals=4, note=_lt("Empty: 1.")
        ),
        Column(
            "digits",
            _lt("Digits"),
            INTEGER,
            note=_lt("Digits of the dial before the decimal point. Empty: 5."),
        ),
        Column("initial_date", _lt("First Reading on"), DATE, True),
        Column("initial_value", _lt("First Reading"), NUMBER, True, decimals=4),
    ),
)

READINGS = Sheet(
    "readings",
    _lt("Readings"),
    (
        Column("meter_code", _lt("Meter Code"), CODE, True, ref="meter"),
        Column("date", _lt("Date"), DATE, True),
        Column(
            "value",
            _lt("Reading"),
            NUMBER,
            True,
            decimals=4,
            note=_lt("What the dial shows. Lower than before: one rollover."),
        ),
    ),
)

SHARED_COSTS = Sheet(
    "shared_costs",
    _lt("Shared costs"),
    (
        _item_code(),
        _date_from(True),
        _date_to(True),
        Column("amount", _lt("Amount"), NUMBER, True, decimals=2),
        Column(
            "basis",
            _lt("Split By"),
            CHOICE,
            True,
            choices="property.shared.cost.basis",
        ),
        Column(
            "usage_item",
            _lt("Usage Item"),
            CODE,
            ref="item",
            note=_lt("For a split by usage: the metered item that counts."),
        ),
        Column(
            "buildings",
            _lt("Building Codes"),
            CODES,
            ref="building",
            note=_lt("Codes with a comma between, as text. Empty: all."),
        ),
        Column(
            "unit_types",
            _lt("Unit Types"),
            CHOICES,
            choices="property.unit.unit_type",
            note=_lt("With a comma between. Empty: all."),
        ),
    ),
)

ONEOFFS = Sheet(
    "one_off_charges",
    _lt("One-off charges"),
    (
        _unit_code(),
        _item_code(),
        Column("date", _lt("Date"), DATE, True),
        Column("quantity", _lt("Quantity"), NUMBER, True, decimals=4),
        Column("price_unit", _lt("Unit Price"), NUMBER, True, decimals=6),
        Column("description", _lt("Description"), required=True),
    ),
)

SHEETS = (
    COMMUNITY,
    BUILDINGS,
    UNITS,
    OWNERS,
    FEE_ITEMS,
    STANDARDS,
    TIERS,
    CHARGES,
    CONCESSIONS,
    METERS,
    READINGS,
    SHARED_COSTS,
    ONEOFFS,
)
#: Explains the columns in the template; not read.
DEFINITIONS_LABEL = _lt("Definitions")
