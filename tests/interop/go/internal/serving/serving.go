// Package serving has what both CSMS need around the library's server: a port, who may come, and requests made of JSON.
package serving

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ws"
)

// HeartbeatInterval is what the CSMS tell stations at their boot, in seconds.
const HeartbeatInterval = 300

// NewServer makes the library's server, which hangs up on who is silent for a minute, wait for two heartbeats.
func NewServer() ws.WsServer {
	server := ws.NewServer()
	timeouts := ws.NewServerTimeoutConfig()
	timeouts.PingWait = 2 * HeartbeatInterval * time.Second
	server.SetTimeoutConfig(timeouts)
	return server
}

// FreePort is a port on which nothing listens.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Await returns when something listens there: the library's Start blocks, and nothing in it tells that it listens.
func Await(port int) error {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	deadline := time.Now().Add(10 * time.Second)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nothing listens on port %d: %w", port, err)
		}
		<-ticker.C
	}
}

// FromThisMachine lets in only who comes over loopback: the library listens on every interface and has no option for one.
func FromThisMachine(_ string, request *http.Request) bool {
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// Request makes the library's request of this action from JSON. What the library has no field for is refused, not left out.
func Request(profiles []*ocpp.Profile, action string, payload []byte) (ocpp.Request, error) {
	for _, profile := range profiles {
		if feature := profile.GetFeature(action); feature != nil {
			request := reflect.New(feature.GetRequestType()).Interface().(ocpp.Request)
			decoder := json.NewDecoder(bytes.NewReader(payload))
			decoder.DisallowUnknownFields()
			return request, decoder.Decode(request)
		}
	}
	return nil, fmt.Errorf("the library has no %s", action)
}
