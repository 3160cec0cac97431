package main

import (
	"net/http"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp201 "github.com/lorenzodonini/ocpp-go/ocpp2.0.1"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/api"
	"ocppproof/interop/internal/serving"
	"ocppproof/interop/internal/settings"
)

// operator carries out what is asked over the API.
type operator struct {
	csms     ocpp201.CSMS
	sessions *sessions
	settings *settings.Settings
}

func (it *operator) operate(call api.Call) (int, any) {
	switch {
	case len(call.Path) == 3 && call.Path[0] == "send":
		return it.send(call.Path[1], call.Path[2], call.Body)
	case len(call.Path) == 3 && call.Path[0] == "transactions":
		if found, ok := it.sessions.find(call.Path[1], call.Path[2]); ok {
			return http.StatusOK, found
		}
	case len(call.Path) == 2 && call.Path[0] == "variables":
		component, variable := call.Query.Get("component"), call.Query.Get("variable")
		if value, ok := it.settings.Find(call.Path[1], component, variable); ok {
			return http.StatusOK, map[string]string{"value": value}
		}
	}
	return http.StatusNotFound, nil
}

// The library itself sends one request at a time (Part 4 4.1.1) and keeps the others.
func (it *operator) send(station, action string, payload []byte) (int, any) {
	request, err := serving.Request(profiles, action, payload)
	if err != nil {
		return api.Refused(http.StatusBadRequest, err)
	}
	err = it.csms.SendRequestAsync(station, request, func(response ocpp.Response, _ error) { it.learn(station, response) })
	if err != nil {
		return api.Refused(http.StatusConflict, err)
	}
	return http.StatusOK, nil
}

func (it *operator) learn(station string, response ocpp.Response) {
	answer, ok := response.(*provisioning.GetVariablesResponse)
	if !ok {
		return
	}
	for _, result := range answer.GetVariableResult {
		actual := result.AttributeType == "" || result.AttributeType == types.AttributeActual
		if actual && result.AttributeStatus == provisioning.GetVariableStatusAccepted {
			it.settings.Learn(station, result.Component.Name, result.Variable.Name, result.AttributeValue)
		}
	}
}
