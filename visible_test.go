package nashra_test

import (
	"testing"
	"time"

	"nashra"
)

func TestVisible(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		marks  nashra.Marks
		rights nashra.Rights
		want   bool
	}{
		{"an article nobody touched", nashra.Marks{}, nashra.Rights{}, true},
		{"hidden by the desk", nashra.Marks{Hidden: &nashra.Marked{At: now}}, nashra.Rights{}, false},
		{"the agreement still runs", nashra.Marks{}, nashra.Rights{Until: now.Add(1)}, true},
		{"the agreement has ended", nashra.Marks{}, nashra.Rights{Until: now}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := nashra.Visible(nashra.Article{}, tt.marks, tt.rights, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
