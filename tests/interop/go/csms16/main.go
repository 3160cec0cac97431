// A 1.6 Central System on ocpp-go: tokens, transactions, settings, an HTTP API that has it send any request.
//
// It prints the ports of the Central System and of its API.
package main

import (
	"fmt"
	"log"

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
	"ocppproof/interop/internal/settings"
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
	operator := &operator{system: system, transactions: transactions, settings: settings.New()}
	operated, err := api.Serve(0, operator.operate)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(port, operated)
	select {}
}
