package main

import (
	"strconv"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"
)

func (p *chargePoint) begin(c *connector, token string) {
	c.timer.Stop()
	running := &transaction{}
	c.waiting, c.token, c.suspendedBy, c.transaction = "", token, "", running
	request := core.NewStartTransactionRequest(c.number, token, c.meter, p.now())
	if c.reserved != nil {
		request.ReservationId = &c.reserved.id
		c.release()
	}
	p.outgoing.Keep(request, func(answer ocpp.Response, err error) {
		if err != nil {
			running.startedAs(-1) // the Central System failed to process it as often as it may
			return
		}
		started := answer.(*core.StartTransactionConfirmation)
		running.startedAs(started.TransactionId)
		if c.transaction != running {
			return
		}
		if started.IdTagInfo.ParentIdTag != "" {
			c.parent = started.IdTagInfo.ParentIdTag
		}
		if started.IdTagInfo.Status == types.AuthorizationStatusAccepted {
			return
		}
		c.suspendedBy = core.ChargePointStatusSuspendedEVSE
		if p.settings.on("StopTransactionOnInvalidId") {
			p.end(c, core.ReasonDeAuthorized, "")
		} else {
			p.tell(c)
		}
	})
	p.tell(c)
	p.sampleLater(c, running, time.Now())
}

// sampleLater: the interval counts from the start and from each sample, and a new one from when it is set.
func (p *chargePoint) sampleLater(c *connector, running *transaction, last time.Time) {
	p.turns.After(100*time.Millisecond, func() {
		if c.transaction != running {
			return
		}
		interval := time.Duration(p.settings.number("MeterValueSampleInterval")) * time.Second
		if interval > 0 && time.Since(last) >= interval {
			p.meterValues(c, types.ReadingContextSamplePeriodic, "MeterValuesSampledData")
			last = time.Now()
		}
		p.sampleLater(c, running, last)
	})
}

// end ends what runs. Once it is known under which id it ran, the Central System is told.
func (p *chargePoint) end(c *connector, reason core.Reason, token string) {
	over := c.transaction
	c.transaction, c.interrupted, c.ended = nil, false, c.plugged
	c.meter += 10
	request := core.NewStopTransactionRequest(c.meter, p.now(), 0)
	request.Reason = reason
	request.IdTag = token
	request.TransactionData = p.sampled(c, types.ReadingContextTransactionEnd, "StopTxnSampledData")
	if c.toBeInoperative {
		c.operative, c.toBeInoperative = false, false
	}
	over.whenStarted(func() {
		request.TransactionId = over.id
		p.outgoing.Keep(request, func(ocpp.Response, error) {})
		p.tell(c)
	})
}

// sampled is what the meter shows of the measurands that this key names; nothing where it names none.
func (p *chargePoint) sampled(c *connector, context types.ReadingContext, key string) []types.MeterValue {
	var values []types.SampledValue
	for _, measurand := range p.settings.measurands(key) {
		values = append(values, types.SampledValue{
			Value: strconv.Itoa(c.meter), Context: context, Measurand: types.Measurand(measurand)})
	}
	if values == nil {
		return nil
	}
	return []types.MeterValue{{Timestamp: p.now(), SampledValue: values}}
}

func (p *chargePoint) meterValues(c *connector, context types.ReadingContext, key string) {
	if c.transaction != nil {
		c.meter++
	}
	values := p.sampled(c, context, key)
	if values == nil {
		return
	}
	request := core.NewMeterValuesRequest(c.number, values)
	if c.transaction == nil {
		p.outgoing.Keep(request, func(ocpp.Response, error) {})
		return
	}
	running := c.transaction
	running.whenStarted(func() {
		request.TransactionId = &running.id
		p.outgoing.Keep(request, func(ocpp.Response, error) {})
	})
}

// reset ends what runs, tells of it, and begins anew.
func (p *chargePoint) reset(kind core.ResetType) {
	reason := core.ReasonSoftReset
	if kind == core.ResetTypeHard {
		reason = core.ReasonHardReset
	}
	p.resetting = true
	for _, each := range p.connectors {
		each.waiting = ""
		if each.transaction != nil {
			p.end(each, reason, "")
		}
	}
	done := false
	restart := func() {
		if !done {
			done = true
			p.restart()
		}
	}
	p.outgoing.WhenIdle(func() { p.turns.After(shutdown, restart) })
	p.turns.After(patience, restart)
}

const (
	shutdown = 200 * time.Millisecond // what it takes to shut down: the library sends what it was given meanwhile
	patience = 5 * time.Second        // how long it waits for the Central System to take what it has to tell
)
