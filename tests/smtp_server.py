"""A small mail server for tests, on 127.0.0.1: it takes mails, or does not."""

import socketserver
import threading
from email import message_from_bytes


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as Odoo does; as a context manager it serves meanwhile.

    :ivar taken: list of (recipient, Message-Id) of the mails that were taken
    :ivar refused: recipients that are refused
    :ivar hang_up_on: recipients at whose mail the connection is cut before the answer
    :ivar on_taken: function called with the recipient after a mail was taken and before
        that is answered, or None
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.port = self.server_address[1]
        self.taken = []
        self.refused = set()
        self.hang_up_on = set()
        self.on_taken = None

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.shutdown()
        self.server_close()

    def get_recipients(self):
        """Who got something, in order; twice who got it twice."""
        return sorted(recipient for recipient, _message_id in self.taken)


class _Dialogue(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.say("220 test")
        recipients = []
        while line := self.rfile.readline():
            command = line.decode("latin-1").strip()
            verb = command[:4].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "RCPT":
                address = command.partition("<")[2].partition(">")[0].lower()
                if address in self.server.refused:
                    self.say("550 no such user here")
                    continue
                recipients.append(address)
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                if not self.take(recipients):
                    return
                recipients = []
            else:
                self.say("250 ok")

    def take(self, recipients):
        """Read a mail; whether the connection goes on."""
        content = b""
        while (line := self.rfile.readline()).strip() != b".":
            content += line
        message_id = "".join((message_from_bytes(content)["Message-Id"] or "").split())
        if self.server.hang_up_on & set(recipients):
            self.server.hang_up_on -= set(recipients)
            return False
        for recipient in recipients:
            self.server.taken.append((recipient, message_id))
            if self.server.on_taken:
                self.server.on_taken(recipient)
        self.say("250 taken")
        return True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")
