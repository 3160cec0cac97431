package main

import (
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
	"github.com/lorenzodonini/ocpp-go/ocppj"

	"ocppproof/interop/internal/station"
)

const (
	shutdown = 200 * time.Millisecond // what it takes to shut down: the library sends what it was given meanwhile
	patience = 5 * time.Second        // how long it waits for the CSMS to take what it has to tell
)

// inventory is what the CSMS asks about the device model and the station as a whole.
type inventory struct{ station *chargingStation }

func (i inventory) OnGetVariables(request *provisioning.GetVariablesRequest) (*provisioning.GetVariablesResponse, error) {
	s := i.station
	return provisioning.NewGetVariablesResponse(station.InTurn(s.turns, func() (results []provisioning.GetVariableResult) {
		for _, each := range request.GetVariableData {
			results = append(results, s.variables.read(each))
		}
		return results
	})), nil
}

func (i inventory) OnSetVariables(request *provisioning.SetVariablesRequest) (*provisioning.SetVariablesResponse, error) {
	s := i.station
	return provisioning.NewSetVariablesResponse(station.InTurn(s.turns, func() (results []provisioning.SetVariableResult) {
		for _, each := range request.SetVariableData {
			results = append(results, s.variables.write(each))
		}
		s.link.AfterAnswer(s.intervals)
		return results
	})), nil
}

func (i inventory) OnGetBaseReport(request *provisioning.GetBaseReportRequest) (*provisioning.GetBaseReportResponse, error) {
	s := i.station
	return provisioning.NewGetBaseReportResponse(station.InTurn(s.turns, func() types.GenericDeviceModelStatus {
		if request.ReportBase == provisioning.ReportTypeSummaryInventory {
			return types.GenericDeviceModelStatusNotSupported
		}
		s.link.AfterAnswer(func() {
			s.report(request.RequestID, request.ReportBase == provisioning.ReportTypeConfigurationInventory)
		})
		return types.GenericDeviceModelStatusAccepted
	})), nil
}

// report tells of some variables at a time, as many as ItemsPerMessage says.
func (s *chargingStation) report(id int, writable bool) {
	rest := s.variables.report(writable)
	for number := 0; len(rest) > 0; number++ {
		size := min(len(rest), s.variables.number("DeviceDataCtrlr.ItemsPerMessage[GetReport]"))
		request := provisioning.NewNotifyReportRequest(id, s.now(), number)
		request.ReportData, rest = rest[:size], rest[size:]
		request.Tbc = len(rest) > 0
		s.tellOf(request)
	}
}

func (i inventory) OnReset(request *provisioning.ResetRequest) (*provisioning.ResetResponse, error) {
	s := i.station
	return provisioning.NewResetResponse(station.InTurn(s.turns, func() provisioning.ResetStatus {
		switch {
		case request.EvseID != nil:
			return provisioning.ResetStatusRejected // it cannot reset one EVSE
		case s.busy() && request.Type == provisioning.ResetTypeOnIdle:
			s.whenIdle = func() { s.reset(provisioning.BootReasonScheduledReset) }
			return provisioning.ResetStatusScheduled
		}
		s.link.AfterAnswer(func() { s.reset(provisioning.BootReasonRemoteReset) })
		return provisioning.ResetStatusAccepted
	})), nil
}

// reset ends what runs, tells of it, and begins anew.
func (s *chargingStation) reset(reason provisioning.BootReason) {
	s.resetting = true
	for _, each := range s.evses {
		each.waiting = nil
		if each.transaction != "" {
			s.end(each, transactions.TriggerReasonResetCommand, transactions.ReasonImmediateReset, nil)
		}
	}
	done := false
	restart := func() {
		if !done {
			done = true
			s.restart(reason)
		}
	}
	s.outgoing.WhenIdle(func() { s.turns.After(shutdown, restart) })
	s.turns.After(patience, restart)
}

func (i inventory) OnGetReport(*provisioning.GetReportRequest) (*provisioning.GetReportResponse, error) {
	return nil, notSupported
}

func (i inventory) OnSetNetworkProfile(*provisioning.SetNetworkProfileRequest) (*provisioning.SetNetworkProfileResponse, error) {
	return nil, notSupported
}

var notSupported = ocpp.NewError(ocppj.NotSupported, "this station does not have it", "")
