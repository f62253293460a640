package store_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// fill sets every field of v that JSON knows to something.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(at.Add(123456789)))
		return
	case nashra.Hash:
		v.Set(reflect.ValueOf(nashra.HashOf("x")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("قال: \"نعم\" <b>\n\u2028 \\ 😀")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(1<<63 - 1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.SetMapIndex(key, value)
	default:
		panic("no value for a field of kind " + v.Kind().String())
	}
}

// TestAnArticleIsScannedWhole: a field that the scanner did not know would make
// every listing slow.
func TestAnArticleIsScannedWhole(t *testing.T) {
	var full, plain store.StoredArticle
	fill(reflect.ValueOf(&full).Elem())
	for name, want := range map[string]store.StoredArticle{"full": full, "empty": plain} {
		data, err := store.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got store.StoredArticle
		if !store.ScanArticle(data, &got) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: of %s was read\n got %+v\nwant %+v", name, data, got, want)
		}
		for cut := range data { // what is no whole article is left to encoding/json, which says so
			if store.ScanArticle(data[:cut], &got) {
				t.Fatalf("%s: %s was taken for a whole article", name, data[:cut])
			}
		}
	}
}

// FuzzAnArticleIsReadAsJSONReadsIt makes articles of any JSON that is one.
func FuzzAnArticleIsReadAsJSONReadsIt(f *testing.F) {
	f.Add([]byte(`{"a":{"id":"x","seq":3,"title":"\ud83d\ude00\"","revision":-1,"published":"2025-01-01T00:00:00.5+02:00"},"n":["","00112233445566778899aabbccddeeff"]}`))
	f.Add([]byte(`{"a":{"categories":[],"enclosures":[{"url":"u","length":-1}],"suspect":{},"partial":true},"o":{"s":""},"c":18446744073709551615}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a, want, got store.StoredArticle
		if json.Unmarshal(data, &a) != nil {
			return
		}
		written, err := store.Marshal(a)
		if err != nil {
			return // a year of five digits
		}
		if err := json.Unmarshal(written, &want); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if err := store.ScanOrDecode(written, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("of %s was read, with error %v\n got %+v\nwant %+v", written, err, got, want)
		}
	})
}
