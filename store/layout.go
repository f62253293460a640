package store

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// The file, bucket by bucket. A number is 8 bytes, big endian; an id16 is the
// 16 bytes that an article's id is made of; all but bodies and numbers stands
// behind one byte that names the encoding and the CRC-32C of what follows, and the
// zstd of a body has a checksum of its own. What belongs to arrival is keyed by
// seq, so that it is only appended to; what is looked up by a hash holds nothing
// but a seq.
//
//	meta         magic, schema, seq, version of the source records, last config batch, sweeps
//
//	articles     seq                      → storedArticle, without its body: an articleHead and packed JSON, see putArticle
//	bodies       seq                      → zstd of the body's HTML; absent where it is empty
//	signatures   seq                      → nashra.Signature of the body; absent where there is none
//	revisions    seq, number              → a past revision, see packRevision; the last [nashra.RevisionsKept]
//	tombstones   seq                      → JSON tombstone: what was removed and why
//
//	names        id16                     → seq, of articles and tombstones
//	newest       sort time, id            → seq, of articles
//	bysource     source, 0, sort time, id → seq, of articles
//
//	sources      source                   → JSON nashra.Source      written by config batches
//	states       source                   → JSON nashra.State       written by closing batches
//	runs         source                   → JSON cycleRuns          written by cycle batches
//	counts       source                   → number of its articles
//	furniture    source                   → JSON string, base64 of what was learned of its pages; absent where that is nothing
//	fetches      source, 0, seq           → JSON nashra.Fetch, the last [FetchesKept]
//	days         source, 0, month         → what was fetched on each of its days, see packDays; the last months
//
//	marks        id16                     → JSON nashra.Marks       written by the desk's batches
//	pauses       source                   → JSON nashra.Marked      written by the desk's batches
//	decisions    seq of the batch         → JSON decision: the audit log
//	decided      id of the batch          → seq in decisions
//
//	changes      number, seq              → seq, of articles that were revised or removed, as of that number
//
// The names of an article are all ids that would be minted of it: of its guids
// and of its links; its own id is one of them. So an entry is looked up under
// one kind of key, and the guid that is the link, as most are, costs nothing.
//
// A category is no index: it is the sources whose record names it, and its
// listing merges their parts of bysource. So a changed category moves all of
// its articles at once.
var (
	bucketMeta       = []byte("meta")
	bucketArticles   = []byte("articles")
	bucketBodies     = []byte("bodies")
	bucketSignatures = []byte("signatures")
	bucketRevisions  = []byte("revisions")
	bucketTombstones = []byte("tombstones")
	bucketNames      = []byte("names")
	bucketNewest     = []byte("newest")
	bucketBySource   = []byte("bysource")
	bucketSources    = []byte("sources")
	bucketStates     = []byte("states")
	bucketRuns       = []byte("runs")
	bucketCounts     = []byte("counts")
	bucketFetches    = []byte("fetches")
	bucketDays       = []byte("days")
	bucketMarks      = []byte("marks")
	bucketPauses     = []byte("pauses")
	bucketDecisions  = []byte("decisions")
	bucketDecided    = []byte("decided")
	bucketFurniture  = []byte("furniture")
	bucketChanges    = []byte("changes")

	allBuckets = [][]byte{
		bucketMeta, bucketArticles, bucketBodies, bucketSignatures, bucketRevisions, bucketTombstones, bucketNames,
		bucketNewest, bucketBySource, bucketSources, bucketStates, bucketRuns, bucketCounts, bucketFetches, bucketDays, bucketFurniture,
		bucketMarks, bucketPauses, bucketDecisions, bucketDecided, bucketChanges,
	}
)

// Keys of the meta bucket.
var (
	metaMagic   = []byte("magic")
	metaSchema  = []byte("schema")
	metaSeq     = []byte("seq")             // of the last batch
	metaRecords = []byte("sources_version") // grows with every config batch
	metaConfig  = []byte("sources_batch")   // JSON appliedBatch: the last config batch
	metaSweeps  = []byte("sweeps")          // JSON sweeps: the last sweep batch
)

