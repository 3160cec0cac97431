package main

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/core"
	"github.com/lorenzodonini/ocpp-go/ocpp1.6/types"
)

// operated is what drivers, vehicles and the grid do; false for what the bench cannot do here.
func (p *chargePoint) operated(operation string, query url.Values) bool {
	number, err := strconv.Atoi(query.Get("evse_id"))
	if err != nil {
		number = 1
	}
	c := p.connector(number)
	if c == nil {
		return false
	}
	switch operation {
	case "plugin":
		c.plugged, c.ended = true, false
		if c.waiting != "" {
			p.begin(c, c.waiting)
		} else {
			p.tell(c)
		}
	case "plugout":
		p.unplugged(c)
	case "authorize":
		p.presented(c, query.Get("id"))
	case "reboot":
		for _, each := range p.connectors {
			each.interrupted = each.transaction != nil
		}
		p.restart()
	case "state":
		switch {
		case query.Has("faulted"):
			c.faulted = query.Get("faulted") == "true"
			if c.faulted {
				c.release()
			}
			p.tell(c)
		case query.Has("refused_local_auth_list"):
			p.list.refused = query.Get("refused_local_auth_list") != "false"
		default:
			return false
		}
	default:
		return false
	}
	return true
}

func (p *chargePoint) unplugged(c *connector) {
	c.plugged, c.ended = false, false
	if c.transaction != nil {
		if p.settings.on("StopTransactionOnEVSideDisconnect") {
			p.end(c, core.ReasonEVDisconnected, "")
		} else {
			c.suspendedBy = core.ChargePointStatusSuspendedEV
		}
	}
	p.tell(c)
}

func (p *chargePoint) presented(c *connector, token string) {
	if c.faulted {
		return
	}
	if c.transaction != nil && strings.EqualFold(token, c.token) {
		p.end(c, core.ReasonLocal, token)
		return
	}
	if c.transaction == nil && !c.operative || c.transaction != nil && c.parent == "" {
		return
	}
	if !c.keptFor(token, "") && c.reserved.parent == "" {
		return
	}
	p.authorize(token, func(info *types.IdTagInfo) {
		if info.Status != types.AuthorizationStatusAccepted {
			return
		}
		same := c.parent != "" && strings.EqualFold(c.parent, info.ParentIdTag)
		if c.transaction != nil && same {
			p.end(c, core.ReasonLocal, token)
		} else if c.transaction == nil && !c.ended && c.keptFor(token, info.ParentIdTag) {
			p.admit(c, token, info.ParentIdTag)
		}
	})
}

func (p *chargePoint) authorize(token string, then func(info *types.IdTagInfo)) {
	allowed := "LocalAuthorizeOffline"
	if p.outgoing.Connected() {
		allowed = "LocalPreAuthorize"
	}
	info := p.list.entry(token)
	expired := info != nil && info.ExpiryDate != nil && info.ExpiryDate.Before(p.now().Time)
	if info != nil && !expired && p.settings.on(allowed) {
		then(info)
		return
	}
	p.outgoing.Ask(core.NewAuthorizationRequest(token), func(answer ocpp.Response, err error) {
		if err == nil {
			then(answer.(*core.AuthorizeConfirmation).IdTagInfo)
		} else {
			then(types.NewIdTagInfo(types.AuthorizationStatusInvalid))
		}
	})
}

// admit lets the transaction begin, once the cable is in.
func (p *chargePoint) admit(c *connector, token, parent string) {
	if p.resetting {
		return
	}
	c.parent = parent
	if c.plugged {
		p.begin(c, token)
		return
	}
	c.waiting = token
	c.timer.Stop()
	c.timer = p.turns.After(time.Duration(p.settings.number("ConnectionTimeOut"))*time.Second, func() {
		c.waiting = ""
		p.tell(c)
	})
	p.tell(c)
}
