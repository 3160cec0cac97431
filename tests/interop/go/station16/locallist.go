package main

import (
	"strings"

	"github.com/lorenzodonini/ocpp-go/ocpp1.6/localauth"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"
)

const longestList = 50

// localList is the local authorization list.
type localList struct {
	settings *settings
	entries  map[string]*types.IdTagInfo // by the idTag in lower case: the standard's is without case
	number   int
	refused  bool // the bench has it refuse what is sent
}

func newLocalList(settings *settings) *localList {
	return &localList{settings: settings, entries: map[string]*types.IdTagInfo{}}
}

func (l *localList) enabled() bool {
	return l.settings.on("LocalAuthListEnabled")
}

func (l *localList) entry(token string) *types.IdTagInfo {
	if !l.enabled() {
		return nil
	}
	return l.entries[strings.ToLower(token)]
}

func (l *localList) version() int {
	if !l.enabled() {
		return -1
	}
	return l.number
}

func (l *localList) send(request *localauth.SendLocalListRequest) localauth.UpdateStatus {
	switch {
	case !l.enabled():
		return localauth.UpdateStatusNotSupported
	case l.refused || len(request.LocalAuthorizationList) > longestList:
		return localauth.UpdateStatusFailed
	case request.UpdateType == localauth.UpdateTypeFull:
		l.entries = map[string]*types.IdTagInfo{}
	case request.ListVersion <= l.number:
		return localauth.UpdateStatusVersionMismatch
	}
	for _, each := range request.LocalAuthorizationList {
		if each.IdTagInfo == nil {
			delete(l.entries, strings.ToLower(each.IdTag))
		} else {
			l.entries[strings.ToLower(each.IdTag)] = each.IdTagInfo
		}
	}
	l.number = request.ListVersion
	if len(l.entries) == 0 {
		l.number = 0
	}
	return localauth.UpdateStatusAccepted
}
