"""Ask a shop for previews as it wants to be asked: signed, not too often, no refusal twice (chapter 14).

A request is signed with OAuth 1.0: its address and parameters are hashed together with a secret that is not
sent along (HMAC-SHA1), with the time, and with a number used once, so that nobody who sees the address can
ask with it again. The signature is in the query and not in a header, because a shop may redirect to where
the sound lies: a header would go along to another address of that host, for which it was not made, and be
refused there; a query stays behind, and no host is told more than the address that it gave itself.
"""

import logging
import random
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth1

from genrelib.acquire.download import Refused, append, asking_from

__all__ = ["Provider", "Stopped"]

TIMEOUT = (10, 30)  # seconds to connect, seconds of silence
TRIES = 4  # of one preview in one run
BACKOFF = 1.0  # seconds of the first pause; each further one is twice as long
PATIENCE = 120.0  # seconds; a shop that wants a longer rest gets it by ending the run
AGAIN = (429, 500, 502, 503, 504)  # answers that another try may change
BREAKS = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
TALKATIVE = ("urllib3.connectionpool", "oauthlib", "requests_oauthlib")  # they log addresses with signatures


class Stopped(Exception):
    """No further preview is asked for in this run; the message says why."""


class Provider:
    """A shop of previews, asked by several threads at once; when it wants a rest, all of them rest.

    Parameters
    ----------
    server : str
        Its address.
    country : str
        The country to buy for.
    key, secret : str
        What requests are signed with.
    jobs : int
        How many threads ask.
    """

    def __init__(self, server, country, key, secret, *, jobs=1):
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.server, self.country = server.rstrip("/"), country
        self.session = requests.Session()
        self.session.auth = OAuth1(key, client_secret=secret, signature_type="query")
        self.session.max_redirects = 5
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=jobs))
        self.rest_until, self.stopped, self.why = 0.0, threading.Event(), ""

    def fetch(self, number, part):
        """Download a preview, going on where an earlier try ended.

        Breaks, refusals that may pass and errors of the server are tried again, ever later; other answers are
        not.

        Parameters
        ----------
        number : int
            Of the preview.
        part : pathlib.Path
            Where to.

        Raises
        ------
        requests.RequestException
            When it cannot be had.
        Refused
            When the server never sends all of it.
        Stopped
            When the run was stopped.
        OSError
            When the disk has too little room.
        """
        for tried in range(1, TRIES + 1):
            self.rest()
            try:
                if self.ask(number, part):
                    return
            except requests.RequestException as error:
                pause = self.pause(error, tried)
                if tried == TRIES or pause is None:
                    raise
                self.stopped.wait(pause)
        raise Refused("the server never sent all of it")

    def ask(self, number, part):
        """Ask for a preview once.

        Parameters
        ----------
        number, part
            As in `fetch`.

        Returns
        -------
        bool
            Whether `part` is complete.

        Raises
        ------
        requests.RequestException
        """
        start = part.stat().st_size if part.exists() else 0
        url, options = f"{self.server}/clip/{number}", {"params": {"country": self.country}, "stream": True}
        with self.session.get(url, headers=asking_from(start), timeout=TIMEOUT, **options) as answer:
            return append(answer, part, start, disable=True)

    def pause(self, error, tried):
        """Say after which pause to ask again, and note what rest the server wants for everybody.

        When that is longer than this run's patience, the run stops.

        Parameters
        ----------
        error : requests.RequestException
        tried : int
            How often this preview was asked for.

        Returns
        -------
        float or None
            In seconds; None where asking again is no use.
        """
        answer = error.response
        if answer is None:
            return _backoff(tried) if isinstance(error, BREAKS) else None
        if answer.status_code not in AGAIN:
            return None
        wanted = _retry_after(answer)
        if wanted is None:
            return _backoff(tried)
        if wanted > PATIENCE:
            self.stop(f"the server asks for a rest of {wanted:.0f} s: run it again after that")
        self.rest_until = max(self.rest_until, time.monotonic() + wanted)
        return 0.0

    def rest(self):
        """Wait until the server's rest is over, and a moment more.

        So the threads do not come back all at once.

        Raises
        ------
        Stopped
            When the run was stopped.
        """
        while (left := self.rest_until - time.monotonic()) > 0 and not self.stopped.is_set():
            self.stopped.wait(left + random.uniform(0, BACKOFF))
        if self.stopped.is_set():
            raise Stopped(self.why)

    def stop(self, why):
        """Ask for no further preview in this run; what is on its way arrives.

        Parameters
        ----------
        why : str
            What the summary says.
        """
        self.why = why
        self.stopped.set()


def _backoff(tried):
    """Return the seconds to wait after so many tries: twice as long each time, and never quite the same."""
    return BACKOFF * 2 ** (tried - 1) * random.uniform(0.5, 1.5)


def _retry_after(answer):
    """Return the seconds of rest that a server asks for, as a number or as a date, None if it does not."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
