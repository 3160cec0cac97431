package main

import (
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp1.6/reservation"

	"ocppproof/interop/internal/station"
)

// reserved is for whom a connector is kept.
type reserved struct {
	id            int
	token, parent string
	expiry        *station.Timer
}

// keptFor tells whether a connector may be used with this token: it is not reserved, or for this one.
func (c *connector) keptFor(token, parent string) bool {
	return c.reserved == nil || strings.EqualFold(c.reserved.token, token) ||
		parent != "" && strings.EqualFold(c.reserved.parent, parent)
}

// release ends the reservation, where there is one.
func (c *connector) release() {
	if c.reserved != nil {
		c.reserved.expiry.Stop()
		c.reserved = nil
	}
}

// withReservation is the connector that this reservation is about; nil where there is no such reservation.
func (p *chargePoint) withReservation(id int) *connector {
	for _, each := range p.connectors {
		if each.reserved != nil && each.reserved.id == id {
			return each
		}
	}
	return nil
}

func (r requests) OnReserveNow(request *reservation.ReserveNowRequest) (*reservation.ReserveNowConfirmation, error) {
	p := r.point
	return reservation.NewReserveNowConfirmation(station.InTurn(p.turns, func() reservation.ReservationStatus {
		c, before := p.connector(request.ConnectorId), p.withReservation(request.ReservationId)
		switch {
		case c == nil: // ReserveConnectorZeroSupported is false
			return reservation.ReservationStatusRejected
		case c.faulted:
			return reservation.ReservationStatusFaulted
		case !c.operative:
			return reservation.ReservationStatusUnavailable
		case c.transaction != nil || c.plugged || c.waiting != "" || c.reserved != nil && c != before:
			return reservation.ReservationStatusOccupied
		}
		if before != nil {
			before.release()
		}
		c.reserved = &reserved{id: request.ReservationId, token: request.IdTag, parent: request.ParentIdTag}
		c.reserved.expiry = p.turns.After(request.ExpiryDate.Sub(p.now().Time), func() {
			c.release()
			p.tell(c)
		})
		p.link.AfterAnswer(p.statuses)
		return reservation.ReservationStatusAccepted
	})), nil
}

func (r requests) OnCancelReservation(request *reservation.CancelReservationRequest) (*reservation.CancelReservationConfirmation, error) {
	p := r.point
	return reservation.NewCancelReservationConfirmation(station.InTurn(p.turns, func() reservation.CancelReservationStatus {
		c := p.withReservation(request.ReservationId)
		if c == nil {
			return reservation.CancelReservationStatusRejected
		}
		c.release()
		p.link.AfterAnswer(p.statuses)
		return reservation.CancelReservationStatusAccepted
	})), nil
}
