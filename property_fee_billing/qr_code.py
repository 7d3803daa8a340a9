"""QR codes for pages and paper."""

from base64 import b64encode

from odoo.tools.image import image_data_uri

#: pixels of a QR code, sharp enough for 40 mm on paper
QR_SIZE = 480


def make_qr_image(env, text):
    """A QR code as a data URI, to be shown without another request.

    :param env: any environment
    :param str text: what the code says, usually an URL
    """
    png = env["ir.actions.report"].barcode(
        "QR", text, width=QR_SIZE, height=QR_SIZE, barBorder=2
    )
    return image_data_uri(b64encode(png))
