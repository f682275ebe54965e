// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// File is what the administrators of a cluster write: whom goals may ask. A goal names a provider
// and never has an address, so that no goal can make the operator call anything.
type File struct {
	Providers []Config `json:"providers"`
}

// Config is one Prometheus, or whatever answers like one.
type Config struct {
	// Name is what goals call it.
	Name string `json:"name"`
	// URL is its address. Example: https://prometheus.monitoring:9090.
	URL string `json:"url"`
	// CAFile has the certificates that its own is signed by; those of the system without it.
	CAFile string `json:"caFile,omitempty"`
	// BearerTokenFile has the token that it wants; it is read anew as it changes.
	BearerTokenFile string `json:"bearerTokenFile,omitempty"`
	// Namespaces are those whose goals may ask it; "*" is all. There is no default.
	Namespaces []string `json:"namespaces"`
	// EnforceNamespaceLabel is the label that every selector of a query gets, with the namespace
	// of the goal, so that a tenant sees the tenant's own series.
	EnforceNamespaceLabel string `json:"enforceNamespaceLabel,omitempty"`
	// Timeout is how long it may take to answer; 10s without it, 1s to 1m.
	Timeout metav1.Duration `json:"timeout,omitempty"`
	// QueriesPerSecond is how many queries it gets in a second; 10 without it.
	QueriesPerSecond float64 `json:"queriesPerSecond,omitempty"`
}

// Everybody allows a provider to all namespaces.
const Everybody = "*"

const (
	defaultTimeout = 10 * time.Second
	defaultRate    = 10
	mostProviders  = 100
)

// Load reads a file, and what is wrong with it.
func Load(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the providers cannot be read: %w", err)
	}
	f, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse reads the text of a file. A field that is not known is an error, since it may be a limit
// that somebody relies on.
func Parse(text []byte) (*File, error) {
	var f File
	if err := yaml.UnmarshalStrict(text, &f); err != nil {
		return nil, err
	}
	if len(f.Providers) > mostProviders {
		return nil, fmt.Errorf("there are %d providers, and %d is the most", len(f.Providers), mostProviders)
	}
	var wrong []error
	seen := map[string]bool{}
	for i := range f.Providers {
		c := &f.Providers[i]
		if err := c.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("providers[%d] %q: %w", i, c.Name, err))
		}
		if seen[c.Name] {
			wrong = append(wrong, fmt.Errorf("providers[%d]: there are two of the name %q", i, c.Name))
		}
		seen[c.Name] = true
	}
	return &f, errors.Join(wrong...)
}

var labelForm = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// check says what is wrong with a provider, and sets what it leaves out.
func (c *Config) check() error {
	if len(validation.IsDNS1123Label(c.Name)) > 0 {
		return errors.New("name has to be small letters, digits and hyphens, like main")
	}
	if err := checkURL(c.URL); err != nil {
		return err
	}
	if len(c.Namespaces) == 0 {
		return errors.New(`namespaces is empty, so nobody could ask it; name those whose goals may, or "*" for all`)
	}
	for _, n := range c.Namespaces {
		if n != Everybody && len(validation.IsDNS1123Label(n)) > 0 {
			return fmt.Errorf(`namespaces has %q, which is no name of a namespace; "*" alone is all of them`, n)
		}
	}
	if c.EnforceNamespaceLabel != "" && !labelForm.MatchString(c.EnforceNamespaceLabel) {
		return fmt.Errorf("enforceNamespaceLabel %q is no name of a label, like namespace", c.EnforceNamespaceLabel)
	}
	if c.Timeout.Duration == 0 {
		c.Timeout.Duration = defaultTimeout
	}
	if t := c.Timeout.Duration; t < time.Second || t > time.Minute {
		return fmt.Errorf("timeout is %s and has to be 1s to 1m", t)
	}
	if c.QueriesPerSecond == 0 {
		c.QueriesPerSecond = defaultRate
	}
	if r := c.QueriesPerSecond; !(r >= 0.01 && r <= 1000) {
		return fmt.Errorf("queriesPerSecond is %v and has to be 0.01 to 1000", r)
	}
	return nil
}

func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("url %q is no address, like https://prometheus.monitoring:9090", text)
	case u.User != nil:
		return errors.New("url has a user name in it; give a token by bearerTokenFile")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("url has a query or a fragment; leave it at the address, as in https://prometheus.monitoring:9090")
	}
	return nil
}

// Serves reports whether goals of a namespace may ask it.
func (c *Config) Serves(namespace string) bool {
	return slices.Contains(c.Namespaces, Everybody) || slices.Contains(c.Namespaces, namespace)
}

// Of is the provider of that name; nil where there is none, as in no file.
func (f *File) Of(name string) *Config {
	if f == nil {
		return nil
	}
	i := slices.IndexFunc(f.Providers, func(c Config) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Providers[i]
}

// For are the names of those that serve a namespace.
func (f *File) For(namespace string) []string {
	var names []string
	if f != nil {
		for i := range f.Providers {
			if f.Providers[i].Serves(namespace) {
				names = append(names, f.Providers[i].Name)
			}
		}
	}
	return names
}
