package main

import "sync"

type transaction struct {
	Active      bool   `json:"active"`
	IdTag       string `json:"idTag"`
	ConnectorId int    `json:"connectorId"`
}

type transactions struct {
	mutex sync.Mutex
	last  int
	known map[int]transaction
}

func newTransactions() *transactions {
	return &transactions{known: map[int]transaction{}}
}

// start keeps a transaction and returns its id, which no other one has.
func (it *transactions) start(idTag string, connectorId int) int {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	it.last++
	it.known[it.last] = transaction{Active: true, IdTag: idTag, ConnectorId: connectorId}
	return it.last
}

func (it *transactions) stop(id int) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	if found, ok := it.known[id]; ok {
		found.Active = false
		it.known[id] = found
	}
}

func (it *transactions) find(id int) (transaction, bool) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	found, ok := it.known[id]
	return found, ok
}
