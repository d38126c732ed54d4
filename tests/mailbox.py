"""A mail server that keeps what it is given and misbehaves on request."""

import asyncio
import email
import email.policy

from aiosmtpd.controller import Controller

from odoo_process import free_port, sql


class Mailbox:
    """Listens on `host`:`port` in a thread of this process; every message it takes becomes a file in `folder`.

    delay     seconds it takes over each message, before it says yes
    patience  how many messages it takes at once; it holds the ones after them, having their text, until this is None
    holding   whether it is holding a message this moment
    refused   addresses it refuses as recipients (550); the others of the same message are taken
    drops     "MAIL" or "DATA": it breaks the connection off when the next message is announced, or once it has its text
    failing   when true, it takes no message at all (451, try again later)
    """

    host = "127.0.0.1"

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.delay = 0.0
        self.patience = None
        self.holding = False
        self.refused = set()
        self.failing = False
        self.drops = None
        self.count = 0
        self.controller = None
        self.open()

    @property
    def odoo_options(self):
        """Options for Odoo's command line; they count only while the database has no mail server of its own."""
        return ["--smtp", self.host, "--smtp-port", str(self.port)]

    def use_in(self, database):
        """Make it the only outgoing mail server of a database (a running Odoo sees it at once)."""
        sql(
            database,
            "DELETE FROM ir_mail_server; INSERT INTO ir_mail_server "
            "(name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, active, sequence) "
            f"VALUES ('mailbox', '{self.host}', {self.port}, 'none', 'login', true, 1)",
        )

    def messages(self):
        """The messages taken so far, first come first, parsed. Their recipients are in the header X-Rcpt-To."""
        files = sorted(self.folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def open(self):
        """Listen (again)."""
        if self.controller is None:
            self.controller = Controller(self, hostname=self.host, port=self.port)
            self.controller.start()

    def close(self):
        """Refuse connections from now on."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_MAIL(self, server, _session, envelope, address, _options):
        """Called by aiosmtpd for each message that is announced."""
        if self.drops == "MAIL":
            self.drops = None
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        """Called by aiosmtpd for each recipient."""
        if address in self.refused:
            return "550 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        """Called by aiosmtpd for each message."""
        await asyncio.sleep(self.delay)
        while self.patience is not None and self.count >= self.patience:
            self.holding = True
            await asyncio.sleep(0.02)
        self.holding = False
        if self.drops == "DATA":
            self.drops = None
            server.transport.abort()
        if self.failing:
            return "451 not now"
        self.count += 1
        recipients = f"X-Rcpt-To: {', '.join(envelope.rcpt_tos)}\r\n".encode()
        (self.folder / f"{self.count:05}.eml").write_bytes(recipients + envelope.content)
        return "250 taken"
