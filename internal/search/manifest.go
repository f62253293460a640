package search

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// manifest says what of the folder is in force.
type manifest struct {
	Version  int           `json:"version"`
	Upto     uint64        `json:"upto"`   // number of the last change that is in the index
	Newest   anchor        `json:"newest"` // of the articles in it, by arrival
	Made     uint64        `json:"made"`   // number of the last file that was made
	Segments []segmentFile `json:"segments,omitempty"`
}

// anchor is an article that the store must have if the index is of it.
type anchor struct {
	ID  string `json:"id,omitempty"`
	Seq uint64 `json:"seq,omitempty"`
}

type segmentFile struct {
	Name string `json:"name"`
	Dead string `json:"dead,omitempty"` // file of its dead articles
}

const manifestName = "index.json"

// readManifest reads the manifest of folder. One of another version is as good
// as none, errDamaged.
func readManifest(folder string) (manifest, error) {
	var m manifest
	data, err := os.ReadFile(filepath.Join(folder, manifestName))
	if err != nil {
		return m, err
	}
	sum, data, ok := bytes.Cut(data, []byte("\n"))
	if !ok || string(sum) != sumLine(data) || json.Unmarshal(data, &m) != nil || m.Version != formatVersion {
		return m, errDamaged
	}
	return m, nil
}

func sumLine(data []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(data, castagnoli)) }

// writeManifest brings m into force.
func writeManifest(folder string, m manifest) error {
	m.Version = formatVersion
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return writeFile(folder, manifestName, append([]byte(sumLine(data)+"\n"), data...))
}

// writeFile replaces a file of folder by one that is whole and on disk.
func writeFile(folder, name string, data []byte) error {
	path := filepath.Join(folder, name)
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes the names in a folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// encodeDead is the file of the dead articles of a segment: their numbers and
// a checksum.
func encodeDead(dead bitmap) []byte {
	var b []byte
	for i := range uint32(len(dead) * 64) {
		if dead.has(i) {
			b = binary.LittleEndian.AppendUint32(b, i)
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readDead marks what the file at path names as dead in s.
func (s *segment) readDead(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	n := len(b) - 4
	if n < 0 || n%4 != 0 || crc32.Checksum(b[:n], castagnoli) != binary.LittleEndian.Uint32(b[n:]) {
		return errDamaged
	}
	for ; n > 0; n -= 4 {
		doc := binary.LittleEndian.Uint32(b[n-4:])
		if uint64(doc) >= s.docsCount {
			return errDamaged
		}
		s.dead.set(doc)
	}
	return nil
}

// clean removes from folder what m does not name: files of an earlier state or
// of work that was broken off.
func clean(folder string, m manifest) error {
	keep := []string{manifestName}
	for _, s := range m.Segments {
		keep = append(keep, s.Name, s.Dead)
	}
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range files {
		if !slices.Contains(keep, f.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(folder, f.Name())))
		}
	}
	return err
}
