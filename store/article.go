package store

import (
	"encoding/binary"

	"go.etcd.io/bbolt"

	"nashra"
)

// articleHead stands before the packed JSON of an article, which lacks what is
// in it: hashes do not pack. It tells an entry that is unchanged from one that is
// not, so that of the entries that a feed has shown before nothing else is read.
//
// It is the 16 bytes of each of its hashes in their order here, a byte that is 1
// where the article is shared, and the source behind its length, an unsigned
// varint.
type articleHead struct {
	id     id16
	entry  nashra.Hash // Article.EntryHash
	page   nashra.Hash // Article.PageHash
	body   nashra.Hash // storedArticle.Body
	shared bool        // several sources brought it: what each of them sent is in the JSON
	source string      // Article.Source
}

func (h *articleHead) hashes() [4]*[16]byte {
	return [...]*[16]byte{(*[16]byte)(&h.id), (*[16]byte)(&h.entry), (*[16]byte)(&h.page), (*[16]byte)(&h.body)}
}

func (h *articleHead) append(data []byte) []byte {
	for _, hash := range h.hashes() {
		data = append(data, hash[:]...)
	}
	shared := byte(0)
	if h.shared {
		shared = 1
	}
	data = binary.AppendUvarint(append(data, shared), uint64(len(h.source)))
	return append(data, h.source...)
}

// read reads what append gave, and returns what follows it.
func (h *articleHead) read(data []byte) (rest []byte, err error) {
	short := func() error { return damaged("the head of an article ends early") } // it is read for each entry of a feed
	for _, hash := range h.hashes() {
		if len(data) < len(hash) {
			return nil, short()
		}
		data = data[copy(hash[:], data):]
	}
	if len(data) == 0 {
		return nil, short()
	}
	h.shared, data = data[0] == 1, data[1:]
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return nil, short()
	}
	data = data[n:]
	h.source = string(data[:length])
	return data[length:], nil
}

// headOf is the head of an article. An id that is none is no article's.
func headOf(stored *storedArticle) (articleHead, error) {
	a := &stored.Article
	id, ok := parseID(a.ID)
	if !ok {
		return articleHead{}, damaged("article number %d has the id %q, which is none", a.Seq, a.ID)
	}
	return articleHead{
		id: id, entry: a.EntryHash, page: a.PageHash, body: stored.Body,
		shared: stored.From != "" || len(stored.Others) > 0, source: a.Source,
	}, nil
}

// putArticle writes an article, without its body.
func putArticle(b *bbolt.Bucket, stored *storedArticle) error {
	head, err := headOf(stored)
	if err != nil {
		return err
	}
	rest := *stored
	rest.Article.ID, rest.Article.Source = "", ""
	rest.Article.EntryHash, rest.Article.PageHash, rest.Body = nashra.Hash{}, nashra.Hash{}, nashra.Hash{}
	data, err := packJSON(&rest)
	if err != nil {
		return err
	}
	return b.Put(numberKey(stored.Article.Seq), sealed(encodingArticle, append(head.append(nil), data...)))
}

// decodeArticle reads what putArticle sealed.
func decodeArticle(data []byte, stored *storedArticle) error {
	var head articleHead
	rest, err := head.read(data)
	if err != nil {
		return err
	}
	if err := unpackJSON(rest, stored); err != nil {
		return err
	}
	a := &stored.Article
	a.ID, a.Source, a.EntryHash, a.PageHash, stored.Body = head.id.String(), head.source, head.entry, head.page, head.body
	return nil
}

// readArticle reads an article that an index names, so it is there.
func readArticle(tx *bbolt.Tx, seq uint64, into *storedArticle) error {
	value, err := articleValue(tx, seq)
	if err != nil {
		return err
	}
	return decodeValue(value, into)
}

// knownOf reads of the value of an article its head, and where that does not say
// all of what was sent, because it is shared, the rest.
func knownOf(value []byte) (head articleHead, stored *storedArticle, err error) {
	if len(value) > 0 && value[0] == encodingArticle {
		data, err := unsealed(encodingArticle, value)
		if err != nil {
			return head, nil, err
		}
		if _, err := head.read(data); err != nil || !head.shared {
			return head, nil, err
		}
	}
	stored = new(storedArticle)
	if err = decodeValue(value, stored); err == nil {
		head, err = headOf(stored)
	}
	return head, stored, err
}

// articleValue is the value of an article that an index names.
func articleValue(tx *bbolt.Tx, seq uint64) ([]byte, error) {
	value := tx.Bucket(bucketArticles).Get(numberKey(seq))
	if value == nil {
		return nil, damaged("an index names article number %d, which is missing", seq)
	}
	return value, nil
}
