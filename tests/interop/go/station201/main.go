// A 2.0.1 charging station on ocpp-go: two EVSEs, local and remote start, a device model, a local list and
// reservations.
//
// Arguments: URL of the CSMS, port of its bench API (octt-api paths). All that it knows belongs to one goroutine. A
// transaction begins when the power path is closed, and ends when it is opened.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp2 "github.com/lorenzodonini/ocpp-go/ocpp2.0.1"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/authorization"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/availability"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/data"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/diagnostics"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/meter"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/remotecontrol"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/security"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/smartcharging"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
	"github.com/lorenzodonini/ocpp-go/ocppj"
	"github.com/lorenzodonini/ocpp-go/ws"

	"ocppproof/interop/internal/station"
)

const identity = "CS001"

// chargingStation is the station. Without another word, what is here is done in its turns.
type chargingStation struct {
	turns      *station.Turns
	link       *station.Link
	outgoing   *station.Outgoing
	variables  *variables
	evses      []*evse
	accepted   bool
	resetting  bool
	uploading  *int // the request for it
	journal    journal
	list       localList
	bootReason provisioning.BootReason
	clock      time.Duration // how far the CSMS's is ahead
	bootAgain  *station.Timer
	heartbeat  *station.Timer
	whenIdle   func() // what was put off until nothing is charging any more
}

func main() {
	s := &chargingStation{turns: station.NewTurns(), variables: newVariables(), bootReason: provisioning.BootReasonPowerUp}
	s.evses = []*evse{newEvse(1), newEvse(2)}
	s.outgoing = station.NewOutgoing(s.turns, station.Delivery{
		Attempts:       func() int { return s.variables.number("OCPPCommCtrlr.MessageAttempts[TransactionEvent]") },
		Interval:       func() int { return s.variables.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") },
		GivesUpSilence: true,
	})
	s.link = &station.Link{
		Turns: s.turns, URL: os.Args[1], Identity: identity, Build: s.build, Opened: s.opened, Outgoing: s.outgoing,
		Patience: func() time.Duration {
			return time.Duration(max(1, s.variables.number("OCPPCommCtrlr.MessageTimeout[Default]"))) * time.Second
		},
		Profiles: []*ocpp.Profile{authorization.Profile, availability.Profile, data.Profile, diagnostics.Profile,
			firmware.Profile, localauth.Profile, meter.Profile, provisioning.Profile, remotecontrol.Profile,
			reservation.Profile, security.Profile, smartcharging.Profile, transactions.Profile},
	}
	station.Serve(s.turns, os.Args[2], s.operated)
	fmt.Println("started")
	s.link.Run()
}

func (s *chargingStation) build(client *ocppj.Client, line ws.WsClient) station.Library {
	library := ocpp2.NewChargingStation(identity, client, line)
	library.SetProvisioningHandler(inventory{s})
	library.SetRemoteControlHandler(remote{s})
	library.SetAvailabilityHandler(remote{s})
	library.SetDataHandler(remote{s})
	library.SetLocalAuthListHandler(localLists{s})
	library.SetReservationHandler(reservations{s})
	library.SetDiagnosticsHandler(logs{s})
	library.SetTransactionsHandler(remote{s})
	return library
}

func (s *chargingStation) opened() {
	if s.accepted {
		s.statuses()
	} else {
		s.boot(s.bootReason)
	}
}

// ask says it and has then look at the answer, if there is one.
func ask[T ocpp.Response](s *chargingStation, request ocpp.Request, then func(answer T)) {
	s.outgoing.Ask(request, func(answer ocpp.Response, err error) {
		if err == nil {
			then(answer.(T))
		}
	})
}

// tellOf says what needs no more than an answer.
func (s *chargingStation) tellOf(request ocpp.Request) {
	s.outgoing.Ask(request, func(ocpp.Response, error) {})
}

func (s *chargingStation) boot(reason provisioning.BootReason) {
	s.bootAgain.Stop()
	request := provisioning.NewBootNotificationRequest(reason, "go", "ocpp-go")
	s.outgoing.Ask(request, func(answer ocpp.Response, err error) {
		wait := 1 // until it tries again
		if err == nil {
			booted := answer.(*provisioning.BootNotificationResponse)
			s.setClock(*booted.CurrentTime)
			wait = booted.Interval
			if wait == 0 {
				wait = 300
			}
			if booted.Status == provisioning.RegistrationStatusAccepted {
				s.booted(wait)
				return
			}
		}
		if s.outgoing.Connected() {
			s.bootAgain = s.turns.After(time.Duration(wait)*time.Second, func() { s.boot(reason) })
		}
	})
}

func (s *chargingStation) booted(interval int) {
	s.accepted = true
	s.journal.write("accepted by the CSMS")
	s.outgoing.Registered(true)
	s.variables.setNumber("OCPPCommCtrlr.HeartbeatInterval", interval)
	s.intervals()
	s.tellOf(security.NewSecurityEventNotificationRequest("StartupOfTheDevice", s.now()))
	for _, each := range s.evses {
		each.told = ""
		if each.interrupted {
			s.end(each, transactions.TriggerReasonAbnormalCondition, transactions.ReasonPowerLoss, nil)
		}
	}
	s.statuses()
}

func (s *chargingStation) setClock(csms types.DateTime) {
	s.clock = time.Until(csms.Time)
}

func (s *chargingStation) now() *types.DateTime {
	return types.NewDateTime(time.Now().Add(s.clock))
}

// intervals begins the heartbeats anew.
func (s *chargingStation) intervals() {
	s.heartbeat.Stop()
	seconds := s.variables.number("OCPPCommCtrlr.HeartbeatInterval")
	if seconds > 0 {
		s.heartbeat = s.turns.After(time.Duration(seconds)*time.Second, func() {
			s.beat()
			s.intervals()
		})
	}
}

func (s *chargingStation) beat() {
	ask(s, availability.NewHeartbeatRequest(), func(answer *availability.HeartbeatResponse) { s.setClock(answer.CurrentTime) })
}

// statuses tells of the connectors that are not as it was told last.
func (s *chargingStation) statuses() {
	for _, each := range s.evses {
		s.tell(each)
	}
}

func (s *chargingStation) tell(e *evse) {
	if s.accepted && s.outgoing.Connected() && e.told != e.status() {
		s.status(e)
	}
}

func (s *chargingStation) status(e *evse) {
	e.told = e.status()
	s.journal.write("EVSE %d: %s", e.id, e.told)
	s.tellOf(availability.NewStatusNotificationRequest(s.now(), e.told, e.id, 1))
}

// restart is as without power for a moment: the connection is new, and it boots.
func (s *chargingStation) restart(reason provisioning.BootReason) {
	s.bootReason = reason
	s.journal.write("restarts: %s", reason)
	s.accepted, s.resetting, s.whenIdle = false, false, nil
	s.outgoing.Registered(false)
	s.bootAgain.Stop()
	s.heartbeat.Stop()
	for _, each := range s.evses {
		each.waiting, each.remoteStart, each.reservation = nil, nil, nil
		each.timer.Stop()
	}
	s.link.Restart()
}
