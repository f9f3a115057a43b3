"""OAuth 2.1 for applications: authorization code with PKCE, refresh, revocation."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import msgspec


class OAuthError(Exception):
    """The room refused, with the name OAuth has for it in `error`; or the answer was not meant for this question."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(f"{error}: {description}" if description else error)
        self.error, self.description = error, description


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a room gives for a code. Keep them secret; the refresh token works once."""

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question under way: open `address` in the browser, keep the rest until the answer comes."""

    address: str
    state: str
    verifier: str


class OAuth:
    """An application as the room knows it. Without a secret it is a public one."""

    def __init__(
        self,
        room: str,
        client_id: str,
        redirect_uri: str,
        scopes: Sequence[str] = ("public",),
        client_secret: str | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        self._http = http or httpx.Client(timeout=30)
        self._room = room.rstrip("/")
        self.client_id, self.redirect_uri, self.scopes = client_id, redirect_uri, tuple(scopes)
        self._secret = client_secret
        self._server: dict[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def server(self) -> dict[str, str]:
        """What the room says of itself (RFC 8414), asked for once."""
        if self._server is None:
            answer = self._http.get(f"{self._room}/.well-known/oauth-authorization-server")
            answer.raise_for_status()
            self._server = dict(answer.json())
        return self._server

    def begin(self) -> Asked:
        """A question to put to somebody."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        sent = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes), "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        address = f"{self.server()['authorization_endpoint']}?{urlencode(sent)}"
        return Asked(address=address, state=state, verifier=verifier)

    def finish(self, asked: Asked, answer: str) -> Tokens:
        """Tokens for the address somebody came back to; raises OAuthError."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
        if not hmac.compare_digest(said.get("state", ""), asked.state):
            raise OAuthError("state_mismatch", "this answer belongs to another question")
        if said.get("iss") != self.server()["issuer"]:
            raise OAuthError("issuer_mismatch", "this answer comes from another server")
        if "error" in said or "code" not in said:
            raise OAuthError(said.get("error", "no_code"), said.get("error_description", ""))
        return self._tokens(
            grant_type="authorization_code",
            code=said["code"],
            redirect_uri=self.redirect_uri,
            code_verifier=asked.verifier,
        )

    def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens; the refresh token given is spent."""
        return self._tokens(grant_type="refresh_token", refresh_token=tokens.refresh_token)

    def revoke(self, tokens: Tokens) -> None:
        """End everything that came of one sign-in."""
        self._ask(self.server()["revocation_endpoint"], {"token": tokens.refresh_token})

    def _tokens(self, **fields: str) -> Tokens:
        return msgspec.json.decode(self._ask(self.server()["token_endpoint"], fields), type=Tokens)

    def _ask(self, address: str, fields: dict[str, str]) -> bytes:
        sent = {**fields, "client_id": self.client_id}
        if self._secret is not None:
            sent["client_secret"] = self._secret
        answer = self._http.post(address, data=sent)
        if not answer.is_success:
            try:
                said = answer.json()
            except ValueError:
                said = {}
            raise OAuthError(
                str(said.get("error", answer.status_code)), str(said.get("error_description", ""))
            )
        return answer.content


class Login:
    """Tokens that are renewed when they are over. `keep` is called with new ones before they are used."""

    def __init__(
        self, oauth: OAuth, tokens: Tokens, keep: Callable[[Tokens], object] = lambda _tokens: None
    ) -> None:
        self._oauth, self.tokens, self._keep = oauth, tokens, keep
        self._lock = threading.Lock()

    def renew(self, spent: str) -> str:
        """Another access token than `spent`, once for however many threads ask at the same time."""
        with self._lock:
            if self.tokens.access_token == spent:
                self.tokens = self._oauth.refresh(self.tokens)
                self._keep(self.tokens)
            return self.tokens.access_token
