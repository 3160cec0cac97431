package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/diagnostics"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/display"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/smartcharging"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
)

func (it *handlers) OnLogStatusNotification(string, *diagnostics.LogStatusNotificationRequest) (*diagnostics.LogStatusNotificationResponse, error) {
	return diagnostics.NewLogStatusNotificationResponse(), nil
}

func (it *handlers) OnNotifyCustomerInformation(string, *diagnostics.NotifyCustomerInformationRequest) (*diagnostics.NotifyCustomerInformationResponse, error) {
	return diagnostics.NewNotifyCustomerInformationResponse(), nil
}

func (it *handlers) OnNotifyEvent(string, *diagnostics.NotifyEventRequest) (*diagnostics.NotifyEventResponse, error) {
	return diagnostics.NewNotifyEventResponse(), nil
}

func (it *handlers) OnNotifyMonitoringReport(string, *diagnostics.NotifyMonitoringReportRequest) (*diagnostics.NotifyMonitoringReportResponse, error) {
	return diagnostics.NewNotifyMonitoringReportResponse(), nil
}

func (it *handlers) OnNotifyDisplayMessages(string, *display.NotifyDisplayMessagesRequest) (*display.NotifyDisplayMessagesResponse, error) {
	return display.NewNotifyDisplayMessagesResponse(), nil
}

func (it *handlers) OnFirmwareStatusNotification(string, *firmware.FirmwareStatusNotificationRequest) (*firmware.FirmwareStatusNotificationResponse, error) {
	return firmware.NewFirmwareStatusNotificationResponse(), nil
}

func (it *handlers) OnPublishFirmwareStatusNotification(string, *firmware.PublishFirmwareStatusNotificationRequest) (*firmware.PublishFirmwareStatusNotificationResponse, error) {
	return firmware.NewPublishFirmwareStatusNotificationResponse(), nil
}

func (it *handlers) OnClearedChargingLimit(string, *smartcharging.ClearedChargingLimitRequest) (*smartcharging.ClearedChargingLimitResponse, error) {
	return smartcharging.NewClearedChargingLimitResponse(), nil
}

func (it *handlers) OnNotifyChargingLimit(string, *smartcharging.NotifyChargingLimitRequest) (*smartcharging.NotifyChargingLimitResponse, error) {
	return smartcharging.NewNotifyChargingLimitResponse(), nil
}

// It makes no schedules for vehicles.
func (it *handlers) OnNotifyEVChargingNeeds(string, *smartcharging.NotifyEVChargingNeedsRequest) (*smartcharging.NotifyEVChargingNeedsResponse, error) {
	return smartcharging.NewNotifyEVChargingNeedsResponse(smartcharging.EVChargingNeedsStatusRejected), nil
}

func (it *handlers) OnNotifyEVChargingSchedule(string, *smartcharging.NotifyEVChargingScheduleRequest) (*smartcharging.NotifyEVChargingScheduleResponse, error) {
	return smartcharging.NewNotifyEVChargingScheduleResponse(types.GenericStatusAccepted), nil
}

func (it *handlers) OnReportChargingProfiles(string, *smartcharging.ReportChargingProfilesRequest) (*smartcharging.ReportChargingProfilesResponse, error) {
	return smartcharging.NewReportChargingProfilesResponse(), nil
}
