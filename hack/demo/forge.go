// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// forge is where the team of the story keeps its code. It sends what becomes of pull requests to
// the operator's receiver, in the form that GitHub documents and signed as GitHub signs.
type forge struct {
	receiver string // its address, host:port
	secret   string
	now      func() time.Time
	requests int // that were opened
}

// hook is the path of the EvidenceSource, and secretName what it is signed with.
const (
	hook       = "/hooks/" + stageNamespace + "/forge"
	secretName = "forge-hook"
)

func newForge(receiver string) *forge { return &forge{receiver: receiver, secret: rand.Text()} }

// change is a pull request, by the accounts of people and not by their names as members.
type change struct{ repository, title, author, mergedBy string }

// merge sends what GitHub sends of a pull request that is opened and merged. What was sent is
// printed with what was answered; sent twice, it is one piece.
func (f *forge) merge(ctx context.Context, c change, times int) error {
	f.requests++
	if _, err := f.send(ctx, f.delivery(c, false)); err != nil {
		return err
	}
	for range times {
		answer, err := f.send(ctx, f.delivery(c, true))
		if err != nil {
			return err
		}
		fmt.Printf("  %s/%s#%d merged by %s: %s\n", owner, c.repository, f.requests, c.mergedBy, answer)
	}
	return nil
}

const owner = "shop"

// delivery is the body of an event pull_request.
func (f *forge) delivery(c change, merged bool) map[string]any {
	user := func(login string) map[string]any {
		return map[string]any{"login": login, "type": "User", "site_admin": false, "html_url": "https://github.com/" + login}
	}
	request := map[string]any{
		"id": 2790000000 + f.requests, "number": f.requests, "state": "open", "title": c.title, "user": user(c.author), "draft": false, "merged": false,
		"merged_at": nil, "merged_by": nil, "html_url": fmt.Sprintf("https://github.com/%s/%s/pull/%d", owner, c.repository, f.requests),
		"base": map[string]any{"ref": "main", "label": owner + ":main"},
	}
	action, sender := "opened", c.author
	if merged {
		at := f.now().UTC().Format(time.RFC3339)
		action, sender = "closed", c.mergedBy
		request["state"], request["merged"], request["closed_at"], request["merged_at"], request["merged_by"] = "closed", true, at, at, user(c.mergedBy)
	}
	return map[string]any{
		"action": action, "number": f.requests, "pull_request": request, "sender": user(sender),
		"repository": map[string]any{"name": c.repository, "full_name": owner + "/" + c.repository, "private": true, "owner": user(owner)},
	}
}

// sendsFor is how long a delivery is repeated that nobody takes.
const sendsFor = 30 * time.Second

// send delivers an event, again where it cannot be taken now, and returns what the receiver says.
func (f *forge) send(ctx context.Context, event map[string]any) (string, error) {
	body, err := json.Marshal(event)
	if err != nil {
		return "", err
	}
	var said string
	last := errors.New("nobody was asked")
	err = wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, sendsFor, true, func(ctx context.Context) (bool, error) {
		var status int
		if status, said, last = f.post(ctx, body); last != nil || status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			return false, nil
		}
		if status != http.StatusAccepted {
			return false, fmt.Errorf("the receiver answers %d %s", status, said)
		}
		return true, nil
	})
	if wait.Interrupted(err) && last != nil {
		err = last
	}
	if err != nil {
		return "", fmt.Errorf("the forge delivers nothing to %s: %w", hook, err)
	}
	return said, nil
}

func (f *forge) post(ctx context.Context, body []byte) (int, string, error) {
	request, err := f.signed(ctx, body)
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	return response.StatusCode, strings.TrimSpace(string(said)), err
}

// signed is a delivery with the headers of GitHub.
func (f *forge) signed(ctx context.Context, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+f.receiver+hook, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, []byte(f.secret))
	mac.Write(body)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/demo", "X-GitHub-Event": "pull_request",
		"X-GitHub-Delivery": rand.Text(), "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	} {
		request.Header.Set(name, value)
	}
	return request, nil
}
