"""The command `ocpp-proof`: thin; each subcommand has a module of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__

__all__ = ["main"]

DEFAULT_PAGE = "127.0.0.1:8765"
"""Where `run --operator` serves its page: only browsers on this machine reach it."""
OK, FAILED, USAGE, NOTHING = 0, 1, 4, 5


def parser() -> argparse.ArgumentParser:
    """Every subcommand and option."""
    top = argparse.ArgumentParser(
        prog="ocpp-proof", description="OCPP 1.6J, 2.0.1 and 2.1 conformance tests for charging stations and CSMS."
    )
    top.add_argument("--version", action="version", version=f"ocpp-proof {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser("run", help="test a system: the cases that apply to it, with evidence")
    _selection(run)
    run.add_argument("--sut", type=Path, required=True, metavar="FILE", help="sut.toml")
    run.add_argument("--report", type=Path, metavar="DIR", help="where the run's folder is made (ocpp-reports)")
    who = run.add_mutually_exclusive_group()
    who.add_argument("--only-automatic", action="store_true", help="leave out what needs a person")
    who.add_argument("--only-manual", action="store_true", help="only what may ask a person, in one go")
    run.add_argument(
        "--operator",
        nargs="?",
        const=DEFAULT_PAGE,
        metavar="HOST:PORT",
        help=f"a page in a browser that asks the person, beside the terminal ({DEFAULT_PAGE})",
    )
    run.add_argument("--confirm", action="store_true", help="run each failed case again, and say if it failed again")
    run.add_argument("--allow-disruptive", action="store_true", help="also cases that load or disturb the SUT")
    run.add_argument(
        "--last-failed", action="store_true", help="only what was not well in the newest run like this one"
    )
    run.add_argument("--seed", type=int, metavar="N", help="repeat a run")
    run.add_argument("--netns", action="store_true", help="over a real link that goes down (Linux, root)")
    run.add_argument("--exhaustive", action="store_true", help="every generated message, whatever it takes")
    run.add_argument(
        "--generation-seconds",
        type=float,
        metavar="S",
        help="so long a case goes on with generated messages after its sample (5; 0: the sample alone)",
    )
    run.add_argument("--message", metavar="NAME", help="only this generated message; a failure names it")
    run.add_argument("--defect", action="append", metavar="NAME", help="of the embedded reference system")
    run.add_argument("--freedom", action="append", metavar="NAME", help="of the embedded reference system")

    doctor = commands.add_parser("doctor", help="say in seconds what is wrong with a bench, before any case runs")
    doctor.add_argument("--sut", type=Path, required=True, metavar="FILE")
    doctor.add_argument("--ocpp", metavar="V")
    doctor.add_argument("--security-profile", type=int, metavar="N")
    doctor.add_argument(
        "--wait",
        type=float,
        metavar="SECONDS",
        help="so long a station may take to connect (long_timeout, at most 120), or a CSMS to be there (0)",
    )

    demo = commands.add_parser("demo", help="the whole job on the embedded reference systems")
    deviation = demo.add_mutually_exclusive_group()
    deviation.add_argument("--defect", metavar="NAME", help="give them this defect, and see what a failure looks like")
    deviation.add_argument("--freedom", metavar="NAME", help="let them do this otherwise, and see that it passes")
    demo.add_argument("--report", type=Path, default=Path("ocpp-reports"), metavar="DIR")

    serve = commands.add_parser("serve", help="a reference system as a process of its own, to try things on")
    serve.add_argument("role", choices=["station", "csms"])
    serve.add_argument("--ocpp", required=True, metavar="V", help="1.6, 2.0.1 or 2.1")
    serve.add_argument("--security-profile", type=int, default=0, choices=range(4), metavar="N", help="0 to 3 (0)")
    serve.add_argument("--csms", metavar="URL", help="where the station connects to; its identity is appended")
    serve.add_argument("--host", default="127.0.0.1", help="where the CSMS listens (127.0.0.1)")
    serve.add_argument("--port", type=int, default=0, metavar="N", help="of the CSMS (a free one)")
    serve.add_argument("--api-port", type=int, default=0, metavar="N", help="of the HTTP API (a free one)")
    serve.add_argument("--identity", action="append", metavar="ID", help="of the station (CS001), or known to the CSMS")
    serve.add_argument(
        "--token", action="append", metavar="ID[=STATUS]", help="that the CSMS knows, such as 04A1B2C3 or 04A1=Blocked"
    )
    serve.add_argument("--password-env", metavar="NAME", help="variable with the password at security profile 1 and 2")
    serve.add_argument("--pki", type=Path, metavar="DIR", help="keys and certificates, as made by certs")
    serve.add_argument("--defect", action="append", metavar="NAME")
    serve.add_argument("--freedom", action="append", metavar="NAME")

    listing = commands.add_parser("list", help="the cases, implemented or not")
    _selection(listing)
    listing.add_argument("--sut", type=Path, metavar="FILE", help="only what applies to this system, with the reasons")
    listing.add_argument("--json", action="store_true")
    listing.add_argument("--coverage", action="store_true", help="requirements by case, and what nothing judges")

    show = commands.add_parser("show", help="a case's scenario as a table, from its code, without running it")
    show.add_argument("id")

    docs = commands.add_parser("docs", help="write a page for each block with every case's scenario")
    docs.add_argument("directory", type=Path)
    docs.add_argument("--bench", type=Path, metavar="FILE", help="also the page of sut.toml and its drivers")

    certs = commands.add_parser("certs", help="make a PKI for a bench, and each faulty certificate")
    certs.add_argument("directory", type=Path)
    certs.add_argument("--host", action="append", metavar="NAME", help="of the CSMS; repeatable")
    certs.add_argument("--station", action="append", metavar="IDENTITY", help="client certificate for; repeatable")
    certs.add_argument(
        "--serial", action="append", metavar="NUMBER", help="serial number of the station named in the same place"
    )
    certs.add_argument("--organisation", default="ocpp-proof")
    certs.add_argument(
        "--faulty",
        action="store_true",
        help="also one certificate of every fault: of the server, and of each --station",
    )
    certs.add_argument(
        "--replace", action="store_true", help="make again what is named by --host, --station, --faulty, or has expired"
    )

    compare = commands.add_parser("compare", help="what is new, fixed, changed between two runs")
    compare.add_argument("a", type=Path)
    compare.add_argument("b", type=Path)
    compare.add_argument("--gate", action="store_true", help="1 when anything that passed in A does not pass in B")

    readiness = commands.add_parser(
        "readiness", help="how far a product is from its certification profiles, and what is left"
    )
    readiness.add_argument("runs", type=Path, nargs="+", metavar="DIR", help="folders of runs, or folders of such")
    readiness.add_argument("--sut", type=Path, metavar="FILE", help="for the commands that are shown, where it moved")
    readiness.add_argument("--json", action="store_true")

    report = commands.add_parser("report", help="make the reports of runs again (also of one that was cut off)")
    report.add_argument("runs", type=Path, nargs="+", metavar="DIR", help="folders of runs, or folders of such")
    report.add_argument(
        "--html", type=Path, metavar="FILE", help="one page over all of them: a matrix of cases by runs"
    )
    report.add_argument("--markdown", action="store_true", help="print them as Markdown, for $GITHUB_STEP_SUMMARY")
    report.add_argument("--annotations", action="store_true", help="print what is not well as annotations of GitHub")
    report.add_argument("--allure", action="store_true", help="render Allure with npx allure, if Node is there")

    init = commands.add_parser("init", help="write a commented sut.toml by asking a few questions")
    init.add_argument(
        "file", type=Path, nargs="?", default=Path("sut.toml"), help="the file to write (sut.toml); none that is there"
    )
    return top


def _selection(command: argparse.ArgumentParser) -> None:
    command.add_argument("--ocpp", metavar="V", help="1.6, 2.0.1 or 2.1 (default: each in sut.toml)")
    command.add_argument("--security-profile", type=int, metavar="N", help="0 to 3, overrides sut.toml")
    command.add_argument("--select", metavar="EXPR", help='ids, globs and words: "TC_E_* or edge"')
    command.add_argument("--profile", metavar="NAME", help="only this certification profile, such as core")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 fine, 1 failed or inconclusive, 4 usage, 5 nothing selected."""
    from .cases.errors import ConfigurationError

    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return OK if not stop.code else USAGE
    if options.command is None:
        parser().print_help()
        return USAGE
    try:
        return _dispatch(options)
    except ConfigurationError as error:
        print(f"ocpp-proof: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        return OK
    except KeyboardInterrupt:
        return 130


def _dispatch(options: argparse.Namespace) -> int:
    # each subcommand imports only what it needs: `list` has to be there in a second
    match options.command:
        case "run":
            from .commands.run import run

            return run(options)
        case "doctor":
            from .commands.doctor import doctor

            return doctor(options)
        case "demo":
            from .commands.demo import demo

            return demo(options)
        case "serve":
            from .commands.serve import serve

            return serve(options)
        case "list":
            from .commands.listing import listing

            return listing(options)
        case "show":
            from .commands.show import show

            return show(options)
        case "docs":
            from .commands.docs import docs

            return docs(options)
        case "certs":
            from .commands.certs import certs

            return certs(options)
        case "compare":
            from .commands.compare import compare

            return compare(options)
        case "readiness":
            from .commands.readiness import readiness

            return readiness(options)
        case "report":
            from .commands.report import report

            return report(options)
    from .commands.init import init

    return init(options)


if __name__ == "__main__":
    raise SystemExit(main())
