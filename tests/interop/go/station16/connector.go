package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"

	"ocppproof/interop/internal/station"
)

// connector: what is plugged in, who may charge, what runs.
type connector struct {
	number                               int
	plugged, faulted, ended, interrupted bool
	operative, toBeInoperative           bool
	waiting, token, parent               string // who may start once the cable is in, and who did
	transaction                          *transaction
	meter                                int
	suspendedBy                          core.ChargePointStatus // why no energy flows while a transaction runs
	told                                 core.ChargePointStatus
	reserved                             *reserved
	timer                                *station.Timer
}

// transaction has the id that StartTransaction is answered with.
type transaction struct {
	id      int
	started bool
	then    []func() // what has to be told under that id
}

// whenStarted has the task done once it is known under which id the transaction runs.
func (t *transaction) whenStarted(task func()) {
	if t.started {
		task()
	} else {
		t.then = append(t.then, task)
	}
}

func (t *transaction) startedAs(id int) {
	t.id, t.started = id, true
	for _, task := range t.then {
		task()
	}
	t.then = nil
}

func newConnector(number int) *connector {
	return &connector{number: number, operative: true, meter: 1000}
}

func (c *connector) free() bool {
	return c.transaction == nil && c.waiting == "" && c.operative && !c.faulted
}

func (c *connector) status() core.ChargePointStatus {
	switch {
	case c.faulted:
		return core.ChargePointStatusFaulted
	case c.transaction != nil && c.suspendedBy != "":
		return c.suspendedBy
	case c.transaction != nil:
		return core.ChargePointStatusCharging
	case !c.operative:
		return core.ChargePointStatusUnavailable
	case c.reserved != nil && c.waiting == "" && !c.plugged:
		return core.ChargePointStatusReserved
	case c.plugged && c.ended:
		return core.ChargePointStatusFinishing
	case c.plugged || c.waiting != "":
		return core.ChargePointStatusPreparing
	}
	return core.ChargePointStatusAvailable
}

// connector with this number; nil where there is none.
func (p *chargePoint) connector(number int) *connector {
	if number < 1 || number > len(p.connectors) {
		return nil
	}
	return p.connectors[number-1]
}

// --- what is told of them

func (p *chargePoint) statusOfAll() core.ChargePointStatus {
	if p.usable {
		return core.ChargePointStatusAvailable
	}
	return core.ChargePointStatusUnavailable
}

// statuses tells of what is not as it was told last.
func (p *chargePoint) statuses() {
	if all := p.statusOfAll(); p.accepted && p.outgoing.Connected() && p.toldOfAll != all {
		p.toldOfAll = all
		p.status(0, all)
	}
	for _, each := range p.connectors {
		p.tell(each)
	}
}

func (p *chargePoint) tell(c *connector) {
	if p.accepted && p.outgoing.Connected() && c.told != c.status() {
		c.told = c.status()
		p.status(c.number, c.told)
	}
}

func (p *chargePoint) status(number int, status core.ChargePointStatus) {
	code := core.NoError
	if status == core.ChargePointStatusFaulted {
		code = core.OtherError
	}
	request := core.NewStatusNotificationRequest(number, code, status)
	request.Timestamp = p.now()
	ask(p, request, func(*core.StatusNotificationConfirmation) {})
}
