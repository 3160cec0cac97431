package station

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
)

// Serve has the bench operate a station: POST {anything}/{operation}?parameters. What operated tells of an operation
// that there is not is answered with 501.
func Serve(turns *Turns, port string, operated func(operation string, query url.Values) bool) {
	handler := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		done := InTurn(turns, func() bool { return operated(path.Base(r.URL.Path), r.URL.Query()) })
		if !done {
			w.WriteHeader(http.StatusNotImplemented)
		}
		fmt.Fprint(w, "{}")
	}
	go func() { panic(http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(handler))) }()
}
