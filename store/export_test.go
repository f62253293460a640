package store

// Hold takes the turn to write, so that batches wait until release.
func (s *Store) Hold() (release func()) {
	s.writer <- struct{}{}
	return func() { <-s.writer }
}

// Waiting is how many batches wait for their turn.
func (s *Store) Waiting() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.list)
}

// Commits is how many writing transactions there were since the file was made.
func (s *Store) Commits() (n int) {
	tx, err := s.file.Begin(false)
	if err != nil {
		panic(err)
	}
	n = tx.ID()
	if err := tx.Rollback(); err != nil {
		panic(err)
	}
	return n
}

const (
	MaxGroup = maxGroup
	Schema   = schema

	ArticleDictionary = articleDictionary
)

// HeadOfArticle is the head of an article of source.
func HeadOfArticle(source string) []byte {
	h := articleHead{source: source}
	return h.append(nil)
}

// ReadHeadOfArticle reads what begins with a head, and returns what follows.
func ReadHeadOfArticle(data []byte) (source string, rest []byte, err error) {
	var h articleHead
	rest, err = h.read(data)
	return h.source, rest, err
}

// Snapshots is how many reading transactions are open.
func (s *Store) Snapshots() int { return s.file.Stats().OpenTxN }

// FarBehind has the store look as it does while a compaction copies and much
// has been applied since it was begun, until it is ended.
func (s *Store) FarBehind() (end func()) {
	c := &compaction{over: make(chan struct{})}
	c.size.Store(compactBehind)
	s.compaction.Store(c)
	return func() { s.endCompaction(c) }
}

// StoredArticle is what is kept of an article.
type StoredArticle = storedArticle

var (
	WriteAnew    = writeAnew
	Marshal      = marshal
	ScanArticle  = scanArticle
	ScanOrDecode = scanOrDecode
)
