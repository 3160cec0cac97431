// Package station is what the charging stations of both versions share: one goroutine for all that a station knows, its
// connection, what it has to say, and the HTTP API of the bench.
package station

import (
	"sync"
	"time"
)

// Turns carries out one task after the other, so that what a station knows needs no locks. Whoever has a task for it,
// a task too, never waits until it is taken.
type Turns struct {
	mutex sync.Mutex
	tasks []func()
	more  chan struct{}
}

// NewTurns begins to carry out tasks.
func NewTurns() *Turns {
	turns := &Turns{more: make(chan struct{}, 1)}
	go turns.run()
	return turns
}

func (t *Turns) run() {
	for range t.more {
		for task := t.next(); task != nil; task = t.next() {
			task()
		}
	}
}

func (t *Turns) next() func() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.tasks) == 0 {
		return nil
	}
	task := t.tasks[0]
	t.tasks = t.tasks[1:]
	return task
}

// Later has the task done when those before it are.
func (t *Turns) Later(task func()) {
	t.mutex.Lock()
	t.tasks = append(t.tasks, task)
	t.mutex.Unlock()
	select {
	case t.more <- struct{}{}:
	default:
	}
}

// After has the task done after this time.
func (t *Turns) After(wait time.Duration, task func()) *Timer {
	timer := &Timer{}
	timer.clock = time.AfterFunc(wait, func() {
		t.Later(func() {
			if !timer.stopped {
				task()
			}
		})
	})
	return timer
}

// InTurn has the task done and gives what came of it. Not to be called from a task.
func InTurn[T any](t *Turns, task func() T) T {
	result := make(chan T, 1)
	t.Later(func() { result <- task() })
	return <-result
}

// Timer is a task that waits. It is stopped in a turn, and then its task is not carried out any more, even where its
// time was up.
type Timer struct {
	clock   *time.Timer
	stopped bool
}

// Stop gives the task up; there may be no timer.
func (t *Timer) Stop() {
	if t != nil {
		t.stopped = true
		t.clock.Stop()
	}
}
