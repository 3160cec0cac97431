package main

import (
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/station"
)

// reserved is for whom an EVSE is kept.
type reserved struct {
	id     int
	token  types.IdToken
	group  *types.IdToken
	expiry *station.Timer
}

// keptFor tells whether an EVSE may be used with this token: it is not reserved, or for this one or its group.
func (e *evse) keptFor(token *types.IdToken, info *types.IdTokenInfo) bool {
	if e.reserved == nil || strings.EqualFold(e.reserved.token.IdToken, token.IdToken) {
		return true
	}
	group := e.reserved.group
	return group != nil && info != nil && info.GroupIdToken != nil && strings.EqualFold(group.IdToken, info.GroupIdToken.IdToken)
}

// mayBeFor tells whether that is so, or is seen when the CSMS has told the group of the token.
func (e *evse) mayBeFor(token *types.IdToken) bool {
	return e.keptFor(token, nil) || e.reserved.group != nil
}

// release ends the reservation, where there is one, and gives its id.
func (e *evse) release() *int {
	if e.reserved == nil {
		return nil
	}
	e.reserved.expiry.Stop()
	id := e.reserved.id
	e.reserved = nil
	return &id
}

// lose ends the reservation, where there is one, and the CSMS is told why.
func (s *chargingStation) lose(e *evse, why reservation.ReservationUpdateStatus) {
	if id := e.release(); id != nil {
		s.tellOf(reservation.NewReservationStatusUpdateRequest(*id, why))
	}
}

// withReservation is the EVSE that this reservation is about; nil where there is no such reservation.
func (s *chargingStation) withReservation(id int) *evse {
	for _, each := range s.evses {
		if each.reserved != nil && each.reserved.id == id {
			return each
		}
	}
	return nil
}

// reservations is what the CSMS asks about them.
type reservations struct{ station *chargingStation }

func (r reservations) OnReserveNow(request *reservation.ReserveNowRequest) (*reservation.ReserveNowResponse, error) {
	s := r.station
	return reservation.NewReserveNowResponse(station.InTurn(s.turns, func() reservation.ReserveNowStatus {
		var e *evse // of its own, for NonEvseSpecific is false
		if request.EvseID != nil {
			e = s.evse(*request.EvseID)
		}
		before := s.withReservation(request.ID)
		switch {
		case e == nil || !s.variables.on("ReservationCtrlr.Enabled"):
			return reservation.ReserveNowStatusRejected
		case e.faulted:
			return reservation.ReserveNowStatusFaulted
		case !e.operative:
			return reservation.ReserveNowStatusUnavailable
		case e.transaction != "" || e.plugged || e.waiting != nil || e.reserved != nil && e != before:
			return reservation.ReserveNowStatusOccupied
		}
		if before != nil {
			before.release()
		}
		e.reserved = &reserved{id: request.ID, token: request.IdToken, group: request.GroupIdToken}
		e.reserved.expiry = s.turns.After(request.ExpiryDateTime.Sub(s.now().Time), func() {
			s.lose(e, reservation.ReservationUpdateStatusExpired)
			s.tell(e)
		})
		s.link.AfterAnswer(s.statuses)
		return reservation.ReserveNowStatusAccepted
	})), nil
}

func (r reservations) OnCancelReservation(request *reservation.CancelReservationRequest) (*reservation.CancelReservationResponse, error) {
	s := r.station
	return reservation.NewCancelReservationResponse(station.InTurn(s.turns, func() reservation.CancelReservationStatus {
		e := s.withReservation(request.ReservationID)
		if e == nil {
			return reservation.CancelReservationStatusRejected
		}
		e.release()
		s.link.AfterAnswer(s.statuses)
		return reservation.CancelReservationStatusAccepted
	})), nil
}
