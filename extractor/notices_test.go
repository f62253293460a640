package extractor_test

import "testing"

func TestEnglishNoticesInTheBody(t *testing.T) {
	tests := []struct {
		name, line string
		stays      bool
	}{
		{"an advertisement follows", "Article continues below", false},
		{"with its name", "Story continues below advertisement", false},
		{"earned by links", "Products are chosen by our editors. Purchases made through our links may earn us a commission.", false},
		{"an invitation", "Sign up for our weekly newsletter and read the best of it every Sunday morning.", false},
		{"an invitation to a channel", "Follow us on Instagram and Facebook for more of our news.", false},
		{"a sentence of the article about going on", "The story continues in the courts, where three appeals of the owners are still waiting for a judge.", true},
		{"a commission of states", "The Commission told us that it sees strong links between both of the harvests.", true},
		{"an invitation that someone speaks of", "Farmers sign up for the newsletter of the ministry, which is sent to them every Sunday morning.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := append([]string{}, article...)
			if tt.stays {
				want = []string{article[0], tt.line, article[1], article[2]}
			}
			body := "<div><p>" + article[0] + "</p><p>" + tt.line + "</p>" + paragraphsOf(article[1:]) + "</div>"
			wantText(t, extractHTML(t, site(body)), want...)
		})
	}
}
