package extractor_test

import (
	"errors"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

// Sentences of a guide, as sites in English write them.
var guide = []string{
	"A good garden begins on paper, long before the first spade of earth is turned in the spring.",
	"Watch where the sun falls in the morning and in the evening, and write it down for a week.",
	"Most vegetables want six hours of light, but lettuce and spinach will make do with four.",
	"Soil matters more than seed: dig in compost in autumn, and leave the worms to their work.",
	"Water early in the day, at the foot of the plant, and never when the sun is at its highest.",
	"Sow a little every fortnight rather than all at once, and the kitchen will never run out.",
	"Pull weeds while they are small, for an hour now saves a day in the middle of the summer.",
	"What is left over at the end of the season goes back to the heap, and so to the next year.",
}

// Sentences of another one.
var beekeeping = []string{
	"A hive wants a dry place with the morning sun on its door and a hedge against the wind.",
	"Two hives are no more work than one, and the stronger can help the weaker through a bad year.",
	"Look into them once a week from April on, on a warm day, with slow hands and a little smoke.",
	"Count the frames of brood, see that there are eggs, and close the lid before they grow cold.",
	"In July the honey is ripe when nine cells in ten are capped and nothing drips from the frame.",
	"After the harvest feed them well, for a hive that starves in March has been robbed in August.",
}

const guideTitle = "How to plan a kitchen garden"

// guideSite surrounds the body of a guide as such sites do.
func guideSite(body string) string {
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>` + guideTitle + ` - Green Acre</title><meta property="og:site_name" content="Green Acre"><meta property="og:type" content="article"></head><body>
<header><a href="/">Green Acre</a><nav><ul><li><a href="/tools">Tools</a><li><a href="/seeds">Seeds</a></ul></nav></header><h1>` + guideTitle + `</h1>` + body + `
<footer><p>Green Acre is a journal of gardening that is made by gardeners for gardeners.</p></footer></body></html>`
}

func TestGuidesOfEveryShape(t *testing.T) {
	section := func(lines ...string) string {
		return `<div class="row"><div class="cell"><div class="story-text">` + paragraphsOf(lines) + `</div></div></div>`
	}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"all of it in a container that is called after its advertisements too", `<p>This guide was last read through by the editors in May.</p><div class="post-and-ads"><div>` + paragraphsOf(guide) + paragraphsOf(beekeeping) + `</div></div>`,
			append(append([]string{"This guide was last read through by the editors in May."}, guide...), beekeeping...)},
		{"the rest folded away under a button", `<div class="text">` + paragraphsOf(guide) + `<div id="read-more"><a href="#">Read more</a><div class="more">` + paragraphsOf(beekeeping) + `</div></div></div>`,
			append(append([]string{}, guide...), beekeeping...)},
		{"an introduction with a table beside the body", `<div class="page"><div class="rich intro">` + paragraphsOf(guide[:2]) + `<table><tr><th>Crop</th><th>Light</th></tr><tr><td>Lettuce</td><td>four hours</td></tr><tr><td>Tomatoes</td><td>six hours</td></tr><tr><td>Beans</td><td>six hours</td></tr></table></div><div class="map"></div><div class="rich">` + paragraphsOf(guide[2:]) + `</div></div>`,
			append(append(append([]string{}, guide[:2]...), "Crop Light\nLettuce four hours\nTomatoes six hours\nBeans six hours"), guide[2:]...)},
		{"sections that stand deep in elements of their own", `<div class="grid">` + section(guide[0]) + `<div class="gap"></div>` + section(guide[1:5]...) + `<div class="gap"></div>` + section(guide[5:]...) + `</div>`, guide},
		{"a short first section apart from a long second one", `<div class="grid"><div class="row">` + section(guide[0]) + `</div><div class="picture"><img src="/a.jpg"></div><div class="row">` + section(append(append([]string{}, guide[1:]...), beekeeping...)...) + `</div></div>`,
			append(append([]string{}, guide...), beekeeping...)},
		{"an introduction that is set otherwise", `<div class="page"><div class="teaser">` + paragraphsOf(guide[:3]) + `</div><section class="list"><div class="inner">` + paragraphsOf(append(append([]string{}, guide[3:]...), beekeeping...)) + `</div></section></div>`,
			append(append([]string{}, guide...), beekeeping...)},
		{"classes that say where else there is a margin", `<div class="page has-sidebar"><div class="main sidebar-enabled--false">` + paragraphsOf(guide[:3]) + `</div><div class="with-ads">` + paragraphsOf(guide[3:]) + `</div></div>`, guide},
		{"parts whose classes are numbered", `<div class="grid"><div class="row"><div class="story story-1">` + paragraphsOf(guide) + `</div></div><div class="row"><div class="story story-2">` + paragraphsOf(append(append([]string{}, beekeeping...), beekeeping[:2]...)) + `</div></div></div>`,
			append(append(append([]string{}, guide...), beekeeping...), beekeeping[:2]...)},
		{"a section whose id is its heading", `<div><div>` + paragraphsOf(guide[:4]) + `</div><div id="how-to-share-a-hive"><h2>How to share a hive</h2>` + paragraphsOf(beekeeping[:2]) + `</div></div>`,
			append(append(append([]string{}, guide[:4]...), "How to share a hive"), beekeeping[:2]...)},
		{"items that are links among items that are text", `<div>` + paragraphsOf(guide) + `<ul><li>Compost, two barrows for each bed of the garden</li><li><a href="https://seeds.example/">Seeds of the last year</a></li><li>A line, two pegs and a measure of two yards</li></ul>` + paragraphsOf(beekeeping[:1]) + `</div>`,
			append(append(append([]string{}, guide...), "Compost, two barrows for each bed of the garden\nSeeds of the last year\nA line, two pegs and a measure of two yards"), beekeeping[0])},
		{"headings that are links and have anchors", `<div>` + paragraphsOf(guide) + `<h2><a class="toc-backref" href="#id1">Where to put a hive</a><a class="headerlink" href="#where">¶</a></h2>` + paragraphsOf(beekeeping[:2]) + `<h2 id="more">When to look<a href="#more">#more</a></h2>` + paragraphsOf(beekeeping[2:]) + `</div>`,
			append(append(append(append(append([]string{}, guide...), "Where to put a hive"), beekeeping[:2]...), "When to look"), beekeeping[2:]...)},
		{"a great script within it", `<article>` + paragraphsOf(guide[:3]) + `<script>var pictures = "` + strings.Repeat("x", 400<<10) + `"</script>` + paragraphsOf(guide[3:]) + `</article>`, guide},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantText(t, extractHTML(t, guideSite(tt.body)), tt.want...) })
	}
}

