package nashra

import "time"

// Visible reports whether readers may see an article at the instant now. It is
// the only place that decides this: feeds, pages and listings ask it.
func Visible(_ Article, m Marks, r Rights, now time.Time) bool {
	if m.Hidden != nil {
		return false
	}
	return r.Until.IsZero() || now.Before(r.Until)
}
