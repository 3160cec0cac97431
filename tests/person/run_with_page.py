"""A run's operator page without a run: its questions, decisions and messages, on a loop as a run has it."""

import contextlib
import json
import time

from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.person.questions import Question
from ocpp_proof.run.loop import Loop
from ocpp_proof.run.operator import Operator
from ocpp_reports.model import CaseResult, StepRecord, Verdict


class RunWithPage:
    """What a run tells the page, and what comes of it."""

    def __init__(self, address="127.0.0.1:0"):
        self.said = []
        self.loop = Loop()
        self.operator = Operator(address, say=self.said.append)
        self.loop.run(self._start())
        self._open = contextlib.ExitStack()

    async def _start(self):
        self.operator.start(asks=False)
        self.operator.live.begin_run("bench station", "1.6", 12)

    @property
    def url(self):
        return self.operator.url

    def on_loop(self, function, *arguments):
        """Call this on the run's loop; its result."""

        async def call():
            return function(*arguments)

        return self.loop.run(call())

    def ask(self, what="Plug the cable into connector 1 and into the vehicle.", reacted=None, **told):
        """Ask a question; the future of its answer."""
        told = {
            "case": "TC_003_CS",
            "title": "Regular Charging Session - Plugin First",
            "step": "TC_003_CS step 1: The driver plugs in",
            "awaited": "StatusNotification of connector 1: Preparing or Charging; StartTransaction",
            "limit": 300.0,
        } | told
        return self.loop.submit(self.operator.questions.ask(Question(what, **told), reacted))

    def begin(self, key="TC_003_CS", title="Regular Charging Session - Plugin First"):
        """A case runs from now on."""
        result = CaseResult(key, title, "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root"))
        result.started = time.time()
        run = CaseRun(result)
        self.on_loop(self.operator.control.begin, key)
        self.on_loop(self.operator.live.begin, run)
        self._open.enter_context(run.open("The driver plugs in"))
        self._open.enter_context(run.waiting("the connector to be Preparing", 60.0))
        return run

    def sends(self, run, action, payload):
        """The SUT sends a message in this case."""
        text = json.dumps([2, "1", action, payload])
        self.on_loop(run.record, "in", "text", text)

    def ended(self, run, verdict="pass"):
        """The case has its verdict."""
        run.result.verdict = Verdict(verdict)
        self._open.close()
        self.on_loop(self.operator.control.end, run.result.key)
        self.on_loop(self.operator.live.end, run)
        self.on_loop(self.operator.live.ended, run.result)

    def stop(self):
        self._open.close()
        self.on_loop(self.operator.stop)
        self.loop.close()


@contextlib.contextmanager
def run_with_page():
    """Serves the page while the block runs."""
    run = RunWithPage()
    try:
        yield run
    finally:
        run.stop()
