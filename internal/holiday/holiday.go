// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package holiday knows the public holidays of countries and their regions, so that people can
// paste them into a cadence and take out what is none where they work. It is not asked when
// weeks are planned: what counts there is what stands in the Utility.
package holiday

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Max is how many holidays a cadence takes, and maxName how long a name is.
const (
	Max     = 60
	maxName = 100
)

// The years for which the rules are known well enough.
const (
	firstYear = 2000
	lastYear  = 2099
)

// In are the holidays of a country, like "CH", or of a region of it, like "CH-ZH", in some years,
// by date. A holiday that is observed on another day, since it falls on a weekend, is both.
func In(code string, years []int) ([]praxisv1.Holiday, error) {
	rules, known := lists[strings.ToUpper(code)]
	if !known {
		return nil, unknown(code)
	}
	on := map[string][]string{}
	for _, year := range years {
		if year < firstYear || year > lastYear {
			return nil, fmt.Errorf("the holidays of %d are not known; ask for a year from %d to %d", year, firstYear, lastYear)
		}
		for _, rule := range rules {
			// New Year's Day may be observed on the last day of the year before.
			for _, of := range []int{year, year + 1} {
				actual, observed := rule.Calc(of)
				for _, day := range []time.Time{actual, observed} {
					date := day.Format(time.DateOnly)
					if day.Year() == year && !slices.Contains(on[date], rule.Name) {
						on[date] = append(on[date], rule.Name)
					}
				}
			}
		}
	}
	if len(on) > Max {
		return nil, fmt.Errorf("%d holidays are more than the %d that a cadence takes; ask for fewer years", len(on), Max)
	}
	var days []praxisv1.Holiday
	for _, date := range slices.Sorted(maps.Keys(on)) {
		days = append(days, praxisv1.Holiday{Date: date, Name: text.Clip(strings.Join(on[date], ", "), maxName)})
	}
	return days, nil
}

// Codes are those of all countries and regions, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(lists)) }

// Regions are the codes of the regions of a country that are known.
func Regions(country string) []string {
	var regions []string
	for _, code := range Codes() {
		if strings.HasPrefix(code, strings.ToUpper(country)+"-") {
			regions = append(regions, code)
		}
	}
	return regions
}

// Name is what a country is called, with the region's code if there is one.
func Name(code string) string {
	country, region, _ := strings.Cut(strings.ToUpper(code), "-")
	name := country
	if r, err := language.ParseRegion(country); err == nil {
		name = display.English.Regions().Name(r)
	}
	if region != "" {
		name += " (" + region + ")"
	}
	return name
}

// unknown says which codes there are: the regions of a country that is known, or the countries.
func unknown(code string) error {
	country, _, _ := strings.Cut(code, "-")
	if regions := Regions(country); len(regions) > 0 {
		return fmt.Errorf("the holidays of %q are not known; of this country there are %s", code, strings.Join(regions, ", "))
	}
	var countries []string
	for _, known := range Codes() {
		country, _, _ := strings.Cut(known, "-")
		countries = append(countries, country)
	}
	return fmt.Errorf("the holidays of %q are not known; countries are named by two letters, and there are %s. For another write the days by hand below spec.cadence.holidays",
		code, strings.Join(slices.Compact(countries), ", "))
}
