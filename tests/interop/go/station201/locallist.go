package main

import (
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/types"

	"ocppproof/interop/internal/station"
)

const longestList = 50

// localList is the local authorization list: what is known of tokens, and the version that the CSMS gave it.
type localList struct {
	entries map[string]*types.IdTokenInfo
	version int
}

// listed is what tokens are told apart by: their type, and what they say in whatever case.
func listed(token types.IdToken) string {
	return strings.ToLower(string(token.Type) + " " + token.IdToken)
}

// known is what the list says of a token, where it may be asked now; nil otherwise.
func (s *chargingStation) known(token types.IdToken) *types.IdTokenInfo {
	allowed := "AuthCtrlr.LocalAuthorizeOffline"
	if s.outgoing.Connected() {
		allowed = "AuthCtrlr.LocalPreAuthorize"
	}
	info := s.list.entries[listed(token)]
	switch {
	case info == nil || !s.variables.on("LocalAuthListCtrlr.Enabled") || !s.variables.on(allowed):
		return nil
	case info.CacheExpiryDateTime != nil && info.CacheExpiryDateTime.Before(s.now().Time):
		return nil
	case info.Status != types.AuthorizationStatusAccepted && s.outgoing.Connected():
		return nil // C14.FR.03: the CSMS may know better
	}
	return info
}

// localLists is what the CSMS asks about the list.
type localLists struct{ station *chargingStation }

func (l localLists) OnGetLocalListVersion(*localauth.GetLocalListVersionRequest) (*localauth.GetLocalListVersionResponse, error) {
	s := l.station
	return localauth.NewGetLocalListVersionResponse(station.InTurn(s.turns, func() int {
		if !s.variables.on("LocalAuthListCtrlr.Enabled") {
			return 0
		}
		return s.list.version
	})), nil
}

func (l localLists) OnSendLocalList(request *localauth.SendLocalListRequest) (*localauth.SendLocalListResponse, error) {
	return localauth.NewSendLocalListResponse(station.InTurn(l.station.turns, func() localauth.SendLocalListStatus {
		return l.station.update(request)
	})), nil
}

func (s *chargingStation) update(request *localauth.SendLocalListRequest) localauth.SendLocalListStatus {
	sent := request.LocalAuthorizationList
	if !s.variables.on("LocalAuthListCtrlr.Enabled") || request.VersionNumber == 0 ||
		len(sent) > s.variables.number("LocalAuthListCtrlr.ItemsPerMessage") {
		return localauth.SendLocalListStatusFailed
	}
	isFull := request.UpdateType == localauth.UpdateTypeFull
	if !isFull && request.VersionNumber <= s.list.version {
		return localauth.SendLocalListStatusVersionMismatch
	}
	entries, seen := map[string]*types.IdTokenInfo{}, map[string]bool{}
	if !isFull {
		for token, info := range s.list.entries {
			entries[token] = info
		}
	}
	for _, each := range sent {
		token := listed(each.IdToken)
		if seen[token] {
			return localauth.SendLocalListStatusFailed
		}
		seen[token] = true
		if each.IdTokenInfo == nil {
			delete(entries, token)
		} else {
			entries[token] = each.IdTokenInfo
		}
	}
	if len(entries) > longestList {
		return localauth.SendLocalListStatusFailed
	}
	s.list = localList{entries, request.VersionNumber}
	s.variables.setNumber("LocalAuthListCtrlr.Entries", len(entries))
	return localauth.SendLocalListStatusAccepted
}
