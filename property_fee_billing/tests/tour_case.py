import os

from odoo.tests import HttpCase

#: The language of every tour, such as zh_CN; see docs/developer.md, Translations.
_LANGUAGE = os.environ.get("PROPERTY_FEE_TOUR_LANG")


class TourCase(HttpCase):
    """Tours, also in a language other than English. Their steps know no words: they
    find what they want by names, states and figures."""

    tour_lang = _LANGUAGE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.tour_lang:
            cls.env["res.lang"]._activate_lang(cls.tour_lang)
            ours = cls.env["ir.module.module"].search(
                [
                    ("name", "=like", r"property\_fee\_%"),
                    ("state", "=", "installed"),
                ]
            )
            ours._load_module_terms(ours.mapped("name"), [cls.tour_lang])

    def start_tour(self, url_path, tour_name, **kwargs):
        """Override of `odoo.tests` to have everybody speak the language of the tour."""
        if self.tour_lang:
            self.env["res.partner"].search([]).lang = self.tour_lang
            # for who has no account
            kwargs["cookies"] = {"frontend_lang": self.tour_lang}
        return super().start_tour(url_path, tour_name, **kwargs)
