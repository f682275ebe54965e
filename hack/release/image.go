// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The operator and the dashboard are static files that bring their zones along, so their image
// needs no base to download or to patch: one layer with both, for each machine, in the layout
// that the Open Container Initiative defines.

// imaged are the programs in the image; it runs the first unless told otherwise.
var imaged = []string{"praxis", "praxis-dashboard"}

const mediaType = "application/vnd.oci.image."

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// layout are the files of an image layout, by path.
type layout map[string][]byte

// blob adds content and describes it.
func (l layout) blob(kind string, content []byte) descriptor {
	sum := fmt.Sprintf("%x", sha256.Sum256(content))
	l["blobs/sha256/"+sum] = content
	return descriptor{MediaType: mediaType + kind, Digest: "sha256:" + sum, Size: len(content)}
}

// object adds what is written as JSON.
func (l layout) object(kind string, content map[string]any) descriptor {
	text, err := json.Marshal(content) // sorts the keys
	if err != nil {
		panic(err) // it is made of strings and numbers here
	}
	return l.blob(kind, text)
}

func (r release) image() error {
	all := layout{"oci-layout": []byte(`{"imageLayoutVersion":"1.0.0"}`)}
	var manifests []descriptor
	for _, platform := range platforms {
		system, machine, _ := strings.Cut(platform, "/")
		if system != "linux" {
			continue
		}
		var programs [][]byte
		for _, name := range imaged {
			program, err := os.ReadFile(r.binary(name, platform))
			if err != nil {
				return err
			}
			programs = append(programs, program)
		}
		manifest, err := r.manifest(all, machine, programs)
		if err != nil {
			return err
		}
		manifests = append(manifests, manifest)
	}
	index := all.object("index.v1+json", map[string]any{"schemaVersion": 2, "mediaType": mediaType + "index.v1+json", "manifests": manifests})
	index.Annotations = map[string]string{"org.opencontainers.image.ref.name": r.version}
	top, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": mediaType + "index.v1+json", "manifests": []descriptor{index}})
	if err != nil {
		return err
	}
	all["index.json"] = top
	return all.save(filepath.Join(r.out, "praxis-image_"+r.version+".tar"))
}

// manifest adds the image for a machine.
func (r release) manifest(all layout, machine string, programs [][]byte) (descriptor, error) {
	var plain, zipped bytes.Buffer
	layer := tar.NewWriter(&plain)
	var err error
	for i, program := range programs {
		if err = layer.WriteHeader(&tar.Header{Name: imaged[i], Mode: 0o755, Size: int64(len(program)), ModTime: moment}); err == nil {
			_, err = layer.Write(program)
		}
		if err != nil {
			return descriptor{}, err
		}
	}
	zip := gzip.NewWriter(&zipped)
	if err = errors.Join(err, layer.Close()); err == nil {
		_, err = zip.Write(plain.Bytes())
	}
	if err = errors.Join(err, zip.Close()); err != nil {
		return descriptor{}, err
	}
	config := all.object("config.v1+json", map[string]any{
		"created": moment.Format("2006-01-02T15:04:05Z"), "os": "linux", "architecture": machine,
		"config": map[string]any{
			"User": "65532:65532", "Entrypoint": []string{"/" + imaged[0]},
			"Labels": map[string]string{
				"org.opencontainers.image.title": "praxis", "org.opencontainers.image.version": r.version, "org.opencontainers.image.revision": r.commit,
				"org.opencontainers.image.licenses": "Apache-2.0", "org.opencontainers.image.source": "https://github.com/praxis-dev/praxis",
			},
		},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(plain.Bytes()))}},
	})
	manifest := all.object("manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": mediaType + "manifest.v1+json", "config": config,
		"layers": []descriptor{all.blob("layer.v1.tar+gzip", zipped.Bytes())},
	})
	manifest.Platform = map[string]string{"os": "linux", "architecture": machine}
	return manifest, nil
}

// save writes the layout as one archive, which needs no compression: its layers have it.
func (l layout) save(target string) error {
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(file)
	for _, path := range slices.Sorted(maps.Keys(l)) {
		if err = archive.WriteHeader(&tar.Header{Name: path, Mode: 0o644, Size: int64(len(l[path])), ModTime: moment}); err == nil {
			_, err = archive.Write(l[path])
		}
		if err != nil {
			break
		}
	}
	return errors.Join(err, archive.Close(), file.Close())
}
