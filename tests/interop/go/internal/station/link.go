package station

import (
	"errors"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocppj"
	"github.com/lorenzodonini/ocpp-go/ws"
)

const (
	pause = 200 * time.Millisecond // between one attempt to connect and the next
	never = 1000 * time.Hour
)

// Library is the library's charge point or charging station: what begins and ends a connection.
type Library interface {
	Start(url string) error
	Stop()
}

// Link is the connection of a station, one client of the library after the other.
//
// The library can connect again by itself. Then it waits for the answer to what it sent on the connection that is gone
// before it sends anything else, and at times it sends what comes first twice. So each connection is a client of its
// own, and what has to be told is kept in Outgoing.
type Link struct {
	Turns *Turns
	URL   string
	// Build makes the library's object around a client for this identity, with the handlers of the station.
	Build func(client *ocppj.Client, line ws.WsClient) Library
	// Opened is called in a turn when there is a connection, and has the station say what it has to.
	Opened   func()
	Identity string
	Profiles []*ocpp.Profile
	Outgoing *Outgoing
	// Patience: how long an answer may take, for the next connection.
	Patience func() time.Duration

	ended   chan struct{}
	answers []func()
}

// Run connects, and connects again whenever the connection is gone, for as long as the program runs.
func (l *Link) Run() {
	for {
		ended := make(chan struct{}, 2)
		started := make(chan struct{})
		line := &line{Client: ws.NewClient(), link: l, started: started}
		waits := ws.NewClientTimeoutConfig()
		waits.RetryBackOffWaitMinimum = never
		line.SetTimeoutConfig(waits)
		dispatcher := ocppj.NewDefaultClientDispatcher(ocppj.NewFIFOClientQueue(0))
		dispatcher.SetTimeout(InTurn(l.Turns, l.Patience))
		client := ocppj.NewClient(l.Identity, line, dispatcher, nil, l.Profiles...)
		client.SetOnDisconnectedHandler(func(error) { ended <- struct{}{} })
		library := l.Build(client, line)
		calls := newCalls(l.Turns, client)
		if library.Start(l.URL) == nil {
			close(started)
			l.Turns.Later(func() {
				l.ended = ended
				l.Outgoing.connected(calls)
				l.Opened()
			})
			<-ended
			// a client that is stopped must not be asked to send: it panics
			InTurn(l.Turns, func() bool { l.Outgoing.disconnected(); return true })
			go library.Stop() // which waits for ever where the connection ends at the same moment
		}
		time.Sleep(pause)
	}
}

// Restart ends the connection, as the loss of power does; in a turn.
func (l *Link) Restart() {
	select {
	case l.ended <- struct{}{}:
	default: // it has ended already
	}
}

// AfterAnswer has the task done when the answer to the request that is handled now is out; in a turn.
func (l *Link) AfterAnswer(task func()) {
	l.answers = append(l.answers, task)
}

func (l *Link) answered() {
	tasks := l.answers
	l.answers = nil
	for _, task := range tasks {
		task()
	}
}

// line is the library's WebSocket client, which tells when a message has been handled and its answer is on its way.
type line struct {
	*ws.Client
	link    *Link
	started chan struct{}
}

// SetMessageHandler takes the library's handler, which has answered a request when it returns.
func (l *line) SetMessageHandler(handler func(data []byte) error) {
	l.Client.SetMessageHandler(func(data []byte) error {
		err := handler(data)
		l.link.Turns.Later(l.link.answered)
		return err
	})
}

// SetDisconnectedHandler has the handler wait until the client is started: the library's fails before.
func (l *line) SetDisconnectedHandler(handler func(err error)) {
	l.Client.SetDisconnectedHandler(func(err error) {
		<-l.started
		handler(err)
	})
}

// Write sends. The library closes its queue when the connection ends, and whoever is about to write into it panics.
func (l *line) Write(data []byte) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the connection is gone")
		}
	}()
	return l.Client.Write(data)
}

var _ ws.WsClient = (*line)(nil)