func TestAnotherArticleBelowIsNoPartOfTheFirst(t *testing.T) {
	story := func(title string, lines []string) string {
		return `<div class="scroll"><div class="head">` + title + `</div><div class="cell"><div class="story-text">` + paragraphsOf(lines) + `</div></div></div>`
	}
	for _, other := range []string{`<h1>How to keep bees</h1>`, `<h2><a href="/bees">How to keep bees</a></h2>`} {
		page := strings.Replace(guideSite(story("<h1>"+guideTitle+"</h1>", guide)+story(other, beekeeping[:4])), "<h1>"+guideTitle+"</h1>", "", 1)
		wantText(t, extractHTML(t, page), guide...)
	}
}

func TestABannerAboutCookiesIsNoArticle(t *testing.T) {
	banner := `<div class="consent"><p>We and our partners use cookies and similar technologies to provide, secure and improve our services, on this site and on others, and to show you what is relevant.</p><p>Select Accept to agree to the use of cookies, or Manage to choose which cookies may be set; you can change your choice at any time in your settings.</p></div>`
	c, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/news/1", Body: []byte(guideSite(banner))}})
	if !errors.Is(err, nashra.ErrNoArticle) {
		t.Errorf("got %+v, %v, want ErrNoArticle", c, err)
	}
}

func TestWhatASiteSaysOfItselfIsNoPartOfAGuide(t *testing.T) {
	tests := []struct{ name, line string }{
		{"a hand that points at another page", `<p>👉 See <a href="https://soil.example/">more on soil at Soil Today</a> and what to do.</p>`},
		{"an invitation as a heading", `<h4>Get news, updates and event info delivered right to your inbox</h4>`},
		{"a sale on the site", `<p>Order your seeds at Green Acre and save on shipping all through the spring!</p>`},
		{"a link to the site's service", `<p>Try <a href="/planner">Green Acre Planner</a>, which does all of the drawing in the browser.</p>`},
		{"whom its links support", `<p><em>By using the affiliate links in this post you support us, and we may get a small commission.</em></p>`},
		{"who pays for it", `<p>This post contains references to products from one or more of our advertisers.</p>`},
		{"an invitation to an app", `<p>Never miss a frost again, get the weather on your phone with our app today.</p>`},
		{"a notice of affiliate links", `<p>Note: some posts may contain affiliate links. Read more in our <a href="/privacy">Privacy Policy</a>.</p>`},
		{"the link that unfolds the rest", `<a href="#">Read more</a>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantText(t, extractHTML(t, guideSite(`<div>`+paragraphsOf(guide[:3])+tt.line+paragraphsOf(guide[3:])+`</div>`)), guide...)
		})
	}
	kept := []struct{ name, line string }{
		{"a hand without a link", `👉 Always wash your hands after the work is done.`},
		{"an invitation that names no site", `Try the planner that your library has, which does all of the drawing in the browser!`},
		{"affiliate links as a subject", `The shop across the street pays for every one of the affiliate links on the page of the club.`},
	}
	for _, tt := range kept {
		t.Run(tt.name, func(t *testing.T) {
			want := append(append(append([]string{}, guide[:3]...), tt.line), guide[3:]...)
			wantText(t, extractHTML(t, guideSite(`<div>`+paragraphsOf(want)+`</div>`)), want...)
		})
	}
}
