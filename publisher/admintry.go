package publisher

import (
	"cmp"
	"html/template"
	"net/http"
	"strings"
	"time"

	"nashra"
)

// adminTryPage is the form of a trial, and what came of it.
type adminTryPage struct {
	Source     nashra.Source
	SourcePath string
	TryPath    string
	Fields     []tryField

	Made     bool // there was a trial
	Problems []string
	Lines    string
	Failed   string // why the feed was not had; "": it was
	Detail   string
	Entries  []triedEntry
}

type tryField struct {
	Key, Label, Value string
	Choices           []choice // nil: a line of text
	Several           bool     // a line each
}

// triedEntry is an entry as the feed has it, beside what was made of its page.
type triedEntry struct {
	nashra.Tried
	Published time.Time
	Title     string
	Text      string        // of the feed
	Body      template.HTML // of the page
	Letters   int
	Suspect   string
	Direction string
	Ways      []nashra.Candidate // elements that could be selected
}

// adminTry serves GET /admin/source/{source}/try, which shows the settings in
// force, and POST, which tries out those of the form.
func (s *Server) adminTry(w http.ResponseWriter, r *http.Request) error {
	g, id := tongueFor(r), r.PathValue("source")
	status, err := s.store.Source(r.Context(), id)
	if err != nil {
		return err
	}
	values, ok := s.desk.Selectors(id)
	if !ok {
		return conflict("source %q is gone from the configuration", id)
	}
	p := adminTryPage{Source: status.Source, SourcePath: adminSourcePath(id), TryPath: adminSourcePath(id) + "/try"}
	if r.Method == http.MethodPost {
		if values, err = tryValues(r); err != nil {
			return err
		}
		trial, err := s.desk.Try(r.Context(), actor(r), id, values)
		if err != nil {
			return err
		}
		s.showTrial(&p, g, trial)
	}
	for _, key := range nashra.TrialKeys {
		f := tryField{Key: key, Label: g.tryLabels[key], Value: values[key], Several: key == nashra.KeyRemove}
		if key == nashra.KeyContent {
			for _, mode := range []nashra.ContentMode{nashra.ContentAuto, nashra.ContentPage, nashra.ContentFeed} {
				f.Choices = append(f.Choices, choice{string(mode), g.contentModes[mode], string(mode) == f.Value})
			}
		}
		p.Fields = append(p.Fields, f)
	}
	return s.sendDesk(w, r, g, "try.html", deskFrame{Title: g.Try + ": " + p.Source.Name, Here: "/admin/", Page: p})
}

// tryValues reads the form. A button that offers an element puts it in the
// place of the body's selector.
func tryValues(r *http.Request) (map[string]string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, invalid("the form cannot be read: %v", err)
	}
	values := make(map[string]string, len(nashra.TrialKeys))
	for _, key := range nashra.TrialKeys {
		values[key] = r.PostForm.Get(key)
	}
	if element := r.PostForm.Get("use"); element != "" {
		values[nashra.SelectorBody] = element
	}
	return values, nil
}

// Way and Result say in the desk's words what was tried, and what came of it.
func (g *tongue) Way(a nashra.Attempt) string    { return g.triedWays[a.Way] }
func (g *tongue) Result(a nashra.Attempt) string { return cmp.Or(g.triedResults[a.Result], a.Result) }

func (s *Server) showTrial(p *adminTryPage, g *tongue, trial nashra.Trial) {
	p.Problems, p.Lines = trial.Problems, trial.Lines
	if len(p.Problems) > 0 {
		return
	}
	p.Made = true
	if trial.Feed.Error != "" {
		p.Failed, p.Detail = g.outcome(trial.Feed.Outcome, trial.Feed.Status, trial.Feed.Trouble), trial.Feed.Error
	}
	for _, t := range trial.Entries {
		e := triedEntry{Tried: t, Published: t.Entry.Published, Title: t.Entry.Title, Text: s.text(t.Entry.Body)}
		if e.Text == "" {
			e.Text = s.text(t.Entry.Summary)
		}
		for _, c := range t.Explanation.Candidates {
			if !strings.Contains(c.Element, "…") { // which was cut
				e.Ways = append(e.Ways, c)
			}
		}
		if c := t.Content; c != nil {
			e.Body = template.HTML(c.HTML) // sanitised by the extractor, as what is stored
			e.Letters, e.Direction = len([]rune(s.text(c.HTML))), c.Direction
			if c.Suspect != nil {
				e.Suspect = c.Suspect.Reason
			}
		}
		p.Entries = append(p.Entries, e)
	}
}
