package store_test

import (
	"testing"

	"nashra/store"
)

func TestTheHeadOfAnArticleIsReadWholeOrNotAtAll(t *testing.T) {
	head := store.HeadOfArticle("fikrafann")
	source, rest, err := store.ReadHeadOfArticle(append(head, "packed"...))
	if err != nil || source != "fikrafann" || string(rest) != "packed" {
		t.Errorf("got %q, %q, %v", source, rest, err)
	}
	for n := range head {
		if source, _, err := store.ReadHeadOfArticle(head[:n]); err == nil {
			t.Errorf("%d of %d bytes are read as the head of an article of %q", n, len(head), source)
		}
	}
}
