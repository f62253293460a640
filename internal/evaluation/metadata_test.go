package evaluation_test

import (
	"reflect"
	"testing"
	"time"

	"nashra/internal/evaluation"
)

func TestMetadataIsRightInAnyOfThePagesWays(t *testing.T) {
	shown, err := evaluation.ReadMetadata([]byte(`[{"id":"a","title":["القمح يفوق التوقعات","موسم القمح"],"date":"2025-05-04","byline":["منى زكي"],"picture":["wheat.jpg"]},{"id":"b","title":["بلا تاريخ"]}]`))
	if err != nil {
		t.Fatal(err)
	}
	may := time.Date(2025, 5, 4, 22, 0, 0, 0, time.UTC)
	tests := []struct {
		name, page string
		got        evaluation.Found
		wrong      []string
	}{
		{"all right", "a", evaluation.Found{Title: "موسمُ القمح", Byline: "منى زكى", Published: may, PictureAddress: "https://x.example/wheat.jpg?w=1"}, nil},
		{"all wrong", "a", evaluation.Found{Title: "موسم", Published: may.Add(3 * time.Hour)}, []string{"title", "date", "byline", "picture"}},
		{"what is not shown is not asked for", "b", evaluation.Found{Title: "بلا تاريخ", Byline: "منى"}, nil},
	}
	var all evaluation.Rates
	for _, tt := range tests {
		if wrong := all.Add(tt.got, shown[tt.page]); !reflect.DeepEqual(wrong, tt.wrong) {
			t.Errorf("%s: got %q, want %q", tt.name, wrong, tt.wrong)
		}
	}
	if want := (evaluation.Rate{Right: 2, Shown: 3}); all.Title != want || all.Byline.Share() != 0.5 {
		t.Errorf("got %+v", all)
	}
}
