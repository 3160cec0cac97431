package station

import (
	"errors"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocppj"
)

var errOffline = errors.New("there is no connection")

// calls sends requests over one connection and hands their answers over in a turn.
//
// The library's own callbacks come from another goroutine than the requests of the other side do: the answer that
// came first would be seen last.
type calls struct {
	turns  *Turns
	client *ocppj.Client
	then   func(answer ocpp.Response, err error)
}

func newCalls(turns *Turns, client *ocppj.Client) *calls {
	made := &calls{turns: turns, client: client}
	over := func(answer ocpp.Response, err error) {
		turns.Later(func() {
			if then := made.then; then != nil {
				made.then = nil
				then(answer, err)
			}
		})
	}
	client.SetResponseHandler(func(answer ocpp.Response, _ string) { over(answer, nil) })
	client.SetErrorHandler(func(err *ocpp.Error, _ interface{}) { over(nil, refused{err}) })
	client.SetOnRequestCanceled(func(_ string, _ ocpp.Request, err *ocpp.Error) { over(nil, err) })
	return made
}

// refused is a CALLERROR, or what the library does not send because it breaks the schema.
type refused struct{ error }

func (c *calls) send(request ocpp.Request, then func(answer ocpp.Response, err error)) {
	c.then = then
	if err := c.client.SendRequest(request); err != nil {
		c.then = nil
		then(nil, refused{err})
	}
}

type call struct {
	request  ocpp.Request
	then     func(answer ocpp.Response, err error)
	kept     bool
	failures int
	// when it is said again, where it was said in vain
	notBefore time.Time
}

// Delivery is how the version has a station deliver what is kept.
type Delivery struct {
	// Attempts: how often the CSMS may fail to process a message.
	Attempts func() int
	// Interval: seconds, which grow with the failures.
	Interval func() int
	// GivesUpSilence: a message that is not answered in time has failed, too (2.0.1, E13); else it is lost, and said
	// until it is answered.
	GivesUpSilence bool
}

// Outgoing is what a station says: one CALL at a time, and what is about a transaction until it is answered. All of it
// happens in turns.
type Outgoing struct {
	turns            *Turns
	delivery         Delivery
	kept, others     []*call
	line             *calls
	busy, registered bool
	wake             *Timer
	whenIdle         []func()
}

// NewOutgoing has nothing to say yet.
func NewOutgoing(turns *Turns, delivery Delivery) *Outgoing {
	return &Outgoing{turns: turns, delivery: delivery}
}

// Waiting tells whether something that is kept, and that this is true of, is not answered yet.
func (o *Outgoing) Waiting(meant func(request ocpp.Request) bool) bool {
	for _, each := range o.kept {
		if meant(each.request) {
			return true
		}
	}
	return false
}

// Connected tells whether there is a connection.
func (o *Outgoing) Connected() bool {
	return o.line != nil
}

func (o *Outgoing) connected(line *calls) {
	o.line = line
	o.busy = false
	o.next()
}

func (o *Outgoing) disconnected() {
	if o.line == nil {
		return
	}
	over := o.line.then
	o.line.then = nil
	o.line = nil
	if over != nil {
		over(nil, errOffline)
	}
	others := o.others
	o.others = nil
	for _, each := range others {
		each.then(nil, errOffline)
	}
}

// Registered tells whether the CSMS has accepted the boot: only then is it told of transactions.
func (o *Outgoing) Registered(registered bool) {
	o.registered = registered
	o.next()
}

// Ask says it when its time comes; what is said without a connection is said in vain.
func (o *Outgoing) Ask(request ocpp.Request, then func(answer ocpp.Response, err error)) {
	if !o.Connected() {
		o.turns.Later(func() { then(nil, errOffline) })
		return
	}
	o.others = append(o.others, &call{request: request, then: then})
	o.next()
}

// Keep says it, and again until it is answered or the CSMS has failed to process it as often as it may.
func (o *Outgoing) Keep(request ocpp.Request, then func(answer ocpp.Response, err error)) {
	o.kept = append(o.kept, &call{request: request, then: then, kept: true})
	o.next()
}

// WhenIdle has the task done when nothing is kept any more.
func (o *Outgoing) WhenIdle(task func()) {
	if len(o.kept) == 0 {
		o.turns.Later(task)
		return
	}
	o.whenIdle = append(o.whenIdle, task)
}

func (o *Outgoing) next() {
	o.wake.Stop()
	if o.line == nil || o.busy {
		return
	}
	var wait time.Duration
	if len(o.kept) > 0 {
		wait = time.Until(o.kept[0].notBefore)
	}
	switch {
	case o.registered && len(o.kept) > 0 && wait <= 0:
		o.say(o.kept[0])
	case len(o.others) > 0:
		first := o.others[0]
		o.others = o.others[1:]
		o.say(first)
	case o.registered && len(o.kept) > 0:
		o.wake = o.turns.After(wait, o.next)
	}
}

func (o *Outgoing) say(said *call) {
	o.busy = true
	o.line.send(said.request, func(answer ocpp.Response, err error) {
		o.busy = false
		if !said.kept {
			said.then(answer, err)
		} else if err == nil || !o.again(said, err) {
			o.kept = o.kept[1:]
			said.then(answer, err)
			if len(o.kept) == 0 {
				for _, task := range o.whenIdle {
					o.turns.Later(task)
				}
				o.whenIdle = nil
			}
		}
		o.next()
	})
}

// again tells whether a message that was not answered is said once more: one whose connection was lost is, and one that
// failed as often as the configuration says.
func (o *Outgoing) again(said *call, err error) bool {
	if !o.Connected() {
		return true
	}
	said.failures++
	said.notBefore = time.Now().Add(time.Duration(said.failures*o.delivery.Interval()) * time.Second)
	_, isRefused := err.(refused)
	return !isRefused && !o.delivery.GivesUpSilence || said.failures < o.delivery.Attempts()
}
