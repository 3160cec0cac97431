package main

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/provisioning"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"
)

const (
	energy     = "Energy.Active.Import.Register"
	writable   = true
	readOnly   = false
	inSeconds  = "s"
	unitless   = ""
	integer    = provisioning.TypeInteger
	boolean    = provisioning.TypeBoolean
	text       = provisioning.TypeString
	memberList = provisioning.TypeMemberList
	sequence   = provisioning.TypeSequenceList
)

var digits = regexp.MustCompile(`^\d{1,9}$`)

type variable struct {
	name     string // component.variable, or component.variable[instance]
	value    string
	writable bool
	kind     provisioning.DataType
	unit     string
}

// parts of the name: component, variable, instance.
func (v *variable) parts() (component, name, instance string) {
	component, name, _ = strings.Cut(v.name, ".")
	name, instance, _ = strings.Cut(strings.TrimSuffix(name, "]"), "[")
	return component, name, instance
}

// variables is the device model.
type variables []*variable

func newVariables() *variables {
	return &variables{
		{"AlignedDataCtrlr.Interval", "0", writable, integer, inSeconds},
		{"AlignedDataCtrlr.Measurands", energy, readOnly, memberList, unitless},
		{"AuthCtrlr.AuthorizeRemoteStart", "true", writable, boolean, unitless},
		{"AuthCtrlr.LocalAuthorizeOffline", "false", writable, boolean, unitless},
		{"AuthCtrlr.LocalPreAuthorize", "false", writable, boolean, unitless},
		{"ClockCtrlr.TimeSource", "Heartbeat", readOnly, sequence, unitless},
		{"DeviceDataCtrlr.ItemsPerMessage[GetReport]", "4", readOnly, integer, unitless},
		{"DeviceDataCtrlr.ItemsPerMessage[GetVariables]", "20", readOnly, integer, unitless},
		{"DeviceDataCtrlr.ItemsPerMessage[SetVariables]", "20", readOnly, integer, unitless},
		{"DeviceDataCtrlr.BytesPerMessage[GetReport]", "8000", readOnly, integer, unitless},
		{"DeviceDataCtrlr.BytesPerMessage[GetVariables]", "8000", readOnly, integer, unitless},
		{"DeviceDataCtrlr.BytesPerMessage[SetVariables]", "8000", readOnly, integer, unitless},
		{"LocalAuthListCtrlr.Available", "true", readOnly, boolean, unitless},
		{"LocalAuthListCtrlr.BytesPerMessage", "8000", readOnly, integer, unitless},
		{"LocalAuthListCtrlr.Enabled", "true", writable, boolean, unitless},
		{"LocalAuthListCtrlr.Entries", "0", readOnly, integer, unitless},
		{"LocalAuthListCtrlr.ItemsPerMessage", "20", readOnly, integer, unitless},
		{"OCPPCommCtrlr.FileTransferProtocols", "HTTP", readOnly, memberList, unitless},
		{"OCPPCommCtrlr.HeartbeatInterval", "300", writable, integer, inSeconds},
		{"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "1", writable, integer, inSeconds},
		{"OCPPCommCtrlr.MessageAttempts[TransactionEvent]", "3", writable, integer, unitless},
		{"OCPPCommCtrlr.MessageTimeout[Default]", "3", writable, integer, inSeconds},
		{"OCPPCommCtrlr.NetworkConfigurationPriority", "1", readOnly, sequence, unitless},
		{"OCPPCommCtrlr.NetworkProfileConnectionAttempts", "3", readOnly, integer, unitless},
		{"OCPPCommCtrlr.OfflineThreshold", "60", writable, integer, inSeconds},
		{"OCPPCommCtrlr.ResetRetries", "1", readOnly, integer, unitless},
		{"OCPPCommCtrlr.UnlockOnEVSideDisconnect", "true", writable, boolean, unitless},
		{"ReservationCtrlr.Available", "true", readOnly, boolean, unitless},
		{"ReservationCtrlr.Enabled", "true", writable, boolean, unitless},
		{"ReservationCtrlr.NonEvseSpecific", "false", readOnly, boolean, unitless},
		{"SampledDataCtrlr.TxEndedInterval", "0", readOnly, integer, inSeconds},
		{"SampledDataCtrlr.TxEndedMeasurands", energy, readOnly, memberList, unitless},
		{"SampledDataCtrlr.TxStartedMeasurands", energy, readOnly, memberList, unitless},
		{"SampledDataCtrlr.TxUpdatedInterval", "0", writable, integer, inSeconds},
		{"SampledDataCtrlr.TxUpdatedMeasurands", energy, readOnly, memberList, unitless},
		{"SecurityCtrlr.CertificateEntries", "0", readOnly, integer, unitless},
		{"SecurityCtrlr.OrganizationName", "ocpp-proof", writable, text, unitless},
		{"SecurityCtrlr.SecurityProfile", "0", readOnly, integer, unitless},
		{"TxCtrlr.EVConnectionTimeOut", "60", writable, integer, inSeconds},
		{"TxCtrlr.StopTxOnEVSideDisconnect", "true", readOnly, boolean, unitless},
		{"TxCtrlr.StopTxOnInvalidId", "true", readOnly, boolean, unitless},
		{"TxCtrlr.TxStartPoint", "PowerPathClosed", readOnly, memberList, unitless},
		{"TxCtrlr.TxStopPoint", "PowerPathClosed", readOnly, memberList, unitless},
	}
}

func (v *variables) named(name string) *variable {
	for _, each := range *v {
		if each.name == name {
			return each
		}
	}
	panic("there is no variable " + name)
}

func (v *variables) text(name string) string {
	return v.named(name).value
}

func (v *variables) number(name string) int {
	number, _ := strconv.Atoi(v.text(name))
	return number
}

func (v *variables) setNumber(name string, value int) {
	v.named(name).value = strconv.Itoa(value)
}

func (v *variables) on(name string) bool {
	return v.text(name) == "true"
}

// find gives the variable that is meant, or whether its component is known.
func (v *variables) find(component types.Component, wanted types.Variable) (found *variable, known bool) {
	if component.EVSE != nil || component.Instance != "" {
		return nil, false
	}
	for _, each := range *v {
		owner, name, instance := each.parts()
		if !strings.EqualFold(owner, component.Name) {
			continue
		}
		known = true
		if strings.EqualFold(name, wanted.Name) && strings.EqualFold(instance, wanted.Instance) {
			return each, true
		}
	}
	return nil, known
}

func actual(attribute types.Attribute) bool {
	return attribute == "" || attribute == types.AttributeActual
}

func (v *variables) read(item provisioning.GetVariableData) provisioning.GetVariableResult {
	answer := provisioning.GetVariableResult{AttributeType: item.AttributeType, Component: item.Component, Variable: item.Variable}
	found, known := v.find(item.Component, item.Variable)
	switch {
	case !known:
		answer.AttributeStatus = provisioning.GetVariableStatusUnknownComponent
	case found == nil:
		answer.AttributeStatus = provisioning.GetVariableStatusUnknownVariable
	case !actual(item.AttributeType):
		answer.AttributeStatus = provisioning.GetVariableStatusNotSupported
	default:
		answer.AttributeStatus = provisioning.GetVariableStatusAccepted
		answer.AttributeValue = found.value
	}
	return answer
}

func (v *variables) write(item provisioning.SetVariableData) provisioning.SetVariableResult {
	answer := provisioning.SetVariableResult{AttributeType: item.AttributeType, Component: item.Component, Variable: item.Variable}
	found, known := v.find(item.Component, item.Variable)
	switch {
	case !known:
		answer.AttributeStatus = provisioning.SetVariableStatusUnknownComponent
	case found == nil:
		answer.AttributeStatus = provisioning.SetVariableStatusUnknownVariable
	case !actual(item.AttributeType):
		answer.AttributeStatus = provisioning.SetVariableStatusNotSupported
	case !found.takes(item.AttributeValue):
		answer.AttributeStatus = provisioning.SetVariableStatusRejected
	default:
		answer.AttributeStatus = provisioning.SetVariableStatusAccepted
		found.value = item.AttributeValue
	}
	return answer
}

func (v *variable) takes(value string) bool {
	switch v.kind {
	case integer:
		return v.writable && digits.MatchString(value)
	case boolean:
		return v.writable && (value == "true" || value == "false")
	}
	return v.writable
}

func (v *variables) report(onlyWritable bool) (report []provisioning.ReportData) {
	for _, each := range *v {
		if onlyWritable && !each.writable {
			continue
		}
		component, name, instance := each.parts()
		attribute := provisioning.NewVariableAttribute()
		attribute.Value = each.value
		if !each.writable {
			attribute.Mutability = provisioning.MutabilityReadOnly
		}
		characteristics := provisioning.NewVariableCharacteristics(each.kind, false)
		characteristics.Unit = each.unit
		if each.name == "LocalAuthListCtrlr.Entries" {
			most := float64(longestList)
			characteristics.MaxLimit = &most
		}
		report = append(report, provisioning.ReportData{
			Component:               types.Component{Name: component},
			Variable:                types.Variable{Name: name, Instance: instance},
			VariableAttribute:       []provisioning.VariableAttribute{attribute},
			VariableCharacteristics: characteristics,
		})
	}
	return report
}
