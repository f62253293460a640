package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// What a source's fetches leave behind is bounded: 64 KiB, keys and all. Most
// fetches find nothing new, so such a fetch writes no new record but the last
// one again.
const (
	// FetchesKept is how many fetch records the store keeps of a source; fewer
	// where they are long.
	FetchesKept = 50
	fetchesSize = 46 << 10 // all of them
	fetchSize   = 8 << 10  // one of them, without most of its warnings if it must be

	// DaysKept is for how many days the store keeps what they came to, the last
	// one among them.
	DaysKept   = 400
	monthsKept = 15 // hold so many days whatever the months; each takes 0.8 KiB at most
)

// recordFetch records a fetch whose closing batch has the number seq.
func recordFetch(tx *bbolt.Tx, f nashra.Fetch, seq uint64) error {
	if err := countFetch(tx, f); err != nil {
		return err
	}
	bucket := tx.Bucket(bucketFetches)
	var keys [][]byte // of the records there are
	var sizes []int
	var newest []byte
	for key, value := range under(bucket, sourcePrefix(f.Source)) {
		keys, sizes, newest = append(keys, key), append(sizes, len(value)), value
	}
	if newest != nil {
		var last nashra.Fetch
		if err := decodeValue(newest, &last); err != nil {
			return err
		}
		if goesOn(last, f) {
			f.Count, f.First = max(last.Count, 1)+1, last.First
			if f.First.IsZero() {
				f.First = last.At
			}
			return putJSON(bucket, bytes.Clone(keys[len(keys)-1]), f)
		}
	}
	data, err := marshalFetch(f)
	if err != nil {
		return err
	}
	size := len(data)
	for _, n := range sizes {
		size += n
	}
	old := 0
	for ; len(keys)-old >= FetchesKept || size > fetchesSize; old++ {
		size -= sizes[old]
	}
	for i, key := range keys[:old] {
		keys[i] = bytes.Clone(key) // the bucket's own are good until it changes
	}
	for _, key := range keys[:old] {
		if err := bucket.Delete(key); err != nil {
			return err
		}
	}
	return bucket.Put(sourceKey(f.Source, numberKey(seq)), sealed(encodingJSON, data))
}

// marshalFetch is the JSON of a record within its bounds.
func marshalFetch(f nashra.Fetch) ([]byte, error) {
	for {
		data, err := marshal(f)
		if err != nil || len(data) <= fetchSize {
			return data, err
		}
		switch {
		case len(f.Warnings) > 0:
			f.Warnings = f.Warnings[:len(f.Warnings)/2]
		case len(f.Header) > 0:
			f.Header = nil
		case f.Error != "":
			f.Error = strings.ToValidUTF8(f.Error[:len(f.Error)/2], "")
		default:
			return data, nil
		}
	}
}

// goesOn reports whether f found nothing new, just as the fetch before it.
func goesOn(last, f nashra.Fetch) bool {
	if f.Outcome != nashra.OutcomeNotModified || f.New+f.Updated > 0 {
		return false
	}
	for _, f := range []*nashra.Fetch{&last, &f} {
		f.At, f.Duration, f.NextDue, f.Count, f.First = time.Time{}, 0, time.Time{}, 0, time.Time{}
	}
	return reflect.DeepEqual(last, f)
}

// countFetch counts a fetch on its day.
func countFetch(tx *bbolt.Tx, f nashra.Fetch) error {
	bucket, prefix := tx.Bucket(bucketDays), sourcePrefix(f.Source)
	at := f.At.UTC()
	month := monthOf(at)
	key := sourceKey(f.Source, monthKey(month))
	value := bucket.Get(key)
	var days [31]nashra.FetchDay
	if value != nil {
		var err error
		if _, days, err = unpackDays(value); err != nil {
			return err
		}
	}
	days[at.Day()-1].Add(f)
	if err := bucket.Put(key, packDays(month, days)); err != nil || value != nil {
		return err
	}
	var months [][]byte
	for k := range under(bucket, prefix) {
		months = append(months, bytes.Clone(k))
	}
	for ; len(months) > monthsKept; months = months[1:] {
		if err := bucket.Delete(months[0]); err != nil {
			return err
		}
	}
	return nil
}

// monthOf numbers the months of the calendar.
func monthOf(t time.Time) uint32 { return uint32(max(0, t.Year()*12+int(t.Month())-1)) }

