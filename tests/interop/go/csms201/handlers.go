package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/authorization"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/availability"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/data"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/meter"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/reservation"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/security"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/transactions"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/serving"
	"ocppproof/interop/internal/tokens"
)

// What a transaction costs, however long it takes.
const flatRate = 1.5

// handlers answers what charging stations ask.
type handlers struct{}

func info(token types.IdToken) *types.IdTokenInfo {
	status, group := tokens.Find(token.IdToken, string(types.AuthorizationStatusUnknown))
	found := types.NewIdTokenInfo(types.AuthorizationStatus(status))
	if group != "" {
		found.GroupIdToken = &types.GroupIdToken{IdToken: group, Type: types.IdTokenTypeISO14443}
	}
	return found
}

func (handlers) OnBootNotification(string, *provisioning.BootNotificationRequest) (*provisioning.BootNotificationResponse, error) {
	return provisioning.NewBootNotificationResponse(types.Now(), serving.HeartbeatInterval, provisioning.RegistrationStatusAccepted), nil
}

func (handlers) OnNotifyReport(string, *provisioning.NotifyReportRequest) (*provisioning.NotifyReportResponse, error) {
	return provisioning.NewNotifyReportResponse(), nil
}

func (handlers) OnHeartbeat(string, *availability.HeartbeatRequest) (*availability.HeartbeatResponse, error) {
	return availability.NewHeartbeatResponse(*types.Now()), nil
}

func (handlers) OnStatusNotification(string, *availability.StatusNotificationRequest) (*availability.StatusNotificationResponse, error) {
	return availability.NewStatusNotificationResponse(), nil
}

func (handlers) OnAuthorize(_ string, request *authorization.AuthorizeRequest) (*authorization.AuthorizeResponse, error) {
	return authorization.NewAuthorizationResponse(*info(request.IdToken)), nil
}

func (handlers) OnTransactionEvent(_ string, request *transactions.TransactionEventRequest) (*transactions.TransactionEventResponse, error) {
	answer := transactions.NewTransactionEventResponse()
	if request.IDToken != nil {
		answer.IDTokenInfo = info(*request.IDToken)
	}
	cost := flatRate
	answer.TotalCost = &cost
	return answer, nil
}

func (handlers) OnMeterValues(string, *meter.MeterValuesRequest) (*meter.MeterValuesResponse, error) {
	return meter.NewMeterValuesResponse(), nil
}

func (handlers) OnDataTransfer(string, *data.DataTransferRequest) (*data.DataTransferResponse, error) {
	return data.NewDataTransferResponse(data.DataTransferStatusUnknownVendorId), nil
}

func (handlers) OnReservationStatusUpdate(string, *reservation.ReservationStatusUpdateRequest) (*reservation.ReservationStatusUpdateResponse, error) {
	return reservation.NewReservationStatusUpdateResponse(), nil
}

func (handlers) OnSecurityEventNotification(string, *security.SecurityEventNotificationRequest) (*security.SecurityEventNotificationResponse, error) {
	return security.NewSecurityEventNotificationResponse(), nil
}

// It has no certificate authority.
func (handlers) OnSignCertificate(string, *security.SignCertificateRequest) (*security.SignCertificateResponse, error) {
	return security.NewSignCertificateResponse(types.GenericStatusRejected), nil
}
