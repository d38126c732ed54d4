"""What a mail server sends back for a mailbox that does not exist: a delivery status notification (RFC 3464)."""


def returned(recipient, to, message):
    """Return the report as text.

    :param recipient: the address that does not exist
    :param to: where reports go
    :param message: the message that comes back, or its headers
    """
    return f"""\
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <returned-{recipient}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

The mailbox does not exist.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--edge
Content-Type: message/rfc822

{message}
--edge--
"""
