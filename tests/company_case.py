"""Companies of their own, with the chart of accounts of a country."""


def make_company(env, name, currency, chart):
    """A company with its chart of accounts.

    It gets no country: Odoo would install the modules of that country and, when the
    transaction ends, load its chart over this one.

    :param str currency: code
    :param str chart: code of the chart template, of a module that is installed
    """
    currency = get_currency(env, currency)
    company = env["res.company"].create({"name": name, "currency_id": currency.id})
    env["account.chart.template"].try_loading(chart, company, install_demo=False)
    # a chart may bring the currency of its country
    company.currency_id = currency
    return company


def get_currency(env, code):
    """A currency, in use."""
    currency = env["res.currency"].search(
        [("name", "=", code), ("active", "in", (True, False))]
    )
    currency.active = True
    return currency


def has_chart(env, chart):
    """Whether the module with a chart template is installed."""
    return chart in env["account.chart.template"]._get_chart_template_mapping()
