package main

import (
	"sync"
	"time"
)

// start is what a charge point tells of a transaction's start: told again, after a lost answer, it is the same one.
type start struct {
	chargePoint string
	connectorId int
	idTag       string
	meterStart  int
	timestamp   time.Time
}

type transaction struct {
	start
	active bool
}

type transactions struct {
	mutex   sync.Mutex
	known   map[int]*transaction
	started map[start]int
}

func newTransactions() *transactions {
	return &transactions{known: map[int]*transaction{}, started: map[start]int{}}
}

// begin keeps a transaction and returns its id, which no other one has.
func (it *transactions) begin(told start) int {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	if id, ok := it.started[told]; ok {
		return id
	}
	id := len(it.known) + 1
	it.known[id] = &transaction{start: told, active: true}
	it.started[told] = id
	return id
}

// end ends a transaction of this charge point; one that it does not have is nothing to end.
func (it *transactions) end(chargePoint string, id int) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	if found, ok := it.known[id]; ok && found.chargePoint == chargePoint {
		found.active = false
	}
}

// find gives what the operator sees of a charge point's transaction.
func (it *transactions) find(chargePoint string, id int) (map[string]any, bool) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	found, ok := it.known[id]
	if !ok || found.chargePoint != chargePoint {
		return nil, false
	}
	return map[string]any{"active": found.active, "idTag": found.idTag, "connectorId": found.connectorId}, true
}
