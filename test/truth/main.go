// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	o := options{}
	flag.Uint64Var(&o.seed, "seed", 1, "where the made-up weeks begin; another seed gives fresh ones")
	flag.IntVar(&o.weeks, "weeks", 200, "how many weeks of each class")
	flag.IntVar(&o.size, "size", 0, "at least so many KeyActions a week")
	worldNames := flag.String("worlds", "", "worlds to live in, with commas; all where it is empty")
	classNames := flag.String("classes", "", "classes of weeks, with commas; all where it is empty")
	flag.StringVar(&o.json, "json", "", "a file for the same results as JSON")
	replay := flag.String("replay", "", "look at the closed weeks of this export of a cluster instead: kubectl get weeklycycles,reviews -o json")
	flag.Parse()
	o.worlds, o.classes = listed(*worldNames), listed(*classNames)
	err := error(nil)
	if *replay != "" {
		err = replayed(*replay, os.Stdout)
	} else {
		err = o.run(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func listed(names string) []string {
	if names == "" {
		return nil
	}
	return strings.Split(names, ",")
}

type options struct {
	seed            uint64
	weeks, size     int
	worlds, classes []string
	json            string
}

func (o options) run(out io.Writer) error {
	results, err := o.measure()
	if err != nil {
		return err
	}
	report(out, results)
	if o.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(text, '\n'), 0o644)
}

// measure lives all weeks and asks every rule.
func (o options) measure() ([]result, error) {
	var results []result
	for _, w := range worlds {
		if len(o.worlds) > 0 && !slices.Contains(o.worlds, w.name) {
			continue
		}
		for i, class := range classes {
			if len(o.classes) > 0 && !slices.Contains(o.classes, class.name) {
				continue
			}
			of := make([]result, 1+len(peers))
			for j := range of {
				of[j] = result{World: w.name, Class: class.name, Rule: "praxis"}
				if j > 0 {
					of[j].Rule = peers[j-1].name
				}
			}
			for n := range o.weeks {
				wk := newWeek(o.seed*1_000_003+uint64(i)*10_007+uint64(n), w, class.teams, max(o.size, class.size))
				class.seed(wk)
				wk.live()
				if err := look(wk, of); err != nil {
					return nil, fmt.Errorf("world %s, class %s, week %d of seed %d: %w", w.name, class.name, n, o.seed, err)
				}
			}
			results = append(results, of...)
		}
	}
	if len(results) == 0 {
		return nil, errors.New("no such world or class; see docs/truth.md for their names")
	}
	return results, nil
}

// look asks every rule about a week, and compares that of Praxis with a reading of its text.
func look(wk *week, of []result) error {
	x, err := newAsked(wk)
	if err != nil {
		return err
	}
	of[0].watch(wk, func(now hours) (bool, string) {
		says := x.at(now)
		if own := read(wk, now); own != says && err == nil {
			err = fmt.Errorf("at %s the rule says %+v, and its text %+v", now.time().Format("Monday 15:04"), says, own)
		}
		return says.alarm, says.first
	})
	for i, p := range peers {
		of[i+1].watch(wk, func(now hours) (bool, string) { return p.says(wk, now) })
	}
	return err
}

func report(out io.Writer, results []result) {
	t := tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)
	fmt.Fprintln(t, "world\trule\tclass\tat first alarm\tat midweek\tat review\talarmed\talarmed at review\tafter knowable")
	line := func(r result) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.World, r.Rule, r.Class, r.First, r.Midweek, r.Review, r.Alarmed, r.AtReview, r.delay())
	}
	sums := map[[2]string]*result{}
	var order [][2]string
	for _, r := range results {
		if r.Rule == "praxis" {
			line(r)
		}
		if r.Class == "healthy" {
			continue
		}
		key := [2]string{r.World, r.Rule}
		if sums[key] == nil {
			sums[key] = &result{World: r.World, Rule: r.Rule, Class: "all with a cause"}
			order = append(order, key)
		}
		sums[key].merge(r)
	}
	for _, key := range order {
		line(*sums[key])
	}
	for _, r := range results {
		if r.Class == "healthy" && r.Rule != "praxis" {
			line(r)
		}
	}
	t.Flush()
}
