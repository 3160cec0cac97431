// Package api serves the HTTP API by which the cases operate a system.
package api

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Call is what was asked: the parts of the path, the query, and the body.
type Call struct {
	Path  []string
	Query url.Values
	Body  []byte
}

// Operation carries a call out; what it returns is the status and, unless it is nil, the JSON of the answer.
type Operation func(Call) (int, any)

// Serve listens on this port of loopback (0: a free one) and returns the port.
func Serve(port int, operation Operation) (int, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return 0, err
	}
	handler := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return // who asked is gone
		}
		path := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
		status, content := operation(Call{Path: path, Query: request.URL.Query(), Body: body})
		answer.Header().Set("Content-Type", "application/json")
		answer.WriteHeader(status)
		if content == nil {
			content = struct{}{}
		}
		_ = json.NewEncoder(answer).Encode(content)
	})
	go func() { _ = http.Serve(listener, handler) }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// Refused is the answer that tells why something was not done.
func Refused(status int, err error) (int, any) {
	return status, map[string]string{"error": err.Error()}
}
