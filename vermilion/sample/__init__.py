"""A small world to look around in: invented people, their notes and threads."""

from pathlib import Path

TO_TRY = (("mei_lin", "小林同学", "Mei"), ("tomas_lx", "Tomás", "Tomás"), ("nour_h", "نور", "Nour"))
"""Handle, name, and the name in Latin letters of three people to look around as."""


def password_file(data: Path) -> Path:
    """Where the password of the sample people stands, made anew each time the world is loaded."""
    return data / "sample.password"


def people_to_try(data: Path) -> list[tuple[str, str, str]]:
    """Handle, name and password of three sample people; empty where the sample world is not loaded."""
    try:
        password = password_file(data).read_text().strip()
    except OSError:
        return []
    return [(handle, latin, password) for handle, _, latin in TO_TRY]
