package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/meter"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/remotecontrol"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/station"
)

func (r remote) OnTriggerMessage(request *remotecontrol.TriggerMessageRequest) (*remotecontrol.TriggerMessageResponse, error) {
	s := r.station
	return remotecontrol.NewTriggerMessageResponse(station.InTurn(s.turns, func() remotecontrol.TriggerMessageStatus {
		meant, found := s.meant(request.Evse)
		if !found {
			return remotecontrol.TriggerMessageStatusRejected
		}
		status, task := s.triggered(request.RequestedMessage, meant)
		if task != nil {
			s.link.AfterAnswer(task)
		}
		return status
	})), nil
}

// triggered gives what is answered, and what is said then.
func (s *chargingStation) triggered(message remotecontrol.MessageTrigger, meant []*evse) (remotecontrol.TriggerMessageStatus, func()) {
	accepted := remotecontrol.TriggerMessageStatusAccepted
	each := func(task func(e *evse)) func() {
		return func() {
			for _, e := range meant {
				task(e)
			}
		}
	}
	switch message {
	case remotecontrol.MessageTriggerHeartbeat:
		return accepted, s.beat
	case remotecontrol.MessageTriggerLogStatusNotification:
		return accepted, s.uploads
	case remotecontrol.MessageTriggerStatusNotification:
		return accepted, each(s.status)
	case remotecontrol.MessageTriggerMeterValues:
		return accepted, each(s.meterValues)
	case remotecontrol.MessageTriggerBootNotification:
		if !s.accepted {
			return accepted, func() { s.boot(provisioning.BootReasonTriggered) }
		}
		return remotecontrol.TriggerMessageStatusRejected, nil
	case remotecontrol.MessageTriggerTransactionEvent:
		for _, e := range meant {
			if e.transaction != "" {
				return accepted, each(s.transactionEvent)
			}
		}
		return remotecontrol.TriggerMessageStatusRejected, nil
	}
	return remotecontrol.TriggerMessageStatusNotImplemented, nil
}

func (s *chargingStation) meterValues(e *evse) {
	values := e.sampled(*s.now(), types.ReadingContextTrigger, s.variables.text("AlignedDataCtrlr.Measurands"))
	s.tellOf(meter.NewMeterValuesRequest(e.id, values))
}

func (s *chargingStation) transactionEvent(e *evse) {
	if e.transaction != "" {
		s.goesOn(e, transactions.TriggerReasonTrigger, types.ReadingContextTrigger)
	}
}
