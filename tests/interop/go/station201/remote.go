package main

import (
	"slices"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/availability"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/data"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/remotecontrol"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/station"
)

// remote is what the CSMS has the station do. The library asks in a goroutine of its own.
type remote struct{ station *chargingStation }

func (r remote) OnRequestStartTransaction(request *remotecontrol.RequestStartTransactionRequest) (*remotecontrol.RequestStartTransactionResponse, error) {
	s := r.station
	return remotecontrol.NewRequestStartTransactionResponse(station.InTurn(s.turns, func() remotecontrol.RequestStartStopStatus {
		var e *evse
		for _, each := range s.evses {
			mayUse := each.keptFor(&request.IDToken, nil) ||
				each.mayBeFor(&request.IDToken) && s.variables.on("AuthCtrlr.AuthorizeRemoteStart")
			if e == nil && each.free() && mayUse && (request.EvseID == nil || *request.EvseID == each.id) {
				e = each
			}
		}
		if e == nil || !s.accepted || s.resetting {
			return remotecontrol.RequestStartStopStatusRejected
		}
		e.waiting = &request.IDToken // from now on it is in use
		e.remoteStart = &request.RemoteStartID
		s.link.AfterAnswer(func() { s.startRemotely(e, &request.IDToken) })
		return remotecontrol.RequestStartStopStatusAccepted
	})), nil
}

func (s *chargingStation) startRemotely(e *evse, token *types.IdToken) {
	if !s.variables.on("AuthCtrlr.AuthorizeRemoteStart") {
		s.admit(e, token, nil, transactions.TriggerReasonRemoteStart)
		return
	}
	s.authorize(token, func(info *types.IdTokenInfo) {
		e.waiting = nil
		if info.Status == types.AuthorizationStatusAccepted && e.keptFor(token, info) {
			s.admit(e, token, info, transactions.TriggerReasonRemoteStart)
		} else {
			e.remoteStart = nil
		}
	})
}

func (r remote) OnRequestStopTransaction(request *remotecontrol.RequestStopTransactionRequest) (*remotecontrol.RequestStopTransactionResponse, error) {
	s := r.station
	return remotecontrol.NewRequestStopTransactionResponse(station.InTurn(s.turns, func() remotecontrol.RequestStartStopStatus {
		for _, each := range s.evses {
			if !s.accepted || each.transaction != request.TransactionID {
				continue
			}
			s.link.AfterAnswer(func() {
				if each.transaction == request.TransactionID {
					s.end(each, transactions.TriggerReasonRemoteStop, transactions.ReasonRemote, nil)
				}
			})
			return remotecontrol.RequestStartStopStatusAccepted
		}
		return remotecontrol.RequestStartStopStatusRejected
	})), nil
}

func (r remote) OnGetTransactionStatus(request *transactions.GetTransactionStatusRequest) (*transactions.GetTransactionStatusResponse, error) {
	s := r.station
	return station.InTurn(s.turns, func() *transactions.GetTransactionStatusResponse {
		id := request.TransactionID
		answer := transactions.NewGetTransactionStatusResponse(s.outgoing.Waiting(func(kept ocpp.Request) bool {
			return id == "" || kept.(*transactions.TransactionEventRequest).TransactionInfo.TransactionID == id
		}))
		if id != "" {
			goesOn := slices.ContainsFunc(s.evses, func(e *evse) bool { return e.transaction == id })
			answer.OngoingIndicator = &goesOn
		}
		return answer
	}), nil
}

func (r remote) OnUnlockConnector(request *remotecontrol.UnlockConnectorRequest) (*remotecontrol.UnlockConnectorResponse, error) {
	s := r.station
	return remotecontrol.NewUnlockConnectorResponse(station.InTurn(s.turns, func() remotecontrol.UnlockStatus {
		e := s.evse(request.EvseID)
		switch {
		case e == nil || request.ConnectorID != 1:
			return remotecontrol.UnlockStatusUnknownConnector
		case e.transaction != "":
			return remotecontrol.UnlockStatusOngoingAuthorizedTransaction
		}
		e.kept = false
		return remotecontrol.UnlockStatusUnlocked
	})), nil
}

func (r remote) OnChangeAvailability(request *availability.ChangeAvailabilityRequest) (*availability.ChangeAvailabilityResponse, error) {
	s := r.station
	return availability.NewChangeAvailabilityResponse(station.InTurn(s.turns, func() availability.ChangeAvailabilityStatus {
		meant, found := s.meant(request.Evse)
		if !found {
			return availability.ChangeAvailabilityStatusRejected
		}
		operative := request.OperationalStatus == availability.OperationalStatusOperative
		status := availability.ChangeAvailabilityStatusAccepted
		for _, each := range meant {
			each.toBeInoperative = !operative && each.transaction != ""
			if each.toBeInoperative {
				status = availability.ChangeAvailabilityStatusScheduled
			} else {
				each.operative = operative
			}
		}
		s.link.AfterAnswer(func() {
			for _, each := range meant {
				if !each.operative {
					s.lose(each, reservation.ReservationUpdateStatusRemoved)
				}
			}
			s.statuses()
		})
		return status
	})), nil
}

func (r remote) OnDataTransfer(*data.DataTransferRequest) (*data.DataTransferResponse, error) {
	return data.NewDataTransferResponse(data.DataTransferStatusUnknownVendorId), nil
}
