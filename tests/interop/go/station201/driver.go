package main

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/authorization"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
)

// operated is what drivers, vehicles and the grid do; false for what the bench cannot do here.
func (s *chargingStation) operated(operation string, query url.Values) bool {
	id, err := strconv.Atoi(query.Get("evse_id"))
	if err != nil {
		id = 1
	}
	e := s.evse(id)
	if e == nil {
		return false
	}
	switch operation {
	case "ev/state":
		s.drawsEnergy(e, query.Get("ready") == "true")
	case "ev/plugout":
		s.leave(e)
	case "ev/plugin":
		e.detached = false // nobody is authorized any more
	case "plugin":
		e.plugged = true
		s.tell(e)
		if e.waiting != nil {
			s.begin(e, transactions.TriggerReasonCablePluggedIn)
		}
	case "plugout":
		if e.kept {
			return false
		}
		e.plugged, e.detached, e.suspended = false, false, false
		if e.transaction != "" {
			s.end(e, transactions.TriggerReasonEVCommunicationLost, transactions.ReasonEVDisconnected, nil)
		}
		s.tell(e)
	case "authorize":
		kind := query.Get("type")
		if kind == "" {
			kind = string(types.IdTokenTypeISO14443)
		}
		s.presented(e, &types.IdToken{IdToken: query.Get("id"), Type: types.IdTokenType(kind)})
	case "reboot":
		for _, each := range s.evses {
			each.interrupted = each.transaction != ""
		}
		s.restart(provisioning.BootReasonPowerUp)
	case "state":
		if !query.Has("faulted") {
			return false
		}
		e.faulted = query.Get("faulted") == "true"
		if e.faulted {
			s.lose(e, reservation.ReservationUpdateStatusRemoved)
		}
		s.tell(e)
	default:
		return false
	}
	return true
}

func (s *chargingStation) presented(e *evse, token *types.IdToken) {
	if e.kept && strings.EqualFold(e.token.IdToken, token.IdToken) {
		e.kept = false
		return
	}
	if e.faulted || !e.operative || e.detached || !e.mayBeFor(token) {
		return
	}
	if e.transaction == "" {
		s.authorize(token, func(info *types.IdTokenInfo) {
			if info.Status == types.AuthorizationStatusAccepted && e.transaction == "" && e.keptFor(token, info) {
				s.admit(e, token, info, transactions.TriggerReasonAuthorized)
			}
		})
		return
	}
	if strings.EqualFold(e.token.IdToken, token.IdToken) {
		s.end(e, transactions.TriggerReasonStopAuthorized, transactions.ReasonLocal, token)
		return
	}
	if e.group == nil {
		return
	}
	running := e.transaction
	s.authorize(token, func(info *types.IdTokenInfo) {
		same := info.GroupIdToken != nil && strings.EqualFold(info.GroupIdToken.IdToken, e.group.IdToken)
		if same && e.transaction == running {
			s.end(e, transactions.TriggerReasonStopAuthorized, transactions.ReasonLocal, token)
		}
	})
}

// drawsEnergy, or does not, tells the vehicle.
func (s *chargingStation) drawsEnergy(e *evse, draws bool) {
	if e.suspended == !draws {
		return
	}
	e.suspended = !draws
	if e.transaction != "" {
		s.goesOn(e, transactions.TriggerReasonChargingStateChanged, types.ReadingContextOther)
	}
}

// leave has the vehicle leave without the cable: that opens the power path, and with it ends the transaction. Where it is
// set so, the cable stays for the driver.
func (s *chargingStation) leave(e *evse) {
	if !e.plugged {
		return
	}
	e.detached, e.suspended = true, false
	if e.transaction != "" {
		e.kept = !s.variables.on("OCPPCommCtrlr.UnlockOnEVSideDisconnect")
		s.end(e, transactions.TriggerReasonEVCommunicationLost, transactions.ReasonEVDisconnected, nil)
	}
}

// authorize finds out who it is: from the local list where that may be asked, from the CSMS otherwise.
func (s *chargingStation) authorize(token *types.IdToken, then func(info *types.IdTokenInfo)) {
	if info := s.known(*token); info != nil {
		then(info)
		return
	}
	request := authorization.NewAuthorizationRequest(token.IdToken, token.Type)
	s.outgoing.Ask(request, func(answer ocpp.Response, err error) {
		if err != nil {
			then(types.NewIdTokenInfo(types.AuthorizationStatusInvalid)) // nobody knows
		} else {
			then(&answer.(*authorization.AuthorizeResponse).IdTokenInfo)
		}
	})
}

// admit lets the transaction begin, once the cable is in.
func (s *chargingStation) admit(e *evse, token *types.IdToken, info *types.IdTokenInfo, trigger transactions.TriggerReason) {
	if s.resetting {
		return
	}
	e.waiting, e.group, e.reservation = token, nil, e.release()
	if trigger != transactions.TriggerReasonRemoteStart {
		e.remoteStart = nil
	}
	if info != nil {
		e.group = info.GroupIdToken
	}
	s.tell(e)
	if e.plugged {
		s.begin(e, trigger)
		return
	}
	e.timer.Stop()
	e.timer = s.turns.After(time.Duration(s.variables.number("TxCtrlr.EVConnectionTimeOut"))*time.Second, func() {
		e.waiting, e.remoteStart, e.reservation = nil, nil, nil
	})
}
