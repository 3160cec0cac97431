"""The results of a run before anything is in them: of a case, and of what the bench does for itself."""

from __future__ import annotations

from dataclasses import dataclass

from ocpp_reports.model import CaseResult, StepRecord

from ..cases.declaration import Case
from ..sut.config import SutConfig

__all__ = ["BlankResults"]


@dataclass(slots=True)
class BlankResults:
    """Makes them for one run."""

    config: SutConfig
    ocpp: str
    security_profile: int

    def of(self, case: Case, *, parameters: dict[str, str], nodeid: str) -> CaseResult:
        """An empty result for a case."""
        row = case.rows.get(self.ocpp)
        return CaseResult(
            id=case.id,
            title=case.title_for(self.ocpp),
            ocpp=self.ocpp,
            security_profile=self.security_profile,
            role=self.config.role,
            sut=self.config.name,
            parameters=parameters,
            block=row.block if row else "Edge cases",
            use_cases=list(row.use_cases) if row else [],
            requirements=list(case.requirements_for(self.ocpp)),
            profiles=list(row.profiles) if row else [],
            mandatory=row.mandatory if row else True,
            condition=case.condition_for(self.ocpp),
            summary=case.summary,
            nodeid=nodeid,
            scenario=StepRecord("scenario", kind="root"),
        )

    def nobody(self, what: str) -> CaseResult:
        """The result of what the bench does for itself, which is no case."""
        return CaseResult(what, what, self.ocpp, self.security_profile, self.config.role, self.config.name)