const (
	magic  = "nashra store"
	schema = 3 // migrate.go brings earlier ones here

	// One of these is the first byte of a stored value. Its checksum follows,
	// since a letter that the disk has changed is no less wrong than a page.
	encodingJSON      = 1
	encodingRevision  = 2
	encodingDays      = 3
	encodingPacked    = 4 // JSON, packed against a dictionary: an article as version 2 wrote it
	encodingSignature = 5
	encodingArticle   = 6 // an articleHead, and JSON packed against a dictionary
	valueHead         = 1 + 4

	// namesKept bounds the names that lead to one article beside its id:
	// partners exist whose guids change with every request.
	namesKept = 32
)

// Buckets that are only appended to are filled to the brim; what is also
// rewritten keeps room, so that a longer value does not split its page.
const (
	fillAppended  = 1.0
	fillRewritten = 0.9
)

// fillOf is to what share the pages of a bucket are filled when all of it is
// written anew.
func fillOf(bucket []byte) float64 {
	switch string(bucket) {
	case string(bucketBodies), string(bucketSignatures), string(bucketDecisions):
		return fillAppended
	}
	return fillRewritten
}

// storedArticle is the value of the articles bucket.
type storedArticle struct {
	Article nashra.Article `json:"a"`           // its HTML is in bodies
	Body    nashra.Hash    `json:"b,omitzero"`  // of the HTML; zero where it is empty
	Names   []nashra.Hash  `json:"n,omitempty"` // beside its id
	Changed uint64         `json:"c,omitempty"` // place of its last change among the changes; 0: it is as it came

	// An article that several sources of a partner bring is judged by what
	// each of them sent before, else two feeds that show it differently would
	// revise it in turns for ever.
	From   string                 `json:"f,omitempty"` // whose content is present; empty: Article.Source
	Others map[string]nashra.Hash `json:"o,omitempty"` // what the others sent last, by source
}

// tombstone is what stays of a removed article. Its names stay with it, so
// that the partner's feed does not bring it back.
type tombstone struct {
	ID      string        `json:"id"`
	Seq     uint64        `json:"seq"`
	Source  string        `json:"source"`
	Partner string        `json:"partner"`
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
	Reason  string        `json:"reason"`
	Purged  bool          `json:"purged,omitempty"`  // never forgotten
	Names   []nashra.Hash `json:"names,omitempty"`   // beside its id
	Changed uint64        `json:"changed,omitempty"` // of its removal among the changes; 0: not known, it was removed before this was kept

	// Seen is, by source, when its feed was last seen to hold the entry, to the
	// day; first of all when the article was removed.
	Seen map[string]time.Time `json:"seen,omitempty"`
}

// cycleRuns is what makes a source's cycle batches idempotent: the batches of
// its last whole cycle and of the run after it that is not closed yet.
type cycleRuns struct {
	Closed cycleRun `json:"closed,omitzero"`
	Open   cycleRun `json:"open,omitzero"`
}

type cycleRun struct {
	Number  uint64         `json:"number"`
	Began   time.Time      `json:"began"`
	Batches []appliedBatch `json:"batches"`
}

// appliedBatch is a batch's id and what it came to, for when it comes again.
type appliedBatch struct {
	ID      string         `json:"id"`
	Applied nashra.Applied `json:"applied"`
}

// sweeps is what makes sweep batches idempotent.
type sweeps struct {
	nashra.Sweeps
	Last appliedBatch `json:"last"`
}

