// A 1.6 Central System on ocpp-go: tokens, transactions, an HTTP API that has it send any request.
//
// It prints the ports of the Central System and of its API.
package main

import (
	"fmt"
	"log"
	"net/http"
	"strconv"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp16 "github.com/lorenzodonini/ocpp-go/ocpp1.6"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/certificates"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/extendedtriggermessage"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/logging"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/remotetrigger"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/securefirmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/security"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/smartcharging"

	"ocppproof/interop/internal/api"
	"ocppproof/interop/internal/serving"
)

var profiles = []*ocpp.Profile{
	core.Profile, localauth.Profile, firmware.Profile, reservation.Profile, remotetrigger.Profile, smartcharging.Profile,
	logging.Profile, security.Profile, extendedtriggermessage.Profile, certificates.Profile, securefirmware.Profile,
}

func main() {
	transactions := newTransactions()
	handlers := &handlers{transactions: transactions}
	system := ocpp16.NewCentralSystem(nil, serving.NewServer())
	system.SetCoreHandler(handlers)
	system.SetLocalAuthListHandler(handlers)
	system.SetFirmwareManagementHandler(handlers)
	system.SetReservationHandler(handlers)
	system.SetRemoteTriggerHandler(handlers)
	system.SetSmartChargingHandler(handlers)
	system.SetLogHandler(handlers)
	system.SetSecurityHandler(handlers)
	system.SetSecureFirmwareHandler(handlers)
	system.SetNewChargingStationValidationHandler(serving.FromThisMachine)
	system.SetNewChargePointHandler(func(ocpp16.ChargePointConnection) {})
	system.SetChargePointDisconnectedHandler(func(ocpp16.ChargePointConnection) {})

	port, err := serving.FreePort()
	if err != nil {
		log.Fatal(err)
	}
	go system.Start(port, "/ocpp/{identity}")
	if err := serving.Await(port); err != nil {
		log.Fatal(err)
	}
	operated, err := api.Serve(0, func(call api.Call) (int, any) {
		switch {
		case len(call.Path) == 3 && call.Path[0] == "transactions":
			id, err := strconv.Atoi(call.Path[2])
			if err != nil {
				return http.StatusNotFound, nil
			}
			if found, ok := transactions.find(call.Path[1], id); ok {
				return http.StatusOK, found
			}
		case len(call.Path) == 3 && call.Path[0] == "send":
			return send(system, call.Path[1], call.Path[2], call.Body)
		}
		return http.StatusNotFound, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(port, operated)
	select {}
}

// The library itself sends one request at a time (OCPP-J 4.1.1) and keeps the others.
func send(system ocpp16.CentralSystem, identity, action string, payload []byte) (int, any) {
	request, err := serving.Request(profiles, action, payload)
	if err != nil {
		return api.Refused(http.StatusBadRequest, err)
	}
	if err := system.SendRequestAsync(identity, request, func(ocpp.Response, error) {}); err != nil {
		return api.Refused(http.StatusConflict, err)
	}
	return http.StatusOK, nil
}
