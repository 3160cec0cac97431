"""The ready job files: their commands are taken out of the YAML and run, in front of a CSMS in a process of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from ocpp_proof.cli import parser

CI = Path(__file__).parents[2] / "docs" / "ci"
BIN = Path(sys.executable).parent
SUT = """
    [sut]
    name = "our back end"
    role = "csms"
    ocpp = ["2.0.1"]
    [connection]
    url = "ws://127.0.0.1:{port}/ocpp"
    identities = "PROOF-{{n:04}}"
    password = {{ env = "OCPP_PASSWORD" }}
    security_profile = 1
    [values]
    message_timeout = 2
    event_timeout = 5
    quiet = 0.2
    tokens.valid = {{ idToken = "04A1B2C3", type = "ISO14443" }}
"""
START = """\
#!/bin/sh
echo $$ > csms.pid
sleep 1  # what is asked too early finds nobody
exec ocpp-proof serve csms --ocpp 2.0.1 --port {port} --token 04A1B2C3 --security-profile 1 \\
  --password-env OCPP_PASSWORD {defect}
"""
needs_wait = pytest.mark.skipif(
    "--wait" not in parser()._subparsers._group_actions[0].choices["doctor"].format_help(),
    reason="doctor --wait is made on another branch",
)


def github():
    return yaml.safe_load((CI / "github.yml").read_text())["jobs"]["ocpp"]


def gitlab():
    return yaml.safe_load((CI / "gitlab.yml").read_text())["ocpp"]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def project(tmp_path):
    """A folder with a sut.toml and start-my-csms; `project.shell` runs commands in it as a build server does."""
    (tmp_path / "bin").mkdir()
    pip = tmp_path / "bin" / "pip"
    pip.write_text('#!/bin/sh\necho "$@" > pip.log\n')  # what is installed here is this checkout already
    pip.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{BIN}:{os.environ['PATH']}",
        "OCPP_PASSWORD": "a-password-of-the-bench",
        "OCPP_PROOF": "ocpp-proof==0.1.0",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "step_summary.md"),
        "PYTEST_ADDOPTS": "'--ocpp-select=TC_B_01_CSMS or X_FRAME_05_CSMS'",  # a job runs all; a test has no such time
    }

    def prepare(defect=""):
        port = free_port()
        (tmp_path / "sut.toml").write_text(textwrap.dedent(SUT.format(port=port)))
        start = tmp_path / "start-my-csms"
        start.write_text(START.format(port=port, defect=f"--defect {defect}" if defect else ""))
        start.chmod(0o755)
        shutil.rmtree(tmp_path / "ocpp-reports", ignore_errors=True)

    def shell(text):
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stop():
        file = tmp_path / "csms.pid"
        if file.exists():
            os.kill(int(file.read_text()), signal.SIGINT)
            file.unlink()

    yield SimpleNamespace(path=tmp_path, prepare=prepare, shell=shell, stop=stop)
    stop()


def run_github(project):
    """How each step ended, by its name, and all that was printed: a step that failed lets only the marked ones run."""
    failed, ended, printed = False, {}, ""
    for step in github()["steps"]:
        condition = step.get("if", "")
        needed = re.search(r"hashFiles\('([^']+)'\)", condition)
        left_out = failed and "!cancelled()" not in condition
        if "run" not in step or left_out or (needed and not list(project.path.glob(needed[1]))):
            continue
        done = project.shell(step["run"])
        ended[step["name"]] = done.returncode
        printed += done.stdout + done.stderr
        failed = failed or done.returncode != 0
    project.stop()
    return ended, printed


def run_gitlab(project):
    """How script and after_script ended, and all that was printed."""
    done = [project.shell("\n".join(gitlab()[part])) for part in ("script", "after_script")]
    project.stop()
    return [one.returncode for one in done], "".join(one.stdout + one.stderr for one in done)


def keep_as_baseline(project):
    [folder] = project.path.glob("ocpp-reports/*_sp1")
    shutil.copytree(folder, project.path / "baseline" / "2.0.1")


@needs_wait
def test_github_is_green_for_a_sound_csms_and_red_for_one_that_broke(project):
    project.prepare()
    ended, printed = run_github(project)
    assert set(ended.values()) == {0}, printed
    assert (project.path / "pip.log").read_text() == "install ocpp-proof==0.1.0\n"
    summary = (project.path / "step_summary.md").read_text()
    assert "## our back end: OCPP 2.0.1, security profile 1: PASS" in summary
    assert "::error" not in printed
    assert (project.path / "ocpp-reports" / "index.html").exists()
    keep_as_baseline(project)

    project.prepare(defect="long-message-id-cut")
    ended, printed = run_github(project)
    assert {name for name, code in ended.items() if code} == {"Run the cases", "Compare with the baseline"}, printed
    assert "::error title=X_FRAME_05_CSMS" in printed
    assert "passed and do not any more" in printed
    assert "1: FAIL" in (project.path / "step_summary.md").read_text()
    [junit] = project.path.glob(github()["steps"][-1]["with"]["path"])
    assert int(ElementTree.parse(junit).getroot().get("failures")) > 0


@needs_wait
@pytest.mark.skipif(not os.environ.get("OCPP_PROOF_WHOLE_MATRIX"), reason="make matrix")
def test_gitlab_is_green_for_a_sound_csms_and_red_for_one_that_broke(project):
    project.prepare()
    ended, printed = run_gitlab(project)
    assert ended[0] == 0, printed
    assert "PASS" in (project.path / "ocpp-reports" / "summary.md").read_text()
    keep_as_baseline(project)

    project.prepare(defect="long-message-id-cut")
    ended, printed = run_gitlab(project)
    assert ended[0] == 1, printed
    assert "passed and do not any more" in printed
    assert list(project.path.glob(gitlab()["artifacts"]["reports"]["junit"]))


def test_jobs_end_by_themselves_and_take_what_is_installed_from_a_variable():
    assert github()["timeout-minutes"] <= 60
    assert [step["timeout-minutes"] for step in github()["steps"] if "ocpp-proof run" in step.get("run", "")] == [45]
    assert gitlab()["timeout"] == "1 hour"
    assert github()["env"]["OCPP_PROOF"] == gitlab()["variables"]["OCPP_PROOF"] == "./ocpp-proof"


def test_every_command_is_one_that_there_is():
    lines = [line for step in github()["steps"] for line in step.get("run", "").splitlines()]
    lines += [line for part in ("script", "after_script") for line in gitlab()[part]]
    known = parser()._subparsers._group_actions[0].choices
    commands = [
        line.partition("ocpp-proof ")[2].split()[0] for line in lines if "ocpp-proof " in line and "pip" not in line
    ]
    assert set(commands) == {"doctor", "run", "compare", "report", "readiness"}
    assert set(commands) <= set(known)
