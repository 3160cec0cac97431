package main

import (
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/firmware"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/remotetrigger"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"

	"ocppproof/interop/internal/station"
)

// requests is what the Central System asks of the charge point. The library asks in a goroutine of its own.
type requests struct{ point *chargePoint }

func (r requests) OnChangeAvailability(request *core.ChangeAvailabilityRequest) (*core.ChangeAvailabilityConfirmation, error) {
	p := r.point
	return core.NewChangeAvailabilityConfirmation(station.InTurn(p.turns, func() core.AvailabilityStatus {
		operative := request.Type == core.AvailabilityTypeOperative
		all := request.ConnectorId == 0
		if !all && p.connector(request.ConnectorId) == nil {
			return core.AvailabilityStatusRejected
		}
		status := core.AvailabilityStatusAccepted
		for _, each := range p.connectors {
			if !all && request.ConnectorId != each.number {
				continue
			}
			each.toBeInoperative = !operative && each.transaction != nil
			if each.toBeInoperative {
				status = core.AvailabilityStatusScheduled
			} else {
				each.operative = operative
				if !operative {
					each.release()
				}
			}
		}
		if all {
			p.usable = operative
		}
		p.link.AfterAnswer(p.statuses)
		return status
	})), nil
}

func (r requests) OnGetConfiguration(request *core.GetConfigurationRequest) (*core.GetConfigurationConfirmation, error) {
	p := r.point
	return station.InTurn(p.turns, func() *core.GetConfigurationConfirmation {
		known, unknown := p.settings.told(request.Key)
		answer := core.NewGetConfigurationConfirmation(known)
		answer.UnknownKey = unknown
		return answer
	}), nil
}

func (r requests) OnChangeConfiguration(request *core.ChangeConfigurationRequest) (*core.ChangeConfigurationConfirmation, error) {
	p := r.point
	return core.NewChangeConfigurationConfirmation(station.InTurn(p.turns, func() core.ConfigurationStatus {
		status := p.settings.change(request.Key, request.Value)
		if status == core.ConfigurationStatusAccepted {
			p.link.AfterAnswer(p.intervals)
		}
		return status
	})), nil
}

func (r requests) OnClearCache(*core.ClearCacheRequest) (*core.ClearCacheConfirmation, error) {
	return core.NewClearCacheConfirmation(core.ClearCacheStatusRejected), nil // it has none
}

func (r requests) OnDataTransfer(*core.DataTransferRequest) (*core.DataTransferConfirmation, error) {
	return core.NewDataTransferConfirmation(core.DataTransferStatusUnknownVendorId), nil
}

func (r requests) OnRemoteStartTransaction(request *core.RemoteStartTransactionRequest) (*core.RemoteStartTransactionConfirmation, error) {
	p := r.point
	return core.NewRemoteStartTransactionConfirmation(station.InTurn(p.turns, func() types.RemoteStartStopStatus {
		var c *connector
		for _, each := range p.connectors {
			mayUse := each.keptFor(request.IdTag, "") || each.reserved.parent != "" && p.settings.on("AuthorizeRemoteTxRequests")
			if c == nil && each.free() && mayUse && (request.ConnectorId == nil || *request.ConnectorId == each.number) {
				c = each
			}
		}
		if c == nil || p.resetting {
			return types.RemoteStartStopStatusRejected
		}
		c.waiting = request.IdTag // from now on it is in use
		p.link.AfterAnswer(func() { p.startRemotely(c, request.IdTag) })
		return types.RemoteStartStopStatusAccepted
	})), nil
}

func (p *chargePoint) startRemotely(c *connector, token string) {
	if !p.settings.on("AuthorizeRemoteTxRequests") {
		p.admit(c, token, "")
		return
	}
	p.authorize(token, func(info *types.IdTagInfo) {
		c.waiting = ""
		if info.Status == types.AuthorizationStatusAccepted && c.keptFor(token, info.ParentIdTag) {
			p.admit(c, token, info.ParentIdTag)
		} else {
			p.tell(c)
		}
	})
}

