// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// failureOf words an error for the author of a measure. Nothing of an answer is in it but its
// status, so that nobody reads a page through it that is not theirs; and no port, time or address
// of a connection, so that the same failure has the same words.
func failureOf(who string, timeout time.Duration, s *seen, err error) *measure.Failure {
	late, isNet := errors.AsType[net.Error](err)
	api, isAPI := errors.AsType[*promv1.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), isNet && late.Timeout(), isAPI && api.Type == promv1.ErrTimeout:
		return measure.Fail(praxisv1.ReasonTimeout, "%s did not answer within %s; make the query cheaper, or look at the provider", who, timeout)
	case errors.Is(err, errTooLong):
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s answers with more than 1 MiB; make the query give one sample", who)
	case s.status == 0:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s cannot be reached: %s", who, unreached(err))
	case s.status == http.StatusUnauthorized, s.status == http.StatusForbidden:
		return measure.Fail(praxisv1.ReasonUnauthorized, "%s refuses the operator (%d); its administrators correct bearerTokenFile of the provider", who, s.status)
	case s.status == http.StatusTooManyRequests:
		return measure.Fail(praxisv1.ReasonRateLimited, "%s asks for fewer queries; make the interval longer", who)
	case s.status/100 == 3:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s answers with a redirect, which is not followed; its administrators correct url of the provider", who)
	case isAPI && api.Type == promv1.ErrBadData:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s does not understand the query; try it there", who)
	case isAPI && api.Type == promv1.ErrExec:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s cannot evaluate the query; try it there", who)
	case s.status/100 == 2:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s answers with something else than a result; its administrators correct url of the provider", who)
	}
	return measure.Fail(praxisv1.ReasonSourceFailing, "%s answers with status %d; look at the provider", who, s.status)
}

// unreached says why there is no connection.
func unreached(err error) string {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case unknown, invalid, named:
		return "its certificate is not trusted; its administrators correct caFile or url of the provider"
	case isDNS:
		return fmt.Sprintf("there is no host %s; its administrators correct url of the provider", dns.Name)
	case isOp && op.Op == "dial":
		return "nothing listens there; look whether it runs"
	}
	return "the connection broke; look whether it runs"
}
