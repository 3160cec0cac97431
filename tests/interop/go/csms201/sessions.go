package main

import (
	"sort"
	"sync"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
)

// A transaction's id is its station's own: another station may use the same.
type sessionId struct{ station, transaction string }

type session struct {
	ended  bool
	evse   int
	events map[int]transactions.TransactionEvent // by sequence number: an event that comes again is the same event
}

// sessions keeps what stations told of their transactions.
type sessions struct {
	mutex sync.Mutex
	known map[sessionId]*session
}

func newSessions() *sessions {
	return &sessions{known: map[sessionId]*session{}}
}

// record keeps an event; they need not come in their order.
func (it *sessions) record(station string, event *transactions.TransactionEventRequest) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	id := sessionId{station, event.TransactionInfo.TransactionID}
	found, ok := it.known[id]
	if !ok {
		found = &session{events: map[int]transactions.TransactionEvent{}}
		it.known[id] = found
	}
	found.events[event.SequenceNo] = event.EventType
	if event.EventType == transactions.TransactionEventEnded {
		found.ended = true
	}
	if event.Evse != nil {
		found.evse = event.Evse.ID
	}
}

// find gives what the operator sees of a station's transaction.
func (it *sessions) find(station, transaction string) (map[string]any, bool) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	found, ok := it.known[sessionId{station, transaction}]
	if !ok {
		return nil, false
	}
	events := []map[string]any{}
	for number, kind := range found.events {
		events = append(events, map[string]any{"seqNo": number, "eventType": kind})
	}
	sort.Slice(events, func(i, j int) bool { return events[i]["seqNo"].(int) < events[j]["seqNo"].(int) })
	shown := map[string]any{"active": !found.ended, "events": events}
	if found.evse != 0 {
		shown["evseId"] = found.evse
	}
	return shown, true
}
