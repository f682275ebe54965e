// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/kubectl/pkg/cmd/util/editor"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

// form is the part of a Review that the editor shows.
type form struct {
	Conclusion string                    `json:"conclusion"`
	Decisions  []praxisv1.ActionDecision `json:"decisions"`
	Sign       bool                      `json:"sign"`
}

// inEditor shows the agenda above a form, with a proposed decision for each item that has
// none yet. The file is kept until its content is saved.
func (o *reviewOptions) inEditor(ctx context.Context, c *writer, r *praxisv1.Review) (file string, err error) {
	if r.Spec.SignOff != nil {
		return "", fmt.Errorf("%s is signed by %s and no longer changes; see it with --show", r.Name, r.Spec.SignOff.By)
	}
	objects, err := gather.Reviewed(ctx, c, r)
	if err != nil {
		return "", err
	}
	body, err := yaml.Marshal(form{Conclusion: r.Spec.Conclusion, Decisions: act.WithDefaults(r, objects.Cycles, o.Clock.Now())})
	if err != nil {
		return "", err
	}
	text := append([]byte(agendaComment(r, &objects)), body...)
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
	for i := range answer.Decisions {
		d := &answer.Decisions[i]
		if j, err := gather.ActionIn(objects.Actions, r.Namespace, d.Action); err == nil {
			d.Action = objects.Actions[j].Name // what cannot be found the API server refuses
		}
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

func agendaComment(r *praxisv1.Review, objects *view.Objects) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s of %s: write a conclusion, decide, and set sign to true when you are done.\n", r.Spec.Type, r.Spec.UtilityRef.Name)
	b.WriteString("# Decisions: CarryOver, Drop, Reassign (with member), Reschedule (with dueAt), Escalate. Leave the text unchanged to leave the Review as it is.\n#\n")
	for _, line := range onePage(r, objects) {
		b.WriteString("# " + term.Wrap(line.label, line.text, 0) + "\n")
	}
	for i, item := range r.Status.Agenda {
		fmt.Fprintf(&b, "# %d. %s %s: %s\n", i+1, item.Reason, subject(&item, r, objects), item.Message)
		if len(item.Candidates) > 0 {
			fmt.Fprintf(&b, "#    can go to: %s\n", strings.Join(item.Candidates, ", "))
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
