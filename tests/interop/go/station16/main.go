// A 1.6 charge point on ocpp-go: Core, local list, trigger and reservations.
//
// Arguments: URL of the Central System, port of its bench API (octt-api paths). All that it knows belongs to one
// goroutine.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp16 "github.com/lorenzodonini/ocpp-go/ocpp1.6"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/remotetrigger"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/smartcharging"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"
	"github.com/lorenzodonini/ocpp-go/ocppj"
	"github.com/lorenzodonini/ocpp-go/ws"

	"ocppproof/interop/internal/station"
)

const identity = "CS001"

// chargePoint is the charge point. Without another word, what is here is done in its turns.
type chargePoint struct {
	turns      *station.Turns
	link       *station.Link
	outgoing   *station.Outgoing
	settings   *settings
	list       *localList
	connectors []*connector
	accepted   bool
	resetting  bool
	usable     bool
	toldOfAll  core.ChargePointStatus
	clock      time.Duration // how far the Central System's is ahead
	bootAgain  *station.Timer
	heartbeat  *station.Timer
	clockTick  *station.Timer
}

func main() {
	p := &chargePoint{turns: station.NewTurns(), settings: newSettings(), usable: true}
	p.list = newLocalList(p.settings)
	p.connectors = []*connector{newConnector(1), newConnector(2)}
	p.outgoing = station.NewOutgoing(p.turns, station.Delivery{
		Attempts: func() int { return p.settings.number("TransactionMessageAttempts") },
		Interval: func() int { return p.settings.number("TransactionMessageRetryInterval") },
	})
	p.link = &station.Link{
		Turns: p.turns, URL: os.Args[1], Identity: identity, Build: p.build, Opened: p.opened, Outgoing: p.outgoing,
		Patience: func() time.Duration { return 3 * time.Second },
		Profiles: []*ocpp.Profile{core.Profile, localauth.Profile, firmware.Profile, reservation.Profile,
			remotetrigger.Profile, smartcharging.Profile},
	}
	station.Serve(p.turns, os.Args[2], p.operated)
	fmt.Println("started")
	p.link.Run()
}

func (p *chargePoint) build(client *ocppj.Client, line ws.WsClient) station.Library {
	library := ocpp16.NewChargePoint(identity, client, line)
	library.SetCoreHandler(requests{p})
	library.SetLocalAuthListHandler(requests{p})
	library.SetRemoteTriggerHandler(requests{p})
	library.SetReservationHandler(requests{p})
	return library
}

func (p *chargePoint) opened() {
	if p.accepted {
		p.statuses()
	} else {
		p.boot()
	}
}

// ask says it and has then look at the answer, if there is one.
func ask[T ocpp.Response](p *chargePoint, request ocpp.Request, then func(answer T)) {
	p.outgoing.Ask(request, func(answer ocpp.Response, err error) {
		if err == nil {
			then(answer.(T))
		}
	})
}

func (p *chargePoint) boot() {
	p.bootAgain.Stop()
	p.outgoing.Ask(core.NewBootNotificationRequest("go", "ocpp-go"), func(answer ocpp.Response, err error) {
		wait := 1 // until it tries again
		if err == nil {
			booted := answer.(*core.BootNotificationConfirmation)
			p.setClock(booted.CurrentTime)
			wait = booted.Interval
			if wait == 0 {
				wait = 300
			}
			if booted.Status == core.RegistrationStatusAccepted {
				p.booted(wait)
				return
			}
		}
		if p.outgoing.Connected() {
			p.bootAgain = p.turns.After(time.Duration(wait)*time.Second, p.boot)
		}
	})
}

func (p *chargePoint) booted(interval int) {
	p.accepted = true
	p.outgoing.Registered(true)
	p.settings.heartbeats(interval)
	p.intervals()
	for _, each := range p.connectors {
		each.told = ""
		if each.interrupted {
			p.end(each, core.ReasonPowerLoss, "")
		}
	}
	p.toldOfAll = ""
	p.statuses()
}

func (p *chargePoint) setClock(central *types.DateTime) {
	p.clock = time.Until(central.Time)
}

func (p *chargePoint) now() *types.DateTime {
	return types.NewDateTime(time.Now().Add(p.clock))
}

// intervals begins the heartbeats and the samples by the clock anew.
func (p *chargePoint) intervals() {
	p.heartbeat.Stop()
	p.clockTick.Stop()
	p.beatLater()
	p.tickLater()
}

func (p *chargePoint) beatLater() {
	seconds := p.settings.number("HeartbeatInterval")
	if seconds > 0 {
		p.heartbeat = p.turns.After(time.Duration(seconds)*time.Second, func() {
			p.beat()
			p.beatLater()
		})
	}
}

func (p *chargePoint) beat() {
	ask(p, core.NewHeartbeatRequest(), func(answer *core.HeartbeatConfirmation) { p.setClock(answer.CurrentTime) })
}

func (p *chargePoint) tickLater() {
	interval := time.Duration(p.settings.number("ClockAlignedDataInterval")) * time.Second
	if interval == 0 {
		return
	}
	now := p.now().UTC()
	intoDay := now.Sub(now.Truncate(24 * time.Hour))
	p.clockTick = p.turns.After(interval-intoDay%interval, func() {
		for _, each := range p.connectors {
			if each.transaction != nil {
				p.meterValues(each, types.ReadingContextSampleClock, "MeterValuesAlignedData")
			}
		}
		p.tickLater()
	})
}

// restart is as without power for a moment: the connection is new, and it boots.
func (p *chargePoint) restart() {
	p.accepted, p.resetting = false, false
	p.outgoing.Registered(false)
	for _, each := range []*station.Timer{p.bootAgain, p.heartbeat, p.clockTick} {
		each.Stop()
	}
	for _, each := range p.connectors {
		each.waiting = ""
		each.timer.Stop()
	}
	p.link.Restart()
}
