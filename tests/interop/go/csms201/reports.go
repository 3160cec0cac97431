package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/diagnostics"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/display"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/smartcharging"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
)

func (handlers) OnLogStatusNotification(string, *diagnostics.LogStatusNotificationRequest) (*diagnostics.LogStatusNotificationResponse, error) {
	return diagnostics.NewLogStatusNotificationResponse(), nil
}

func (handlers) OnNotifyCustomerInformation(string, *diagnostics.NotifyCustomerInformationRequest) (*diagnostics.NotifyCustomerInformationResponse, error) {
	return diagnostics.NewNotifyCustomerInformationResponse(), nil
}

func (handlers) OnNotifyEvent(string, *diagnostics.NotifyEventRequest) (*diagnostics.NotifyEventResponse, error) {
	return diagnostics.NewNotifyEventResponse(), nil
}

func (handlers) OnNotifyMonitoringReport(string, *diagnostics.NotifyMonitoringReportRequest) (*diagnostics.NotifyMonitoringReportResponse, error) {
	return diagnostics.NewNotifyMonitoringReportResponse(), nil
}

func (handlers) OnNotifyDisplayMessages(string, *display.NotifyDisplayMessagesRequest) (*display.NotifyDisplayMessagesResponse, error) {
	return display.NewNotifyDisplayMessagesResponse(), nil
}

func (handlers) OnFirmwareStatusNotification(string, *firmware.FirmwareStatusNotificationRequest) (*firmware.FirmwareStatusNotificationResponse, error) {
	return firmware.NewFirmwareStatusNotificationResponse(), nil
}

func (handlers) OnPublishFirmwareStatusNotification(string, *firmware.PublishFirmwareStatusNotificationRequest) (*firmware.PublishFirmwareStatusNotificationResponse, error) {
	return firmware.NewPublishFirmwareStatusNotificationResponse(), nil
}

func (handlers) OnClearedChargingLimit(string, *smartcharging.ClearedChargingLimitRequest) (*smartcharging.ClearedChargingLimitResponse, error) {
	return smartcharging.NewClearedChargingLimitResponse(), nil
}

func (handlers) OnNotifyChargingLimit(string, *smartcharging.NotifyChargingLimitRequest) (*smartcharging.NotifyChargingLimitResponse, error) {
	return smartcharging.NewNotifyChargingLimitResponse(), nil
}

// It makes no schedules for vehicles.
func (handlers) OnNotifyEVChargingNeeds(string, *smartcharging.NotifyEVChargingNeedsRequest) (*smartcharging.NotifyEVChargingNeedsResponse, error) {
	return smartcharging.NewNotifyEVChargingNeedsResponse(smartcharging.EVChargingNeedsStatusRejected), nil
}

func (handlers) OnNotifyEVChargingSchedule(string, *smartcharging.NotifyEVChargingScheduleRequest) (*smartcharging.NotifyEVChargingScheduleResponse, error) {
	return smartcharging.NewNotifyEVChargingScheduleResponse(types.GenericStatusAccepted), nil
}

func (handlers) OnReportChargingProfiles(string, *smartcharging.ReportChargingProfilesRequest) (*smartcharging.ReportChargingProfilesResponse, error) {
	return smartcharging.NewReportChargingProfilesResponse(), nil
}
