package main

import (
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/availability"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/station"
)

// evse has one connector.
type evse struct {
	id                            int
	plugged, faulted, interrupted bool
	operative, toBeInoperative    bool
	// of the vehicle: it does not draw energy; its end of the cable is out, and the socket still holds the other one
	suspended, detached, kept bool
	waiting, token            *types.IdToken // who may start once the cable is in, and who did
	group                     *types.GroupIdToken
	remoteStart               *int
	transaction               string
	reserved                  *reserved
	reservation               *int // that the next transaction uses
	seqNo, meter              int
	told                      availability.ConnectorStatus
	timer                     *station.Timer
}

func newEvse(id int) *evse {
	return &evse{id: id, operative: true, meter: 1000}
}

// charging is the state of what runs here.
func (e *evse) charging() transactions.ChargingState {
	if e.suspended {
		return transactions.ChargingStateSuspendedEV
	}
	return transactions.ChargingStateCharging
}

// over is the state when it has ended.
func (e *evse) over() transactions.ChargingState {
	if e.plugged && !e.detached {
		return transactions.ChargingStateEVConnected
	}
	return transactions.ChargingStateIdle
}

func (e *evse) free() bool {
	return e.transaction == "" && e.waiting == nil && e.operative && !e.faulted && !e.detached
}

func (e *evse) status() availability.ConnectorStatus {
	switch {
	case e.faulted:
		return availability.ConnectorStatusFaulted
	case !e.operative:
		return availability.ConnectorStatusUnavailable
	case e.reserved != nil:
		return availability.ConnectorStatusReserved
	case e.plugged:
		return availability.ConnectorStatusOccupied
	}
	return availability.ConnectorStatusAvailable
}

// sampled is what the meter shows of these measurands.
func (e *evse) sampled(now types.DateTime, context types.ReadingContext, measurands string) []types.MeterValue {
	var values []types.SampledValue
	for _, each := range strings.Split(measurands, ",") {
		values = append(values, types.SampledValue{Value: float64(e.meter), Context: context, Measurand: types.Measurand(each)})
	}
	return []types.MeterValue{{Timestamp: now, SampledValue: values}}
}

// evse with this id; nil where there is none.
func (s *chargingStation) evse(id int) *evse {
	if id < 1 || id > len(s.evses) {
		return nil
	}
	return s.evses[id-1]
}

// meant is what an EVSE in a request is about: the one that it names, or all. False where there is no such EVSE.
func (s *chargingStation) meant(named *types.EVSE) ([]*evse, bool) {
	if named == nil || named.ID == 0 {
		return s.evses, true
	}
	e := s.evse(named.ID)
	if e == nil || named.ConnectorID != nil && *named.ConnectorID != 1 {
		return nil, false
	}
	return []*evse{e}, true
}

// busy tells whether anything is charging.
func (s *chargingStation) busy() bool {
	for _, each := range s.evses {
		if each.transaction != "" {
			return true
		}
	}
	return false
}
