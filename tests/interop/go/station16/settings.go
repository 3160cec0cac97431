package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
)

const energy = "Energy.Active.Import.Register"

var fixed = map[string]string{
	"ConnectorPhaseRotationMaxLength": "2",
	"GetConfigurationMaxKeys":         "50",
	"LocalAuthListMaxLength":          "50",
	"NumberOfConnectors":              "2",
	"ReserveConnectorZeroSupported":   "false",
	"SendLocalListMaxLength":          "50",
	"SupportedFeatureProfiles":        "Core,LocalAuthListManagement,RemoteTrigger,Reservation",
}

var (
	sampledKeys = []string{"MeterValuesAlignedData", "MeterValuesSampledData", "StopTxnAlignedData", "StopTxnSampledData"}
	digits      = regexp.MustCompile(`^\d{1,9}$`)
	yesNo       = regexp.MustCompile(`(?i)^(true|false)$`)
)

// settings are the configuration keys that can be changed, and what they are set to.
type settings map[string]string

func newSettings() *settings {
	return &settings{
		"AuthorizeRemoteTxRequests":         "true",
		"ClockAlignedDataInterval":          "0",
		"ConnectionTimeOut":                 "60",
		"ConnectorPhaseRotation":            "NotApplicable",
		"HeartbeatInterval":                 "300",
		"LocalAuthListEnabled":              "true",
		"LocalAuthorizeOffline":             "true",
		"LocalPreAuthorize":                 "false",
		"MeterValueSampleInterval":          "0",
		"MeterValuesAlignedData":            energy,
		"MeterValuesSampledData":            energy,
		"ResetRetries":                      "1",
		"StopTransactionOnEVSideDisconnect": "true",
		"StopTransactionOnInvalidId":        "true",
		"StopTxnAlignedData":                "",
		"StopTxnSampledData":                "",
		"TransactionMessageAttempts":        "1",
		"TransactionMessageRetryInterval":   "1",
		"UnlockConnectorOnEVSideDisconnect": "true",
	}
}

func (s settings) on(key string) bool {
	return strings.EqualFold(s[key], "true")
}

func (s settings) number(key string) int {
	number, _ := strconv.Atoi(s[key])
	return number
}

func (s settings) measurands(key string) []string {
	if s[key] == "" {
		return nil
	}
	return strings.Split(s[key], ",")
}

func (s settings) heartbeats(seconds int) {
	s["HeartbeatInterval"] = strconv.Itoa(seconds)
}

func (s settings) change(key, value string) core.ConfigurationStatus {
	if _, found := fixed[key]; found {
		return core.ConfigurationStatusRejected
	}
	before, found := s[key]
	if !found {
		return core.ConfigurationStatusNotSupported
	}
	fits := true
	switch {
	case slices.Contains(sampledKeys, key):
		for _, each := range strings.Split(value, ",") {
			fits = fits && (each == energy || value == "")
		}
	case digits.MatchString(before):
		fits = digits.MatchString(value)
	case yesNo.MatchString(before):
		fits = yesNo.MatchString(value)
	}
	if !fits {
		return core.ConfigurationStatusRejected
	}
	s[key] = value
	return core.ConfigurationStatusAccepted
}

// told is what there is of the keys that are asked for, all without one, and the names that are no key.
func (s settings) told(asked []string) (known []core.ConfigurationKey, unknown []string) {
	if len(asked) == 0 {
		for _, each := range []map[string]string{fixed, s} {
			for key := range each {
				asked = append(asked, key)
			}
		}
		slices.Sort(asked)
	}
	for _, key := range asked {
		value, readonly := fixed[key]
		if !readonly {
			changeable, found := s[key]
			if !found {
				unknown = append(unknown, key)
				continue
			}
			value = changeable
		}
		known = append(known, core.ConfigurationKey{Key: key, Readonly: readonly, Value: &value})
	}
	return known, unknown
}