func (r requests) OnRemoteStopTransaction(request *core.RemoteStopTransactionRequest) (*core.RemoteStopTransactionConfirmation, error) {
	p := r.point
	return core.NewRemoteStopTransactionConfirmation(station.InTurn(p.turns, func() types.RemoteStartStopStatus {
		for _, each := range p.connectors {
			running := each.transaction
			if running == nil || !running.started || running.id != request.TransactionId {
				continue
			}
			p.link.AfterAnswer(func() {
				if each.transaction == running {
					p.end(each, core.ReasonRemote, "")
				}
			})
			return types.RemoteStartStopStatusAccepted
		}
		return types.RemoteStartStopStatusRejected
	})), nil
}

func (r requests) OnReset(request *core.ResetRequest) (*core.ResetConfirmation, error) {
	p := r.point
	return core.NewResetConfirmation(station.InTurn(p.turns, func() core.ResetStatus {
		p.link.AfterAnswer(func() { p.reset(request.Type) })
		return core.ResetStatusAccepted
	})), nil
}

func (r requests) OnUnlockConnector(request *core.UnlockConnectorRequest) (*core.UnlockConnectorConfirmation, error) {
	p := r.point
	return core.NewUnlockConnectorConfirmation(station.InTurn(p.turns, func() core.UnlockStatus {
		c := p.connector(request.ConnectorId)
		if c == nil {
			return core.UnlockStatusNotSupported
		}
		if c.transaction != nil {
			p.link.AfterAnswer(func() {
				if c.transaction != nil {
					p.end(c, core.ReasonUnlockCommand, "")
				}
			})
		}
		return core.UnlockStatusUnlocked
	})), nil
}

func (r requests) OnGetLocalListVersion(*localauth.GetLocalListVersionRequest) (*localauth.GetLocalListVersionConfirmation, error) {
	return localauth.NewGetLocalListVersionConfirmation(station.InTurn(r.point.turns, r.point.list.version)), nil
}

func (r requests) OnSendLocalList(request *localauth.SendLocalListRequest) (*localauth.SendLocalListConfirmation, error) {
	return localauth.NewSendLocalListConfirmation(station.InTurn(r.point.turns, func() localauth.UpdateStatus {
		return r.point.list.send(request)
	})), nil
}

func (r requests) OnTriggerMessage(request *remotetrigger.TriggerMessageRequest) (*remotetrigger.TriggerMessageConfirmation, error) {
	p := r.point
	return remotetrigger.NewTriggerMessageConfirmation(station.InTurn(p.turns, func() remotetrigger.TriggerMessageStatus {
		number := request.ConnectorId
		if number != nil && *number > len(p.connectors) {
			return remotetrigger.TriggerMessageStatusRejected
		}
		p.link.AfterAnswer(func() {
			p.triggered(string(request.RequestedMessage), func(each int) bool { return number == nil || *number == each })
		})
		return remotetrigger.TriggerMessageStatusAccepted
	})), nil
}

func (p *chargePoint) triggered(message string, meant func(number int) bool) {
	switch message {
	case core.BootNotificationFeatureName:
		p.boot()
	case core.HeartbeatFeatureName:
		p.beat()
	case core.StatusNotificationFeatureName:
		if meant(0) {
			p.status(0, p.statusOfAll())
		}
		for _, each := range p.connectors {
			if meant(each.number) {
				p.status(each.number, each.status())
			}
		}
	case core.MeterValuesFeatureName:
		for _, each := range p.connectors {
			if meant(each.number) {
				p.meterValues(each, types.ReadingContextTrigger, "MeterValuesSampledData")
			}
		}
	case firmware.DiagnosticsStatusNotificationFeatureName:
		ask(p, firmware.NewDiagnosticsStatusNotificationRequest(firmware.DiagnosticsStatusIdle),
			func(*firmware.DiagnosticsStatusNotificationConfirmation) {})
	case firmware.FirmwareStatusNotificationFeatureName:
		ask(p, firmware.NewFirmwareStatusNotificationRequest(firmware.FirmwareStatusIdle),
			func(*firmware.FirmwareStatusNotificationConfirmation) {})
	}
}
