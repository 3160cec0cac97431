package main

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
)

func newTransactionID() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		panic(err)
	}
	return hex.EncodeToString(bytes)
}

func (s *chargingStation) begin(e *evse, trigger transactions.TriggerReason) {
	e.timer.Stop()
	e.token, e.waiting = e.waiting, nil
	e.transaction, e.seqNo = newTransactionID(), 0
	running, connector := e.transaction, 1
	event := s.event(e, transactions.TransactionEventStarted, trigger, e.charging(),
		types.ReadingContextTransactionBegin, "TxStartedMeasurands")
	event.TransactionInfo.RemoteStartID = e.remoteStart
	event.Evse = &types.EVSE{ID: e.id, ConnectorID: &connector}
	event.IDToken = e.token
	event.ReservationID = e.reservation
	e.remoteStart, e.reservation = nil, nil
	s.outgoing.Keep(event, func(answer ocpp.Response, err error) {
		if err != nil || e.transaction != running {
			return
		}
		info := answer.(*transactions.TransactionEventResponse).IDTokenInfo
		if info != nil && info.Status != types.AuthorizationStatusAccepted {
			s.end(e, transactions.TriggerReasonDeAuthorized, transactions.ReasonDeAuthorized, nil)
		}
	})
	s.sampleLater(e, running, time.Now())
}

func (s *chargingStation) end(e *evse, trigger transactions.TriggerReason, reason transactions.Reason, token *types.IdToken) {
	event := s.event(e, transactions.TransactionEventEnded, trigger, e.over(), types.ReadingContextTransactionEnd, "TxEndedMeasurands")
	event.TransactionInfo.StoppedReason = reason
	event.IDToken = token
	e.transaction, e.interrupted = "", false
	if e.toBeInoperative {
		e.operative, e.toBeInoperative = false, false
	}
	s.outgoing.Keep(event, func(ocpp.Response, error) {})
	s.tell(e)
	if !s.busy() && s.whenIdle != nil {
		task := s.whenIdle
		s.whenIdle = nil
		task()
	}
}

// goesOn tells how the transaction at an EVSE stands.
func (s *chargingStation) goesOn(e *evse, trigger transactions.TriggerReason, context types.ReadingContext) {
	s.outgoing.Keep(s.event(e, transactions.TransactionEventUpdated, trigger, e.charging(), context, "TxUpdatedMeasurands"),
		func(ocpp.Response, error) {})
}

func (s *chargingStation) event(e *evse, kind transactions.TransactionEvent, trigger transactions.TriggerReason,
	state transactions.ChargingState, context types.ReadingContext, measurands string) *transactions.TransactionEventRequest {
	e.meter += 10
	s.journal.write("EVSE %d: transaction %s, %s because of %s", e.id, e.transaction, kind, trigger)
	event := transactions.NewTransactionEventRequest(kind, s.now(), trigger, e.seqNo,
		transactions.Transaction{TransactionID: e.transaction, ChargingState: state})
	e.seqNo++
	event.Offline = !s.outgoing.Connected()
	event.MeterValue = e.sampled(*s.now(), context, s.variables.text("SampledDataCtrlr."+measurands))
	return event
}

// sampleLater: the interval counts from the start and from each sample, and a new one from when it is set.
func (s *chargingStation) sampleLater(e *evse, running string, last time.Time) {
	s.turns.After(100*time.Millisecond, func() {
		if e.transaction != running {
			return
		}
		interval := time.Duration(s.variables.number("SampledDataCtrlr.TxUpdatedInterval")) * time.Second
		if interval > 0 && time.Since(last) >= interval {
			s.goesOn(e, transactions.TriggerReasonMeterValuePeriodic, types.ReadingContextSamplePeriodic)
			last = time.Now()
		}
		s.sampleLater(e, running, last)
	})
}
