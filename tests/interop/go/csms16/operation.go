package main

import (
	"net/http"
	"strconv"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp16 "github.com/lorenzodonini/ocpp-go/ocpp1.6"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"

	"ocppproof/interop/internal/api"
	"ocppproof/interop/internal/serving"
	"ocppproof/interop/internal/settings"
)

// operator carries out what is asked over the API.
type operator struct {
	system       ocpp16.CentralSystem
	transactions *transactions
	settings     *settings.Settings
}

func (it *operator) operate(call api.Call) (int, any) {
	switch {
	case len(call.Path) == 3 && call.Path[0] == "send":
		return it.send(call.Path[1], call.Path[2], call.Body)
	case len(call.Path) == 3 && call.Path[0] == "transactions":
		id, err := strconv.Atoi(call.Path[2])
		if err != nil {
			break
		}
		if found, ok := it.transactions.find(call.Path[1], id); ok {
			return http.StatusOK, found
		}
	case len(call.Path) == 2 && call.Path[0] == "variables":
		if value, ok := it.settings.Find(call.Path[1], "", call.Query.Get("variable")); ok {
			return http.StatusOK, map[string]string{"value": value}
		}
	}
	return http.StatusNotFound, nil
}

// The library itself sends one request at a time (OCPP-J 4.1.1) and keeps the others.
func (it *operator) send(chargePoint, action string, payload []byte) (int, any) {
	request, err := serving.Request(profiles, action, payload)
	if err != nil {
		return api.Refused(http.StatusBadRequest, err)
	}
	learn := func(answer ocpp.Response, _ error) { it.learn(chargePoint, request, answer) }
	if err := it.system.SendRequestAsync(chargePoint, request, learn); err != nil {
		return api.Refused(http.StatusConflict, err)
	}
	return http.StatusOK, nil
}

func (it *operator) learn(chargePoint string, request ocpp.Request, answer ocpp.Response) {
	switch answer := answer.(type) {
	case *core.GetConfigurationConfirmation:
		for _, key := range answer.ConfigurationKey {
			if key.Value != nil {
				it.settings.Learn(chargePoint, "", key.Key, *key.Value)
			}
		}
	case *core.ChangeConfigurationConfirmation:
		change, ok := request.(*core.ChangeConfigurationRequest)
		if ok && answer.Status == core.ConfigurationStatusAccepted {
			it.settings.Learn(chargePoint, "", change.Key, change.Value)
		}
	}
}
