package station

import (
	"net/http"
	"net/url"
	"strconv"

	"ocppproof/interop/internal/api"
)

// Serve has the bench operate a station: POST {anything}/{operation}?parameters, and its vehicle: POST
// ev/{anything}/{operation}, which is operated as ev/{operation}. An operation that there is not, as operated tells, is
// answered with 501.
func Serve(turns *Turns, port string, operated func(operation string, query url.Values) bool) {
	number, err := strconv.Atoi(port)
	if err == nil {
		_, err = api.Serve(number, func(call api.Call) (int, any) {
			operation := call.Path[len(call.Path)-1]
			if call.Path[0] == "ev" {
				operation = "ev/" + operation
			}
			if InTurn(turns, func() bool { return operated(operation, call.Query) }) {
				return http.StatusOK, nil
			}
			return http.StatusNotImplemented, nil
		})
	}
	if err != nil {
		panic(err)
	}
}