// decision is one line of the audit log: a batch of the desk.
type decision struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
	Marks   []nashra.Mark   `json:"marks,omitempty"`
	Removes []nashra.Remove `json:"removes,omitempty"`
	Applied nashra.Applied  `json:"applied"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func number(v []byte) uint64 {
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// id16 is an article's id as keys hold it.
type id16 [16]byte

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// parseID reads an id. Only the spelling that nashra.NewID makes is one: 26
// characters hold two bits more than the 16 bytes need.
func parseID(id string) (id16, bool) {
	var raw id16
	if len(id) != idEncoding.EncodedLen(len(raw)) {
		return raw, false
	}
	if _, err := idEncoding.Decode(raw[:], []byte(id)); err != nil {
		return raw, false
	}
	return raw, raw.String() == id
}

func (i id16) String() string { return idEncoding.EncodeToString(i[:]) }

// A place is where an article stands in a listing: its sort time, then its id
// as it is written, since its bytes have another order.
const (
	sortLen  = 12
	placeLen = sortLen + 26
)

// placeOf makes the key of the newest bucket: seconds since 1970 with the sign
// turned, so that bytes compare as instants do, then nanoseconds, then the id.
func placeOf(sort time.Time, id id16) []byte {
	key := make([]byte, 0, placeLen)
	key = binary.BigEndian.AppendUint64(key, uint64(sort.Unix())^1<<63)
	key = binary.BigEndian.AppendUint32(key, uint32(sort.Nanosecond()))
	return append(key, id.String()...)
}

// sourcePrefix begins the keys of one source in bysource, fetches and days. An id of
// a source holds no zero byte, so no source's keys lie among another's.
func sourcePrefix(source string) []byte {
	return append([]byte(source), 0)
}

func sourceKey(source string, rest []byte) []byte {
	return append(sourcePrefix(source), rest...)
}

// marshal is JSON as the file and the dump hold it: without the escapes that
// only HTML needs, and without a line's end.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

func putJSON(b *bbolt.Bucket, key []byte, v any) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	return b.Put(key, sealed(encodingJSON, data))
}

// sealed is data as a value of the file.
func sealed(encoding byte, data []byte) []byte {
	value := make([]byte, 0, valueHead+len(data))
	value = append(value, encoding)
	value = binary.BigEndian.AppendUint32(value, crc32.Checksum(data, castagnoli))
	return append(value, data...)
}

// unsealed reads what sealed gave. The result is a part of value.
func unsealed(encoding byte, value []byte) ([]byte, error) {
	if len(value) < valueHead || value[0] != encoding {
		return nil, damaged("a value has an unknown encoding")
	}
	data := value[valueHead:]
	if crc32.Checksum(data, castagnoli) != binary.BigEndian.Uint32(value[1:]) {
		return nil, damaged("a value is not what was written")
	}
	return data, nil
}

// getJSON decodes the value under key into v and reports whether there is one.
// Nothing of bbolt's bytes stays in v.
func getJSON(b *bbolt.Bucket, key []byte, v any) (bool, error) {
	data := b.Get(key)
	if data == nil {
		return false, nil
	}
	return true, decodeValue(data, v)
}

// decodeValue reads JSON, packed or not, and articles, which go into a
// storedArticle only. What earlier versions wrote of an article is brought into
// its present form when it is written again.
func decodeValue(value []byte, v any) error {
	encoding := byte(encodingJSON)
	if len(value) > 0 && (value[0] == encodingPacked || value[0] == encodingArticle) {
		encoding = value[0]
	}
	data, err := unsealed(encoding, value)
	if err != nil {
		return err
	}
	switch encoding {
	case encodingPacked:
		return unpackJSON(data, v)
	case encodingArticle:
		stored, ok := v.(*storedArticle)
		if !ok {
			return damaged("an article stands where another record should")
		}
		return decodeArticle(data, stored)
	}
	return json.Unmarshal(data, v)
}

// under gives the entries of b whose keys begin with prefix, in their order.
// b must not be changed meanwhile.
func under(b *bbolt.Bucket, prefix []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		c := b.Cursor()
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix) && yield(k, v); k, v = c.Next() {
		}
	}
}
