"""What is asked of passwords, and that they are kept as hashes that cost something."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from repose.accounts.passwords import LONGEST, SHORTEST, Passwords, checked_password
from repose.errors import ReposeError

GOOD = "some words in a row"


def quick(time_cost: int = 1) -> Passwords:
    """The same code with parameters that no one should use."""
    return Passwords(PasswordHasher(time_cost=time_cost, memory_cost=8, parallelism=1))


def test_what_is_kept_is_argon2id_and_costs_64_megabytes() -> None:
    hashed = Passwords().hashed(GOOD, "anna")
    parameters = extract_parameters(hashed)
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 64 * 1024
    assert parameters.time_cost >= 3
    assert GOOD not in hashed


def test_the_right_password_fits_and_no_other() -> None:
    passwords = quick()
    hashed = passwords.hashed(GOOD, "anna")
    assert passwords.fits(GOOD, hashed)
    for other in ("", GOOD.upper(), GOOD + " ", " " + GOOD, GOOD[:-1], "\ud800", "\0"):
        assert not passwords.fits(other, hashed)
    assert passwords.hashed(GOOD, "anna") != hashed, "each has a salt of its own"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\u0301 e\u0301 i\u0301 o\u0301 words", "á é í ó words"), ("ﬁve long words", "five long words")],
)
def test_however_a_keyboard_composes_letters_it_is_the_same_password(typed: str, kept: str) -> None:
    passwords = quick()
    assert passwords.fits(typed, passwords.hashed(kept, "anna"))


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$broken", "\0"])
def test_a_damaged_hash_fits_nothing(kept: str) -> None:
    assert not quick().fits(GOOD, kept or "x")


class Counted(PasswordHasher):
    """Remembers which hashes were checked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked: list[str | bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.checked.append(hash)
        return bool(super().verify(hash, password))


def test_a_name_that_nobody_has_is_checked_just_as_long() -> None:
    hasher = Counted()
    passwords = Passwords(hasher)
    hashed = passwords.hashed(GOOD, "anna")
    assert not passwords.fits("wrong", hashed)
    assert not passwords.fits("wrong", None)
    assert not passwords.fits("nobody has this password", None), "its own hash opens nothing either"
    assert len(hasher.checked) == 3
    real, made_up = map(extract_parameters, map(str, hasher.checked[:2]))
    assert real == made_up


def test_a_hash_of_weaker_parameters_is_told() -> None:
    weak, strong = quick(), quick(time_cost=2)
    hashed = weak.hashed(GOOD, "anna")
    assert strong.fits(GOOD, hashed)
    assert strong.outdated(hashed)
    again = strong.again(GOOD)
    assert strong.fits(GOOD, again)
    assert not strong.outdated(again)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", f"at least {SHORTEST}"),
        ("eleven char", f"at least {SHORTEST} characters, not 11"),
        ("x" * (LONGEST + 1), f"at most {LONGEST}"),
        ("password1234", "first that are tried"),
        ("PassWord1234", "first that are tried"),
        ("aaaaaaaaaaaa", "first that are tried"),
        ("abcabcabcabc", "first that are tried"),
        ("anna of the clinic", "first that are tried"),
    ],
)
def test_what_is_easily_guessed_is_refused_in_one_line(password: str, why: str) -> None:
    with pytest.raises(ReposeError, match=why) as refused:
        checked_password(password, "Anna of the Clinic")
    assert "\n" not in str(refused.value)
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["twelve chars", "correct horse", "пароль из слов", "🐎🔋📎🙂" * 3, "x1 y2" * 200]
)
def test_length_is_all_that_is_asked(password: str) -> None:
    assert checked_password(password, "anna")
