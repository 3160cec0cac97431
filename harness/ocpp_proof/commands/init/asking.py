"""Questions on the terminal: each answer is checked before the next question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...cases.errors import ConfigurationError

__all__ = ["ask", "ask_list", "ask_yes"]


def ask(
    question: str,
    default: str,
    allowed: Sequence[str] = (),
    *,
    check: Callable[[str], str] = lambda _: "",
    help: str = "",
) -> str:
    """The answer; Enter, or the end of the input, takes the default.

    What is `allowed` may be given by its beginning, such as "y". `check` says what is wrong with an answer, empty where
    nothing is; `help` is shown when the answer is "?".
    ConfigurationError where the input has ended and the default will not do.
    """
    hint = f" ({'/'.join(allowed)})" if allowed else ""
    hint += " (? lists them)" if help else ""
    while True:
        ended = False
        try:
            answer = input(f"{question}{hint} [{default}]: ").strip() or default
        except EOFError:
            print()
            answer, ended = default, True
        if help and answer == "?":
            print(help)
            continue
        answer = _written_out(answer, allowed)
        wrong = f"please one of: {', '.join(allowed)}" if allowed and answer not in allowed else check(answer)
        if not wrong:
            return answer
        if ended:
            raise ConfigurationError(f"{question}: {wrong}")
        print(f"  {wrong}")


def _written_out(answer: str, allowed: Sequence[str]) -> str:
    """The one allowed answer that begins like this one, in upper or lower case; else the answer itself."""
    if answer in allowed:
        return answer
    meant = [each for each in allowed if each.lower().startswith(answer.lower())]
    return meant[0] if len(meant) == 1 else answer


def ask_yes(question: str, *, default: bool = False) -> bool:
    """Whether the answer is yes."""
    return ask(question, "yes" if default else "no", ("yes", "no")) == "yes"


def ask_list(question: str, default: Sequence[str], *, check: Callable[[list[str]], str], help: str = "") -> list[str]:
    """The answers, separated by commas; "-" is none."""
    text = ask(question, ", ".join(default) or "-", check=lambda answer: check(_parts(answer)), help=help)
    return _parts(text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip() not in ("", "-")]
