// A 2.0.1 CSMS on ocpp-go: a table of tokens, a flat rate, and an HTTP API that has it send any request.
//
// It prints the ports of the CSMS and of its API.
package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	ocpp201 "github.com/lorenzodonini/ocpp-go/ocpp2.0.1"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/authorization"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/availability"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/data"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/diagnostics"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/display"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/iso15118"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/meter"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/remotecontrol"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/security"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/smartcharging"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/tariffcost"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"

	"ocppproof/interop/internal/api"
	"ocppproof/interop/internal/serving"
)

var profiles = []*ocpp.Profile{
	authorization.Profile, availability.Profile, data.Profile, diagnostics.Profile, display.Profile, firmware.Profile,
	iso15118.Profile, localauth.Profile, meter.Profile, provisioning.Profile, remotecontrol.Profile, reservation.Profile,
	security.Profile, smartcharging.Profile, tariffcost.Profile, transactions.Profile,
}

func main() {
	csms := ocpp201.NewCSMS(nil, serving.NewServer())
	csms.SetAuthorizationHandler(handlers{})
	csms.SetAvailabilityHandler(handlers{})
	csms.SetDataHandler(handlers{})
	csms.SetDiagnosticsHandler(handlers{})
	csms.SetDisplayHandler(handlers{})
	csms.SetFirmwareHandler(handlers{})
	csms.SetLocalAuthListHandler(handlers{})
	csms.SetMeterHandler(handlers{})
	csms.SetProvisioningHandler(handlers{})
	csms.SetRemoteControlHandler(handlers{})
	csms.SetReservationHandler(handlers{})
	csms.SetSecurityHandler(handlers{})
	csms.SetSmartChargingHandler(handlers{})
	csms.SetTariffCostHandler(handlers{})
	csms.SetTransactionsHandler(handlers{})
	csms.SetNewChargingStationValidationHandler(serving.FromThisMachine)
	csms.SetNewChargingStationHandler(func(ocpp201.ChargingStationConnection) {})
	csms.SetChargingStationDisconnectedHandler(func(ocpp201.ChargingStationConnection) {})

	port, err := serving.FreePort()
	if err != nil {
		log.Fatal(err)
	}
	go csms.Start(port, "/ocpp/{identity}")
	if err := serving.Await(port); err != nil {
		log.Fatal(err)
	}
	operated, err := api.Serve(0, func(call api.Call) (int, any) {
		if len(call.Path) != 3 || call.Path[0] != "send" {
			return http.StatusNotFound, nil
		}
		return send(csms, call.Path[1], call.Path[2], call.Body)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(port, operated)
	select {}
}

// The library itself sends one request at a time (Part 4 4.1.1) and keeps the others.
func send(csms ocpp201.CSMS, identity, action string, payload []byte) (int, any) {
	request, err := serving.Request(profiles, action, payload)
	if err != nil {
		return api.Refused(http.StatusBadRequest, err)
	}
	if err := csms.SendRequestAsync(identity, request, func(ocpp.Response, error) {}); err != nil {
		return api.Refused(http.StatusConflict, err)
	}
	return http.StatusOK, nil
}
