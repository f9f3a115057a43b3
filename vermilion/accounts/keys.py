"""Secrets that open something: whose they are stands in them, and only their digest is stored."""

import secrets
from hashlib import sha256

from vermilion.kernel.ids import Id


def new_key(kind: str, account_id: Id) -> tuple[str, bytes]:
    """A secret of a kind (one letter) for an account, and its digest."""
    secret = f"{kind}.{int(account_id)}.{secrets.token_urlsafe(32)}"
    return secret, digest(secret)


def owner_of(secret: str, kind: str) -> Id | None:
    """Whose a secret of this kind would be, None for what is none; whether it is one, only its digest tells."""
    try:
        prefix, number, _ = secret.split(".", 2)
        return Id.parse(number) if prefix == kind else None
    except ValueError:
        return None


def digest(secret: str) -> bytes:
    """What is stored of a secret: SHA-256, for it is random through and through."""
    return sha256(secret.encode(errors="surrogatepass")).digest()
