// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/holiday"
)

// newHolidays makes the command that prints holidays to paste.
func newHolidays(t *Tool) *cobra.Command {
	var years []int
	var format term.Format
	c := &cobra.Command{
		Use:   "holidays COUNTRY",
		Short: "Print the holidays of a country, to paste into the cadence of a goal",
		Long: `Print the public holidays of a country or of a region of it as they are pasted below spec.cadence of a Utility, without
a cluster. COUNTRY is a code like CH or, with a region, CH-ZH. The list is a beginning: take out what is no holiday where
you work, and add what is missing. A cadence takes 60.`,
		Example: `  # the holidays of Zurich
  kubectl praxis holidays CH-ZH --year 2027

  # of the quarters around the end of a year
  kubectl praxis holidays US --year 2026,2027`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var codes []string
			for _, code := range holiday.Codes() {
				codes = append(codes, code+"\t"+holiday.Name(code))
			}
			return beginning(codes, strings.ToUpper(begun), nil), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(years) == 0 {
				years = []int{t.Clock.Now().Year()}
			}
			return t.printHolidays(args[0], years, format)
		},
	}
	c.Flags().IntSliceVar(&years, "year", nil, "the year, or several with commas between them (default: this year)")
	term.AddFormat(c, &format)
	return c
}

func (t *Tool) printHolidays(code string, years []int, format term.Format) error {
	days, err := holiday.In(code, years)
	if err != nil {
		return err
	}
	if format != term.Text {
		return term.Encode(t.Out, format, map[string]any{"holidays": days})
	}
	slices.Sort(years)
	of := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(slices.Compact(years))), ", "), "[]")
	fmt.Fprintf(t.Out, "    # %s, %s; take out what is no holiday where you work\n    holidays: # of spec.cadence\n", holiday.Name(code), of)
	for _, d := range days {
		fmt.Fprintf(t.Out, "    - {date: %q, name: %q}\n", d.Date, d.Name)
	}
	if regions := holiday.Regions(code); len(regions) > 0 {
		fmt.Fprintf(t.ErrOut, "There are lists of regions too: %s\n", strings.Join(regions, ", "))
	}
	return nil
}
