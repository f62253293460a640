package evaluation_test

import (
	"testing"

	"nashra/internal/evaluation"
)

func TestCompareCountsSequencesOfFourTokens(t *testing.T) {
	tests := []struct {
		name, got, want   string
		precision, recall float64
	}{
		{"the same text", "one two three four five", "one two three four five", 1, 1},
		{"marks and tatweel aside", "قالَ الوزيـر إن الأمر «واضح»", "قال الوزير إن الأمر واضح", 1, 1},
		{"presentation forms are letters", "ﻻ شك في الأمر كله", "لا شك في الأمر كله", 1, 1},
		{"half too much", "a b c d e", "a b c d", 0.5, 1},
		{"half missing", "a b c d", "a b c d e", 1, 0.5},
		{"a repeated sequence counts once for each time it is wanted", "a b c d a b c d", "a b c d", 0.2, 1},
		{"fewer than four tokens are one sequence", "a b", "a b", 1, 1},
		{"nothing", "", "a b c d", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := evaluation.Compare(tt.got, tt.want)
			if got.Precision != tt.precision || got.Recall != tt.recall || got.Predicted != (tt.got != "") {
				t.Errorf("Compare(%q, %q) = %+v, want P %v R %v", tt.got, tt.want, got, tt.precision, tt.recall)
			}
		})
	}
}

func TestCompareWordsPaysNoHeedToOrderAndCase(t *testing.T) {
	if got := evaluation.CompareWords("B a c", "a b"); got.Precision != 2.0/3 || got.Recall != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestMeanTakesPrecisionOverPredictedPagesOnly(t *testing.T) {
	var m evaluation.Mean
	m.Add(evaluation.Score{Precision: 0.8, Recall: 1, Predicted: true})
	m.Add(evaluation.Score{})
	if got := m.Score(); got.Precision != 0.8 || got.Recall != 0.5 || m.Pages() != 2 {
		t.Errorf("got %+v of %d pages", got, m.Pages())
	}
}
