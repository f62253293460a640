package alert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// told is what was told on each way, as it is kept in a file.
type told struct {
	Version int                  `json:"version"`
	Ways    map[string]*progress `json:"ways"`
}

const toldVersion = 1

// progress is what one way has been told.
type progress struct {
	Told     map[string]toldOf `json:"told"`               // the alarms that hold, by source
	Failures int               `json:"failures,omitempty"` // deliveries in a row that failed
	Next     time.Time         `json:"next_try,omitzero"`  // not before
}

type toldOf struct {
	Event Event     `json:"event"`
	At    time.Time `json:"at"`
}

// load reads the file; one that is not there tells nothing. One that cannot be
// read as what it is is a mistake of somebody's, and its alarms are told again.
func load(file string) (*told, error) {
	t := &told{Version: toldVersion, Ways: make(map[string]*progress)}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	} else if err != nil {
		return nil, err
	}
	var kept told
	if json.Unmarshal(data, &kept) != nil || kept.Version > toldVersion {
		return t, nil
	}
	for name, p := range kept.Ways {
		if p != nil {
			t.Ways[name] = p
		}
	}
	return t, nil
}

func (t *told) way(name string) *progress {
	p := t.Ways[name]
	if p == nil {
		p = &progress{}
		t.Ways[name] = p
	}
	if p.Told == nil {
		p.Told = make(map[string]toldOf)
	}
	return p
}

// save writes the file whole or not at all.
func (t *told) save(file string) error {
	data, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return fmt.Errorf("keep what was told: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep what was told: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// delivered notes that current is told, by alerts.
func (p *progress) delivered(current map[string]Alert, alerts []Alert, now time.Time) {
	p.Failures, p.Next = 0, time.Time{}
	for _, a := range alerts {
		id := a.Source
		if id == "" {
			id = network
		}
		if _, holds := current[id]; holds {
			p.Told[id] = toldOf{a.Event, now.UTC()}
		} else {
			delete(p.Told, id)
		}
	}
}

func (p *progress) failed(now time.Time) {
	wait := retryFirst
	for range p.Failures {
		wait = min(2*wait, retryMost)
	}
	p.Failures++
	p.Next = now.UTC().Add(wait)
}
