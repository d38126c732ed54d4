"""Many browsers at once, each with cookies of its own, and how long each had to wait."""

import threading
import time
from dataclasses import dataclass

import requests

PATIENCE = 120  # seconds for an answer
# Two workers of Odoo let 16 connections wait; what comes beyond is dropped by the system, whatever the page. Browsers
# reach Odoo through a proxy, which keeps them waiting in its place: so does this gate, and the wait there is counted.
AT_ODOO = 16


@dataclass
class Answer:
    """What a visitor got."""

    number: int  # of the visitor, from 0
    status: int  # of HTTP; 0 where there was no answer at all
    text: str
    seconds: float


def new_session():
    """Return a session of somebody without an account."""
    return requests.Session()


def log_in(url, login, password):
    """Return a session of somebody with an account."""
    session = new_session()
    session.post(
        f"{url}/web/session/authenticate",
        json={"params": {"db": _database(session, url), "login": login, "password": password}},
        timeout=PATIENCE,
    ).raise_for_status()
    return session


def _database(session, url):
    answer = session.post(f"{url}/web/database/list", json={"params": {}}, timeout=PATIENCE)
    return answer.json()["result"][0]


def visit_together(visits, times=1, send=None):
    """Let every visitor open its page at the same moment, each so often, one after the other; return the answers.

    :param visits: [(requests.Session, url)], one a visitor
    :param send: dict, a form that each sends there; by default the page is opened
    """
    answers, barrier, gate = [], threading.Barrier(len(visits)), threading.Semaphore(AT_ODOO)

    def visit(number, session, url):
        barrier.wait(PATIENCE)
        for _time in range(times):
            started = time.perf_counter()
            try:
                with gate:
                    answer = session.request(
                        "POST" if send else "GET", url, data=send, timeout=PATIENCE, allow_redirects=False
                    )
                status, text = answer.status_code, answer.text
            except requests.RequestException as error:
                status, text = 0, str(error)
            answers.append(Answer(number, status, text, time.perf_counter() - started))

    threads = [
        threading.Thread(target=visit, args=(number, session, url)) for number, (session, url) in enumerate(visits)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
