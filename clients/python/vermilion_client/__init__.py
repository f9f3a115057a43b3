"""A typed client for rooms that run vermilion."""

from vermilion_client.api import *  # noqa: F403 - every shape of the API
from vermilion_client.client import Client
from vermilion_client.errors import (
    ApiError,
    BadRequest,
    Conflict,
    Expired,
    Forbidden,
    NotFound,
    TooMany,
    Unauthorized,
    Unavailable,
)
from vermilion_client.oauth import Asked, Login, OAuth, OAuthError, Tokens
