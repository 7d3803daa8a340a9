from odoo.tests import HttpCase, new_test_user, tagged

from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class PortalCase(MoneyCase, HttpCase):
    """The small community; Ann, owner of 3-1201, and Bob, of 3-1202, have logins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # of the web in HttpCase; the cashier's stays open
        cls.session = None
        cls.ann, cls.bob = (cls.make_portal_user(owner) for owner in cls.owners[:2])

    @classmethod
    def make_portal_user(cls, partner):
        """A login for a person, named after them."""
        login = f"portal-{partner.name.lower()}"
        return new_test_user(
            cls.env,
            login,
            "base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            email=f"{login}@example.com",
            lang="en_US",
        )

    def visit(self, url, user=None, **kwargs):
        """Open a page as ``user``, Ann by default, without following redirections."""
        login = (user or self.ann).login
        self.authenticate(login, login)
        return self.url_open(url, allow_redirects=False, **kwargs)
