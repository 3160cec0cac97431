package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/lorenzodonini/ocpp-go/ocpp2.0.1/diagnostics"

	"ocppproof/interop/internal/station"
)

const (
	mostLines  = 1000
	uploadTime = 30 * time.Second
)

// journal is what the station writes down for those who look into it.
type journal struct{ lines []string }

func (j *journal) write(format string, values ...any) {
	line := time.Now().UTC().Format(time.RFC3339) + " " + fmt.Sprintf(format, values...) + "\n"
	j.lines = append(j.lines, line)
	if len(j.lines) > mostLines {
		j.lines = j.lines[1:]
	}
}

// logs is what the CSMS asks about the journal; there is no monitoring and nothing is known of customers.
type logs struct{ station *chargingStation }

func (l logs) OnGetLog(request *diagnostics.GetLogRequest) (*diagnostics.GetLogResponse, error) {
	s := l.station
	return station.InTurn(s.turns, func() *diagnostics.GetLogResponse {
		isDiagnostics := request.LogType == diagnostics.LogTypeDiagnostics
		// it does not cancel an upload for another one: the library lacks the status AcceptedCanceled that has to be told
		if !isDiagnostics || s.uploading != nil || !strings.HasPrefix(request.Log.RemoteLocation, "http://") {
			return diagnostics.NewGetLogResponse(diagnostics.LogStatusRejected)
		}
		s.uploading = &request.RequestID
		answer := diagnostics.NewGetLogResponse(diagnostics.LogStatusAccepted)
		answer.Filename = fmt.Sprintf("%s-%d.log", identity, request.RequestID)
		place := strings.TrimSuffix(request.Log.RemoteLocation, "/") + "/" + answer.Filename
		s.link.AfterAnswer(func() { s.upload(place, request.RequestID) })
		return answer
	}), nil
}

func (s *chargingStation) upload(place string, request int) {
	s.tellOf(diagnostics.NewLogStatusNotificationRequest(diagnostics.UploadLogStatusUploading, request))
	content := strings.Join(s.journal.lines, "")
	go func() {
		status := diagnostics.UploadLogStatusUploaded
		if err := put(place, content); err != nil {
			status = diagnostics.UploadLogStatusUploadFailure
		}
		s.turns.Later(func() {
			s.uploading = nil
			s.tellOf(diagnostics.NewLogStatusNotificationRequest(status, request))
		})
	}()
}

// uploads tells how the upload of the journal stands.
func (s *chargingStation) uploads() {
	if s.uploading == nil {
		s.tellOf(diagnostics.NewLogStatusNotificationRequest(diagnostics.UploadLogStatusIdle, 0))
	} else {
		s.tellOf(diagnostics.NewLogStatusNotificationRequest(diagnostics.UploadLogStatusUploading, *s.uploading))
	}
}

func put(place, content string) error {
	request, err := http.NewRequest(http.MethodPut, place, bytes.NewReader([]byte(content)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	client := http.Client{Timeout: uploadTime}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", place, answer.Status)
	}
	return nil
}

func (l logs) OnClearVariableMonitoring(*diagnostics.ClearVariableMonitoringRequest) (*diagnostics.ClearVariableMonitoringResponse, error) {
	return nil, notSupported
}

func (l logs) OnCustomerInformation(*diagnostics.CustomerInformationRequest) (*diagnostics.CustomerInformationResponse, error) {
	return nil, notSupported
}

func (l logs) OnGetMonitoringReport(*diagnostics.GetMonitoringReportRequest) (*diagnostics.GetMonitoringReportResponse, error) {
	return nil, notSupported
}

func (l logs) OnSetMonitoringBase(*diagnostics.SetMonitoringBaseRequest) (*diagnostics.SetMonitoringBaseResponse, error) {
	return nil, notSupported
}

func (l logs) OnSetMonitoringLevel(*diagnostics.SetMonitoringLevelRequest) (*diagnostics.SetMonitoringLevelResponse, error) {
	return nil, notSupported
}

func (l logs) OnSetVariableMonitoring(*diagnostics.SetVariableMonitoringRequest) (*diagnostics.SetVariableMonitoringResponse, error) {
	return nil, notSupported
}
