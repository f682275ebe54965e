// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"k8s.io/kubectl/pkg/cmd/util/editor"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// form is the part of a Review that the editor shows.
type form struct {
	Conclusion string                    `json:"conclusion"`
	Decisions  []praxisv1.ActionDecision `json:"decisions"`
	Sign       bool                      `json:"sign"`
}

// inEditor shows the agenda above a form, with a proposed decision for each item that has
// none yet. The file is kept until its content is saved.
func (o *reviewOptions) inEditor(r *praxisv1.Review) (file string, err error) {
	if r.Spec.SignOff != nil {
		return "", fmt.Errorf("%s is signed by %s and no longer changes; see it with --show", r.Name, r.Spec.SignOff.By)
	}
	body, err := yaml.Marshal(form{Conclusion: r.Spec.Conclusion, Decisions: withProposed(r, "")})
	if err != nil {
		return "", err
	}
	text := append([]byte(agendaComment(r)), body...)
	edited, file, err := o.edit(text)
	if err != nil {
		return file, err
	}
	if written := withoutComments(edited); written == "" || written == withoutComments(text) {
		return file, nil // left as it was
	}
	var answer form
	if err := yaml.UnmarshalStrict(edited, &answer); err != nil {
		return file, fmt.Errorf("what you wrote cannot be read, and nothing was changed: %w", err)
	}
	r.Spec.Conclusion, r.Spec.Decisions = answer.Conclusion, answer.Decisions
	if answer.Sign {
		if answer.Conclusion == "" {
			return file, errors.New("a Review is signed with a conclusion; write one")
		}
		r.Spec.SignOff = &praxisv1.SignOff{}
	}
	return file, nil
}

// withoutComments is the part of a text that is read.
func withoutComments(text []byte) string {
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func agendaComment(r *praxisv1.Review) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s of %s: write a conclusion, decide, and set sign to true when you are done.\n", r.Spec.Type, r.Spec.UtilityRef.Name)
	b.WriteString("# Decisions: CarryOver, Drop, Reassign (with member), Reschedule (with dueAt), Escalate. Leave the text unchanged to leave the Review as it is.\n#\n")
	for i, item := range r.Status.Agenda {
		fmt.Fprintf(&b, "# %d. %s %s: %s\n", i+1, item.Reason, item.Action, item.Message)
		switch item.Proposed {
		case praxisv1.DecideReschedule:
			fmt.Fprintf(&b, "#    - {action: %s, decision: Reschedule, dueAt: WHEN, reason: WHY}\n", item.Action)
		case praxisv1.DecideReassign:
			fmt.Fprintf(&b, "#    - {action: %s, decision: Reassign, member: WHO, reason: WHY}\n", item.Action)
		}
	}
	if len(r.Status.Agenda) == 0 {
		b.WriteString("# Nothing is on the agenda.\n")
	}
	return b.String() + "\n"
}

// edit opens a text in the editor that kubectl edit uses, and leaves the file behind.
func edit(text []byte) (edited []byte, file string, err error) {
	edited, file, err = editor.NewDefaultEditor([]string{"KUBE_EDITOR", "EDITOR"}).LaunchTempFile("praxis-review-", ".yaml", bytes.NewReader(text))
	if err != nil {
		return nil, file, fmt.Errorf("the editor failed, and nothing was changed: %w", err)
	}
	return edited, file, nil
}
