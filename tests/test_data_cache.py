"""Finished answers are made once, and made again where the store is off or cannot be reached."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from data.cache import Answers, attach


def counted() -> Iterator[int]:
    yield from range(1, 100)


def test_answer_is_made_once_for_each_key() -> None:
    answers, made = attach(Flask(__name__), where="simple"), counted()
    assert [answers.remember(("a", "b"), lambda: next(made)) for _ in range(3)] == [1, 1, 1]
    assert answers.remember(("ab", ""), lambda: next(made)) == 2
    assert answers.remember(("a",), lambda: next(made)) == 3


def test_values_that_count_as_nothing_are_kept_too() -> None:
    answers, made = attach(Flask(__name__), where="simple"), iter(["", "again"])
    assert [answers.remember(("empty",), lambda: next(made)) for _ in range(2)] == ["", ""]


def test_error_while_making_an_answer_is_raised_and_not_kept() -> None:
    answers = attach(Flask(__name__), where="simple")
    with pytest.raises(ZeroDivisionError):
        answers.remember(("a",), lambda: 1 // 0)
    assert answers.remember(("a",), lambda: 5) == 5


@pytest.mark.parametrize("answers", [Answers(), attach(Flask(__name__), where="none")], ids=["unattached", "off"])
def test_without_a_store_every_answer_is_made_anew(answers: Answers) -> None:
    made = counted()
    assert [answers.remember(("a",), lambda: next(made)) for _ in range(2)] == [1, 2]


def test_shared_store_that_is_down_costs_no_answer() -> None:
    answers, made = attach(Flask(__name__), where="redis://127.0.0.1:1/0"), counted()
    assert [answers.remember(("a",), lambda: next(made)) for _ in range(2)] == [1, 2]


def test_shared_store_that_is_silent_holds_no_answer_up_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answers = attach(Flask(__name__), where=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        assert answers.remember(("a",), lambda: 7) == 7
        assert time.monotonic() - began < 5
