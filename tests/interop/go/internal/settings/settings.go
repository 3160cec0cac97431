// Package settings keeps what stations said of their settings.
package settings

import "sync"

type name struct{ station, component, variable string }

// Settings are the values that are known, by station.
type Settings struct {
	mutex sync.Mutex
	known map[name]string
}

// New makes settings of which nothing is known.
func New() *Settings {
	return &Settings{known: map[name]string{}}
}

// Learn keeps a value; 1.6 has keys and no components.
func (it *Settings) Learn(station, component, variable, value string) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	it.known[name{station, component, variable}] = value
}

// Find gives what is known.
func (it *Settings) Find(station, component, variable string) (string, bool) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	value, ok := it.known[name{station, component, variable}]
	return value, ok
}
