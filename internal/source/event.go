// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

// named are the headers that rules can see. None of them is signed by any sender but those of
// Standard Webhooks.
var named = []string{"Content-Type", "User-Agent", "Webhook-Id", "X-Gitea-Event", "X-Github-Delivery", "X-Github-Event", "X-Gitlab-Event", "X-Gitlab-Instance"}

// maxHeader is how much of a header rules see.
const maxHeader = 200

// FromRequest is the event that a request has, whose body was read and whose sender is known.
func FromRequest(kind string, r *http.Request, body []byte) (*Event, error) {
	media := mediaOf(r)
	if media == "application/x-www-form-urlencoded" {
		return nil, errors.New("the body is a form; set the content type of the webhook to application/json")
	}
	var parsed any
	// The data of a CloudEvent may be anything; rules see it where it is JSON.
	if kind != CloudEvents || strings.HasSuffix(media, "json") {
		var err error
		if parsed, err = Parse(body); err != nil {
			return nil, err
		}
	}
	e := &Event{Headers: map[string]string{}, Body: parsed, ID: Digest(body)}
	for _, name := range named {
		if value := r.Header.Get(name); value != "" {
			e.Headers[http.CanonicalHeaderKey(name)] = value[:min(len(value), maxHeader)]
		}
	}
	if kind == CloudEvents {
		return e, e.asCloudEvent(r, body)
	}
	e.Type = typeOf(kind, r, parsed)
	if wanted := contents[e.Type]; kind == GitHub && len(wanted) > 0 {
		object, _ := parsed.(map[string]any)
		if !slices.ContainsFunc(wanted, func(key string) bool { return object[key] != nil }) {
			return nil, fmt.Errorf("the header says that it is a %s, and the body has no %s; send it as it is", e.Type, wanted[0])
		}
	}
	return e, nil
}

// contents are what the body of a type of event has, for those that count as work. The type stands
// in a header that is not signed, so it is held against the body, which is.
var contents = map[string][]string{
	"pull_request": {"pull_request"}, "pull_request_review": {"review"}, "issues": {"issue"}, "release": {"release"},
	"workflow_run": {"workflow_run"}, "workflow_job": {"workflow_job"}, "check_run": {"check_run"}, "check_suite": {"check_suite"},
	"deployment_status": {"deployment_status"}, "push": {"commits", "head_commit"},
}

// typeOf is the type of an event: what the signed body says of it where it does.
func typeOf(kind string, r *http.Request, body any) string {
	object, _ := body.(map[string]any)
	said := func(key string) string {
		value, _ := object[key].(string)
		return value
	}
	switch kind {
	case GitHub:
		return r.Header.Get("X-GitHub-Event")
	case Gitea:
		if forgejo := r.Header.Get("X-Forgejo-Event"); forgejo != "" {
			return forgejo
		}
		return r.Header.Get("X-Gitea-Event")
	case GitLab:
		if is := said("object_kind"); is != "" {
			return is
		}
		return said("event_name")
	case Alertmanager:
		return said("status")
	}
	return said("type")
}

func mediaOf(r *http.Request) string {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media
}

// asCloudEvent reads a CloudEvent in either of its forms: all in the body, or its data in the body
// and the rest in headers. What is in the body was parsed before, within the limits.
func (e *Event) asCloudEvent(r *http.Request, body []byte) error {
	copied := &http.Request{Header: r.Header, Body: io.NopCloser(bytes.NewReader(body))}
	read, err := cehttp.NewEventFromHTTPRequest(copied)
	if err != nil {
		return fmt.Errorf("it is no CloudEvent: %w", err)
	}
	if err := read.Validate(); err != nil {
		return fmt.Errorf("it is no valid CloudEvent: %w", err)
	}
	attributes := map[string]any{
		"specversion": read.SpecVersion(), "id": read.ID(), "source": read.Source(), "type": read.Type(), "subject": read.Subject(),
		"datacontenttype": read.DataContentType(), "dataschema": read.DataSchema(),
	}
	if !read.Time().IsZero() {
		attributes["time"] = read.Time()
	}
	for name, value := range read.Extensions() {
		attributes[name] = fmt.Sprint(value)
	}
	attributes["data"] = e.Body
	if whole, is := e.Body.(map[string]any); is && mediaOf(r) == event.ApplicationCloudEventsJSON {
		attributes["data"] = whole["data"]
	}
	e.Type, e.Body = read.Type(), attributes
	return nil
}