func monthKey(month uint32) []byte { return binary.BigEndian.AppendUint32(nil, month) }

// packDays is the value of the days bucket: the month once more, where a
// checksum is, and of each day that there is something to say of, its number in
// the month and its counts. All but the day are unsigned varints.
func packDays(month uint32, days [31]nashra.FetchDay) []byte {
	data := binary.AppendUvarint(nil, uint64(month))
	for i, d := range days {
		if d == (nashra.FetchDay{}) {
			continue
		}
		data = append(data, byte(i+1))
		for _, n := range counters(&d) {
			data = binary.AppendUvarint(data, uint64(max(0, *n)))
		}
		data = binary.AppendUvarint(data, uint64(max(0, d.Bytes)))
	}
	return sealed(encodingDays, data)
}

// unpackDays reads what packDays gave; Day is zero in all of it.
func unpackDays(value []byte) (month uint32, days [31]nashra.FetchDay, err error) {
	data, err := unsealed(encodingDays, value)
	if err != nil {
		return 0, days, err
	}
	r := bytes.NewReader(data)
	number, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, days, damaged("a month has no number")
	}
	month = uint32(number)
	for r.Len() > 0 {
		day, err := r.ReadByte()
		if err != nil || day < 1 || day > 31 {
			return 0, days, errors.Join(damaged("a month has a day %d", day), err)
		}
		d := &days[day-1]
		for _, n := range counters(d) {
			v, err := binary.ReadUvarint(r)
			if err != nil {
				return 0, days, damaged("the counts of a day end early")
			}
			*n = int(v)
		}
		v, err := binary.ReadUvarint(r)
		if err != nil {
			return 0, days, damaged("the counts of a day end early")
		}
		d.Bytes = int64(v)
	}
	return month, days, nil
}

// counters are the counts of a day in the order of the file.
func counters(d *nashra.FetchDay) [7]*int {
	return [...]*int{&d.OK, &d.NotModified, &d.Failed, &d.Gone, &d.Throttled, &d.New, &d.Updated}
}

// daysOf are the days of one entry of the days bucket, oldest first.
func daysOf(key, value []byte) ([]nashra.FetchDay, error) {
	month, days, err := unpackDays(value)
	if err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(key, append([]byte{0}, monthKey(month)...)) {
		return nil, damaged("month %d stands under %q", month, key)
	}
	var out []nashra.FetchDay
	for i, d := range days {
		if d != (nashra.FetchDay{}) {
			d.Day = time.Date(int(month/12), time.Month(month%12+1), i+1, 0, 0, 0, 0, time.UTC)
			out = append(out, d)
		}
	}
	return out, nil
}

// Fetches returns the newest fetch records of a source, newest first, at most
// limit; the store keeps the last FetchesKept. An unknown source wraps
// nashra.ErrNotFound.
func (s *Store) Fetches(ctx context.Context, source string, limit int) ([]nashra.Fetch, error) {
	var out []nashra.Fetch
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if _, ok, err := readSource(tx, source); err != nil || !ok {
			return orNotFound(err)
		}
		prefix := sourcePrefix(source)
		c := tx.Bucket(bucketFetches).Cursor()
		for k, v := seekBefore(c, endOf(prefix)); bytes.HasPrefix(k, prefix) && len(out) < limit; k, v = c.Prev() {
			var f nashra.Fetch
			if err := decodeValue(v, &f); err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read fetches of source %q: %w", source, err)
	}
	return out, nil
}

// FetchDays returns what a source's fetches came to on each day with one, oldest
// first, of the last DaysKept days up to the newest. An unknown source wraps
// nashra.ErrNotFound.
func (s *Store) FetchDays(ctx context.Context, source string) ([]nashra.FetchDay, error) {
	var out []nashra.FetchDay
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if _, ok, err := readSource(tx, source); err != nil || !ok {
			return orNotFound(err)
		}
		for k, v := range under(tx.Bucket(bucketDays), sourcePrefix(source)) {
			days, err := daysOf(k, v)
			if err != nil {
				return err
			}
			out = append(out, days...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the days of source %q: %w", source, err)
	}
	for len(out) > 0 && out[len(out)-1].Day.Sub(out[0].Day) >= DaysKept*24*time.Hour {
		out = out[1:]
	}
	return out, nil
}
