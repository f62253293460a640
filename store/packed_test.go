package store_test

import (
	"testing"

	"nashra"
	"nashra/store"
)

// TestTheDictionaryOfArticlesStays: stored articles can be read with this one
// alone.
func TestTheDictionaryOfArticlesStays(t *testing.T) {
	if got, want := nashra.HashOf(store.ArticleDictionary).String(), "594ae453d4b09d292a44955c07b3d97a"; got != want {
		t.Errorf("its hash is %s, not %s; another dictionary is for another encoding of values", got, want)
	}
}
