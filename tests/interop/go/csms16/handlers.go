package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/logging"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/securefirmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/security"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"

	"ocppproof/interop/internal/serving"
	"ocppproof/interop/internal/tokens"
)

// handlers answers what charge points ask.
type handlers struct {
	transactions *transactions
}

func info(idTag string) *types.IdTagInfo {
	status, group := tokens.Find(idTag, string(types.AuthorizationStatusInvalid))
	return &types.IdTagInfo{Status: types.AuthorizationStatus(status), ParentIdTag: group}
}

func (it *handlers) OnBootNotification(string, *core.BootNotificationRequest) (*core.BootNotificationConfirmation, error) {
	return core.NewBootNotificationConfirmation(types.Now(), serving.HeartbeatInterval, core.RegistrationStatusAccepted), nil
}

func (it *handlers) OnHeartbeat(string, *core.HeartbeatRequest) (*core.HeartbeatConfirmation, error) {
	return core.NewHeartbeatConfirmation(types.Now()), nil
}

func (it *handlers) OnAuthorize(_ string, request *core.AuthorizeRequest) (*core.AuthorizeConfirmation, error) {
	return core.NewAuthorizationConfirmation(info(request.IdTag)), nil
}

func (it *handlers) OnStartTransaction(chargePoint string, request *core.StartTransactionRequest) (*core.StartTransactionConfirmation, error) {
	id := it.transactions.begin(start{
		chargePoint: chargePoint,
		connectorId: request.ConnectorId,
		idTag:       request.IdTag,
		meterStart:  request.MeterStart,
		timestamp:   request.Timestamp.UTC(),
	})
	return core.NewStartTransactionConfirmation(info(request.IdTag), id), nil
}

func (it *handlers) OnStopTransaction(chargePoint string, request *core.StopTransactionRequest) (*core.StopTransactionConfirmation, error) {
	it.transactions.end(chargePoint, request.TransactionId)
	answer := core.NewStopTransactionConfirmation()
	if request.IdTag != "" {
		answer.IdTagInfo = info(request.IdTag)
	}
	return answer, nil
}

func (it *handlers) OnMeterValues(string, *core.MeterValuesRequest) (*core.MeterValuesConfirmation, error) {
	return core.NewMeterValuesConfirmation(), nil
}

func (it *handlers) OnStatusNotification(string, *core.StatusNotificationRequest) (*core.StatusNotificationConfirmation, error) {
	return core.NewStatusNotificationConfirmation(), nil
}

func (it *handlers) OnDataTransfer(string, *core.DataTransferRequest) (*core.DataTransferConfirmation, error) {
	return core.NewDataTransferConfirmation(core.DataTransferStatusUnknownVendorId), nil
}

func (it *handlers) OnDiagnosticsStatusNotification(string, *firmware.DiagnosticsStatusNotificationRequest) (*firmware.DiagnosticsStatusNotificationConfirmation, error) {
	return firmware.NewDiagnosticsStatusNotificationConfirmation(), nil
}

func (it *handlers) OnFirmwareStatusNotification(string, *firmware.FirmwareStatusNotificationRequest) (*firmware.FirmwareStatusNotificationConfirmation, error) {
	return firmware.NewFirmwareStatusNotificationConfirmation(), nil
}

func (it *handlers) OnLogStatusNotification(string, *logging.LogStatusNotificationRequest) (*logging.LogStatusNotificationResponse, error) {
	return logging.NewLogStatusNotificationResponse(), nil
}

func (it *handlers) OnSignedFirmwareStatusNotification(string, *securefirmware.SignedFirmwareStatusNotificationRequest) (*securefirmware.SignedFirmwareStatusNotificationResponse, error) {
	return securefirmware.NewFirmwareStatusNotificationResponse(), nil
}

func (it *handlers) OnSecurityEventNotification(string, *security.SecurityEventNotificationRequest) (*security.SecurityEventNotificationResponse, error) {
	return security.NewSecurityEventNotificationResponse(), nil
}

// It has no certificate authority.
func (it *handlers) OnSignCertificate(string, *security.SignCertificateRequest) (*security.SignCertificateResponse, error) {
	return security.NewSignCertificateResponse(types.GenericStatusRejected), nil
}
