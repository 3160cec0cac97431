// Package tokens is the table of the identification tokens that the CSMS know.
package tokens

import "strings"

type token struct{ status, group string }

var known = map[string]token{
	"04A1B2C3D4E5F6": {status: "Accepted"},
	"04B2C3D4E5F6A1": {status: "Accepted"},
	"04C3D4E5F6A1B2": {status: "Blocked"},
	"04D4E5F6A1B2C3": {status: "Expired"},
	"04E5F6A1B2C3D4": {status: "Accepted", group: "04F6A1B2C3D4E5"},
	"04F6A1B2C3D4E6": {status: "Accepted", group: "04F6A1B2C3D4E5"},
	"04A7B8C9D0E1F2": {status: "Accepted", group: "04FFEEDDCCBBAA"},
}

// Find gives a token's authorization status, or the given one where nobody knows it, and its group, which may be empty.
// Identifiers are compared without regard to case.
func Find(id, unknown string) (status, group string) {
	if found, ok := known[strings.ToUpper(id)]; ok {
		return found.status, found.group
	}
	return unknown, ""
}
